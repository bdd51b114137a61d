"""Reads XML without letting it reach out or blow up, and names its parts.

No document type, no entities, no network; bytes, elements and depth are bounded; refusals name the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from engine.kernel import xml

Element = xml.Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may ask for; no honest diagram comes near."""

    file_bytes: int = 5_000_000
    elements: int = 60_000
    depth: int = 120


class Unreadable(Exception):
    """The file is not XML that is read here; `rule` is the id of the reading rule it breaks."""

    def __init__(self, rule: str, *, line: int, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule
        self.line = line
        self.detail = detail


def read(content: bytes, *, limits: Limits) -> Element:
    """The root element; `Unreadable` if it is too large or too deep, not well-formed, or has a DOCTYPE."""
    if len(content) > limits.file_bytes:
        raise Unreadable("size-limit", line=1, detail=f"{len(content)} bytes > {limits.file_bytes}")
    try:
        root = xml.parse(content)
    except etree.XMLSyntaxError as error:
        raise Unreadable("well-formed", line=error.lineno or 1, detail=error.msg or "empty") from error
    except (ValueError, LookupError) as error:
        raise Unreadable("well-formed", line=1, detail=str(error)) from error
    if doctype := xml.doctype_of(root):
        raise Unreadable("no-doctype", line=1, detail=doctype)
    _refuse_large_tree(root, limits)
    return root


def _refuse_large_tree(root: Element, limits: Limits) -> None:
    depth = 0
    for count, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > limits.depth:
            line = element.sourceline or 1
            raise Unreadable("size-limit", line=line, detail=f"depth {depth} > {limits.depth}")
        if count > 2 * limits.elements:
            line = element.sourceline or 1
            raise Unreadable("size-limit", line=line, detail=f"elements > {limits.elements}")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def namespace(element: Element) -> str | None:
    """The namespace of an element."""
    return etree.QName(element).namespace


def is_bpmn(element: Element) -> bool:
    """Whether the element belongs to BPMN and not to an extension or the drawing."""
    return namespace(element) == BPMN


def text(element: Element | None) -> str:
    """The text in an element, stripped; empty where there is none."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def child(element: Element, name: str, *, space: str = BPMN) -> Element | None:
    """The first child of that name, BPMN's unless told."""
    return element.find(f"{{{space}}}{name}")


def children(element: Element, *names: str) -> list[Element]:
    """BPMN's children of those names, or all of them, in the order of the file."""
    return [part for part in element if is_bpmn(part) and (not names or local(part) in names)]


def extension(element: Element, name: str) -> Element | None:
    """The zeebe extension element of that name on a BPMN element."""
    around = child(element, "extensionElements")
    return None if around is None else child(around, name, space=ZEEBE)


def own_property(element: Element, name: str) -> str | None:
    """The value of a zeebe property of that name on a BPMN element; None where it has none."""
    around = extension(element, "properties")
    named = () if around is None else around.iterfind(f"{{{ZEEBE}}}property")
    return next((part.get("value", "") for part in named if part.get("name") == name), None)


def flag(element: Element, name: str, *, default: bool) -> bool:
    """A boolean attribute as XML Schema writes it: `true`, `false`, `1` or `0`."""
    value = element.get(name)
    return default if value is None else value.strip() in {"true", "1"}


def ancestors(element: Element) -> Iterator[Element]:
    """The elements around an element, the nearest first."""
    return element.iterancestors()


def line(element: Element) -> int:
    """The line an element begins at."""
    return cast("int | None", element.sourceline) or 1


def nearest_id(element: Element) -> str | None:
    """The id of the element, or of the nearest around it that has one."""
    around: Element | None = element
    while around is not None:
        if identifier := around.get("id"):
            return identifier
        around = around.getparent()
    return None


def described(element: Element) -> str:
    """The element as a message names it: kind, name and id, as in `userTask "Check papers" (Task_1)`.

    A flow without an id is named by its ends.
    """
    name = " ".join((element.get("name") or "").split())[:60]
    quoted = f' "{name}"' if name else ""
    identifier = element.get("id")
    if identifier is None and element.get("sourceRef"):
        return f"{local(element)}{quoted} ({element.get('sourceRef')} → {element.get('targetRef')})"
    return f"{local(element)}{quoted}" + (f" ({identifier})" if identifier else "")
