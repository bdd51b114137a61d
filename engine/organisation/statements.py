"""What may be stated of an organisation, checked whole: problems by field, in the order of the page."""

import re
from collections.abc import Iterator
from datetime import date

from engine.organisation.organisation import OFFICES, OrganisationKind, OrganisationStatus, Particulars

_LONGEST_TEXT = 500
_LONGEST_HOURS = 2000
_MOST_CLOSURES = 1000
_BRANCH_CODE = re.compile(r"[0-9]{4}")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")
_RESERVED = frozenset({"new", "tree"})
"""Codes that would be taken for pages of the register."""
_PHONE = re.compile(r"\+?[0-9][0-9 ]{4,24}")
_LEAP_YEAR = 2024

Problems = dict[str, list[str]]


def problems_of_code(kind: OrganisationKind, code: str) -> Problems:
    """What is wrong with the code of a new organisation of that kind."""
    if kind in OFFICES:
        expected, is_right = "4 digits", _BRANCH_CODE.fullmatch(code)
    else:
        expected, is_right = (
            "3 to 64 small Latin letters, digits and hyphens",
            _CODE.fullmatch(code),
        )
    if code in _RESERVED:
        expected, is_right = f"another than {', '.join(sorted(_RESERVED))}", None
    return {} if is_right else {"code": [f"expected {expected}, found {code!r}"]}


def problems_of(stated: Particulars) -> Problems:
    """What is wrong with what is stated, each field's problem."""
    found: Problems = {}
    for field, problem in _problems(stated):
        found.setdefault(field, []).append(problem)
    return found


def _problems(stated: Particulars) -> Iterator[tuple[str, str]]:
    if not stated.name.strip():
        yield "name", "a name is required"
    for field in ("name", "name_en", "address"):
        length = len(getattr(stated, field))
        if length > _LONGEST_TEXT:
            yield field, f"expected at most {_LONGEST_TEXT} characters, found {length}"
    if len(stated.hours) > _LONGEST_HOURS:
        yield "hours", f"expected at most {_LONGEST_HOURS} characters, found {len(stated.hours)}"
    if stated.phone and not _PHONE.fullmatch(stated.phone):
        yield "phone", f"expected digits, with spaces and a + before them if you like, found {stated.phone!r}"
    for day in stated.local_holidays:
        if not _is_day_of_year(day):
            yield "local_holidays", f"expected a day of the year as MM-DD, found {day!r}"
    if len(stated.closures) > _MOST_CLOSURES:
        yield "closures", f"expected at most {_MOST_CLOSURES} days, found {len(stated.closures)}"
    for refused in stated.not_offered:
        if not refused.procedure or not refused.reason.strip():
            yield "not_offered", "expected the key of a procedure, and the reason why it is not offered"
    if stated.status is OrganisationStatus.OPEN and stated.successor_id is not None:
        yield "successor", "expected a successor of a closed organisation alone"


def _is_day_of_year(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    except ValueError:
        return False
    return True
