"""The forms of organisations: what was typed becomes changes, or sentences on what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from api.pages.frame.language import gettext as _
from engine.organisation.organisation import Closure, Decision, NotOffered, Particulars

T = TypeVar("T")

TEXTS = ("name", "name_en", "address", "hours", "phone")
LINES = ("local_holidays", "closures", "not_offered")
_WAS = "was-"
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_DAY_OF_YEAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")

Typed = Mapping[str, str]
Problems = dict[str, list[str]]


def typed_of(particulars: Particulars) -> dict[str, str]:
    """How the particulars are typed into the form."""
    texts = {name: getattr(particulars, name) for name in TEXTS}
    days = [text.split("-") for text in particulars.local_holidays]
    return {
        **texts,
        "local_holidays": "\n".join(f"{day}/{month}" for month, day in days),
        "closures": "\n".join(f"{one.day:%d/%m/%Y} {one.decision}".strip() for one in particulars.closures),
        "not_offered": "\n".join(f"{one.procedure}: {one.reason}" for one in particulars.not_offered),
    }


@dataclass
class Read:
    """What a form says: `changes` are those of the fields that are not as they were shown."""

    from_day: date | None = None
    seen: int = 0
    reason: str = ""
    decision: Decision | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)


def read_change(typed: Typed) -> Read:
    """What the form of a change says."""
    read = read_act(typed)
    changed = [
        name
        for name in (*TEXTS, *LINES)
        if name in typed and _plain(typed[name]) != _plain(typed.get(_WAS + name, ""))
    ]
    readers: Mapping[str, Callable[[str], Any]] = {
        "local_holidays": lambda text: _lines(text, _day_of_year),
        "closures": lambda text: _lines(text, _closure),
        "not_offered": lambda text: _lines(text, _not_offered),
    }
    for name in changed:
        try:
            read.changes[name] = readers[name](typed[name]) if name in readers else _plain(typed[name])
        except ValueError as wrong:
            read.problems[name] = [str(wrong)]
    if not changed:
        read.problems["name"] = [_("Change something, or leave the page.")]
    return read


def read_new(typed: Typed) -> Read:
    """What the form of a new organisation says; what is left empty is not among `changes`."""
    read = read_change({**typed, **{_WAS + name: "" for name in (*TEXTS, *LINES)}})
    if "name" not in read.changes:
        read.problems["name"] = [_("Write a name.")]
    return read


def read_act(typed: Typed) -> Read:
    """What every form says: from which day on, why, by which decision, and which revision was seen."""
    read = Read(reason=typed.get("reason", "").strip(), seen=int(typed.get("seen", "0") or 0))
    try:
        read.from_day = date.fromisoformat(typed.get("from", ""))
    except ValueError:
        read.problems["from"] = [_("Choose the day from which it is true.")]
    if not read.reason:
        read.problems["reason"] = [_("Say why, in at most 1000 letters.")]
    decision = Decision(**{name: typed.get(name, "").strip() for name in ("number", "gazette", "ada")})
    read.decision = decision if decision != Decision() else None
    return read


def problem_words(problems: Mapping[str, Any]) -> Problems:
    """What the engine found wrong, in sentences of the page."""
    said = {
        "from": _("Choose today or a later day: what was true before stays on record."),
        "name": _("Write a name."),
        "phone": _("Write the telephone with digits and spaces, and a + before them if needed."),
        "local_holidays": _("Write each day as 03/10, one on a line."),
        "code": _("Write 4 digits for a centre, and 3 to 64 small Latin letters and digits for any other."),
        "parent": _(
            "Choose an organisation below which it may stand, and that is open then and not below it."
        ),
        "successor": _("Choose a successor that is open on that day."),
        "reason": _("Say why, in at most 1000 letters."),
    }
    return {name: [said.get(name, _("This is too long, or not as it should be."))] for name in problems}


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _lines(text: str, read: Callable[[str], T]) -> tuple[T, ...]:
    return tuple(read(line.strip()) for line in text.splitlines() if line.strip())


def _day_of_year(line: str) -> str:
    found = _DAY_OF_YEAR.fullmatch(line)
    if found is None:
        raise ValueError(_("Write each day as 03/10, one on a line."))
    return f"{int(found[2]):02}-{int(found[1]):02}"


def _closure(line: str) -> Closure:
    found = _DAY.match(line)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise ValueError(_("Write each closed day as 09/04/2026 and then the decision, one on a line."))
    return Closure(day=day, decision=line[found.end() :].strip())


def _not_offered(line: str) -> NotOffered:
    procedure, _colon, reason = (part.strip() for part in line.partition(":"))
    if not procedure or not reason:
        raise ValueError(_("Write the key of the procedure, a colon and the reason, one on a line."))
    return NotOffered(procedure=procedure, reason=reason)
