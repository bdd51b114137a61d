"""One case of a diagram as the world sees it: what is waited for, and what may happen to it."""

from collections.abc import Callable, Mapping

from tests.difference.drawing import Diagram
from tests.difference.interpreter.moves import Moves
from tests.difference.interpreter.state import Wait


class Interpreter:
    """A case from its beginning on.

    A second passes before each thing that happens. `choose` is given the number of moves that are possible at
    the same time, where BPMN leaves the order open, and says which comes first.
    """

    def __init__(self, diagram: Diagram, *, choose: Callable[[int], int] = lambda _: 0) -> None:
        self._moves = Moves(diagram, choose=choose)
        self._moves.begin()

    @property
    def now(self) -> int:
        """Seconds since the case began."""
        return self._moves.now

    @property
    def ended(self) -> bool:
        return self._moves.ended

    @property
    def outcome(self) -> str | None:
        """The end event of the process that was passed last."""
        return self._moves.outcome

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The messages and signals thrown so far, each with its kind and name."""
        return self._moves.sent

    def waits(self) -> list[Wait]:
        """Everything that is waited for, in the order in which it began to be."""
        return self._moves.waits()

    def next_due(self) -> int | None:
        """When the next timer is due."""
        return min((wait.due for wait in self.waits() if wait.kind == "timer"), default=None)

    def variables(self) -> Mapping[str, object]:
        """The variables of the process."""
        return self._moves.root.variables.values

    def answer(self, wait: Wait, value: int | None) -> None:
        """A task is done, or a service answers: `value` is for the variable it writes."""
        self._moves.now += 1
        self._moves.happen(wait, value)
        self._moves.settle()

    def deliver(self, element_id: str, value: int | None) -> None:
        """A message comes for an element: to one of those that have waited longest for it there.

        LookupError where none waits.
        """
        self._moves.now += 1
        found = [wait for wait in self.waits() if wait.kind == "message" and wait.node.id == element_id]
        longest = [wait for wait in found if wait.since == found[0].since]
        if not longest:
            raise LookupError(f"expected that {element_id} waits for a message")
        self._moves.happen(longest[self._moves.choose(len(longest))], value)
        self._moves.settle()

    def fail(self, wait: Wait, code: str) -> None:
        """A service answers with a BPMN error."""
        self._moves.now += 1
        self._moves.throw("error", code, wait.frame, wait.visit)
        self._moves.settle()

    def catches(self, wait: Wait, code: str) -> bool:
        """Whether an error that a service answers with is caught."""
        return self._moves.catcher("error", code, wait.frame, wait.visit) is not None

    def pass_time(self) -> None:
        """Let it be the moment of the next timer, and fire what is due then."""
        self._moves.now = max(self.now + 1, self.next_due() or 0)
        for wait in [each for each in self.waits() if each.kind == "timer" and each.due <= self.now]:
            if self._moves.is_open(wait):
                self._moves.happen(wait, None)
        self._moves.settle()
