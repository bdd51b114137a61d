"""Takes a running case from one definition to another: no token moves, each stands where it stood.

The tokens of the old case are made anew at the elements that stand for theirs, with the same ids, so that
whoever waits outside (a task, an agency, a message) still reaches them. Then what only the new definition
has around them is opened, and what it changed about a wait follows. It is a function of its arguments.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from engine.runtime.contract import Surroundings
from engine.runtime.element_map import ElementMap, called, no_target
from engine.runtime.faults import RuntimeFault, RuntimeLimits
from engine.runtime.migration_contract import Migration, MigrationFinding, MigrationRefused
from engine.runtime.migration_effects import flows_into, is_starved, steps_changed
from engine.runtime.new_waits import open_new_waits, renew_waits
from engine.runtime.snapshot import load
from engine.runtime.specs.compensation import RECORDS
from engine.runtime.specs.events import Catching
from engine.runtime.specs.flow_node import EventGateway, FlowNode, Join, ParallelGateway
from engine.runtime.specs.listeners import ENTRANCE
from engine.runtime.specs.loops import UNDOABLE
from engine.runtime.specs.sub_processes import StartedProcess
from engine.runtime.step import report
from engine.runtime.tokens import InnerScope, RunningCase, RuntimeScope, RuntimeToken

Inside = tuple[str, str]
"""The id of an old container, and that of the one that answers to it."""

_RECORDS_OF_SCOPE = (UNDOABLE, RECORDS, "undo")
_ROUND = "round of "


def migrate(
    raw: bytes, mapping: ElementMap, *, surroundings: Surroundings, limits: RuntimeLimits
) -> Migration:
    """The case of that snapshot as it stands in the new definition; `MigrationRefused` with every reason."""
    old_case = load(raw, mapping.old, surroundings=surroundings, limits=limits)
    moving = _Moving(old_case, mapping)
    moving.take_tokens()
    moving.refuse_if_any()
    try:
        pairs = moving.pairs()
        moving.consequences += renew_waits(pairs)
        moving.consequences += open_new_waits(moving.case, moving.insides, mapping)
        moving.check_joins()
        moving.refuse_if_any()
        before, after = report(old_case, before=()), report(moving.case, before=())
    except RuntimeFault as fault:
        found = MigrationFinding(
            code=fault.code,
            element_id=fault.element_id,
            text=f"The case could not go on in the new version: {fault.message}.",
            text_el=f"Η υπόθεση δεν θα μπορούσε να συνεχίσει στη νέα έκδοση: {fault.message}.",
        )
        raise MigrationRefused([found]) from fault
    for old_token, new_token in pairs:
        inside = moving.insides[id(new_token.workflow)]
        passed = frozenset(old_case.completed_elements)
        moving.consequences += steps_changed(mapping, inside, old_token, new_token, passed=passed)
    return Migration(
        before=before,
        after=after,
        consequences=tuple(dict.fromkeys(moving.consequences)),
        elements=moving.elements(),
    )


class _Moving:
    """One case on its way: the tokens made so far, and what was found on the way."""

    def __init__(self, old_case: RunningCase, mapping: ElementMap) -> None:
        self.old_case = old_case
        self.mapping = mapping
        self.case = RunningCase(mapping.new, surroundings=old_case.surroundings, limits=old_case.limits)
        self.insides: dict[int, Inside] = {}
        self.reasons: list[MigrationFinding] = []
        self.consequences: list[MigrationFinding] = []
        self._tokens: dict[UUID, RuntimeToken | None] = {}

    def refuse_if_any(self) -> None:
        """Refuse where a reason was found."""
        if self.reasons:
            raise MigrationRefused(tuple(dict.fromkeys(self.reasons)))

    def take_tokens(self) -> None:
        """Make every token anew at what stands for its element."""
        old = self.old_case
        for scope in old.scopes():
            taken = self._scope(scope)
            if taken is None:
                continue
            inside = self.insides[id(taken)]
            for token in _outer_first(scope.root):
                self._take(token, taken, inside)
            taken.compensations = self._records(scope.compensations, inside)
            if scope.has_variables:
                taken.variables, taken.written = scope.variables, set(scope.written)
        self._check_races()
        self.case.completed_elements = dict.fromkeys(self._passed())
        self.case.serial = max(old.serial, self.case.serial)
        self.case.index.quiet.clear()

    def pairs(self) -> list[tuple[RuntimeToken, RuntimeToken]]:
        """The tokens that stand somewhere, old and new."""
        found = []
        for scope in self.old_case.scopes():
            for token in scope.tasks.values():
                taken = self._tokens.get(token.id)
                if taken is not None and taken.id == token.id and token.alive:
                    found.append((token, taken))
        return found

    def elements(self) -> Mapping[str, str]:
        """The new ids of the old elements that something stands for."""
        found: dict[str, str] = {}
        for inside in self.mapping.insides:
            for node_id in self.mapping.old.containers[inside[0]].container.nodes:
                target = self.mapping.target(inside, node_id)
                if target is not None:
                    found.setdefault(node_id, target.id)
        return found

    def check_joins(self) -> None:
        """A join must neither have to fire at once, nor wait for what this case never began."""
        for _, token in self.pairs():
            gateway = token.task_spec
            if not isinstance(gateway, Join) or not token.waiting:
                continue
            arrived = gateway.arrived(token)
            fires = len(gateway.incoming) <= 1 and gateway.name == gateway.node.id
            if fires or (not gateway.patient and gateway.may_fire(arrived)):
                node = called(gateway.node)
                self._refuse(
                    "would_go_on",
                    gateway,
                    en=f"At {node.en} nothing more would be waited for: finish the step before.",
                    el=f"Στο {node.el} δεν θα αναμενόταν τίποτε άλλο: ολοκληρώστε πρώτα το προηγούμενο βήμα.",
                )
        for scope in self.case.scopes():
            old_scope = self._old_scope(scope)
            for spec in scope.spec.task_specs.values():
                if isinstance(spec, ParallelGateway) and is_starved(scope, spec):
                    source = self.mapping.source(self.insides[id(scope)], spec.node.id)
                    earlier = old_scope.spec.task_specs.get(source.id) if source else None
                    if isinstance(earlier, ParallelGateway) and is_starved(old_scope, earlier):
                        continue
                    node = called(spec.node)
                    self._refuse(
                        "waits_for_ever",
                        spec,
                        en=f"{node.en} would wait for ever for a branch that this case has not begun.",
                        el=f"Το {node.el} θα περίμενε για πάντα κλάδο που η υπόθεση δεν έχει αρχίσει.",
                    )

    def _old_scope(self, scope: RuntimeScope) -> RuntimeScope:
        host = scope.parent_token
        return self.old_case if host is None else self.old_case.subprocesses[host.id]

    def _refuse(self, code: str, spec: FlowNode, *, en: str, el: str) -> None:
        self.reasons.append(MigrationFinding(code=code, element_id=spec.node.id, text=en, text_el=el))

    def _passed(self) -> Iterator[str]:
        """The elements that were passed, as the new diagram has them."""
        by_id = self.elements()
        return (by_id[passed] for passed in self.old_case.completed_elements if passed in by_id)

    def _scope(self, scope: RuntimeScope) -> RuntimeScope | None:
        """The scope that answers to an open one; None where its host is gone, which is noted there."""
        host = scope.parent_token
        if host is None:
            self.insides[id(self.case)] = (scope.spec.name, self.mapping.new.process.name)
            return self.case
        new_host = self._tokens.get(host.id)
        if new_host is None or new_host.id != host.id:
            return None
        outer = self.insides[id(new_host.workflow)]
        if isinstance(host.task_spec, StartedProcess):
            name = scope.spec.name if scope.spec.name in self.mapping.new.process_ids else None
        else:
            name = self.mapping.container_inside(outer, host.task_spec.node, scope.spec.name)
        if name is None:
            node = called(host.task_spec.node)
            self._refuse(
                "process_gone",
                host.task_spec,
                en=f"Inside {node.en} the new version runs another process.",
                el=f"Μέσα στο {node.el} η νέα έκδοση εκτελεί άλλη διαδικασία.",
            )
            return None
        inner = InnerScope(self.mapping.new.containers[name], new_host, self.case)
        self.case.subprocesses[new_host.id] = inner
        self.insides[id(inner)] = (scope.spec.name, name)
        return inner

    def _take(self, token: RuntimeToken, scope: RuntimeScope, inside: Inside) -> None:
        """Make one token; what was only left or listened, and has no place any more, is left out."""
        parent = self._tokens.get(token.parent.id) if token.parent is not None else None
        spec = self._spec(token.task_spec, scope, inside)
        if spec is None:
            self._tokens[token.id] = parent
            if token.completed:
                return
            if token.task_spec.passive or _is_of_race(token):
                self._tokens[token.id] = None
                node = token.task_spec.node
                self.consequences.append(
                    MigrationFinding(
                        code="event_dropped",
                        element_id=node.id,
                        text=f"{called(node).en} is not waited for any more.",
                        text_el=f"Το {called(node).el} δεν αναμένεται πλέον.",
                    )
                )
            else:
                self.reasons.append(_why_nowhere(token, self.mapping, inside))
            return
        taken = RuntimeToken(
            scope, spec, parent, arrived_by=self._arrived_by(token, spec, inside), id=token.id
        )
        if token is token.workflow.root:
            scope.root = taken
        taken.serial, taken.local = token.serial, token.local
        taken.facts = self._facts(token, inside)
        taken.restore(token.state)
        self._tokens[token.id] = taken

    def _spec(self, spec: FlowNode, scope: RuntimeScope, inside: Inside) -> FlowNode | None:
        found = scope.spec.task_specs.get(self._name(spec.name, inside) or "")
        if found is None or type(found) is not type(spec):
            return None
        if isinstance(spec, Catching) and isinstance(found, Catching):
            return found if type(found.trigger) is type(spec.trigger) else None
        return found

    def _name(self, name: str, inside: Inside) -> str | None:
        """The name of the spec that answers to one: the id of its element changes, what follows it stays."""
        if name.startswith("("):
            return name
        element_id, mark, rest = name.partition(" (")
        if element_id == inside[0]:
            return f"{inside[1]}{mark}{rest}"
        if rest == "started)":
            return name
        target = self.mapping.target(inside, element_id)
        return f"{target.id}{mark}{rest}" if target is not None else None

    def _arrived_by(self, token: RuntimeToken, spec: FlowNode, inside: Inside) -> str | None:
        """The flow by which a token has come, as the join at which it waits knows it."""
        old = token.task_spec
        if not (
            isinstance(old, Join) and isinstance(spec, Join) and token.waiting and len(spec.incoming) > 1
        ):
            return token.arrived_by
        flows = flows_into(self.mapping, inside, old, spec)
        if token.arrived_by not in flows:
            node = called(spec.node)
            self._refuse(
                "join_changed",
                old,
                en=f"The branch on which the case has come to {node.en} does not lead there any more.",
                el=f"Ο κλάδος από τον οποίο η υπόθεση έφτασε στο {node.el} δεν οδηγεί πλέον εκεί.",
            )
        return flows.get(token.arrived_by or "")

    def _facts(self, token: RuntimeToken, inside: Inside) -> dict[str, Any]:
        """What a token remembers, with the names that it holds as they are now."""
        facts = dict(token.facts)
        for name in _RECORDS_OF_SCOPE:
            if name in facts:
                facts[name] = self._records(facts[name], inside)
        if "inside" in facts:
            facts["inside"] = self._records_inside(facts["inside"], token.task_spec.node.id, inside)
        if ENTRANCE in facts:
            process = facts.get("process")
            began = (process, process) if process in self.mapping.new.process_ids else inside
            facts[ENTRANCE] = self._name(facts[ENTRANCE], began) or facts[ENTRANCE]
        if "names" in facts:
            self._take_names(facts, inside)
        for name in [name for name in facts if name.startswith(_ROUND)]:
            self._take_round(facts, name, inside)
        return facts

    def _take_names(self, facts: dict[str, Any], inside: Inside) -> None:
        """What an ad-hoc sub-process was to begin with; what it has begun is counted among them."""
        begun, known = facts["begun"], self.mapping.new.containers[inside[1]].task_specs
        renamed = [self._name(name, inside) for name in facts["names"]]
        kept = [(number, name) for number, name in enumerate(renamed) if name in known]
        facts["names"] = [name for _, name in kept]
        facts["begun"] = sum(number < begun for number, _ in kept)

    def _take_round(self, facts: dict[str, Any], name: str, inside: Inside) -> None:
        """The flows that have come to a complex gateway in this round."""
        gateway_id, flows = name.removeprefix(_ROUND), facts.pop(name)
        old = self.mapping.old.containers[inside[0]].task_specs[gateway_id]
        target = self.mapping.target(inside, gateway_id)
        new = self.mapping.new.containers[inside[1]].task_specs[target.id] if target else None
        if isinstance(old, Join) and isinstance(new, Join):
            by_old = flows_into(self.mapping, inside, old, new)
            facts[f"{_ROUND}{new.node.id}"] = sorted(by_old[flow] for flow in flows if flow in by_old)

    def _records(self, records: Sequence[Mapping[str, Any]], inside: Inside) -> list[dict[str, Any]]:
        """What can be undone: kept where the new version can undo it too."""
        kept = []
        specs = self.mapping.new.containers[inside[1]].task_specs
        for record in records:
            target = self.mapping.target(inside, record["activity"])
            by = self._name(record["by"], inside)
            if target is None or by not in specs:
                found = MigrationFinding(
                    code="undo_lost",
                    element_id=record["activity"],
                    text=f"What was done in {record['activity']} can no longer be undone.",
                    text_el=f"Ό,τι έγινε στο {record['activity']} δεν μπορεί πλέον να αναιρεθεί.",
                )
                self.consequences.append(found)
                continue
            moved = {**record, "activity": target.id, "by": by}
            if "inside" in record:
                moved["inside"] = self._records_inside(record["inside"], record["activity"], inside)
            kept.append(moved)
        return kept

    def _records_inside(
        self, records: Sequence[Mapping[str, Any]], activity: str, inside: Inside
    ) -> list[dict[str, Any]]:
        node = self.mapping.old.containers[inside[0]].container.nodes.get(activity)
        opened = getattr(node.work, "container", None) if node is not None else None
        inner = self.mapping.container_inside(inside, node, opened) if node and opened else None
        return self._records(records, (opened, inner)) if opened and inner else []

    def _check_races(self) -> None:
        """An event-based gateway must be left with something to wait for."""
        for scope in self.case.scopes():
            for token in scope.tasks.values():
                spec = token.task_spec
                if isinstance(spec, EventGateway) and token.completed and not token.children:
                    node = called(spec.node)
                    self._refuse(
                        "no_target",
                        spec,
                        en=f"Of what the case waits for at {node.en} nothing is left.",
                        el=f"Από όσα περιμένει η υπόθεση στο {node.el} δεν μένει τίποτε.",
                    )


def _why_nowhere(token: RuntimeToken, mapping: ElementMap, inside: Inside) -> MigrationFinding:
    spec = token.task_spec
    return no_target(spec.node, mapping, inside, part=spec.name if spec.name != spec.node.id else None)


def _is_of_race(token: RuntimeToken) -> bool:
    """Whether it is one of several events that are waited for, the first of which takes the others away."""
    return token.parent is not None and isinstance(token.parent.task_spec, EventGateway)


def _outer_first(root: RuntimeToken) -> list[RuntimeToken]:
    found = [root]
    for token in found:
        found.extend(token.children)
    return found
