"""Which element of a new definition stands for which of an old one: read from a plan, proposed, and checked.

A plan maps ids of elements; one that it does not name stands for the element of the same id. Elements answer
to each other only within answering containers: the process within the process, the inside of a sub-process
within the inside of the sub-process that stands for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.bpmn.flow_graph import predecessors
from engine.bpmn.model import (
    CallWork,
    CollectionLoop,
    Container,
    Node,
    ServiceWork,
    SubProcessWork,
    UserWork,
)
from engine.kernel.bilingual import Bilingual
from engine.runtime.definitions import ParsedDefinition
from engine.runtime.migration_contract import Elements, MigrationFinding, ProposedElement

_WAITING = frozenset({"intermediateCatchEvent", "receiveTask", "boundaryEvent", "startEvent"})
_GATEWAYS = "Gateway"


@dataclass(frozen=True)
class ElementMap:
    """What stands for what between two definitions, by a plan."""

    old: ParsedDefinition
    new: ParsedDefinition
    elements: Elements = field(default_factory=dict)

    def target(self, inside: tuple[str, str], node_id: str) -> Node | None:
        """What stands for an element; `inside` are the ids of its old container and of the answering one."""
        source = self.old.containers[inside[0]].container.nodes.get(node_id)
        target_id = self.elements.get(node_id, node_id)
        target = self.new.containers[inside[1]].container.nodes.get(target_id or "")
        if source is None or target is None or why_not(source, target):
            return None
        if source.attached_to is not None:
            host = self.target(inside, source.attached_to)
            return target if host is not None and host.id == target.attached_to else None
        return target

    def source(self, inside: tuple[str, str], node_id: str) -> Node | None:
        """Which old element a new one stands for; None for one that is new."""
        return self._sources(inside).get(node_id)

    def _sources(self, inside: tuple[str, str]) -> Mapping[str, Node]:
        known = self._by_inside.get(inside)
        if known is None:
            known = {}
            for node in self.old.containers[inside[0]].container.nodes.values():
                target = self.target(inside, node.id)
                if target is not None:
                    known[target.id] = node
            self._by_inside[inside] = known
        return known

    @cached_property
    def _by_inside(self) -> dict[tuple[str, str], Mapping[str, Node]]:
        return {}

    def container_inside(self, inside: tuple[str, str], host: Node, opened: str) -> str | None:
        """The container that answers to `opened`, which is open inside the old element `host`."""
        target = self.target(inside, host.id)
        if target is None:
            return None
        if isinstance(host.work, SubProcessWork) and isinstance(target.work, SubProcessWork):
            return target.work.container
        if isinstance(host.work, CallWork) and isinstance(target.work, CallWork):
            wanted = target.work.process if host.work.process == opened else opened
            known = isinstance(wanted, str) and wanted in self.new.process_ids
            return wanted if known and isinstance(wanted, str) else None
        return None

    @cached_property
    def insides(self) -> tuple[tuple[str, str], ...]:
        """Every old container with the one that answers to it, the process first."""
        found = [(self.old.process.name, self.new.process.name)]
        others = [name for name in self.old.process_ids if name != self.old.process.name]
        found += [(name, name) for name in others if name in self.new.process_ids]
        for inside in found:
            for node in self.old.containers[inside[0]].container.nodes.values():
                opened = _opened_by(node)
                inner = self.container_inside(inside, node, opened) if opened is not None else None
                if opened is not None and inner is not None and (opened, inner) not in found:
                    found.append((opened, inner))
        return tuple(found)

    def problems(self) -> dict[str, list[Bilingual]]:
        """What is wrong with the plan, in sentences by old element."""
        found: dict[str, list[Bilingual]] = {}
        known = dict(_everything(self.old))
        targets = dict(_everything(self.new))
        taken: dict[str, str] = {}
        for old_id, new_id in self.elements.items():
            sentence = self._problem(old_id, new_id, known, targets)
            if sentence is None and new_id is not None:
                first = taken.setdefault(new_id, old_id)
                if first != old_id:
                    sentence = _in_both(
                        en=f"Expected an element for one old element, found {new_id} for {first} too.",
                        el=f"Το {new_id} αντιστοιχεί ήδη στο {first}: επιλέξτε άλλο στοιχείο.",
                    )
            if sentence is not None:
                found[old_id] = [sentence]
        return found

    def _problem(
        self, old_id: str, new_id: str | None, known: Mapping[str, Node], targets: Mapping[str, Node]
    ) -> Bilingual | None:
        if old_id not in known:
            return _in_both(
                en=f"Expected the id of an element of the old version, found {old_id}.",
                el=f"Η παλιά έκδοση δεν έχει στοιχείο {old_id}.",
            )
        if new_id is None:
            return None
        if new_id not in targets:
            return _in_both(
                en=f"Expected the id of an element of the new version, found {new_id}.",
                el=f"Η νέα έκδοση δεν έχει στοιχείο {new_id}.",
            )
        reason = why_not(known[old_id], targets[new_id])
        if reason is not None:
            return reason
        if not any(
            (target := self.target(inside, old_id)) is not None and target.id == new_id
            for inside in self.insides
            if old_id in self.old.containers[inside[0]].container.nodes
        ):
            return _in_both(
                en=f"Expected an element within what stands for the surroundings of {old_id}, found "
                f"{new_id}, which is in another process, sub-process or at another activity.",
                el=f"Το {new_id} βρίσκεται σε άλλη διαδικασία, υποδιαδικασία ή δραστηριότητα από εκείνη που "
                f"περιέχει το {old_id}.",
            )
        return None


def _everything(definition: ParsedDefinition) -> Iterator[tuple[str, Node]]:
    for spec in definition.containers.values():
        yield from spec.container.nodes.items()


def _opened_by(node: Node) -> str | None:
    """The container that a sub-process or a call opens; None for what opens none, or an expression names."""
    if isinstance(node.work, SubProcessWork):
        return node.work.container
    if isinstance(node.work, CallWork) and isinstance(node.work.process, str):
        return node.work.process
    return None


def why_not(old: Node, new: Node) -> Bilingual | None:
    """Why a token cannot stand at `new` as it stood at `old`, in a sentence; None where it can."""
    before, after = _family(old), _family(new)
    if before != after:
        wanted, there = _words(before), _words(after)
        return _in_both(
            en=f"Expected {wanted.en} for {old.id}, found {there.en} {new.id}.",
            el=f"Το {old.id} είναι {wanted.el}, ενώ το {new.id} είναι {there.el}.",
        )
    loops = [_loop(node) for node in (old, new)]
    if loops[0] != loops[1]:
        return _in_both(
            en=f"Expected {old.id} to be done {loops[0].en} as before, found {new.id}, done {loops[1].en}.",
            el=f"Το {old.id} γίνεται {loops[0].el}, ενώ το {new.id} γίνεται {loops[1].el}.",
        )
    if len(old.triggers) != len(new.triggers) or [type(one) for one in old.triggers] != [
        type(one) for one in new.triggers
    ]:
        return _in_both(
            en=f"Expected {new.id} to be about the same kind of event as {old.id}.",
            el=f"Το {new.id} αφορά άλλο είδος γεγονότος από το {old.id}.",
        )
    return None


def _family(node: Node) -> str:
    """What a token does at a node, apart from events: which of the engine's own states it can have."""
    if isinstance(node.work, UserWork):
        return "person"
    if isinstance(node.work, ServiceWork):
        return "service" if node.kind.endswith("Task") else "thrown service"
    if isinstance(node.work, SubProcessWork | CallWork):
        return node.kind
    if node.kind in _WAITING or node.kind.endswith((_GATEWAYS, "Event")):
        return node.kind
    return "instant"


_FAMILIES: Mapping[str, tuple[str, str]] = {
    "person": ("a task for a person", "εργασία υπαλλήλου"),
    "service": ("a service task", "αίτημα προς φορέα"),
    "thrown service": ("an event that an agency sends", "γεγονός που αποστέλλεται σε φορέα"),
    "instant": ("a task that is done within a step", "εργασία που γίνεται αυτόματα"),
    "subProcess": ("a sub-process", "υποδιαδικασία"),
    "callActivity": ("a call of a process", "κλήση διαδικασίας"),
    "boundaryEvent": ("an event on the edge of an activity", "γεγονός στο όριο δραστηριότητας"),
    "intermediateCatchEvent": ("an event that is waited for", "γεγονός που αναμένεται"),
    "receiveTask": ("a task that waits for a message", "αναμονή μηνύματος"),
}


def _words(family: str) -> Bilingual:
    english, greek = _FAMILIES.get(family, (f"a {family}", f"στοιχείο {family}"))
    return _in_both(en=english, el=greek)


def _loop(node: Node) -> Bilingual:
    if node.loop is None:
        return _in_both(en="once", el="μία φορά")
    if isinstance(node.loop, CollectionLoop):
        order, greek = (
            ("one after the other", "διαδοχικά")
            if node.loop.sequential
            else ("at the same time", "ταυτόχρονα")
        )
        return _in_both(en=f"for each item of a collection, {order}", el=f"για κάθε στοιχείο, {greek}")
    return _in_both(en="again and again while a condition holds", el="ξανά όσο ισχύει μια συνθήκη")


def propose(old: ParsedDefinition, new: ParsedDefinition) -> tuple[ProposedElement, ...]:
    """What stands for each element: proposed by its id, then by its name, then by its place in the graph.

    In the order of the old diagrams, the process first. An element without a proposal has the target None.
    """
    proposed: dict[str, ProposedElement] = {}
    ahead = [(old.process.name, new.process.name)]
    ahead += [(name, name) for name in old.process_ids if name != old.process.name and name in new.containers]
    for old_id, new_id in ahead:
        found = _Proposal(old.containers[old_id].container, new.containers[new_id].container)
        proposed.update({one.old: one for one in found.elements()})
        for node in old.containers[old_id].container.nodes.values():
            target = found.node(node.id)
            inner = (_opened_by(node), _opened_by(target) if target is not None else None)
            if inner[0] in old.containers and inner[1] in new.containers and inner not in ahead:
                ahead.append((inner[0] or "", inner[1] or ""))
    for node_id, _ in _everything(old):
        proposed.setdefault(node_id, ProposedElement(old=node_id, new=None, by=None))
    return tuple(proposed.values())


class _Proposal:
    """The proposal for one pair of containers."""

    def __init__(self, old: Container, new: Container) -> None:
        self._old, self._new = old, new
        self._found: dict[str, tuple[str, str]] = {}
        self._take("id", lambda node: [new.nodes[node.id]] if node.id in new.nodes else [])
        self._take("name", self._called_alike)
        self._before = predecessors(old), predecessors(new)
        # Each that is found may place its neighbours.
        while self._take("position", self._placed_alike):
            pass

    def elements(self) -> Iterator[ProposedElement]:
        for node_id in self._old.nodes:
            new_id, by = self._found.get(node_id, (None, None))
            yield ProposedElement(old=node_id, new=new_id, by=by)

    def node(self, old_id: str) -> Node | None:
        """What is proposed for an element."""
        found = self._found.get(old_id)
        return self._new.nodes[found[0]] if found else None

    def _take(self, by: str, candidates: Callable[[Node], list[Node]]) -> bool:
        """Take what is found in one way; whether anything was."""
        taken = {new_id for new_id, _ in self._found.values()}
        fresh: dict[str, str] = {}
        for node in self._old.nodes.values():
            fitting = [
                one
                for one in (candidates(node) if node.id not in self._found else [])
                if one.id not in taken and self._fits(node, one)
            ]
            if len(fitting) == 1 and fitting[0].id not in fresh.values():
                fresh[node.id] = fitting[0].id
        self._found.update({old_id: (new_id, by) for old_id, new_id in fresh.items()})
        return bool(fresh)

    def _fits(self, old: Node, new: Node) -> bool:
        if why_not(old, new) is not None:
            return False
        if old.attached_to is None or old.attached_to == new.attached_to:
            return True
        found = self._found.get(old.attached_to)
        return found is not None and found[0] == new.attached_to

    def _called_alike(self, node: Node) -> list[Node]:
        if not node.name or sum(one.name == node.name for one in self._old.nodes.values()) > 1:
            return []
        return [one for one in self._new.nodes.values() if one.name == node.name]

    def _placed_alike(self, node: Node) -> list[Node]:
        """Elements with a known neighbour on each side that stand between what stands for those."""
        before = {self._found[one][0] for one in self._before[0][node.id] if one in self._found}
        after = {
            self._found[one][0]
            for one, sources in self._before[0].items()
            if node.id in sources and one in self._found
        }
        if not before and not after:
            return []
        return [
            one
            for one in self._new.nodes.values()
            if before <= self._before[1][one.id]
            and all(one.id in self._before[1][following] for following in after)
        ]


def called(node: Node) -> Bilingual:
    """An element as people know it, with the quotation marks of either language."""
    if not node.name:
        return _in_both(en=node.id, el=node.id)
    return _in_both(en=f"“{node.name}” ({node.id})", el=f"«{node.name}» ({node.id})")


def _in_both(*, en: str, el: str) -> Bilingual:
    return Bilingual(en, el=el, en=en)


def no_target(
    node: Node, mapping: ElementMap, inside: tuple[str, str], *, part: str | None
) -> MigrationFinding:
    """The reason that nothing stands for an element, or for a `part` of it, at which the case stands."""
    wanted = mapping.elements.get(node.id, node.id)
    target = mapping.new.containers[inside[1]].container.nodes.get(wanted or "")
    name = called(node)
    code = "no_target"
    reason = _in_both(
        en=f"The case is at {name.en}, for which the new version has no element.",
        el=f"Η υπόθεση βρίσκεται στο {name.el}, στο οποίο δεν αντιστοιχεί τίποτε στη νέα έκδοση.",
    )
    if target is not None:
        code = "kind_changed"
        reason = why_not(node, target) or _in_both(
            en=f"The new version has no {part or node.id} as the case is there.",
            el=f"Η νέα έκδοση δεν έχει {part or node.id} όπως βρίσκεται εκεί η υπόθεση.",
        )
        if node.loop is not None and target.loop is None:
            code = "loop_gone"
            reason = _in_both(
                en=f"The case is inside the instances of {name.en}, which is done once in the new version.",
                el=f"Η υπόθεση βρίσκεται στις επαναλήψεις του {name.el}, που στη νέα έκδοση γίνεται "
                "μία φορά.",
            )
    return MigrationFinding(code=code, element_id=node.id, text=reason.en, text_el=reason.el)
