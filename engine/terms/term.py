"""The terms that a procedure sets: how long each is, by which law, and what may become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from engine.terms.length import Length, Unit


class TermKind(StrEnum):
    """Whose term it is."""

    LEGAL = "legal"
    """The law's: what it asks for must be done by then, and silence may mean something."""
    SERVICE = "service"
    """The service norm: what the office promises."""
    APPEAL = "appeal"
    """The citizen's, to appeal against what was decided; from the day on which they were told."""
    ANSWER = "answer"
    """The law's, to answer an appeal."""
    ACT = "act"
    """The law's, to issue the act after silence has approved."""


FIRST: Final = (TermKind.LEGAL, TermKind.SERVICE)
"""The terms that begin with the case, or with the complete file."""

FURTHER: Final = (TermKind.APPEAL, TermKind.ANSWER, TermKind.ACT)
"""The terms that begin afterwards."""


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

STATUTORY_ANSWER: Final = Term(length=Length(30), law="ν. 2690/1999 άρθρο 24")
"""The term to answer an appeal, where a procedure sets none."""

STATUTORY_ACT: Final = Term(length=Length(10), law="ν. 4442/2016")
"""The term to issue the act after silence has approved, where a procedure sets none."""

UNITS: Final = tuple(unit.value for unit in Unit)


WRITTEN_AS: Final[Mapping[TermKind, str]] = {
    TermKind.LEGAL: "term",
    TermKind.SERVICE: "service_term",
    TermKind.APPEAL: "appeal",
    TermKind.ANSWER: "appeal_answer",
    TermKind.ACT: "silence_act",
}
"""The fields of procedure.yaml that set terms."""

_STATUTORY: Final[Mapping[TermKind, Term]] = {
    TermKind.LEGAL: STATUTORY,
    TermKind.ANSWER: STATUTORY_ANSWER,
    TermKind.ACT: STATUTORY_ACT,
}


def terms_of(metadata: Mapping[str, Any]) -> Mapping[TermKind, Term]:
    """The terms that procedure.yaml sets, and those that the law sets where it does not.

    There is no service norm and no term to appeal but where it sets one.
    """
    written = {kind: term_of(metadata[name]) for kind, name in WRITTEN_AS.items() if metadata.get(name)}
    known = {**_STATUTORY, **written}
    return MappingProxyType({kind: known[kind] for kind in TermKind if kind in known})


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
