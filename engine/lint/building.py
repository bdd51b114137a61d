"""Builds the model of a diagram from its XML, without recursion and without judging it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from engine.lint import expressions, variables, xml
from engine.lint.model import (
    FLOW_NODES,
    SUB_PROCESSES,
    TRIGGERS,
    Diagram,
    Flow,
    Neighbourhood,
    Node,
    Scope,
    Trigger,
)
from engine.lint.xml import Element

NOBODY = Neighbourhood(
    files=frozenset(),
    processes={},
    callable_elsewhere=frozenset(),
    decisions=frozenset(),
    forms={},
    greek_options={},
    main_process=None,
    is_whole=False,
)
"""The neighbourhood of a file that was not placed among others yet."""


def diagram(file: str, root: Element) -> Diagram:
    """The model of one file, with nothing around it yet."""
    by_name: dict[str, list[Element]] = defaultdict(list)
    by_id: dict[str, list[Element]] = defaultdict(list)
    for element in root.iter(f"{{{xml.BPMN}}}*"):
        by_name[xml.local(element)].append(element)
        if identifier := element.get("id"):
            by_id[identifier].append(element)
    nodes = {element: _node(element, by_id) for name in FLOW_NODES for element in by_name.get(name, ())}
    scopes = tuple(_scopes(root, nodes, by_id))
    return Diagram(
        file=file,
        root=root,
        scopes=scopes,
        around=NOBODY,
        variables=frozenset(),
        variables_complete=False,
        expressions=(),
        _by_name={name: tuple(elements) for name, elements in by_name.items()},
        _by_id={identifier: tuple(elements) for identifier, elements in by_id.items()},
        _nodes=nodes,
        _scope_of={node: scope for scope in scopes for node in scope.nodes},
    )


def placed(drawn: Diagram, around: Neighbourhood) -> Diagram:
    """The diagram among the other files of its procedure, with its variables and expressions read."""
    among = replace(drawn, around=around)
    named = replace(
        among,
        variables=variables.names(among),
        variables_complete=around.is_whole and variables.all_known(among),
    )
    return replace(named, expressions=tuple(expressions.read(named)))


def _node(element: Element, by_id: dict[str, list[Element]]) -> Node:
    return Node(element=element, kind=xml.local(element), triggers=tuple(_triggers(element, by_id)))


def _triggers(element: Element, by_id: dict[str, list[Element]]) -> Iterator[Trigger]:
    for part in xml.children(element):
        name = xml.local(part)
        if name in TRIGGERS:
            yield Trigger(element=part, kind=TRIGGERS[name], shared=False)
        elif name == "eventDefinitionRef":
            for definition in by_id.get(xml.text(part).rpartition(":")[2], ())[:1]:
                if xml.local(definition) in TRIGGERS:
                    yield Trigger(element=definition, kind=TRIGGERS[xml.local(definition)], shared=True)


def _scopes(root: Element, nodes: dict[Element, Node], by_id: dict[str, list[Element]]) -> Iterator[Scope]:
    waiting: list[tuple[Element, Scope | None]] = [
        (process, None) for process in reversed(xml.children(root, "process"))
    ]
    while waiting:
        element, parent = waiting.pop()
        scope = _scope(element, parent, nodes, by_id)
        yield scope
        waiting.extend((node.element, scope) for node in reversed(scope.nodes) if node.kind in SUB_PROCESSES)


def _scope(
    element: Element, parent: Scope | None, nodes: dict[Element, Node], by_id: dict[str, list[Element]]
) -> Scope:
    inside = tuple(nodes[part] for part in xml.children(element) if part in nodes)
    flows = tuple(
        Flow(
            element=part,
            source=_end(part.get("sourceRef"), nodes, by_id),
            target=_end(part.get("targetRef"), nodes, by_id),
        )
        for part in xml.children(element, "sequenceFlow")
    )
    attached: dict[str, list[Node]] = defaultdict(list)
    for node in inside:
        if node.kind == "boundaryEvent" and node.element.get("attachedToRef"):
            attached[node.element.get("attachedToRef", "")].append(node)
    incoming: dict[Node, list[Flow]] = defaultdict(list)
    outgoing: dict[Node, list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.target is not None:
            incoming[flow.target].append(flow)
        if flow.source is not None:
            outgoing[flow.source].append(flow)
    return Scope(
        element=element,
        kind=xml.local(element),
        executable=parent.executable if parent else xml.flag(element, "isExecutable", default=False),
        nodes=inside,
        flows=flows,
        parent=parent,
        _incoming={node: tuple(leading) for node, leading in incoming.items()},
        _outgoing={node: tuple(leaving) for node, leaving in outgoing.items()},
        _attached={host: tuple(events) for host, events in attached.items()},
    )


def _end(reference: str | None, nodes: dict[Element, Node], by_id: dict[str, list[Element]]) -> Node | None:
    named = by_id.get((reference or "").rpartition(":")[2], ())
    return nodes.get(named[0]) if named else None
