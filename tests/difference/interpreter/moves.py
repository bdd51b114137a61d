"""Moves tokens by BPMN 2.0.2, chapter 13: enter a node, do its part, leave it, join, end, interrupt, undo."""

from collections.abc import Callable
from functools import cache
from itertools import count

from tests.difference.drawing import ACTIVITIES, Diagram, Flow, Loop, Node, Trigger
from tests.difference.interpreter.paths import Paths
from tests.difference.interpreter.state import Frame, Record, Undo, Variables, Visit, Wait
from tests.difference.interpreter.undoing import Undoing

MOST_MOVES = 2_000
MOST_WAITS = 60

_OUTSIDE = {"userTask": "task", "manualTask": "task", "serviceTask": "service", "receiveTask": "message"}
"""Activities that somebody outside completes, with what they wait for."""

Move = tuple[Frame, Node, str]
"""A token on its way to a node, with the flow that it comes by."""


class Overgrown(Exception):
    """The case has become too large to be looked at further: tokens multiply, or never come to rest."""


class Uncaught(Exception):
    """An error that nothing catches; BPMN leaves open what follows."""


class Moves:
    """The tokens of one case, and all that moves them.

    `now` is in seconds since the case began. `sent` are the messages and signals thrown. `choose` is given
    the number of moves that are possible at the same time, and says which comes first.
    """

    def __init__(self, diagram: Diagram, *, choose: Callable[[int], int]) -> None:
        self.diagram = diagram
        self.now = 0
        self.ended = False
        self.outcome: str | None = None
        self.sent: list[tuple[str, str]] = []
        self.choose = choose
        self._numbers = count()
        self._agenda: list[Move] = []
        self._paths = cache(Paths)
        self.undoing = Undoing(self)
        self.root = Frame(diagram.processes[0], None, Variables())

    def begin(self) -> None:
        """Begin the process."""
        self._begin(self.root)
        self.settle()

    def waits(self) -> list[Wait]:
        """Everything that is waited for, in the order in which it began to be."""
        return [] if self.ended else sorted(self.root.waits(), key=lambda wait: wait.number)

    def is_open(self, wait: Wait) -> bool:
        """Whether it is still waited for."""
        return any(wait is other for other in self.root.waits())

    # Moving.

    def settle(self) -> None:
        """Move everything that can move.

        What a token does comes before the end of a scope, that before conditions, and these before inclusive
        joins, which must know that no other token can still come.
        """
        for _ in range(MOST_MOVES):
            if self.ended:
                return
            quiet = [] if self._agenda else [frame for frame in self.root.frames() if self._is_quiet(frame)]
            if self._agenda:
                self._arrive(*self._agenda.pop(self.choose(len(self._agenda))))
            elif quiet:
                self._end(quiet[self.choose(len(quiet))])
            elif not (self._fire_condition() or self._join_inclusively()):
                break
        else:
            raise Overgrown("tokens never come to rest")
        if sum(1 for _ in self.root.waits()) > MOST_WAITS:
            raise Overgrown("tokens multiply")

    def _send(self, frame: Frame, flows: list[Flow]) -> None:
        self._agenda += [(frame, frame.scope.nodes[flow.target], flow.id) for flow in flows]

    def leave(self, frame: Frame, node: Node) -> None:
        """A token on each flow whose turn it is (13.3.1 for activities and events, 13.4 for gateways)."""
        values = frame.variables.values
        default = [flow for flow in frame.scope.outgoing(node.id) if flow.id == node.default]
        others = [flow for flow in frame.scope.outgoing(node.id) if flow.id != node.default]
        always = [flow for flow in others if flow.condition is None]
        holding = [flow for flow in others if flow.condition is not None and flow.condition.holds(values)]
        if node.kind == "exclusiveGateway":
            self._send(frame, (holding or default or always)[:1])
        else:
            self._send(frame, always + (holding or default))

    def _arrive(self, frame: Frame, node: Node, flow_id: str) -> None:
        if node.kind in {"parallelGateway", "inclusiveGateway"} and len(frame.scope.incoming(node.id)) > 1:
            frame.held.setdefault(node.id, []).append(flow_id)
            wanted = {flow.id for flow in frame.scope.incoming(node.id)}
            if node.kind == "parallelGateway" and wanted <= set(frame.held[node.id]):
                self._join(frame, node)
        else:
            self._enter(frame, node)

    def _join(self, frame: Frame, node: Node) -> None:
        """One token for one from each flow that has any (13.4.1, 13.4.3)."""
        held = frame.held[node.id]
        for flow_id in set(held):
            held.remove(flow_id)
        if not held:
            del frame.held[node.id]
        self.leave(frame, node)

    def _join_inclusively(self) -> bool:
        for frame in self.root.frames():
            for node_id in frame.held:
                node, paths = frame.scope.nodes[node_id], self._paths(frame.scope)
                if node.kind == "inclusiveGateway" and not paths.may_still_come(frame, node):
                    self._join(frame, node)
                    return True
        return False

    # Nodes.

    def _enter(self, frame: Frame, node: Node) -> None:
        if node.kind in ACTIVITIES:
            self.start(Visit(node, frame))
        elif node.waits_for("compensation") and node.trigger is not None:
            self.undoing.compensate(frame, node, node.trigger.activity)
        elif node.kind in {"endEvent", "intermediateThrowEvent"}:
            self.note_end(frame, node)
            self._throw_at(frame, node)
        elif node.kind == "eventBasedGateway" or (
            node.kind == "intermediateCatchEvent" and not node.waits_for("link")
        ):
            visit = Visit(node, frame)
            frame.visits.append(visit)
            events = [frame.scope.nodes[flow.target] for flow in frame.scope.outgoing(node.id)]
            for event in events if node.kind == "eventBasedGateway" else [node]:
                visit.waits.append(self._wait(event, frame, visit))
        else:
            self.leave(frame, node)

    def note_end(self, frame: Frame, node: Node) -> None:
        """The case ends in the end event of its process that was passed last."""
        if frame is self.root and node.kind == "endEvent":
            self.outcome = node.id

    def _throw_at(self, frame: Frame, node: Node) -> None:
        """What a throwing or ending event does; an intermediate one lets its token go on (13.5)."""
        trigger = node.trigger or Trigger(kind="none")
        goes_on = node.kind == "intermediateThrowEvent"
        if trigger.kind == "link":
            catch = next(
                other
                for other in frame.scope.nodes.values()
                if other.kind == "intermediateCatchEvent" and other.trigger == trigger
            )
            self.leave(frame, catch)
            return
        if goes_on:
            self.leave(frame, node)
        if trigger.kind in {"message", "signal"}:
            self.sent.append((trigger.kind, trigger.name))
        if trigger.kind == "signal":
            for wait in [
                each for each in self.waits() if each.kind == "signal" and each.name == trigger.name
            ]:
                if self.is_open(wait):
                    self.happen(wait, None)
        elif trigger.kind in {"error", "escalation"}:
            self.throw(trigger.kind, trigger.name, frame, None)
        elif trigger.kind == "terminate":
            self._clear(frame)
        elif trigger.kind == "cancel":
            self._clear(frame, listeners_too=True)
            frame.is_cancelled = True
            self.undoing.go_on(Undo(frame, frame.taken(None)))

    # Activities (13.3).

    def start(self, visit: Visit) -> None:
        """Open the boundary events, and begin the work, once or as often as the loop says."""
        node, frame = visit.node, visit.frame
        frame.visits.append(visit)
        events = [event for event in frame.scope.attached(node.id) if event.handler is None]
        visit.edge = [self._wait(event, frame, visit) for event in events]
        loop = node.loop
        if loop is None:
            self._work(visit)
        elif loop.kind == "standard":
            if loop.tested_before and not _again(visit, loop):
                self._complete(visit)
            else:
                self._work(self._instance(visit))
        else:
            for instance in [
                self._instance(visit) for _ in range(loop.count if loop.kind == "parallel" else 1)
            ]:
                if instance in visit.instances:  # Others may have been enough.
                    self._work(instance)

    def _instance(self, visit: Visit) -> Visit:
        visit.begun += 1
        instance = Visit(visit.node, visit.frame, of=visit, index=visit.begun)
        visit.instances.append(instance)
        return instance

    def _work(self, visit: Visit) -> None:
        """Do the activity's own part: wait for somebody, open a scope, or be done at once."""
        node, frame = visit.node, visit.frame
        if node.kind in _OUTSIDE:
            visit.waits.append(self._wait(node, frame, visit))
        elif node.inner is not None:
            visit.inner = Frame(node.inner, visit, frame.variables)
            self._begin(visit.inner)
        elif node.calls is not None:
            visit.inner = Frame(self.diagram.process(node.calls), visit, Variables(), is_called=True)
            self._begin(visit.inner)
        else:
            for name, value in node.sets.items():
                frame.variables.write(name, value)
            if node.kind == "scriptTask" and node.writes is not None:
                frame.variables.write(node.writes, int(str(frame.variables.values[node.writes])) + 1)
            self._finish(visit)

    def _finish(self, visit: Visit) -> None:
        """The work is done: the whole activity is, unless it is one of several.

        What was done inside an instance can be undone for each (13.5.5).
        """
        outer = visit.whole
        outer.records = [*outer.records, Record(visit.node, visit.inside)] if visit.inside else outer.records
        if outer is visit:
            self._complete(visit)
            return
        outer.instances.remove(visit)
        outer.done += 1
        outer.collected.add(visit.index)
        loop = outer.node.loop
        if loop is None:
            raise TypeError(f"expected a loop at {outer.node.id}")
        if loop.kind == "standard":
            more = _again(outer, loop)
        else:
            enough = outer.done >= (loop.enough or loop.count)
            more = not enough and loop.kind == "sequential"
            if not enough and not more:
                return
        if more:
            self._work(self._instance(outer))
            return
        for instance in outer.instances:
            self._stop(instance)
        outer.instances.clear()
        numbers = range(1, loop.count + 1)
        results = [10 * number if number in outer.collected else None for number in numbers]
        visit.frame.variables.write(loop.collects, results)
        self._complete(outer)

    def _complete(self, visit: Visit) -> None:
        """Close the boundary events, remember what can be undone, and go on."""
        frame, node = visit.frame, visit.node
        frame.visits.remove(visit)
        if visit.undo is not None:
            self.undoing.go_on(visit.undo)
            return
        has_handler = any(event.handler is not None for event in frame.scope.attached(node.id))
        frame.records += [Record(node, [])] if has_handler else visit.records
        self.leave(frame, node)

    # Scopes (13.3.4, 13.5.4).

    def _begin(self, frame: Frame) -> None:
        """Open the event sub-processes, and let a token leave the start event."""
        for node in frame.scope.event_sub_processes():
            if node.inner is not None and not node.inner.start().waits_for("compensation"):
                frame.listeners.append(self._wait(node.inner.start(), frame, None))
        self.leave(frame, frame.scope.start())

    def _is_quiet(self, frame: Frame) -> bool:
        """Whether nothing is left in a scope (nothing is on its way when this is asked)."""
        return not frame.visits and not frame.held

    def _end(self, frame: Frame) -> None:
        host = frame.host
        if host is None:
            self.ended = True
            return
        if frame.is_cancelled:
            event = next(wait for wait in host.whole.edge if wait.kind == "cancel")
            self.happen(event, None)
            return
        host.inner = None
        host.inside = frame.records
        if frame.is_called:
            host.inside = []
            host.frame.variables.values.update(frame.variables.values)
        self._finish(host)

    def _clear(self, frame: Frame, *, listeners_too: bool = False) -> None:
        """Stop everything in a scope; what listens for an event may stay."""
        for visit in list(frame.visits):
            self._stop(visit)
        frame.held.clear()
        inner = set(map(id, frame.frames()))
        self._agenda = [move for move in self._agenda if id(move[0]) not in inner]
        if listeners_too:
            frame.listeners.clear()

    def _stop(self, visit: Visit) -> None:
        """Take an activity away with everything in it."""
        for each in (visit, *visit.instances):
            if each.inner is not None:
                self._clear(each.inner, listeners_too=True)
                each.inner = None
            each.waits.clear()
        visit.instances.clear()
        visit.edge.clear()
        if visit in visit.frame.visits:
            visit.frame.visits.remove(visit)

    # Events (13.5).

    def _wait(self, node: Node, frame: Frame, visit: Visit | None) -> Wait:
        trigger = node.trigger
        if trigger is None or node.kind in {"userTask", "manualTask", "serviceTask"}:
            return Wait(_OUTSIDE[node.kind], node, frame, visit, next(self._numbers), self.now)
        return Wait(
            trigger.kind,
            node,
            frame,
            visit,
            next(self._numbers),
            self.now,
            name=trigger.name,
            due=self.now + trigger.seconds,
            left=trigger.times,
        )

    def _fire_condition(self) -> bool:
        """A condition happens when it becomes true, also at once when the wait for it begins (10.5.5)."""
        for wait in self.waits():
            condition = wait.node.trigger.condition if wait.node.trigger is not None else None
            if wait.kind != "condition" or condition is None:
                continue
            held = wait.held
            wait.held = condition.holds(wait.frame.variables.values)
            if wait.held and not held:
                self.happen(wait, None)
                return True
        return False

    def happen(self, wait: Wait, value: int | None) -> None:
        frame, node, visit = wait.frame, wait.node, wait.visit
        if value is not None:
            frame.variables.write(node.writes, value)
        if node.kind == "startEvent":
            self._start_event_sub_process(wait)
        elif visit is None:
            raise TypeError(f"expected an activity at {node.id}")
        elif node.kind == "boundaryEvent":
            if node.interrupting:
                self._stop(visit)
            elif wait.kind == "timer":
                self._fired(wait, visit.edge)
            self.leave(frame, node)
        elif node.kind in ACTIVITIES and visit.node is node:
            visit.waits.clear()
            self._finish(visit)
        else:  # An event, perhaps behind an event-based gateway, whose other events it ends.
            self._stop(visit)
            self.leave(frame, node)

    def _fired(self, wait: Wait, among: list[Wait]) -> None:
        """A timer that has fired waits for its next time, or no more."""
        wait.left -= 1
        if wait.left:
            wait.due += wait.node.trigger.seconds if wait.node.trigger is not None else 0
        else:
            among.remove(wait)

    def _start_event_sub_process(self, wait: Wait) -> None:
        """Start it instead of everything else in its scope, or beside it (13.5.4)."""
        frame = wait.frame
        node = next(
            node
            for node in frame.scope.event_sub_processes()
            if node.inner is not None and node.inner.start() is wait.node
        )
        if wait.node.interrupting:
            self._clear(frame, listeners_too=True)
        elif wait.kind == "timer":
            self._fired(wait, frame.listeners)
        self.start(Visit(node, frame))

    def throw(self, kind: str, code: str, frame: Frame, visit: Visit | None) -> None:
        """Bring an error or escalation to its nearest catcher; an escalation may have none (10.5.7)."""
        catcher = self.catcher(kind, code, frame, visit)
        if catcher is not None:
            self.happen(catcher, None)
        elif kind == "error":
            raise Uncaught(code)

    def catcher(self, kind: str, code: str, frame: Frame, visit: Visit | None) -> Wait | None:
        """The nearest catcher, outwards; the one for this code before the one for any."""
        for level in frame.outwards(visit):
            found = [wait for wait in level if wait.kind == kind and wait.name in {code, ""}]
            if found:
                return max(found, key=lambda wait: wait.name == code)
        return None


def _again(visit: Visit, loop: Loop) -> bool:
    """Whether a standard loop goes on (13.3.6)."""
    if visit.done >= loop.count:
        return False
    return loop.condition is None or loop.condition.holds(visit.frame.variables.values)
