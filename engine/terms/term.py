"""The terms that a procedure sets: how long each is, by which law, and what may become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from engine.terms.length import Length, Unit


class TermKind(StrEnum):
    """Whose term it is."""

    LEGAL = "legal"
    """The law's: what it asks for must be done by then, and silence may mean something."""
    SERVICE = "service"
    """The service norm: what the office promises."""


class TermState(StrEnum):
    """Where a case stands with its term of law: what is overdue is not done yet, what is late is."""

    NONE = "none"
    """It has none, or it has not begun."""
    RUNS = "runs"
    RESTS = "rests"
    OVERDUE = "overdue"
    IN_TIME = "in_time"
    LATE = "late"


class SupplementRule(StrEnum):
    """What a term does while the citizen is awaited to bring something."""

    RUNS_ON = "runs_on"
    PAUSES = "pauses"
    """It rests meanwhile, and what was left of it goes on."""
    RESTARTS = "restarts"
    """It rests meanwhile, and begins anew, as where it counts from the complete file."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long something may take; `law` names law and article.

    `extension` is by how much it may be extended in all, by decision; None where it may not.
    """

    length: Length
    law: str | None = None
    supplement: SupplementRule = SupplementRule.RUNS_ON
    extension: Length | None = None


STATUTORY: Final = Term(length=Length(50), law="ν. 2690/1999 άρθρο 4")
"""The term where a procedure sets none."""

UNITS: Final = tuple(unit.value for unit in Unit)


def term_of(written: Mapping[str, Any]) -> Term:
    """The term that procedure.yaml describes so."""
    extension = written.get("extension")
    return Term(
        length=length_of(written),
        law=written.get("law"),
        supplement=SupplementRule(written.get("supplement", SupplementRule.RUNS_ON)),
        extension=length_of(extension) if extension else None,
    )


def length_of(written: Mapping[str, Any]) -> Length:
    """So many of the unit that is named; `working_days: true` beside `days` says that these are worked."""
    working = written.get("working_days")
    if isinstance(working, bool):
        return Length(written["days"], Unit.WORKING_DAYS if working else Unit.DAYS)
    unit = next(unit for unit in Unit if unit in written)
    return Length(written[unit], unit)
