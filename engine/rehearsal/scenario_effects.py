"""The scenarios of two versions played on both, without what they expect; what came of each is compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from engine.bundle.contract import Files
from engine.bundle.procedure import Procedure
from engine.bundle.scenario import Answer, End, Expect, Given, Pay, Scenario, Step
from engine.bundle.scenario_reading import readable_scenarios
from engine.cases.further_terms import last_day_of
from engine.cases.model import Case
from engine.cases.reception import Checklist
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Refusal
from engine.lint.finding import Text
from engine.rehearsal.comparing import refusal_text
from engine.rehearsal.effects import (
    Effect,
    EffectKind,
    Owed,
    fee_effect,
    other_effect,
    papers_effect,
    words,
)
from engine.rehearsal.intake import papers_for
from engine.rehearsal.office import Stage, Unexpected
from engine.rehearsal.player import Play

_OUTCOME = Text(el="έκβαση", en="outcome")
_TERM = Text(el="τελευταία ημέρα της προθεσμίας", en="last day of the term")
_NAMED = 3
"""How many scenarios a sentence names; the files of all are beside."""
_ONE = Text(el="Το σενάριο {titles}", en="The scenario {titles}")
_SEVERAL = Text(el="Τα σενάρια {titles}", en="The scenarios {titles}")
_AND_MORE = Text(el="Τα σενάρια {titles} και άλλα {more}", en="The scenarios {titles} and {more} more")
_STOPS = Text(el="σταματά στη γραμμή {line}: {problem}", en="stops at line {line}: {problem}")
_NOT_OPENED = Text(el="δεν ανοίγει υπόθεση", en="no case is opened")
_STANDS = Text(el="μένει ανοικτή", en="stays open")
_NONE = Text(el="καμία", en="none")


@dataclass(frozen=True, kw_only=True)
class _Came:
    """What came of a scenario on one version: data and words of its end, and what was asked on the way.

    `papers` is None where the list is not settled; `fees` are amounts by id, the last that was due of each.
    """

    papers: Checklist
    fees: tuple[tuple[str, Owed], ...]
    last_day: date | None
    end: tuple[str, Text]


def scenario_effects(old: Files, new: Files) -> tuple[Effect, ...]:
    """What is another for the cases of the scenarios, those with the same difference together.

    A scenario that both versions tell of the same applicant is played as each tells it, any other on both as
    it is told. `Invalid` if one of the versions cannot be read.
    """
    stages = Stage(old), Stage(new)
    differences: dict[tuple[object, ...], tuple[Callable[..., Effect], list[Scenario]]] = {}
    for on_old, on_new in _pairs(old, new):
        before, after = _played(stages[0], on_old), _played(stages[1], on_new)
        for key, tell in _differences(before, after, stages[1].procedure, stages[0].procedure):
            differences.setdefault(key, (tell, []))[1].append(on_new)
    return tuple(
        tell(_group(found), scenarios=tuple(one.file for one in found))
        for tell, found in differences.values()
    )


def _pairs(old: Files, new: Files) -> Iterator[tuple[Scenario, Scenario]]:
    """Each scenario as it is played on the old and on the new version; what cannot be read is left out."""
    before, after = ({one.file: one for one in readable_scenarios(files)[0]} for files in (old, new))
    for file, scenario in before.items():
        other = after.get(file)
        if other is not None and replace(other.given, line=0) == replace(scenario.given, line=0):
            yield scenario, other
        else:
            yield scenario, scenario
            if other is not None:
                yield other, other
    yield from ((one, one) for file, one in after.items() if file not in before)


def _played(stage: Stage, scenario: Scenario) -> _Came:
    play = Play(stage.office(scenario.given))
    asked = _asked(play, scenario.given)
    fees: dict[str, Owed] = {}
    last_day: date | None = None
    stopped: tuple[int, str] | None = None
    for line, act in _acts(scenario, play):
        try:
            act()
        except Refusal as refusal:
            stopped = line, refusal_text(refusal)
            break
        except Unexpected as found:
            stopped = line, str(found)
            break
        if play.case_id is not None:
            fees |= {fee: Owed(payment.amount) for fee, payment in play.due().items()}
            last_day = _last_day(play.view.case, play) or last_day
    return _Came(
        papers=asked,
        fees=tuple(sorted(fees.items(), key=lambda item: item[0])),
        last_day=last_day,
        end=_end(play, stopped),
    )


def _acts(scenario: Scenario, play: Play) -> Iterator[tuple[int, Callable[[], None]]]:
    given: Given = scenario.given
    end: End = scenario.end
    yield given.line, partial(play.begin, given, end.refused)
    for step in scenario.steps:
        if not isinstance(step, Expect):
            yield step.line, partial(play.take, _without_expectations(step))


def _without_expectations(step: Step) -> Step:
    if isinstance(step, Answer):
        return replace(step, sees=None, values=None)
    return replace(step, amount=None) if isinstance(step, Pay) else step


def _asked(play: Play, given: Given) -> Checklist:
    try:
        return play.office.engine.ask(papers_for(given, play.office.procedure), actor=SYSTEM)
    except Refusal:  # a start form without these fields: the play says so
        return Checklist(papers=(), is_settled=False)


def _last_day(case: Case, play: Play) -> date | None:
    return last_day_of(case.due_at, play.office.engine.zone) if case.due_at else None


def _end(play: Play, stopped: tuple[int, str] | None) -> tuple[str, Text]:
    if stopped is not None:
        line, problem = stopped
        return f"line {line}", _STOPS.filled({"line": str(line), "problem": problem})
    if play.case_id is None:
        return "", _NOT_OPENED
    outcome = play.view.case.outcome
    if outcome is None:
        return "", _STANDS
    rule = play.procedure.outcome(outcome)
    return outcome, Text(el=rule.text, en=rule.text_en)


def _differences(
    before: _Came, after: _Came, *procedures: Procedure
) -> Iterator[tuple[tuple[object, ...], Callable[..., Effect]]]:
    """Each difference as a key that the same ones share, and what tells it of a group."""
    was, now = (one.papers.papers if one.papers.is_settled else None for one in (before, after))
    ids = [
        None if asked is None else tuple((paper.id, paper.obligatory) for paper in asked)
        for asked in (was, now)
    ]
    if ids[0] != ids[1]:
        yield ("papers", *ids), partial(papers_effect, before=was, after=now)
    fees = dict(before.fees), dict(after.fees)
    for fee in dict.fromkeys((*fees[0], *fees[1])):
        owed = fees[0].get(fee), fees[1].get(fee)
        if owed[0] != owed[1]:
            title = next(one.fees[fee].title for one in procedures if fee in one.fees)
            yield ("fee", fee, *owed), partial(_fee, fee=(fee, words(title)), owed=owed)
    if before.last_day != after.last_day:
        days = _day(before.last_day), _day(after.last_day)
        yield ("term", days), partial(_other, EffectKind.TERM, ("legal", _TERM), values=days)
    if before.end != after.end and before.end[1] != after.end[1]:
        ends = before.end, after.end
        yield ("outcome", ends), partial(_other, EffectKind.OUTCOME, ("outcome", _OUTCOME), values=ends)


def _fee(
    group: Text, *, fee: tuple[str, Text], owed: tuple[Owed | None, Owed | None], scenarios: tuple[str, ...]
) -> Effect:
    return fee_effect(group, fee, *owed, scenarios=scenarios)


def _other(
    kind: EffectKind,
    subject: tuple[str, Text],
    group: Text,
    *,
    values: tuple[tuple[str, Text], tuple[str, Text]],
    scenarios: tuple[str, ...],
) -> Effect:
    return other_effect(kind, subject, group, values, scenarios)


def _day(day: date | None) -> tuple[str, Text]:
    return ("", _NONE) if day is None else (day.isoformat(), Text(el=f"{day:%d/%m/%Y}", en=f"{day:%d/%m/%Y}"))


def _group(scenarios: Sequence[Scenario]) -> Text:
    titles = list(dict.fromkeys(one.title for one in scenarios))
    named, more = titles[:_NAMED], len(titles) - _NAMED
    told = Text(el=", ".join(f"«{title}»" for title in named), en=", ".join(f"“{title}”" for title in named))
    if more > 0:
        return _AND_MORE.filled({"titles": told, "more": str(more)})
    return (_ONE if len(titles) == 1 else _SEVERAL).filled({"titles": told})
