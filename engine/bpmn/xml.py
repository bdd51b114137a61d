"""Reads XML that cannot reach out or blow up: no document type, entities or network, bounded size."""

from lxml import etree

from engine.bpmn.findings import Findings, Place
from engine.kernel import xml
from engine.runtime.limits import Limits

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def read(file: str, content: bytes, *, limits: Limits, findings: Findings) -> etree._Element | None:
    """The root element of `content`, or None when it was refused and the reason noted."""
    place = Place(file=file, line=1)
    if len(content) > limits.file_bytes:
        reason = f"The file has {len(content)} bytes; at most {limits.file_bytes} are read."
        findings.add(place, reason, remedy="Split the diagram.")
        return None
    try:
        root = xml.parse(content)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        findings.add(
            Place(file=file, line=line),
            f"The file is not well-formed XML: {error.msg}.",
            remedy="Save it anew.",
        )
        return None
    if xml.doctype_of(root):
        findings.add(place, "The file has a document type declaration.", remedy="Remove the DOCTYPE.")
        return None
    count = sum(1 for _ in root.iter())
    if count > limits.file_elements:
        reason = f"The file has {count} elements; at most {limits.file_elements} are read."
        findings.add(place, reason, remedy="Split the diagram.")
        return None
    return root


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def text(element: etree._Element | None) -> str:
    """The text of an element, stripped; empty where there is none."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def line_of(element: etree._Element) -> int:
    """The line that an element begins on."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def child(element: etree._Element, name: str, *, space: str = BPMN) -> etree._Element | None:
    """The first child of that name, BPMN's unless told."""
    return element.find(f"{{{space}}}{name}")


def children(element: etree._Element, name: str, *, space: str = BPMN) -> list[etree._Element]:
    """The children of that name, BPMN's unless told."""
    return element.findall(f"{{{space}}}{name}")


def flag(element: etree._Element, name: str, *, default: bool) -> bool:
    """A boolean attribute as XML Schema writes it: `true`, `false`, `1` or `0`."""
    value = element.get(name)
    return default if value is None else value.strip() in {"true", "1"}
