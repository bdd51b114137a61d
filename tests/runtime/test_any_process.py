"""Any well-built process, whatever happens to it, never breaks, keeps its state and comes to an end."""

from dataclasses import dataclass, field
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from engine.runtime import RuntimeLimits
from engine.runtime.contract import Phase
from engine.runtime.snapshot import dump, load
from tests.examples import examples
from tests.runtime.diagrams import (
    Run,
    boundary,
    element,
    end,
    flow,
    message,
    on_error,
    on_message,
    service,
    several,
    simple,
    start,
    timer,
    user,
)

DECLARED = message("m", "Told") + '<error id="bad" errorCode="BAD"/>'
MOST_STEPS = 400


@dataclass
class Drawing:
    """A process being drawn: each block hangs on the element before it and gives the element it ends with."""

    numbers: "count[int]" = field(default_factory=count)
    parts: list[str] = field(default_factory=list)

    def new(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def task(self, before: str, kind: str) -> str:
        task = self.new(kind)
        self.parts += [
            service(task) if kind == "service" else element(f"{kind}Task" if kind != "none" else "task", task)
        ]
        self.parts += [flow(before, task)]
        return task

    def gateways(self, before: str, kind: str, blocks: list[object]) -> str:
        fork, join = self.new("fork"), self.new("join")
        self.parts += [element(f"{kind}Gateway", fork), element(f"{kind}Gateway", join), flow(before, fork)]
        for index, block in enumerate(blocks):
            way = self.new("way")
            condition = None if kind == "parallel" else ("true" if index != 1 else "false")
            self.parts += [element("task", way), flow(fork, way, condition)]
            self.parts.append(flow(self.draw(way, block), join))
        return join

    def race(self, before: str) -> str:
        gateway, told, late, merge = self.new("race"), self.new("told"), self.new("late"), self.new("merge")
        self.parts += [
            element("eventBasedGateway", gateway),
            element("intermediateCatchEvent", told, on_message("m")),
            element("intermediateCatchEvent", late, timer(duration="PT3H")),
            element("exclusiveGateway", merge),
            *(
                flow(*ends)
                for ends in (
                    (before, gateway),
                    (gateway, told),
                    (gateway, late),
                    (told, merge),
                    (late, merge),
                )
            ),
        ]
        return merge

    def guarded(self, before: str, event: str) -> str:
        """A service task with a boundary event.

        One that interrupts comes back to the same way, another one ends.
        """
        work, caught, handle, merge = (
            self.new("guarded"),
            self.new("caught"),
            self.new("handle"),
            self.new("merge"),
        )
        triggers = {
            "error": on_error("bad"),
            "timer": timer(duration="PT1H"),
            "cycle": timer(cycle="R2/PT1H"),
        }
        last = self.new("last") if event == "cycle" else merge
        self.parts += [
            service(work),
            boundary(caught, work, triggers[event], interrupting=event != "cycle"),
            user(handle),
            element("exclusiveGateway", merge),
            *([end(last)] if event == "cycle" else []),
            *(flow(*ends) for ends in ((before, work), (work, merge), (caught, handle), (handle, last))),
        ]
        return merge

    def sub_process(self, before: str, block: object, repeat: str, event: str) -> str:
        """A sub-process, perhaps repeated, perhaps with an event sub-process inside or an error out of it."""
        outer, first, last = self.new("sub"), self.new("s"), self.new("e")
        inner = Drawing(numbers=self.numbers)
        inner.parts += [start(first), end(last, on_error("bad")) if event == "error" else end(last)]
        inner.parts.append(flow(inner.draw(first, block), last))
        if event in {"instead", "beside"}:
            inner.parts.append(self._handler(event))
        loop = several("[1, 2]", "item", sequential=repeat == "sequential") if repeat else ""
        self.parts += [element("subProcess", outer, loop, *inner.parts), flow(before, outer)]
        if event != "error":
            return outer
        caught, merge = self.new("caught"), self.new("merge")
        self.parts += [boundary(caught, outer, on_error("bad")), element("exclusiveGateway", merge)]
        self.parts += [flow(outer, merge), flow(caught, merge)]
        return merge

    def _handler(self, event: str) -> str:
        opened, handle, closed = self.new("opened"), self.new("handle"), self.new("closed")
        return element(
            "subProcess",
            self.new("handler"),
            start(opened, timer(duration="PT2H"), isInterrupting=str(event == "instead").lower()),
            user(handle),
            end(closed),
            flow(opened, handle),
            flow(handle, closed),
            triggeredByEvent="true",
        )

    def draw(self, before: str, block: object) -> str:
        match block:
            case ("task", str(kind)):
                return self.task(before, kind)
            case ("race",):
                return self.race(before)
            case ("guarded", str(event)):
                return self.guarded(before, event)
            case ("sub", inner, str(repeat), str(event)):
                return self.sub_process(before, inner, repeat, event)
            case ("sequence", list(blocks)):
                for each in blocks:
                    before = self.draw(before, each)
                return before
            case (str(kind), list(blocks)):
                return self.gateways(before, kind, blocks)
        raise ValueError(f"expected a block, found {block!r}")


TASKS = some.tuples(some.just("task"), some.sampled_from(["user", "service", "none", "manual"]))
GUARDED = some.tuples(some.just("guarded"), some.sampled_from(["error", "timer", "cycle"]))
BLOCKS = some.recursive(
    TASKS | GUARDED | some.just(("race",)),
    lambda inner: some.one_of(
        some.tuples(some.just("sequence"), some.lists(inner, min_size=1, max_size=3)),
        some.tuples(some.sampled_from(["parallel", "inclusive"]), some.lists(inner, min_size=2, max_size=3)),
        some.tuples(
            some.just("sub"),
            inner,
            some.sampled_from(["", "parallel", "sequential"]),
            some.sampled_from(["", "error", "instead", "beside"]),
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, some.integers(0, 2**32))
def test_any_process_survives_whatever_happens_and_comes_to_an_end(block: object, seed: int) -> None:
    choice = Random(seed)
    drawing = Drawing()
    last = drawing.draw("start", block)
    run = Run(simple(start(), *drawing.parts, end(), flow(last, "end"), declares=DECLARED))

    for _ in range(MOST_STEPS):
        assert run.step.incident is None, run.step.incident
        assert reloaded(run) == run.step.snapshot
        if run.step.phase is Phase.COMPLETED:
            break
        happen(run, choice)

    assert run.step.phase is Phase.COMPLETED
    assert run.waiting == []


def happen(run: Run, choice: Random) -> None:
    """One thing that may happen to the case now."""
    if run.step.next_timer_at is not None and (not run.open or choice.random() < 0.2):
        run.later(hours=1)
        return
    token = choice.choice(list(run.open))
    element_id = run.open[token]
    run.open = {token: element_id, **run.open}
    if element_id.startswith("told"):
        run.deliver(element_id, **{element_id: 1})
    elif element_id.startswith(
        "guarded"
    ) and f'attachedToRef="{element_id}" cancelActivity="true"><error' in source(run):
        run.fail(element_id, "BAD", **{element_id: "failed"})
    else:
        run.complete(element_id, **{element_id: {"done": True}})


def source(run: Run) -> str:
    return run.definition.files["diagram0.bpmn"].decode()


def reloaded(run: Run) -> bytes:
    parsed = run.engine._definitions.get(run.definition)
    return dump(load(run.step.snapshot, parsed, surroundings=run.surroundings, limits=RuntimeLimits()))
