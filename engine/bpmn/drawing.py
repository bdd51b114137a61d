"""A diagram as SVG, with marks on its elements: for reports that are files, where no script draws.

Colours stand in presentation attributes, so that a strict Content-Security-Policy lets them be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from engine.bpmn.diagram import ACTIVITIES, EVENTS, GATEWAYS, SUB_PROCESSES, Diagram, property_of
from engine.kernel.xml import Element

_DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
_DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
_MARGIN: Final = 20
_LETTER: Final = 6.2
"""How wide a letter of the labels is, about, in the units of the diagram."""
_LINE: Final = 14
_INK: Final = "#1f2937"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How marked elements look. `sign` says the same without colour, beside the element."""

    stroke: str
    fill: str
    width: float = 2.5
    dashes: str = ""
    sign: str = ""


PLAIN: Final = Mark(stroke=_INK, fill="#ffffff", width=1.5)


@dataclass(frozen=True, kw_only=True)
class _Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def draw(diagram: Diagram, marks: Mapping[str, Mark], *, title: str, english: bool = False) -> str | None:
    """The diagram with its marks by element; None where the file does not say how it is laid out.

    `title` is what is read aloud in its place; labels are Greek, or English where there are such.
    """
    shapes = {
        shape.get("bpmnElement", ""): shape for shape in diagram.root.within("BPMNShape", namespace=_DI)
    }
    edges = {edge.get("bpmnElement", ""): edge for edge in diagram.root.within("BPMNEdge", namespace=_DI)}
    boxes = {
        element: box
        for element, shape in shapes.items()
        if (box := _box(shape.child("Bounds", namespace=_DC))) is not None
    }
    if not boxes:
        return None
    left, top = min(box.x for box in boxes.values()), min(box.y for box in boxes.values())
    points = [point for edge in edges.values() for point in _points(edge)]
    right = max([*(box.x + box.width for box in boxes.values()), *(x for x, _ in points)])
    bottom = max([*(box.y + box.height for box in boxes.values()), *(y for _, y in points)]) + 2 * _LINE
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    parts = [
        *_edges(diagram, edges, marks, english=english),
        *_shapes(diagram, shapes, boxes, marks, english=english),
    ]
    view = f"{_number(left - _MARGIN)} {_number(top - _MARGIN)} {_number(width)} {_number(height)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{_number(width)}" '
        f'height="{_number(height)}" role="img" aria-label="{escape(title)}" '
        f'font-family="sans-serif" font-size="11"><title>{escape(title)}</title>{_ARROWS}'
        f"{''.join(parts)}</svg>"
    )


_ARROWS: Final = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="10" markerHeight="10" '
    'markerUnits="userSpaceOnUse" orient="auto">'
    f'<path d="M0 0 L10 5 L0 10 z" fill="{_INK}"/></marker></defs>'
)


def _box(bounds: Element | None) -> _Box | None:
    if bounds is None:
        return None
    try:
        x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return _Box(x=x, y=y, width=width, height=height)


def _points(edge: Element) -> list[tuple[float, float]]:
    try:
        return [
            (float(point.get("x", "")), float(point.get("y", "")))
            for point in edge.children("waypoint", namespace=_DD)
        ]
    except ValueError:
        return []


def _edges(
    diagram: Diagram, edges: Mapping[str, Element], marks: Mapping[str, Mark], *, english: bool
) -> Iterator[str]:
    # Marked flows come last, so that they lie above the others.
    for identifier in sorted(edges, key=lambda one: one in marks):
        edge, element = edges[identifier], diagram.named(identifier)
        points = _points(edge)
        if element is None or len(points) < 2:
            continue
        mark = marks.get(identifier, PLAIN)
        dashes = mark.dashes or ("" if element.kind == "sequenceFlow" else "4 3")
        path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        yield (
            f'<g data-element="{escape(identifier)}"><polyline points="{path}" fill="none" '
            f'stroke="{mark.stroke}" stroke-width="{mark.width}"'
            f'{_dashed(dashes)} marker-end="url(#arrow)"/>'
        )
        label = _box(_label(edge))
        name = _name(element, english=english)
        if name and label is not None:
            yield from _text(name, label.middle[0], label.y + 10, around=max(label.width, 80))
        if mark.sign:
            (x, y), (to_x, to_y) = points[0], points[1]
            yield _sign(mark, (x + to_x) / 2, (y + to_y) / 2)
        yield "</g>"


def _shapes(
    diagram: Diagram,
    shapes: Mapping[str, Element],
    boxes: Mapping[str, _Box],
    marks: Mapping[str, Mark],
    *,
    english: bool,
) -> Iterator[str]:
    # What is larger lies below: pools, lanes and sub-processes are drawn first.
    for identifier, box in sorted(boxes.items(), key=lambda item: -item[1].width * item[1].height):
        element = diagram.named(identifier)
        if element is None:
            continue
        mark = marks.get(identifier, PLAIN)
        yield f'<g data-element="{escape(identifier)}">'
        yield _outline(element, box, mark)
        name = _name(element, english=english)
        if name:
            yield from _label_of(element, shapes[identifier], box, name)
        if mark.sign:
            yield _sign(mark, box.x + box.width, box.y)
        yield "</g>"


def _outline(element: Element, box: _Box, mark: Mark) -> str:
    look = f'fill="{mark.fill}" stroke="{mark.stroke}" stroke-width="{mark.width}"{_dashed(mark.dashes)}'
    x, y = box.middle
    if element.kind in EVENTS:
        radius = box.width / 2
        inner = (
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius - 4)}" fill="none" '
            f'stroke="{mark.stroke}"/>'
            if element.kind in {"boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
            else ""
        )
        thick = f' stroke-width="{mark.width + 2}"' if element.kind == "endEvent" else ""
        outer = look.replace(f' stroke-width="{mark.width}"', thick) if thick else look
        return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" {outer}/>{inner}'
    if element.kind in GATEWAYS:
        corners = ((x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y))
        path = " ".join(f"{_number(one)},{_number(other)}" for one, other in corners)
        letter = {"parallelGateway": "+", "inclusiveGateway": "○", "eventBasedGateway": "◎"}.get(
            element.kind, "×"
        )
        return (
            f'<polygon points="{path}" {look}/><text x="{_number(x)}" y="{_number(y + 7)}" '
            f'text-anchor="middle" font-size="20" fill="{_INK}">{letter}</text>'
        )
    rounded = 10 if element.kind in ACTIVITIES else 0
    return (
        f'<rect x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" '
        f'height="{_number(box.height)}" rx="{rounded}" {look}/>'
    )


def _label_of(element: Element, shape: Element, box: _Box, name: str) -> Iterator[str]:
    label = _box(_label(shape))
    if element.kind in SUB_PROCESSES and box.height > 120:
        return _text(name, box.middle[0], box.y + 16, around=box.width - 10)
    if element.kind in ACTIVITIES:
        lines = _lines(name, box.width - 8)
        return _text(
            name, box.middle[0], box.middle[1] - _LINE * (len(lines) - 1) / 2 + 4, around=box.width - 8
        )
    if element.kind in {"participant", "lane"}:
        where = f"translate({_number(box.x + 18)} {_number(box.middle[1])}) rotate(-90)"
        upright = f'<text transform="{where}" text-anchor="middle" fill="{_INK}">{escape(name)}</text>'
        return iter((upright,))
    if label is not None:
        return _text(name, label.middle[0], label.y + 10, around=max(label.width, 80))
    return _text(name, box.middle[0], box.y + box.height + _LINE, around=110)


def _label(part: Element) -> Element | None:
    label = part.child("BPMNLabel", namespace=_DI)
    return None if label is None else label.child("Bounds", namespace=_DC)


def _text(text: str, x: float, y: float, *, around: float) -> Iterator[str]:
    lines = _lines(text, around)
    spans = "".join(
        f'<tspan x="{_number(x)}" y="{_number(y + number * _LINE)}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    yield f'<text text-anchor="middle" fill="{_INK}">{spans}</text>'


def _lines(text: str, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) * _LETTER > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _sign(mark: Mark, x: float, y: float) -> str:
    return (
        f'<circle cx="{_number(x)}" cy="{_number(y)}" r="9" fill="{mark.stroke}"/>'
        f'<text x="{_number(x)}" y="{_number(y + 4)}" text-anchor="middle" fill="#ffffff" '
        f'font-weight="bold">{escape(mark.sign)}</text>'
    )


def _name(element: Element, *, english: bool) -> str:
    name = " ".join(element.get("name", "").split())
    return (property_of(element, "stoa:name-en") or name) if english else name


def _dashed(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def marked(ids: Iterable[str], mark: Mark) -> dict[str, Mark]:
    """The same mark for every element."""
    return dict.fromkeys(ids, mark)
