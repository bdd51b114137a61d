"""Plays one case of a diagram on both sides, one thing at a time, and compares after every step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from engine.kernel.refusal import Invalid
from tests.difference.branch import Branch, OpenedCase, Seen
from tests.difference.drawing import Diagram
from tests.difference.generator import ERRORS, LARGEST_VALUE
from tests.difference.interpreter import Choices, Interpreter, Overgrown, Wait
from tests.difference.writing import files

MOST_STEPS = 12

MOST_ORDERS = 300
"""How many orders of what BPMN leaves open are tried before a difference counts."""

_FROM_OUTSIDE = frozenset({"task", "service", "message"})
_SHOWN = _FROM_OUTSIDE | {"signal"}

_HOW_OFTEN = {"task": 3, "service": 3, "message": 1, "time": 1}
"""How often each kind of thing happens, so that a case does not end early by events that interrupt."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where the two sides part: after which things, what was expected, and what the engine did."""

    steps: tuple[str, ...]
    expected: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Played:
    """How playing a diagram went.

    `refused` is why the linter does not accept it, if it does not. `orders` counts the steps at which the
    engine took another order than the first one that BPMN allows.
    """

    steps: int = 0
    ended: bool = False
    orders: int = 0
    refused: str | None = None
    difference: Difference | None = None


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that happens to a case: at the `number`th wait of a kind at an element, or time passes.

    `value` goes to the variable that the element writes; `code` is the error that a service task answers.
    """

    kind: str
    element_id: str = ""
    number: int = 0
    value: int | None = None
    code: str | None = None

    def __str__(self) -> str:
        if self.kind == "time":
            return "time passes until the next timer"
        given = f", {self.value}" if self.value is not None else f", error {self.code}" if self.code else ""
        which = f" (number {self.number + 1})" if self.number else ""
        return f"{self.kind} {self.element_id}{which}{given}"


def play(diagram: Diagram, branch: Branch, *, seed: int) -> Played:
    """Offer the diagram, open a case, and let things happen to it by the seed until the two sides part."""
    written = files(diagram)
    try:
        branch.offer(written)
    except Invalid as refusal:
        if refusal.message == "The procedure has errors.":
            return Played(refused=str(refusal.errors))
        return _not_offered(f"accepted by the linter, but: {refusal.message} {refusal.errors}")
    except Exception as fault:  # noqa: BLE001 - whatever is raised is what we look for
        return _not_offered(f"{type(fault).__name__} was raised: {fault}")
    return _Game(diagram, branch, Random(seed)).play()


def _not_offered(why: str) -> Played:
    return Played(difference=Difference(steps=(), expected=("a diagram that runs",), found=(why,)))


class _Game:
    """One case on both sides. `seen` is what the engine's side showed after each step."""

    def __init__(self, diagram: Diagram, branch: Branch, random: Random) -> None:
        self.diagram = diagram
        self.branch = branch
        self.random = random
        self.acts: list[Act] = []
        self.seen: list[Seen] = []
        self.choices = Choices()
        self.orders = 0

    def play(self) -> Played:
        try:
            interpreter = Interpreter(self.diagram, choose=self.choices)
        except Overgrown:
            return Played()
        try:
            case = self.branch.open(self.diagram)
        except Exception as fault:  # noqa: BLE001 - a refusal, or whatever else is raised
            found = (f"the case is not opened: {type(fault).__name__}: {fault}",)
            return Played(difference=self._difference(interpreter, found))
        while True:
            self.seen.append(case.look())
            if self.seen[-1] != expected(interpreter):
                other = self._in_another_order()
                if other is None:
                    return self._played(interpreter, self._difference(interpreter, self.seen[-1].lines()))
                interpreter, self.orders = other, self.orders + 1
            acts = list(self._possible(interpreter)) if len(self.acts) < MOST_STEPS else []
            if not acts:
                return self._played(interpreter)
            act = self.random.choices(acts, [_HOW_OFTEN[each.kind] for each in acts])[0]
            self.acts.append(act)
            try:
                _interpret(act, interpreter)
            except Overgrown:
                return self._played(interpreter)
            _carry_out(act, case, interpreter.now)

    def _played(self, interpreter: Interpreter, difference: Difference | None = None) -> Played:
        return Played(
            steps=len(self.acts), ended=interpreter.ended, orders=self.orders, difference=difference
        )

    def _difference(self, interpreter: Interpreter, found: Iterable[str]) -> Difference:
        return Difference(
            steps=tuple(map(str, self.acts)),
            expected=tuple(expected(interpreter).lines()),
            found=tuple(found),
        )

    def _in_another_order(self) -> Interpreter | None:
        """The case as interpreted in an order, of those that BPMN allows, that shows all that was seen."""
        choices = self.choices.following()
        for _ in range(MOST_ORDERS):
            if choices is None:
                return None
            interpreter = self._replayed(choices)
            if interpreter is not None:
                self.choices = choices
                return interpreter
            choices = choices.following()
        return None

    def _replayed(self, choices: Choices) -> Interpreter | None:
        try:
            interpreter = Interpreter(self.diagram, choose=choices)
            for act, seen in zip([*self.acts, None], self.seen, strict=True):
                if expected(interpreter) != seen:
                    return None
                if act is not None:
                    _interpret(act, interpreter)
        except (Overgrown, LookupError):
            return None
        return interpreter

    def _possible(self, interpreter: Interpreter) -> Iterator[Act]:
        """What may happen now."""
        numbers: dict[tuple[str, str], int] = {}
        for wait in interpreter.waits():
            place = (wait.kind, wait.node.id)
            number = numbers[place] = numbers.get(place, -1) + 1
            if wait.kind not in _FROM_OUTSIDE or (wait.kind == "message" and number):
                continue
            value = self.random.randint(0, LARGEST_VALUE) if wait.node.writes is not None else None
            yield Act(kind=wait.kind, element_id=wait.node.id, number=number, value=value)
            if wait.kind == "service":
                for code in ERRORS:
                    if interpreter.catches(wait, code):
                        yield Act(kind=wait.kind, element_id=wait.node.id, number=number, code=code)
        if interpreter.next_due() is not None:
            yield Act(kind="time")


def _interpret(act: Act, interpreter: Interpreter) -> None:
    """Let it happen to the interpreted case; LookupError where nothing waits for it."""
    if act.kind == "time":
        interpreter.pass_time()
    elif act.kind == "message":
        interpreter.deliver(act.element_id, act.value)
    elif act.code is not None:
        interpreter.fail(_waiting(act, interpreter), act.code)
    else:
        interpreter.answer(_waiting(act, interpreter), act.value)


def _waiting(act: Act, interpreter: Interpreter) -> Wait:
    place = (act.kind, act.element_id)
    return [wait for wait in interpreter.waits() if (wait.kind, wait.node.id) == place][act.number]


def _carry_out(act: Act, case: OpenedCase, now: int) -> None:
    """Let it happen to the engine's case, that many seconds after its beginning."""
    case.pass_time(now)
    if act.kind == "time":
        case.fire_timers()
    elif act.kind == "task":
        case.complete(act.element_id, act.number, act.value)
    elif act.kind == "message":
        case.deliver(act.element_id, act.value)
    elif act.code is not None:
        case.fail(act.element_id, act.number, act.code)
    else:
        case.answer(act.element_id, act.number, act.value)


def expected(interpreter: Interpreter) -> Seen:
    """What must be seen of a case, as it was interpreted."""
    shown = [wait for wait in interpreter.waits() if wait.kind in _SHOWN]
    return Seen(
        waiting=tuple(sorted(f"{wait.kind} {wait.node.id}" for wait in shown)),
        due=interpreter.next_due(),
        variables=dict(interpreter.variables()),
        ended=interpreter.ended,
        outcome=interpreter.outcome if interpreter.ended else None,
        sent=tuple(sorted(f"{kind} {name}" for kind, name in interpreter.sent)),
    )
