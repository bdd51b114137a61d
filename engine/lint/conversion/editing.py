"""Changes the elements of a file in place, in the indentation that the file has."""

from typing import cast

from engine.bpmn.diagram import BPMN, ZEEBE
from engine.kernel.xml import Element

UNIT = "  "


def extension_of(carrier: Element, kind: str) -> Element:
    """The zeebe extension element of that kind on a BPMN element, made where it is missing."""
    holder = carrier.child("extensionElements", namespace=BPMN)
    if holder is None:
        holder = _made(carrier, f"{{{BPMN}}}extensionElements")
        documentation = len(carrier.children("documentation", namespace=BPMN))
        _insert(carrier, holder, before=documentation)
    found = holder.child(kind, namespace=ZEEBE)
    return add(holder, kind) if found is None else found


def add(parent: Element, kind: str, **attributes: str) -> Element:
    """A new zeebe element at the end of another."""
    made = _made(parent, f"{{{ZEEBE}}}{kind}")
    for name, value in attributes.items():
        made.set(name, value)
    _insert(parent, made, before=len(parent.children(namespace="*")))
    return made


def remove(part: Element) -> None:
    """Take an element out, with the line that it stood on."""
    parent = part.parent
    if parent is None:
        return
    before, tail = part.getprevious(), part.tail
    if part.getnext() is None:
        if before is not None:
            before.tail = tail
        else:
            parent.text = tail if len(parent) > 1 else None
    parent.remove(part)


def remove_where_empty(carrier: Element) -> None:
    """Take out the extension elements of a BPMN element where nothing is left in them."""
    holder = carrier.child("extensionElements", namespace=BPMN)
    if holder is not None and len(holder) == 0:
        remove(holder)


def _made(near: Element, tag: str) -> Element:
    return cast("Element", near.makeelement(tag))


def _insert(parent: Element, child: Element, *, before: int) -> None:
    """Insert among the elements of the parent, on a line of its own where the parent is on several."""
    elements = parent.children(namespace="*")
    depth = sum(1 for _ in parent.ancestors())
    inner = _line_break(parent.text) or "\n" + _unit(parent) * (depth + 1)
    if not elements:
        outer = _line_break_before(parent) or "\n" + _unit(parent) * depth
        parent.text, child.tail = inner, outer
        parent.append(child)
        return
    if before < len(elements):
        child.tail = inner
        parent.insert(parent.index(elements[before]), child)
        return
    last = elements[-1]
    child.tail, last.tail = last.tail, inner
    parent.insert(parent.index(last) + 1, child)


def _line_break(text: str | None) -> str | None:
    return text if text is not None and "\n" in text and not text.strip() else None


def _line_break_before(element: Element) -> str | None:
    """The line break and the indentation that an element stands behind."""
    previous = element.getprevious()
    if previous is not None:
        return _line_break(previous.tail)
    return None if element.parent is None else _line_break(element.parent.text)


def _unit(element: Element) -> str:
    """How far the file indents what is inside of its root."""
    root = element.getroottree().getroot()
    found = _line_break(root.text)
    return found.rpartition("\n")[2] or UNIT if found else UNIT
