"""The files of a draft, made of a record: description, diagram, table of eligibility, forms and scenarios."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from engine.bundle.contents import NOTES
from engine.bundle.metadata import FILE
from engine.lint.finding import Text
from engine.mitos.description import condition_id, described, roots
from engine.mitos.drawn import Drawing, FirstTable
from engine.mitos.record import Record
from engine.mitos.skeleton_forms import ANSWER, CHECK, STEP, answer_form, check_form, step_form
from engine.mitos.sketch import CHECK_STEP, ELIGIBILITY, sketch
from engine.mitos.unmapped import Unmapped, Unmappeds, notes_page

_NO_FIELDS: Final = Text(
    el="Η εγγραφή δεν λέει τι συμπληρώνεται σε κάθε βήμα. Γράψτε τα πεδία στις φόρμες.",
    en="The record does not say what is filled in at each step. Write the fields in the forms.",
)
_NOT_SAID: Final = Text(
    el="Η εγγραφή δεν λέει: για πόσο τηρείται ο φάκελος (retention) και τι δεδομένα έχει (data_classes).",
    en="The record does not say how long a file is kept (retention), nor what data it has (data_classes).",
)
_LEFT: Final = Text(
    el="Το πεδίο δεν έχει θέση εδώ.",
    en="The field has no place here.",
)

_OUTCOMES: Final[Mapping[str, tuple[str, Text]]] = {
    "granted": ("completed", Text(el="Η αίτηση έγινε δεκτή.", en="The application was granted.")),
    "not_filed": (
        "rejected",
        Text(
            el="Η αίτηση δεν υποβλήθηκε, γιατί έλειπαν δικαιολογητικά.",
            en="The application was not filed, because papers were missing.",
        ),
    ),
    "not_eligible": (
        "rejected",
        Text(
            el="Η αίτηση απορρίφθηκε, γιατί δεν πληρούνται οι προϋποθέσεις.",
            en="The application was refused, because the conditions are not met.",
        ),
    ),
    "refused": (
        "rejected",
        Text(el="Ο φορέας απέρριψε την αίτηση.", en="The agency refused the application."),
    ),
}


_SOMEBODY: Final = {
    "given_name": "Μαρία",
    "family_name": "Παπαδοπούλου",
    "patronymic": "Γεώργιος",
    "afm": "090000045",
    "amka": "15018012342",
}
"""Who applies in the scenarios."""


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """The files by name, as `folder` gives those of a procedure, and what could not be said there."""

    files: Mapping[str, bytes]
    unmapped: tuple[Unmapped, ...]


def skeleton_of(record: Record, *, key: str, agency: str, english: Record | None = None) -> Skeleton:
    """A draft of the procedure `key`, which passes the check and its scenarios.

    `agency` is the key of the competent agency, `english` the same record as the API answers in English. Who
    asks is checked by a clerk, each condition is an input of the table of eligibility, and each step is a
    task of the clerk or a request to the agency, which may refuse.
    """
    unmapped = Unmappeds()
    description = described(record, key=key, agency=agency, english=english, unmapped=unmapped)
    drawing = sketch(record, english, key=key, agency=agency, unmapped=unmapped)
    description["process"] = drawing.process
    ends = [node.id for node in drawing.nodes if node.kind == "endEvent"]
    description["outcomes"] = {
        end: {"status": _OUTCOMES[end][0], "text": {"el": _OUTCOMES[end][1].el, "en": _OUTCOMES[end][1].en}}
        for end in ends
    }
    files = {FILE: _yaml(description), f"{key}.bpmn": drawing.xml(), f"forms/{CHECK}.form": check_form()}
    if record.conditions:
        files[f"{ELIGIBILITY}.dmn"] = _table(record).xml()
    kinds = {node.kind for node in drawing.nodes}
    if "serviceTask" in kinds:
        files[f"forms/{ANSWER}.form"] = answer_form()
    if any(node.kind == "userTask" and node.id != CHECK_STEP for node in drawing.nodes):
        files[f"forms/{STEP}.form"] = step_form()
    files |= dict(_scenarios(record, drawing, [paper["id"] for paper in description["papers"]]))
    unmapped.add("metadata.process_steps", None, _NO_FIELDS)
    unmapped.add("metadata.process", None, _NOT_SAID)
    for left in record.left:
        unmapped.add(left.path, left.value, _LEFT)
    files[NOTES] = notes_page(unmapped.found).encode()
    return Skeleton(files=dict(sorted(files.items())), unmapped=tuple(unmapped.found))


def _yaml(value: Any) -> bytes:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)
    return text.encode()


def _groups(record: Record) -> list[list[int]]:
    """The conditions by their places from 1; those together of which one is enough."""
    root_of = roots(record.conditions)
    groups: dict[str, list[int]] = {}
    for place, one in enumerate(record.conditions, start=1):
        groups.setdefault(root_of[one.number], []).append(place)
    return list(groups.values())


def _table(record: Record) -> FirstTable:
    """Refused by the first condition, or group of alternatives, of which nothing is fulfilled."""
    count = len(record.conditions)
    rules = {
        f"unmet_{group[0]}": (
            *("false" if place in group else "-" for place in range(1, count + 1)),
            "false",
            f'"{condition_id(group[0])}"',
        )
        for group in _groups(record)
    }
    given = "if fulfilled = null then [] else fulfilled"
    return FirstTable(
        id=ELIGIBILITY,
        name="Προϋποθέσεις",
        needs="fulfilled",
        columns=tuple(
            (f"Προϋπόθεση {place}", f'list contains({given}, "{condition_id(place)}")')
            for place in range(1, count + 1)
        ),
        outputs=(("eligible", "boolean"), ("unmet", "string")),
        rules={**rules, "all_met": (*("-" for _ in range(count)), "true", "null")},
    )


def _scenarios(record: Record, drawing: Drawing, papers: list[str]) -> Iterator[tuple[str, bytes]]:
    """One in which everything is granted, and one for each way in which it is not."""
    every = [condition_id(place) for place in range(1, len(record.conditions) + 1)]
    checked: dict[str, Any] = {"papers_verdict": "complete"}
    checked |= {"presented": papers} if papers else {}
    fulfilled: dict[str, Any] = {"fulfilled": every} if every else {}
    check: dict[str, Any] = {"complete": CHECK_STEP, "data": {**checked, **fulfilled}}
    tasks = [
        node for node in drawing.nodes if node.kind in ("userTask", "serviceTask") and node.id != CHECK_STEP
    ]
    granted = [check, *(_done(node.id, node.kind) for node in tasks)]
    yield _scenario("granted", "Everything is in order", granted, "granted")
    incomplete = {"complete": CHECK_STEP, "data": {"papers_verdict": "incomplete"}}
    yield _scenario("papers-missing", "A paper is missing, and nothing is filed", [incomplete], "not_filed")
    for group in _groups(record):
        met = [one for place, one in enumerate(every, start=1) if place not in group]
        unmet = {"complete": CHECK_STEP, "data": {**checked, **({"fulfilled": met} if met else {})}}
        title = f"Condition {' and '.join(str(place) for place in group)} not fulfilled"
        yield _scenario(f"condition-{group[0]}-unmet", title, [unmet], "not_eligible")
    for number, node in enumerate(tasks):
        if node.kind == "serviceTask":
            before = [check, *(_done(one.id, one.kind) for one in tasks[:number])]
            answer = {"decision": "refuse", "refusal_reason": "Δεν πληρούνται οι όροι."}
            steps = [*before, {"answer": node.id, "data": answer}]
            yield _scenario(f"{node.id.replace('_', '-')}-refused", "The agency refuses", steps, "refused")


def _done(element: str, kind: str) -> dict[str, Any]:
    """A step that goes well."""
    if kind == "serviceTask":
        return {"answer": element, "data": {"decision": "grant"}}
    return {"complete": element, "data": {}}


def _scenario(name: str, title: str, steps: list[dict[str, Any]], outcome: str) -> tuple[str, bytes]:
    value = {
        "title": title,
        "given": {"applicant": dict(_SOMEBODY), "channel": "counter"},
        "steps": steps,
        "expect": {"outcome": outcome, "status": _OUTCOMES[outcome][0]},
    }
    return f"scenarios/{name}.yaml", _yaml(value)
