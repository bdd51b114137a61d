"""Claims about following choices: what is said never to happen does not, whatever is chosen.

Random diagrams of tasks that ask a choice and of gateways that decide by choices are walked through by an
interpreter of its own, many times each.
"""

from dataclasses import dataclass
from random import Random

import pytest

from engine.lint import Finding, check
from tests.lint.drawing import Element, condition, end, extended, file, flow, node, process, start, zeebe

OPTIONS = ("a", "b", "c")
VARIABLES = ("first", "second")
STEPS, WALKS = 40, 25


@dataclass(frozen=True)
class Way:
    """A flow; it is taken where `variable` is `option`, or is not, where it `excludes` that."""

    id: str
    target: str
    variable: str = ""
    option: str = ""
    excludes: bool = False

    def holds(self, known: dict[str, str]) -> bool:
        return not self.variable or (known.get(self.variable) == self.option) is not self.excludes

    def drawn(self, source: str) -> Element:
        operator = "!=" if self.excludes else "="
        inside = [condition(f'={self.variable} {operator} "{self.option}"')] if self.variable else []
        return flow(source, self.target, *inside, id=self.id)


Drawing = dict[str, list[Way]]
"""The ways that leave each node, the default of a gateway last; a task is called by what it asks."""


def drawing(random: Random) -> Drawing:
    """A start, five places that are tasks or gateways, and an end, with ways between them at random."""
    places = [f"{random.choice(('gate', *VARIABLES))}_{number}" for number in range(5)]
    found: Drawing = {"begin": [Way("begin_on", places[0])]}
    for number, place in enumerate(places):
        after = places[number + 1] if number + 1 < len(places) else "done"
        if not place.startswith("gate"):
            found[place] = [Way(f"{place}_on", after)]
            continue
        found[place] = [
            Way(
                f"{place}_{way}",
                random.choice([*places, "done"]),
                random.choice(VARIABLES),
                random.choice(OPTIONS),
                excludes=random.random() < 0.3,
            )
            for way in range(random.randint(1, 2))
        ]
        found[place].append(Way(f"{place}_else", random.choice([after, after, *places])))
    return found


def files(drawn: Drawing) -> dict[str, bytes]:
    nodes = [start("begin"), end("done")]
    for name, ways in drawn.items():
        if name.startswith("gate"):
            nodes.append(node("exclusiveGateway", name, default=ways[-1].id))
        elif name != "begin":
            form = zeebe("formDefinition", formId=name.partition("_")[0])
            nodes.append(node("userTask", name, extended(form), name="Ask"))
    flows = [way.drawn(name) for name, ways in drawn.items() for way in ways]
    values = ", ".join(f'{{"label": "{option}", "value": "{option}"}}' for option in OPTIONS)
    return {
        "p.bpmn": file(process(*nodes, *flows)),
        "procedure.yaml": b"key: k\nprocess: p\n",
        **{
            f"forms/{name}.form": f'{{"id": "{name}", "components": [{{"type": "radio", "id": "F", '
            f'"key": "{name}", "values": [{values}]}}]}}'.encode()
            for name in VARIABLES
        },
    }


def walk(drawn: Drawing, random: Random) -> list[Way]:
    """The ways of one case, with answers at random, until it ends or has gone far enough."""
    known: dict[str, str] = {}
    place, taken = "begin", []
    while place != "done" and len(taken) < STEPS:
        asked = place.partition("_")[0]
        if asked in VARIABLES:
            known[asked] = random.choice(OPTIONS)
        ways = drawn[place]
        way = next((way for way in ways[:-1] if way.holds(known)), ways[-1])
        taken.append(way)
        place = way.target
    return taken


def found_at(rule: str, findings: tuple[Finding, ...]) -> set[str | None]:
    return {finding.element_id for finding in findings if finding.rule == rule}


@pytest.mark.parametrize("seed", range(30))
def test_what_is_said_never_to_happen_does_not(seed: int) -> None:
    random = Random(seed)
    drawn = drawing(random)

    findings = check(files(drawn)).findings
    told = (*findings, *(below for finding in findings for below in finding.consequences))

    never, endless = found_at("condition-can-hold", told), found_at("loop-can-end", told)
    for _ in range(WALKS):
        taken = walk(drawn, random)
        assert never.isdisjoint(way.id for way in taken)
        for gateway in endless:
            rounds = [number for number, way in enumerate(taken) if way.target == gateway]
            assert len(rounds) < 2 or taken[-1].target != "done"


def test_choices_that_never_hold_and_loops_that_never_end_are_among_them() -> None:
    told = [finding for seed in range(30) for finding in check(files(drawing(Random(seed)))).findings]

    assert found_at("condition-can-hold", tuple(told))
    assert found_at("loop-can-end", tuple(told))
