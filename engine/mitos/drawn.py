"""Diagrams and tables of decisions as XML, laid out in columns and rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from engine.lint.finding import Text

_COLUMN: Final = 170
_ROW: Final = 150
_SIZES: Final = {"startEvent": (36, 36), "endEvent": (36, 36), "exclusiveGateway": (50, 50)}
_TASK: Final = (100, 80)
_MODELER: Final = (
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" '
    'modeler:executionPlatformVersion="8.6.0"'
)
_NAMESPACES: Final = (
    'targetNamespace="http://bpmn.io/schema/bpmn" xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" {_MODELER}'
)
_DMN: Final = (
    'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" '
    'xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" '
    f'namespace="http://camunda.org/schema/1.0/dmn" {_MODELER}'
)
ENGLISH_NAME: Final = "stoa:name-en"
"""The property with the English name of an element."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A node: its kind, name and place, the lines of its extensions, and its properties by name."""

    id: str
    kind: str
    name: Text
    column: int
    row: int = 0
    extensions: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    documentation: str = ""
    default: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in pixels."""
        return _SIZES.get(self.kind, _TASK)

    @property
    def middle(self) -> tuple[int, int]:
        """Where its centre is."""
        return 200 + self.column * _COLUMN, 160 + self.row * _ROW


@dataclass(frozen=True, kw_only=True)
class Way:
    """A sequence flow; the names of branches, and the FEEL condition of one that is not the default."""

    source: str
    target: str
    name: Text | None = None
    condition: str = ""

    @property
    def id(self) -> str:
        """It is known by its ends."""
        return f"{self.source}__{self.target}"


@dataclass
class Drawing:
    """One process, as it is drawn."""

    process: str
    name: Text
    nodes: list[Drawn] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    def xml(self) -> bytes:
        """The text of the BPMN file."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<bpmn:definitions {_NAMESPACES} id="{self.process}_definitions">',
            f'  <bpmn:process id="{self.process}" name="{escape(self.name.el)}" isExecutable="true">',
            *_extensions((), (), self.name, "    "),
            *(line for node in self.nodes for line in self._node(node)),
            *(line for way in self.ways for line in self._way(way)),
            "  </bpmn:process>",
            f'  <bpmndi:BPMNDiagram id="{self.process}_diagram">',
            f'    <bpmndi:BPMNPlane id="{self.process}_plane" bpmnElement="{self.process}">',
            *(line for node in self.nodes for line in _shape(node)),
            *(line for way in self.ways for line in self._edge(way)),
            "    </bpmndi:BPMNPlane>",
            "  </bpmndi:BPMNDiagram>",
            "</bpmn:definitions>",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _node(self, node: Drawn) -> Iterator[str]:
        default = f' default="{node.default}"' if node.default else ""
        yield f'    <bpmn:{node.kind} id="{node.id}" name="{escape(node.name.el)}"{default}>'
        if node.documentation:
            yield f"      <bpmn:documentation>{escape(node.documentation, quote=False)}</bpmn:documentation>"
        yield from _extensions(node.extensions, node.properties, node.name, "      ")
        for way in self.ways:
            if way.target == node.id:
                yield f"      <bpmn:incoming>{way.id}</bpmn:incoming>"
        for way in self.ways:
            if way.source == node.id:
                yield f"      <bpmn:outgoing>{way.id}</bpmn:outgoing>"
        yield f"    </bpmn:{node.kind}>"

    def _way(self, way: Way) -> Iterator[str]:
        named = f' name="{escape(way.name.el)}"' if way.name else ""
        begins = (
            f'    <bpmn:sequenceFlow id="{way.id}"{named} sourceRef="{way.source}" targetRef="{way.target}"'
        )
        if way.name is None:
            yield f"{begins} />"
            return
        yield f"{begins}>"
        yield from _extensions((), (), way.name, "      ")
        if way.condition:
            kind = 'xsi:type="bpmn:tFormalExpression"'
            text = escape(way.condition, quote=False)
            yield f"      <bpmn:conditionExpression {kind}>{text}</bpmn:conditionExpression>"
        yield "    </bpmn:sequenceFlow>"

    def _edge(self, way: Way) -> Iterator[str]:
        places = {node.id: node for node in self.nodes}
        source, target = places[way.source], places[way.target]
        (x, y), (to_x, to_y) = source.middle, target.middle
        half = target.size[0] // 2
        if source.row == target.row:
            points = [(x + source.size[0] // 2, y), (to_x - half, to_y)]
        else:
            points = [(x, y + source.size[1] // 2), (x, to_y), (to_x - half, to_y)]
        yield f'      <bpmndi:BPMNEdge id="{way.id}_edge" bpmnElement="{way.id}">'
        yield from (f'        <di:waypoint x="{one[0]}" y="{one[1]}" />' for one in points)
        yield "      </bpmndi:BPMNEdge>"


def _extensions(
    lines: Iterable[str], properties: Iterable[tuple[str, str]], name: Text, indent: str
) -> Iterator[str]:
    """The extensions with the English name; a name that is not translated is left out, and so found."""
    named = [*properties, *([(ENGLISH_NAME, name.en)] if name.en else [])]
    inside = [
        *lines,
        *(["<zeebe:properties>"] if named else []),
        *(f'  <zeebe:property name="{one}" value="{escape(value)}" />' for one, value in named),
        *(["</zeebe:properties>"] if named else []),
    ]
    if inside:
        yield f"{indent}<bpmn:extensionElements>"
        yield from (f"{indent}  {line}" for line in inside)
        yield f"{indent}</bpmn:extensionElements>"


def _shape(node: Drawn) -> Iterator[str]:
    (x, y), (width, height) = node.middle, node.size
    marked = ' isMarkerVisible="true"' if node.kind == "exclusiveGateway" else ""
    yield f'      <bpmndi:BPMNShape id="{node.id}_shape" bpmnElement="{node.id}"{marked}>'
    yield _bounds("        ", x - width // 2, y - height // 2, width, height)
    if node.kind in _SIZES:
        below = y - 60 if node.kind == "exclusiveGateway" else y + 25
        yield "        <bpmndi:BPMNLabel>"
        yield _bounds("          ", x - 50, below, 100, 27)
        yield "        </bpmndi:BPMNLabel>"
    yield "      </bpmndi:BPMNShape>"


def _bounds(indent: str, x: int, y: int, width: int, height: int) -> str:
    return f'{indent}<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />'


@dataclass(frozen=True, kw_only=True)
class FirstTable:
    """A decision table of which the first rule that holds decides.

    `columns` are the label and the expression of each input, `outputs` the name and type of each output, and
    `rules` the cells of each rule by its id, the inputs before the outputs.
    """

    id: str
    name: str
    needs: str
    columns: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    rules: Mapping[str, tuple[str, ...]]

    def xml(self) -> bytes:
        """The text of the DMN file."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<definitions {_DMN} id="{self.id}_definitions" name="{escape(self.name)}">',
            f'  <decision id="{self.id}" name="{escape(self.name)}">',
            f'    <variable id="{self.id}_variable" name="{self.id}" />',
            f'    <informationRequirement id="{self.id}_needs_{self.needs}">',
            f'      <requiredInput href="#{self.needs}_input" />',
            "    </informationRequirement>",
            f'    <decisionTable id="{self.id}_table" hitPolicy="FIRST">',
            *(line for number, one in enumerate(self.columns, 1) for line in self._column(number, *one)),
            *(
                f'      <output id="{self.id}_output_{number}" name="{name}" typeRef="{kind}" />'
                for number, (name, kind) in enumerate(self.outputs, 1)
            ),
            *(line for rule, cells in self.rules.items() for line in self._rule(rule, cells)),
            "    </decisionTable>",
            "  </decision>",
            f'  <inputData id="{self.needs}_input" name="{self.needs}">',
            f'    <variable id="{self.needs}_variable" name="{self.needs}" />',
            "  </inputData>",
            "  <dmndi:DMNDI>",
            f'    <dmndi:DMNDiagram id="{self.id}_diagram">',
            *_dmn_shape(self.id, 160, 80, 180, 80),
            *_dmn_shape(f"{self.needs}_input", 187, 240, 125, 45),
            "    </dmndi:DMNDiagram>",
            "  </dmndi:DMNDI>",
            "</definitions>",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _column(self, number: int, label: str, expression: str) -> Iterator[str]:
        here = f"{self.id}_input_{number}"
        yield f'      <input id="{here}" label="{escape(label)}">'
        yield f'        <inputExpression id="{here}_expression" typeRef="boolean">'
        yield f"          <text>{escape(expression, quote=False)}</text>"
        yield "        </inputExpression>"
        yield "      </input>"

    def _rule(self, rule: str, cells: tuple[str, ...]) -> Iterator[str]:
        yield f'      <rule id="{rule}">'
        for number, cell in enumerate(cells, 1):
            kind, place = ("input", number) if number <= len(self.columns) else ("output", number)
            place = number if kind == "input" else number - len(self.columns)
            yield f'        <{kind}Entry id="{rule}_{kind}_{place}">'
            yield f"          <text>{escape(cell, quote=False)}</text>"
            yield f"        </{kind}Entry>"
        yield "      </rule>"


def _dmn_shape(element: str, x: int, y: int, width: int, height: int) -> Iterator[str]:
    yield f'      <dmndi:DMNShape id="{element}_shape" dmnElementRef="{element}">'
    yield _bounds("        ", x, y, width, height)
    yield "      </dmndi:DMNShape>"
