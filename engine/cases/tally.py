"""Tallies: what a change of a case adds to the figures of its branch and of its procedure.

The figures of a case stand under two local days: `ended` under the one on which it was closed, all others
under the one on which it was opened. A change takes back what the case counted before and adds what it counts
now: so a correction or a transfer is a tally like any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import NamedTuple
from uuid import UUID

from engine.cases.model import Case
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.terms.term import TermState

FIGURES = ("opened", "ended", "in_time", "late", "overdue", "appealed")
"""What is counted of cases, as the columns of every table of figures are called.

`in_time` and `late` are decided, by their term of law; `overdue` are open, and that term is over; `appealed`
are those whose appeal runs.
"""


class _Key(NamedTuple):
    day: date
    branch_id: UUID
    procedure_key: str
    version_number: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is added to the figures of a day; any of them may be negative."""

    id: UUID
    day: date
    branch_id: UUID
    procedure_key: str
    version_number: int
    channel: str
    figures: Mapping[str, int]


def tallies_of(
    before: Case | None, after: Case, *, zone: tzinfo, new_id: Callable[[], UUID]
) -> tuple[Tally, ...]:
    """What a change adds; nothing where it changes no figure. `before` is None for a new case."""
    sums: dict[_Key, dict[str, int]] = {}
    for case, sign in ((before, -1), (after, 1)):
        for key, figure in _counted(case, zone) if case is not None else ():
            sums.setdefault(key, dict.fromkeys(FIGURES, 0))[figure] += sign
    return tuple(
        Tally(**key._asdict(), id=new_id(), figures=figures)
        for key, figures in sums.items()
        if any(figures.values())
    )


def _counted(case: Case, zone: tzinfo) -> list[tuple[_Key, str]]:
    """Each figure that counts the case, with the key under which it does."""

    def key(day: date) -> _Key:
        return _Key(day, case.branch_id, case.procedure_key, case.version_number, case.channel.value)

    opened = key(case.opened_at.astimezone(zone).date())
    found = [(opened, "opened")]
    if case.closed_at is not None:
        found.append((key(case.closed_at.astimezone(zone).date()), "ended"))
    if case.term_state is TermState.IN_TIME:
        found.append((opened, "in_time"))
    if case.term_state is TermState.LATE:
        found.append((opened, "late"))
    if case.status is CaseStatus.OPEN and Flag.OVERDUE in case.flags:
        found.append((opened, "overdue"))
    if Flag.APPEALED in case.flags:
        found.append((opened, "appealed"))
    return found
