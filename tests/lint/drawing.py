"""Draws small BPMN diagrams for tests; each node lists its flows, as a modeler writes them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
OTHERS = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "drools": "http://www.jboss.org/drools",
    "gpd": "http://www.jboss.org/drools/flow/gpd",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
    "signavio": "http://www.signavio.com",
    "acme": "http://acme.example/bpmn",
}
"""Namespaces of other engines and tools by prefix; a drawing declares those that it uses."""


@dataclass(frozen=True)
class Element:
    """An XML element that is still to be written."""

    kind: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: tuple["Element | str", ...] = ()

    def written(self, lists: dict[str, list[str]], depth: int = 1) -> str:
        """The element as XML, a line each; `lists` are the incoming and outgoing elements by node id."""
        written = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        extensions = [part for part in self.inside if isinstance(part, Element) and part.kind in LEADING]
        others = [part for part in self.inside if part not in extensions]
        parts = [part.written(lists, depth + 1) for part in extensions]
        parts += [f"{'  ' * (depth + 1)}{line}\n" for line in lists.get(self.attributes.get("id", ""), ())]
        text = "".join(escape(part) for part in others if isinstance(part, str))
        parts += [part.written(lists, depth + 1) for part in others if isinstance(part, Element)]
        space = "  " * depth
        if not parts:
            return f"{space}<{self.kind}{written}>{text}</{self.kind}>\n"
        return f"{space}<{self.kind}{written}>{text}\n{''.join(parts)}{space}</{self.kind}>\n"

    def around(self) -> Iterable["Element"]:
        """The element and everything inside it."""
        yield self
        for part in self.inside:
            if isinstance(part, Element):
                yield from part.around()


ARTIFACTS = ("association", "group", "textAnnotation")
LEADING = ("documentation", "extensionElements")


def element(kind: str, *inside: Element | str, **attributes: str) -> Element:
    """Any element; `id_` stands for `id`, `xsi_type` for `xsi:type`."""
    named = {name.rstrip("_").replace("xsi_", "xsi:"): value for name, value in attributes.items()}
    return Element(kind, named, inside)


def node(kind: str, id_: str, *inside: Element | str, **attributes: str) -> Element:
    """A flow node."""
    return element(kind, *inside, id=id_, **attributes)


def start(id_: str = "begin", *inside: Element | str, **attributes: str) -> Element:
    """A start event."""
    return node("startEvent", id_, *inside, **attributes)


def end(id_: str = "done", *inside: Element | str, **attributes: str) -> Element:
    """An end event."""
    return node("endEvent", id_, *inside, **attributes)


def task(id_: str = "work", *inside: Element | str, **attributes: str) -> Element:
    """A task without a type."""
    return node("task", id_, *inside, **attributes)


def flow(source: str, target: str, *inside: Element | str, **attributes: str) -> Element:
    """A sequence flow, called `source-target` unless told."""
    named = {"id": f"{source}-{target}", "sourceRef": source, "targetRef": target} | attributes
    return element("sequenceFlow", *inside, **named)


def path(*ids: str) -> tuple[Element, ...]:
    """The flows that connect nodes one after the other."""
    return tuple(flow(source, target) for source, target in pairwise(ids))


def condition(text: str) -> Element:
    """The condition of a flow."""
    return element("conditionExpression", text, xsi_type="bpmn:tFormalExpression")


def formal(kind: str, text: str) -> Element:
    """An expression in an element of its own."""
    return element(kind, text, xsi_type="bpmn:tFormalExpression")


def definition(kind: str, *inside: Element | str, **attributes: str) -> Element:
    """What sets an event off, by its short name, such as `timer` or `message`."""
    return element(f"{kind}EventDefinition", *inside, **attributes)


def timer(duration: str = "PT1H") -> Element:
    """A timer of some duration."""
    return definition("timer", formal("timeDuration", duration))


def zeebe(kind: str, *inside: Element, **attributes: str) -> Element:
    """An extension element of the dialect."""
    return Element(f"zeebe:{kind}", attributes, inside)


def foreign(kind: str, *inside: Element | str, **attributes: str) -> Element:
    """An extension element of another engine, such as `camunda:formData`."""
    return Element(kind, attributes, inside)


def marked(carrier: Element, **attributes: str) -> Element:
    """The element with attributes of another engine; `camunda_assignee` stands for `camunda:assignee`."""
    named = {name.replace("_", ":", 1): value for name, value in attributes.items()}
    return Element(carrier.kind, carrier.attributes | named, carrier.inside)


def extended(*extensions: Element) -> Element:
    """The extension elements of a node."""
    return Element("extensionElements", {}, extensions)


def process(*inside: Element, id_: str = "p", **attributes: str) -> Element:
    """An executable process; its artifacts come last, as the schema wants it."""
    last = [part for part in inside if part.kind in ARTIFACTS]
    first = [part for part in inside if part not in last]
    return element("process", *first, *last, **({"id": id_, "isExecutable": "true"} | attributes))


def file(*roots: Element, lists: bool = True, namespaces: str = NAMESPACES, **attributes: str) -> bytes:
    """A BPMN file of these root elements; with `lists` every node lists its flows."""
    known: dict[str, list[str]] = defaultdict(list)
    if lists:
        flows = [part for root in roots for part in root.around() if part.kind == "sequenceFlow"]
        for each in flows:
            known[each.attributes.get("targetRef", "")].append(
                f"<incoming>{each.attributes['id']}</incoming>"
            )
        for each in flows:
            known[each.attributes.get("sourceRef", "")].append(
                f"<outgoing>{each.attributes['id']}</outgoing>"
            )
    extra = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    used = ZEEBE if any(part.kind.startswith("zeebe:") for root in roots for part in root.around()) else ""
    names = {name for root in roots for part in root.around() for name in (part.kind, *part.attributes)}
    for prefix in sorted({name.partition(":")[0] for name in names if ":" in name} & set(OTHERS)):
        used += f' xmlns:{prefix}="{OTHERS[prefix]}"'
    body = "".join(root.written(known) for root in roots)
    head = f'<definitions {namespaces} {used} targetNamespace="urn:test"{extra}>'
    return f"{head}\n{body}</definitions>\n".encode()


def simple(*middle: Element, beside: tuple[Element, ...] = (), roots: tuple[Element, ...] = ()) -> bytes:
    """A process that passes the nodes in `middle` one by one; `beside` is what else is in it."""
    ids = ("begin", *(each.attributes["id"] for each in middle), "done")
    return file(*roots, process(start(), *middle, *beside, end(), *path(*ids)))
