"""What is recorded of reading, and what the data protection officer has to look into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind, Role
from engine.kernel.disclosure import Disclosure, Purpose, Shown
from engine.kernel.office_settings import Decided, SettingKey


@dataclass(frozen=True, kw_only=True)
class AccessRecord:
    """That somebody was shown something.

    `reader` is a user name or an agency's key, `role` the one in which a user read. `people` is 1, or how
    many a list named. `concern_id` is the exceptional access under which it was read.
    """

    id: UUID
    at: datetime
    reader_kind: ActorKind
    reader: str
    role: Role | None
    branch_code: str | None
    agency_key: str | None
    shown: Shown
    case_id: UUID | None
    object_id: UUID | None
    people: int
    purpose: Purpose
    concern_id: UUID | None


class ConcernKind(StrEnum):
    """Why reading has to be looked into."""

    EXCEPTION = "exception"
    """Somebody opened a case that their work does not need, with a reason."""
    MANY_CASES = "many_cases"
    """Somebody read unusually many cases within an hour."""
    MANY_LISTED = "many_listed"
    """Somebody was shown unusually many people in lists within an hour."""


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Something that the data protection officer has to look into.

    An exceptional access has the case, the reason, and until when it opens the case; others the `count` that
    was too high. It is open until somebody has reviewed it, with a note.
    """

    id: UUID
    kind: ConcernKind
    at: datetime
    reader_kind: ActorKind
    reader: str
    branch_code: str | None
    case_id: UUID | None = None
    reason: str | None = None
    until: datetime | None = None
    count: int = 1
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccessRules:
    """When reading is unusual, and how long it stays on record.

    A reader of more than `cases` different cases, or of more than `people` in lists, within an hour is looked
    into.
    """

    cases: int = 60
    people: int = 5000
    kept: timedelta = timedelta(days=5 * 366)

    @classmethod
    def decided(cls, settings: Decided, at: datetime) -> "AccessRules":
        """The rules as officials have them at that moment."""
        return cls(
            cases=settings.number(SettingKey.ACCESS_ALERT_CASES, at),
            people=settings.number(SettingKey.ACCESS_ALERT_PEOPLE, at),
            kept=timedelta(days=366 * settings.number(SettingKey.ACCESS_KEPT_YEARS, at)),
        )


@dataclass(frozen=True, kw_only=True)
class ReaderTotals:
    """How much somebody read in a time: different cases, and people in lists."""

    reader_kind: ActorKind
    reader: str
    branch_code: str | None
    cases: int
    people: int


@dataclass(frozen=True, kw_only=True)
class AccessFilter:
    """Which records are wanted; None for any. `since` and `until` are moments, the second one excluded."""

    case_id: UUID | None = None
    reader: str | None = None
    branch_code: str | None = None
    exceptional: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Somebody reads: who and when, and under which exceptional accesses, by case."""

    actor: Actor
    at: datetime
    exceptions: Mapping[UUID, UUID] = field(default_factory=dict)


_ROLES_READING = (
    Role.CLERK,
    Role.MANAGER,
    Role.OFFICER,
    Role.AGENT,
    Role.OPERATOR,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
    Role.SUPERVISOR,
)
"""In which role somebody reads who has several: the one with the most particular need."""

_PURPOSES: Mapping[Role, Purpose] = {
    Role.CLERK: Purpose.CASEWORK,
    Role.MANAGER: Purpose.CASEWORK,
    Role.OFFICER: Purpose.REQUEST,
    Role.AGENT: Purpose.CALL,
    Role.OPERATOR: Purpose.REPAIR,
    Role.DATA_PROTECTION_OFFICER: Purpose.PROTECTION,
}


def role_of(actor: Actor) -> Role | None:
    """The role in which somebody reads; None for an agency, a citizen and the command line."""
    return next((role for role in _ROLES_READING if role in actor.roles), None)


def purpose_of(disclosure: Disclosure, reading: Reading) -> Purpose:
    """For what it is shown: as the question says, else a task in hand, else what the reader is there for.

    An exceptional access comes before all of these.
    """
    actor = reading.actor
    if disclosure.case_id in reading.exceptions:
        return Purpose.EXCEPTION
    if disclosure.purpose is not None:
        return disclosure.purpose
    if actor.id in disclosure.holders:
        return Purpose.TASK
    by_kind = {
        ActorKind.CITIZEN: Purpose.OWN_CASE,
        ActorKind.AGENCY: Purpose.REQUEST,
        ActorKind.SYSTEM: Purpose.OPERATION,
    }
    role = role_of(actor)
    of_role = _PURPOSES.get(role, Purpose.OVERSIGHT) if role else Purpose.OVERSIGHT
    return by_kind.get(actor.kind, of_role)


def records_of(
    disclosures: Iterable[Disclosure], reading: Reading, new_ids: Iterable[UUID]
) -> tuple[AccessRecord, ...]:
    """What is recorded of an answer; the same thing that it shows twice is recorded once."""
    actor = reading.actor
    once = {(one.shown, one.case_id, one.object_id): one for one in disclosures}
    return tuple(
        AccessRecord(
            id=new_id,
            at=reading.at,
            reader_kind=actor.kind,
            reader=actor.name,
            role=role_of(actor),
            branch_code=actor.branch_code,
            agency_key=actor.name if actor.kind is ActorKind.AGENCY else actor.agency_key,
            shown=one.shown,
            case_id=one.case_id,
            object_id=one.object_id,
            people=one.people,
            purpose=purpose_of(one, reading),
            concern_id=reading.exceptions.get(one.case_id) if one.case_id else None,
        )
        for one, new_id in zip(once.values(), new_ids, strict=False)
    )
