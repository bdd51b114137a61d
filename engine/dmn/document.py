"""Turns the bytes of one DMN file into an XML tree, refusing whatever a hostile file might bring along."""

from typing import Final

from engine.dmn.findings import DmnFindings, DmnPlace
from engine.kernel.xml import Element, Unreadable, XmlCause, XmlLimits, read

LIMITS: Final = XmlLimits(file_bytes=5_000_000, elements=100_000, depth=60)

VERSIONS: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
"""The namespace of the model elements in each version of the standard that is read."""


def parse(file: str, content: bytes, findings: DmnFindings) -> Element | None:
    """The root `definitions` element of a file, or None with the reason among the findings."""
    try:
        root = read(content, LIMITS)
    except Unreadable as refusal:
        findings.add(DmnPlace(file, refusal.line, "file"), _refused(refusal))
        return None
    if root.kind != "definitions" or root.namespace not in VERSIONS:
        versions = ", ".join(VERSIONS.values())
        found = f"found {root.kind} in {root.namespace or None}"
        sentence = f"expected the definitions element of DMN {versions}, {found}"
        findings.add(DmnPlace(file, root.line, root.kind), sentence)
        return None
    return root


def _refused(refusal: Unreadable) -> str:
    match refusal.cause:
        case XmlCause.BYTES:
            return f"expected at most {LIMITS.file_bytes} bytes, found {refusal.detail}"
        case XmlCause.SYNTAX:
            return f"expected well-formed XML, found: {refusal.detail}"
        case XmlCause.DOCTYPE:
            return "expected no DOCTYPE declaration, found one; remove it"
        case _:
            return (
                f"expected at most {LIMITS.elements} elements nested at most {LIMITS.depth} deep, found more "
                "than that"
            )
