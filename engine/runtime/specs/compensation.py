"""Compensation: remembers what was completed, and undoes it, the last first.

A scope remembers, in order, each activity that can be undone: by which node, and the variables as they were
when it was completed. A sub-process that was completed takes what its inside remembers along; undoing it
opens its scope once more.
"""

from typing import Any
from uuid import UUID

from engine.bpmn.model import CompensationTrigger, Node, SubProcessWork
from engine.runtime.branches import remove
from engine.runtime.library import WorkflowSpec
from engine.runtime.specs.events import Throwing
from engine.runtime.specs.loops import UNDOABLE, Loop, ParentActivity
from engine.runtime.specs.sub_processes import SubProcess
from engine.runtime.tokens import RECORDED, RuntimeScope, RuntimeToken

UNDO = "(undo)"
"""The name of the spec that undoes everything a scope remembers."""

RECORDS = "records"
"""The fact in which an undoing token is told what to undo, where that is not everything."""

THROWER = "thrower"
"""The fact that names the token in another scope that waits until all is undone."""

Record = dict[str, Any]


def undo_name(node_id: str) -> str:
    """The name of the spec that undoes the inside of a sub-process."""
    return f"{node_id} (undo)"


def note_compensation(token: RuntimeToken) -> None:
    """Remember a completed activity that can be undone.

    A handler of its own undoes a loop as a whole; else what was done inside is undone for each instance (BPMN
    2.0.2, 13.5.5), which the loop remembers until it is completed itself.
    """
    spec, inside = token.task_spec, token.facts.get("inside")
    loop = token.parent if token.parent is not None and isinstance(token.parent.task_spec, Loop) else None
    if spec.compensated_by is not None and spec.drawn:
        record = {"activity": spec.node.id, "data": dict(token.data), "by": spec.compensated_by}
        token.workflow.compensations.append(record)
    elif inside and spec.compensated_by is None and (loop is not None or spec.drawn):
        record = {"activity": spec.node.id, "data": dict(token.context), "by": undo_name(spec.node.id)}
        records = token.workflow.compensations if loop is None else loop.facts.setdefault(UNDOABLE, [])
        records.append(record | {"inside": inside})


class Undo(ParentActivity):
    """Undoes what its scope remembers, one after the other."""

    drawn = False

    def perform(self, token: RuntimeToken) -> bool:
        """Begin with the last; with nothing to undo, or when all is undone, go on."""
        if not self.begun(token):
            return self.undo(token, token.facts.pop(RECORDS, None) or _taken(token.workflow, None))
        if THROWER in token.facts:
            thrower = token.workflow.top_workflow.index.standing.get(UUID(token.facts[THROWER]))
            if thrower is not None:
                thrower.make_ready()
        self.conclude(token)
        return True

    def undo(self, token: RuntimeToken, records: list[Record]) -> bool:
        """Begin to undo; True when there is nothing to undo."""
        if not records:
            return True
        self.begin(token, undo=records)
        self._next(token)
        return False

    def child_done(self, token: RuntimeToken, child: RuntimeToken) -> None:
        """One is undone: go on with the one before."""
        remove(child)
        if token.facts["undo"]:
            self._next(token)
        else:
            self.end(token)

    def _next(self, token: RuntimeToken) -> None:
        record = token.facts["undo"].pop()
        handler = self.send(token, record["by"])
        handler.facts[RECORDED] = record["data"]
        handler.facts.update({"inside": record["inside"]} if "inside" in record else {})
        handler.enter()


class CompensationThrow(Undo, Throwing):
    """An event that undoes one activity, or all that its scope has completed, and waits for that."""

    drawn = True

    def perform(self, token: RuntimeToken) -> bool:
        """Throw whatever else the event is about, then undo."""
        if self.begun(token):
            self.conclude(token)
            return True
        Throwing.perform(self, token)
        holder, records = self._found(token)
        if holder is token.workflow or not records:
            return self.undo(token, records)
        self.begin(token)
        undoing = RuntimeToken(holder, holder.spec.task_specs[UNDO], holder.root)
        undoing.facts.update({RECORDS: records, THROWER: str(token.id)})
        undoing.enter()
        return False

    def _found(self, token: RuntimeToken) -> tuple[RuntimeScope, list[Record]]:
        """What is to be undone, and where: around an event sub-process, or where the named activity is."""
        scope = token.workflow
        while scope.spec.container.triggered_by_event and scope.parent_token is not None:
            scope = scope.parent_token.workflow
        activity = next(part.activity for part in self.node.triggers if isinstance(part, CompensationTrigger))
        holder: RuntimeScope | None = scope
        while activity is not None and holder is not None and activity not in holder.spec.container.nodes:
            holder = holder.parent_token.workflow if holder.parent_token is not None else None
        scope = holder or scope
        return scope, _taken(scope, activity)


def _taken(scope: RuntimeScope, activity: str | None) -> list[Record]:
    """The records of one activity, or all of them; the scope remembers them no more."""
    taken = [record for record in scope.compensations if activity in {None, record["activity"]}]
    scope.compensations = [record for record in scope.compensations if record not in taken]
    return taken


class UndoneSubProcess(SubProcess):
    """Opens the scope of a completed sub-process once more, to undo what was done in it.

    What is inside sees the variables as they were when it was completed, with what it writes itself; outside
    that is seen at once, as every write is.
    """

    drawn = False

    def __init__(
        self, container: WorkflowSpec, node: Node, work: SubProcessWork, *, name: str | None = None
    ) -> None:
        super().__init__(container, node, work, name=name)
        self.keeps_inside = self.shows_inside = True

    def arrive(self, token: RuntimeToken) -> None:
        """Nothing: the mappings were applied when it was done."""

    def perform(self, token: RuntimeToken) -> bool:
        """Let its compensation event sub-process run, or undo everything in it."""
        container = self.container_of(token)
        scope = token.workflow.top_workflow.open_scope(container, token)
        scope.compensations = token.facts.pop("inside")
        root = scope.plant(container.start)
        root.mark_left()
        undoing = RuntimeToken(scope, container.task_specs[container.start.compensator or UNDO], root)
        undoing.enter()
        return False

    def absorb_scope(self, token: RuntimeToken, scope: RuntimeScope) -> None:
        """Nothing more: what was written inside was seen outside at once."""
