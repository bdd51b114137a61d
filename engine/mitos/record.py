"""A record of MITOS, as its open API answers for one procedure, and what of it is read here.

The shape is that of https://api.digigov.grnet.gr/v1/services/<id> and of its `services-extended`: `success`
and `data` with `id`, `title`, `url`, `last_updated` and `metadata`. That holds the object `process`, and the
lists `process_conditions`, `process_evidences`, `process_evidences_cost`, `process_steps`,
`process_steps_digital` and `process_rules`. Names and words of their choices are those of the registry's own
forms (mitos.gov.gr, Φόρμα:Διαδικασίες). The API does not say what is obligatory: nothing is here but the
title. What is not known is kept, to be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.kernel.refusal import Invalid
from engine.mitos.typed_json import Duration, JsonPart, Left, Notes, load

MOST_BYTES: Final = 2_000_000

_UNITS: Final[Mapping[str, str]] = {
    "Δευτερόλεπτα": "PT{0}S",
    "Λεπτά": "PT{0}M",
    "Ώρες": "PT{0}H",
    "Ημέρες": "P{0}D",
    "Εβδομάδες": "P{0}W",
    "Μήνες": "P{0}M",
}
"""The units in which the registry's forms count, as durations of ISO 8601 are written."""

_COUNTED: Final = (
    "evidence_total_number",
    "evidence_step_total_number",
    "evidence_step_digital_total_number",
    "evidence_cost_total_number",
    "total_duration_steps_min",
    "total_duration_steps_max",
    "total_duration_steps_type",
    "total_duration_steps_digital_min",
    "total_duration_steps_digital_max",
    "total_duration_steps_digital_type",
    "cost_min",
    "cost_max",
)
"""What the registry counts of the lists beside, and what is therefore said there."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What somebody must fulfil; `instead_of` is the number of the condition in whose place it may be."""

    path: str
    number: str
    text: str
    instead_of: str | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A paper. `kind` is one of the registry's kinds, `description` says which; one of them is there.

    `submission` says who brings it and how, `instead_of` is the number of the paper in whose place it may be.
    """

    path: str
    number: str
    kind: str | None
    description: str | None
    submission: tuple[str, ...]
    instead_of: str | None


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What is paid, in euros; one of `least` and `most` may be None."""

    path: str
    number: str
    kind: str | None
    code: str | None
    description: str | None
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done, and who does it (`official`)."""

    path: str
    number: str
    title: str
    official: str | None
    description: str | None


@dataclass(frozen=True, kw_only=True)
class Provision:
    """A law, decree or decision on which it rests."""

    path: str
    kind: str | None
    number: str | None
    year: str | None
    article: str | None
    gazette_issue: str | None
    gazette_number: str | None
    ada: str | None
    address: str | None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a record says; `left` is what it says besides, by path."""

    code: str | None
    title: str
    title_en: str | None
    address: str | None
    alternative_titles: tuple[str, ...]
    description: str | None
    owner: str | None
    deadline: Duration | None
    silence: str | None
    triggers: tuple[str, ...]
    outputs: tuple[str, ...]
    languages: tuple[str, ...]
    life_events: tuple[str, ...]
    conditions: tuple[Condition, ...]
    evidences: tuple[Evidence, ...]
    costs: tuple[Cost, ...]
    steps: tuple[Step, ...]
    digital_steps: tuple[Step, ...]
    provisions: tuple[Provision, ...]
    left: tuple[Left, ...]


def read_record(content: bytes) -> Record:
    """The record of a file; `Invalid` says of each field by its path what was expected and what was found."""
    try:
        value = load(content, most=MOST_BYTES)
    except ValueError as error:
        raise Invalid.field("record", str(error)) from error
    return record_in(value)


def record_in(value: Any, *, at: str = "") -> Record:
    """The record that JSON says; `at` is where it stands, for the paths of what is refused."""
    notes = Notes()
    record = _record(_inside(value, at, notes), notes)
    if notes.problems:
        count = len(notes.problems)
        raise Invalid(
            f"The record cannot be read: {count} findings." if count > 1 else "The record cannot be read.",
            notes.problems,
        )
    if record is None:
        raise AssertionError("a record without problems has a title")
    return record


def _inside(value: Any, at: str, notes: Notes) -> JsonPart:
    """What stands in the answer of the API as `data`; a record may also come without the answer around."""
    if isinstance(value, Mapping) and "metadata" in value:
        return JsonPart(value, at, notes)
    answer = JsonPart.of(value, at, notes)
    if answer.has("success") and not answer.flag("success"):
        answer.problem("success", "true, as of a record that was found")
    if not answer.has("data"):
        notes.add(answer.at("data"), "an object with metadata", None)
    found = answer.part("data")
    # Paths are told as of the record, whatever is around it.
    answer.leave()
    found.path = at
    return found


def _record(data: JsonPart, notes: Notes) -> Record | None:
    metadata = data.part("metadata")
    process = metadata.part("process")
    titles = data.part("title") if data.has("title") else None
    official, written = process.text("official_title"), titles.text("el") if titles else None
    title = written or official
    if title is None:
        notes.add(data.at("title.el"), "a text", None)
        return None
    code = _code(data, process)
    record = Record(
        code=code,
        title=title,
        title_en=titles.text("en") if titles else None,
        address=data.text("url"),
        alternative_titles=process.texts("alternative_titles"),
        description=process.text("description"),
        owner=process.text("org_owner"),
        deadline=_length(process, "deadline"),
        silence=process.text("sdg_lack_of_response_rule"),
        triggers=process.texts("trigger_type"),
        outputs=process.texts("output_type"),
        languages=process.texts("provided_language"),
        life_events=process.texts("life_events"),
        conditions=_conditions(metadata, notes),
        evidences=_evidences(metadata, notes),
        costs=_costs(metadata),
        steps=_steps(metadata, "process_steps", "step"),
        digital_steps=_steps(metadata, "process_steps_digital", "step_digital"),
        provisions=_provisions(metadata),
        left=(),
    )
    process.leave("id", "uuid", *_COUNTED)
    if titles:
        titles.leave()
    metadata.leave("glance")
    data.leave("id", "uuid", "ns", "last_updated")
    return Record(**{**record.__dict__, "left": tuple(notes.left)})


def _code(data: JsonPart, process: JsonPart) -> str | None:
    """The six digits by which the registry knows it; a number has lost the zeros at its beginning."""
    for part in (data, process):
        code = part.number_as_text("id")
        if code is not None:
            if not code.isascii() or not code.isdigit() or len(code) > 6:
                part.problem("id", "up to 6 digits")
                return None
            return code.zfill(6)
    return None


def _length(part: JsonPart, name: str) -> Duration | None:
    """A duration; or, as the registry's forms have it, a number with its unit beside (`<name>_type`)."""
    unit = part.text(f"{name}_type")
    if unit is None:
        return part.duration(name)
    number = part.number_as_text(name)
    if number is None:
        return None
    if not number.isascii() or not number.isdigit() or len(number) > 5:
        part.problem(name, "a whole number")
        return None
    if unit not in _UNITS:
        part.problem(f"{name}_type", f"one of {', '.join(_UNITS)}")
        return None
    return JsonPart({name: _UNITS[unit].format(number)}, part.path, Notes()).duration(name)


def _alternative(part: JsonPart, prefix: str, before: str | None) -> str | None:
    """The number of what this may stand instead of; without one, of the last that stands for itself."""
    flagged = part.flag(f"{prefix}_alternative")
    named = part.number_as_text(f"{prefix}_alternative_of")
    return named or (before if flagged else None)


def _conditions(metadata: JsonPart, notes: Notes) -> tuple[Condition, ...]:
    found: list[Condition] = []
    before: str | None = None
    for place, part in enumerate(metadata.parts("process_conditions"), start=1):
        number = part.number_as_text("conditions_num_id") or str(place)
        text = part.text("conditions_name")
        instead_of = _alternative(part, "conditions", before)
        before = before if instead_of else number
        part.leave()
        if text is None:
            # A name of a wrong type has been told already.
            if not part.has("conditions_name"):
                notes.add(part.at("conditions_name"), "a text", None)
            continue
        found.append(Condition(path=part.path, number=number, text=text, instead_of=instead_of))
    _require_known(found, "conditions_alternative_of", notes)
    return tuple(found)


def _evidences(metadata: JsonPart, notes: Notes) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    before: str | None = None
    for place, part in enumerate(metadata.parts("process_evidences"), start=1):
        number = part.number_as_text("evidence_num_id") or str(place)
        kind, description = part.text("evidence_type"), part.text("evidence_description")
        instead_of = _alternative(part, "evidence", before)
        before = before if instead_of else number
        submission = part.texts("evidence_submission_type")
        part.leave()
        if kind is None and description is None:
            if not part.has("evidence_type") and not part.has("evidence_description"):
                notes.add(part.at("evidence_type"), "a text or an object with a title", None)
            continue
        found.append(
            Evidence(
                path=part.path,
                number=number,
                kind=kind,
                description=description,
                submission=submission,
                instead_of=instead_of,
            )
        )
    _require_known(found, "evidence_alternative_of", notes)
    return tuple(found)


def _require_known(found: list[Condition] | list[Evidence], name: str, notes: Notes) -> None:
    numbers = {one.number for one in found}
    for one in found:
        if one.instead_of is not None and (one.instead_of not in numbers or one.instead_of == one.number):
            others = ", ".join(sorted(numbers - {one.number})) or "none"
            notes.add(f"{one.path}.{name}", f"the number of another one ({others})", one.instead_of)


def _costs(metadata: JsonPart) -> tuple[Cost, ...]:
    found: list[Cost] = []
    for place, part in enumerate(metadata.parts("process_evidences_cost"), start=1):
        least, most = part.euros("evidence_cost_min"), part.euros("evidence_cost_max")
        found.append(
            Cost(
                path=part.path,
                number=part.number_as_text("evidence_cost_num_id") or str(place),
                kind=part.text("evidence_cost_type"),
                code=part.number_as_text("evidence_cost_code"),
                description=part.text("evidence_cost_description"),
                least=least,
                most=most,
            )
        )
        part.leave()
    return tuple(found)


def _steps(metadata: JsonPart, listed: str, prefix: str) -> tuple[Step, ...]:
    found: list[Step] = []
    for place, part in enumerate(metadata.parts(listed), start=1):
        title = part.text(f"{prefix}_title")
        found.append(
            Step(
                path=part.path,
                number=part.number_as_text(f"{prefix}_num_id") or str(place),
                title=title or f"Βήμα {place}",
                official=part.text(f"{prefix}_official"),
                description=part.text(f"{prefix}_description"),
            )
        )
        part.leave()
    return tuple(found)


def _provisions(metadata: JsonPart) -> tuple[Provision, ...]:
    found: list[Provision] = []
    for part in metadata.parts("process_rules"):
        found.append(
            Provision(
                path=part.path,
                kind=part.text("rule_type"),
                number=part.number_as_text("rule_decision_number"),
                year=part.number_as_text("rule_decision_year"),
                article=part.number_as_text("rule_article"),
                gazette_issue=part.text("rule_gazette_doc_issue"),
                gazette_number=part.number_as_text("rule_gazette_doc_number"),
                ada=part.text("rule_ada"),
                address=part.text("rule_url"),
            )
        )
        part.leave()
    return tuple(found)
