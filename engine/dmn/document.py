"""Turns the bytes of one DMN file into an XML tree, refusing whatever a hostile file might bring along."""

from typing import Final

from lxml import etree

from engine.dmn.findings import DmnFindings, DmnPlace
from engine.kernel import xml

MAX_BYTES: Final = 5_000_000
MAX_ELEMENTS: Final = 100_000
MAX_DEPTH: Final = 60

VERSIONS: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
"""The namespace of the model elements in each version of the standard that is read."""


def parse(file: str, content: bytes, findings: DmnFindings) -> etree._Element | None:
    """The root `definitions` element of a file, or None with the reason among the findings.

    No entity is resolved, no document type declaration accepted, nothing fetched; bytes, elements and depth
    are capped.
    """
    if len(content) > MAX_BYTES:
        findings.add(DmnPlace(file, 1, "file"), f"expected at most {MAX_BYTES} bytes, found {len(content)}")
        return None
    try:
        root = xml.parse(content)
    except etree.XMLSyntaxError as error:
        findings.add(
            DmnPlace(file, error.lineno or 1, "file"), f"expected well-formed XML, found: {error.msg}"
        )
        return None
    return root if _is_acceptable(file, root, findings) else None


def _is_acceptable(file: str, root: etree._Element, findings: DmnFindings) -> bool:
    place = DmnPlace(file, line_of(root), etree.QName(root).localname)
    if xml.doctype_of(root):
        findings.add(place, "expected no DOCTYPE declaration, found one; remove it")
        return False
    if _exceeds_caps(root):
        findings.add(
            place,
            f"expected at most {MAX_ELEMENTS} elements nested at most {MAX_DEPTH} deep, found more than that",
        )
        return False
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in VERSIONS:
        versions = ", ".join(VERSIONS.values())
        findings.add(
            place,
            f"expected the definitions element of DMN {versions}, found {name.localname} in {name.namespace}",
        )
        return False
    return True


def line_of(element: etree._Element) -> int:
    """The line of an element in its file, from 1."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs declare no type
    return line or 1


def _exceeds_caps(root: etree._Element) -> bool:
    depth = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            return True
    return False
