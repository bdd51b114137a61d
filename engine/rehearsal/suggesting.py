"""Writes scenarios for what none covers yet, found by trying on the real engine what could happen next.

The search is bounded, and the same each time: it begins in every state through which the scenarios that there
are go, tries what could happen there, nearest to what is looked for first, and keeps what leads to something
new.
"""

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from engine import dmn
from engine.bpmn.diagram import SUB_PROCESSES, Diagram, extension, form_of, is_diagram
from engine.bpmn.shared_parts import divided
from engine.bundle.contract import Files
from engine.bundle.forms.form import ReadForm
from engine.bundle.scenario_reading import FOLDER, read_act, read_given
from engine.bundle.steps import LIMITS
from engine.bundle.yaml_tree import YamlRefused, read_yaml
from engine.kernel.refusal import Refusal
from engine.lint.finding import Text
from engine.rehearsal.calling import is_part
from engine.rehearsal.candidates import Act, Wanted, asked_by, fillings, next_acts
from engine.rehearsal.constants import constants_of
from engine.rehearsal.coverage import Coverable, Coverage, Measure
from engine.rehearsal.filling import Hints, filled, flattened, leaves
from engine.rehearsal.office import Stage, Unexpected
from engine.rehearsal.player import Play
from engine.rehearsal.scenario_writing import came_of, text_of

MOST_TRIED: Final = 1500
"""How many acts are tried for one procedure."""

_MOST_STEPS: Final = 60
_RETOLD: Final = 3

_FAR: Final = 10_000

_NOT_REACHED: Final = Text(
    el="Δεν βρέθηκε δρόμος ως το «{called}» ({id}) με {tried} δοκιμές.",
    en="No way was found to “{called}” ({id}) in {tried} tries.",
)
_SHARED: Final = Text(
    el="Για κοινά μέρη δεν προτείνονται σενάρια.", en="Scenarios are not suggested for shared parts."
)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A scenario that was found: the name and text of its file, and what it covers that nothing else did."""

    name: str
    content: str
    covers: tuple[Coverable, ...]


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """What was found, and of what was not reached why."""

    suggestions: tuple[Suggestion, ...]
    not_reached: tuple[tuple[Coverable, Text], ...]


@dataclass(frozen=True, kw_only=True)
class _Story:
    """Who comes and what happened so far, as a scenario file has it."""

    given: Mapping[str, Any]
    steps: tuple[Act, ...] = ()

    def then(self, acts: Iterable[Act]) -> "_Story":
        return _Story(given=self.given, steps=(*self.steps, *acts))


@dataclass
class _Search:
    """One search; `tried` counts what was tried."""

    files: Files
    stage: Stage
    missing: dict[tuple[Measure, str, str], Coverable]
    hints: Hints
    rules: Mapping[str, dmn.RuleSummary]
    distances: Mapping[str, int]
    tried: int = 0
    found: list[tuple[_Story, tuple[Coverable, ...], str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    order: Iterator[int] = field(default_factory=count)

    def run(self, beginnings: Sequence[_Story]) -> None:
        """Look until all is found, or enough was tried."""
        waiting: list[tuple[int, int, int, _Story]] = []
        for story in beginnings:
            self._consider(story, self._played(story), waiting)
        while waiting and self.missing and self.tried < MOST_TRIED:
            _, _, _, story = heapq.heappop(waiting)
            play = self._played(story)
            if play is None or play.view.case.is_closed or len(story.steps) >= _MOST_STEPS:
                continue
            at = play.office.clock.now()
            for acts in list(next_acts(play, hints=self.hints, wanted=self._wanted())):
                if not self.missing or self.tried >= MOST_TRIED:
                    return
                self._consider(story.then(acts), self._after(play.forked(at), acts), waiting)

    def _consider(
        self, story: _Story, play: Play | None, waiting: list[tuple[int, int, int, _Story]]
    ) -> None:
        """Keep what a story covers that nothing else does; go on from it later."""
        if play is None:
            return
        new = [item for item in self.missing.values() if item.is_in(play.trace)]
        for item in new:
            del self.missing[item.measure, item.place, item.id]
        if new:
            expected = came_of(play)
            content = text_of(_title(new), story.given, story.steps, expected=expected)
            self.found.append((story, tuple(new), content))
        signature = _signature(play)
        if signature not in self.seen:
            self.seen.add(signature)
            place = min((self.distances.get(one, _FAR) for one in play.stands_at), default=_FAR)
            heapq.heappush(waiting, (place, len(story.steps), next(self.order), story))

    def _wanted(self) -> Wanted:
        return Wanted(
            rules=[
                self.rules[item.id]
                for item in self.missing.values()
                if item.measure is Measure.RULES and item.id in self.rules
            ],
            fields=frozenset(
                (item.place, item.id) for item in self.missing.values() if item.measure is Measure.FIELDS
            ),
        )

    def beginnings(self, told: Sequence[_Story]) -> list[_Story]:
        """Every state through which the scenarios go, then the start form filled in otherwise."""
        stories = [
            _Story(given=one.given, steps=one.steps[:length])
            for one in told
            for length in range(len(one.steps) + 1)
        ]
        form = self.stage.procedure.start_form
        givens = [one.given for one in told[:1]] or [_somebody(self.stage)]
        for given in givens:
            for who in _people(given):
                if not isinstance(form, ReadForm):
                    stories.append(_Story(given=who))
                    continue
                scope = {"applicant": who["applicant"], "representative": who.get("representative")}
                now = read_given({**who, "data": {}}).at
                ways = fillings(form, scope=scope, hints=self.hints, wanted=self._wanted(), now=now)
                stories += (_Story(given={**who, "data": data}) for data in ways)
        # What is asked at the beginning may matter late: the longest stories go on with other answers.
        rules = Wanted(rules=self._wanted().rules)
        for one in sorted(told, key=lambda story: -len(story.steps))[:_RETOLD] if rules.rules else ():
            stories += self._retold(one, form, rules)
        return stories

    def _retold(self, told: _Story, form: object, wanted: Wanted) -> Iterator[_Story]:
        """The same story, with answers at its beginning by which rules decide that no scenario meets."""
        if not isinstance(form, ReadForm):
            return
        who = told.given
        scope = {"applicant": who["applicant"], "representative": who.get("representative")}
        now = read_given({**who, "data": {}}).at
        fields = {".".join(one.path): one for one in leaves(form.questions)}
        base = flattened(who.get("data", {}), fields)
        asked = {path: fields[path] for path in base}
        for rule in wanted.rules:
            cells = dict(asked_by(rule, asked, now, scope))
            data = filled(form, wanted={**base, **cells}, scope=scope, hints=self.hints, now=now)
            if cells and data is not None:
                yield _Story(given={**who, "data": data}, steps=told.steps)

    def _played(self, story: _Story) -> Play | None:
        """The story played; None if it cannot be."""
        self.tried += 1
        try:
            given = read_given(story.given)
            play = Play(self.stage.office(given))
            play.begin(given, ())
        except (Refusal, Unexpected):
            return None
        return self._after(play, story.steps, counted=False)

    def _after(self, play: Play, acts: Iterable[Act], *, counted: bool = True) -> Play | None:
        self.tried += counted
        try:
            for number, act in enumerate(acts, start=1):
                play.take(read_act(act, number))
        except (Refusal, Unexpected):
            return None
        return play


def suggest(files: Files, coverage: Coverage) -> Suggested:
    """Scenarios for what the coverage misses; `Invalid` if the files are not a sound procedure."""
    missing = coverage.missing()
    if is_part(files):
        return Suggested(suggestions=(), not_reached=tuple((item, _SHARED) for item in missing))
    if not missing:
        return Suggested(suggestions=(), not_reached=())
    told = list(_told(files))
    stage = Stage(files)
    tables = {name: one for name, one in divided(files)[0].items() if name.endswith(".dmn")}
    rules = {rule.id: rule for rule in (dmn.read(tables).rules if tables else ())}
    search = _Search(
        files=files,
        stage=stage,
        missing={(item.measure, item.place, item.id): item for item in missing},
        hints=_hints(files, stage, told, rules.values()),
        rules=rules,
        distances=_distances(files, missing, rules),
    )
    search.run(search.beginnings(told))
    suggestions = tuple(
        Suggestion(name=_name(files, number), content=content, covers=covers)
        for number, (_, covers, content) in enumerate(search.found, start=1)
    )
    return Suggested(
        suggestions=suggestions,
        not_reached=tuple(
            (item, _NOT_REACHED.filled({"called": item.called, "id": item.id, "tried": str(search.tried)}))
            for item in search.missing.values()
        ),
    )


def _told(files: Files) -> Iterator[_Story]:
    """What the scenarios say that there are, without what they expect."""
    for name in sorted(files):
        if not name.startswith(FOLDER):
            continue
        try:
            value = read_yaml(files[name]).value
        except YamlRefused:
            continue
        if isinstance(value, dict) and isinstance(value.get("given"), dict):
            steps = value.get("steps") or []
            happened = (
                step
                for step in steps
                if isinstance(step, dict) and "expect" not in step and "refused" not in step
            )
            yield _Story(
                given=value["given"],
                steps=tuple({key: one for key, one in step.items() if key != "sees"} for step in happened),
            )


def _somebody(stage: Stage) -> dict[str, Any]:
    given: dict[str, Any] = {
        "applicant": {
            "given_name": "Μαρία",
            "family_name": "Παπαδοπούλου",
            "patronymic": "Γεώργιος",
            "birth_date": "1980-01-15",
            "afm": "090000045",
            "amka": "15018012342",
        }
    }
    others = [
        {"role": rule.role, "person": {"given_name": "Νίκος", "family_name": "Γεωργίου", "afm": "094014201"}}
        for rule in stage.procedure.parties
        if not rule.may_be_applicant
    ]
    return {**given, "parties": others} if others else given


def _people(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same person as they are, with somebody who acts for them, older, and younger."""
    whole = dict(given)
    yield whole
    if "representative" not in whole:
        yield {**whole, "representative": {"given_name": "Νίκος", "family_name": "Γεωργίου"}}
    for birth in ("1940-01-15", "2015-01-15"):
        yield {**whole, "applicant": {**whole["applicant"], "birth_date": birth}}


def _hints(files: Files, stage: Stage, told: Iterable[_Story], rules: Iterable[dmn.RuleSummary]) -> Hints:
    """What scenarios fill in, by form and field; numbers and texts by which rules and flows decide."""
    by_field: dict[tuple[str, str], list[Any]] = {}
    forms = [form for form in stage.procedure.forms.values() if isinstance(form, ReadForm)]
    filled_in = [
        data
        for story in told
        for data in (story.given.get("data"), *(step.get("data") for step in story.steps))
        if isinstance(data, Mapping)
    ]
    for data in filled_in:
        for form in forms:
            for path, value in _values(form, data):
                known = by_field.setdefault((form.id, path), [])
                if value not in known:
                    known.append(value)
    cells = [cell for rule in rules for cell in rule.inputs]
    numbers = sorted({int(digits) for cell in cells for digits in _digits(cell)})
    compared = constants_of(files)
    around = [near for one in compared.numbers for near in (one, one + 1, one - 1)]
    return Hints(
        by_field=by_field,
        numbers=[*around, *(one for number in numbers for one in (number, number + 1))],
        texts=compared.texts,
    )


def _digits(cell: str) -> list[str]:
    return [part for part in "".join(one if one.isdigit() else " " for one in cell).split() if len(part) < 10]


def _values(form: ReadForm, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for question in form.questions:
        value: Any = data
        for key in question.path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            yield ".".join(question.path), value


def _distances(
    files: Files, missing: Iterable[Coverable], rules: Mapping[str, dmn.RuleSummary]
) -> dict[str, int]:
    """How many flows lead from each element to the nearest one at which something is missing."""
    items = list(missing)
    diagrams = [Diagram.read(name, files[name], LIMITS) for name in sorted(files) if is_diagram(name)]
    before: dict[str, set[str]] = {}
    for diagram in diagrams:
        for source, target in _ways(diagram):
            before.setdefault(target, set()).add(source)
    wanted = {place for diagram in diagrams for place in _places(diagram, items, takes_rules=bool(rules))}
    found = dict.fromkeys(sorted(wanted), 0)
    ahead = list(found)
    for element in ahead:
        for nearer in sorted(before.get(element, ())):
            if nearer not in found:
                found[nearer] = found[element] + 1
                ahead.append(nearer)
    return found


def _ways(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """From where to where a case may get: by flows, to the edge of an activity, into a sub-process."""
    for flow in diagram.elements("sequenceFlow"):
        yield flow.get("sourceRef", ""), flow.get("targetRef", "")
    for boundary in diagram.elements("boundaryEvent"):
        yield boundary.get("attachedToRef", ""), boundary.get("id", "")
    for scope in diagram.scopes:
        if scope.kind in SUB_PROCESSES:
            yield from ((scope.id, inner.id) for inner in scope.nodes)


def _places(diagram: Diagram, missing: Sequence[Coverable], *, takes_rules: bool) -> Iterator[str]:
    """The elements at which something is missing."""
    of = {measure: {item.id for item in missing if item.measure is measure} for measure in Measure}
    forms = {item.place for item in missing if item.measure is Measure.FIELDS}
    yield from of[Measure.NODES]
    yield from (item.place for item in missing if item.measure is Measure.ERRORS)
    for flow in diagram.elements("sequenceFlow"):
        if flow.get("id") in of[Measure.FLOWS]:
            yield flow.get("sourceRef", "")
    for task in diagram.elements("userTask"):
        if form_of(task) in forms:
            yield task.get("id", "")
    for task in diagram.elements("businessRuleTask"):
        if takes_rules and of[Measure.RULES] and extension(task, "calledDecision") is not None:
            yield task.get("id", "")


def _signature(play: Play) -> str:
    """What two states have in common that need not both be gone on from."""
    data = play.office.recorder.data
    variables = {name: data[name] for name in data if name not in ("case", "reception")}
    standing = [*play.stands_at, play.view.case.status.value]
    return json.dumps([standing, variables], sort_keys=True, default=str)


def _title(covers: Sequence[Coverable]) -> str:
    first = covers[0]
    others = f" (+{len(covers) - 1})" if len(covers) > 1 else ""
    return f"{first.called.el[:120]} ({first.id}){others}"


def _name(files: Files, number: int) -> str:
    """A name that no file has."""
    taken = sum(name.startswith(f"{FOLDER}suggested-") for name in files)
    return f"suggested-{taken + number}.yaml"
