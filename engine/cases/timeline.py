"""The journal of a case with the names that it takes to tell it, each as it was on the day of its line."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from engine.cases import journal_store
from engine.cases.case_details import journal_of
from engine.cases.further_terms import local_day
from engine.cases.journal import JournalEntry, Names
from engine.cases.model import Case
from engine.context import QueryContext
from engine.kernel.actor import ActorKind
from engine.kernel.bilingual import Bilingual
from engine.organisation.letterheads import Letterhead, letterheads

_MOST_LINES = 1000


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """A line of the journal with the names that it takes to tell it.

    `who` is a person's name as people know it, or that of an agency, else the name in the journal. `what` is
    the name of the task, the service task or the fee that the line is about, in both languages; None where it
    is about none. `office` is the branch in which it was done and `agency` the agency that it is about, as
    they were called that day; None without one. `in_place_of` are those whom that person stood in for.
    """

    line: JournalEntry
    who: str
    what: str | None
    office: Bilingual | None = None
    agency: Bilingual | None = None
    in_place_of: tuple[str, ...] = ()


def timeline_of(case: Case, context: QueryContext) -> Sequence[TimelineEntry]:
    """The newest lines of a case that was looked up already, oldest first."""
    newest = deque(journal_of(case.id, context), maxlen=_MOST_LINES)
    names, asked = _names_in(case, context), _agencies_of(newest)
    heads = letterheads(
        context.connection,
        (line.branch_code for line in newest if line.branch_code),
        agencies=(key for key in asked if key),
    )
    found = []
    for line, key in zip(newest, asked, strict=True):
        day = local_day(line.at, context.zone)
        entry = _named(line, names)
        by_agency = heads.of_agency(line.actor_name, on=day) if line.actor_kind is ActorKind.AGENCY else None
        found.append(
            replace(
                entry,
                who=by_agency.called if by_agency else entry.who,
                office=_called(heads.of(line.branch_code, on=day)),
                agency=_called(heads.of_agency(key, on=day)),
            )
        )
    return found


def _agencies_of(lines: Sequence[JournalEntry] | deque[JournalEntry]) -> Sequence[str | None]:
    """The key of the agency that each line is about: a line about a service task names it once."""
    asked: dict[object, str] = {}
    found: list[str | None] = []
    for line in lines:
        subject = line.detail.get("service_task")
        if line.detail.get("agency"):
            asked[subject] = str(line.detail["agency"])
        by_itself = line.actor_name if line.actor_kind is ActorKind.AGENCY else None
        found.append(asked.get(subject, by_itself))
    return found


def _called(head: Letterhead | None) -> Bilingual | None:
    return head.called if head else None


def _names_in(case: Case, context: QueryContext) -> Names:
    """Who and what the journal of a case is about; tasks and fees are called in both languages."""
    names = journal_store.journal_names(context.connection, case.id)
    procedure = context.procedure(case.version_id)
    return replace(
        names,
        work={key: procedure.called(name) for key, name in names.work.items()},
        fees={key: fee.title for key, fee in procedure.fees.items()},
    )


def _named(line: JournalEntry, names: Names) -> TimelineEntry:
    absent = line.detail.get("for", ()) if line.actor_kind is ActorKind.USER else ()
    return TimelineEntry(
        line=line,
        who=names.people.get(line.actor_name, line.actor_name),
        what=_what(line, names),
        in_place_of=tuple(names.people.get(name, name) for name in absent),
    )


def _what(line: JournalEntry, names: Names) -> str | None:
    if "fee" in line.detail:
        return names.fees.get(line.detail["fee"])
    subject = line.detail.get("task") or line.detail.get("service_task")
    return names.work.get(UUID(subject)) if subject else None
