"""Captions of lists, each in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.model import CaseStatus
from engine.cases.party import PartyRole, Person
from engine.sql_desk_tables import pauses
from engine.sql_tables import FLAGS, cases, memberships, parties, procedure_versions, users
from engine.tasks.ports_captions import Caption, Colleague

_APPLICANT = sa.and_(parties.c.case_id == cases.c.id, parties.c.role == PartyRole.APPLICANT.value)
_CAPTIONS = (
    sa.select(
        cases.c.id,
        cases.c.branch_id,
        cases.c.version_id,
        cases.c.number,
        parties.c.person,
        procedure_versions.c.title,
        procedure_versions.c.title_en,
        cases.c.status,
        sa.case((cases.c.term_rests_since.is_(None), cases.c.due_at)).label("expected_at"),
        *(cases.c[flag.value] for flag in FLAGS),
    )
    .join(procedure_versions, procedure_versions.c.id == cases.c.version_id)
    .outerjoin(parties, _APPLICANT)
    .where(cases.c.id.in_(sa.bindparam("case_ids", expanding=True)))
)
_PEOPLE = sa.select(users.c.username, users.c.display_name).where(
    users.c.username.in_(sa.bindparam("usernames", expanding=True))
)

_AT_WORK = (
    sa.select(users.c.username, users.c.display_name, memberships.c.roles)
    .join(memberships, memberships.c.user_id == users.c.id)
    .outerjoin(
        pauses,
        sa.and_(
            pauses.c.user_id == memberships.c.user_id,
            pauses.c.branch_id == memberships.c.branch_id,
            sa.or_(pauses.c.until.is_(None), pauses.c.until > sa.bindparam("now", type_=pauses.c.until.type)),
        ),
    )
    .where(
        memberships.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()),
        users.c.active,
        pauses.c.user_id.is_(None),
    )
)


class SqlCaptions:
    """Fills the port `CaptionReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def captions(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Caption]:
        """The caption of each case."""
        if not case_ids:
            return {}
        rows = self._connection.execute(_CAPTIONS, {"case_ids": list(set(case_ids))})
        return {row[0]: _caption_of(row[1:]) for row in rows}

    def people(self, usernames: Sequence[str]) -> Mapping[str, str]:
        """Display names by user name."""
        if not usernames:
            return {}
        rows = self._connection.execute(_PEOPLE, {"usernames": sorted(set(usernames))})
        return {row.username: row.display_name for row in rows}

    def at_work(self, branch_id: UUID, now: datetime) -> Sequence[Colleague]:
        """The active people of a branch whose work is not paused."""
        rows = self._connection.execute(_AT_WORK, {"branch_id": branch_id, "now": now})
        found = [
            Colleague(username=row.username, display_name=row.display_name, roles=frozenset(row.roles))
            for row in rows
        ]
        # Sorted here, because databases differ in how they order Greek letters.
        return sorted(found, key=lambda one: (one.display_name, one.username))


def _caption_of(row: Sequence[Any]) -> Caption:
    branch_id, version_id, number, person, title, title_en, status, expected_at, *flags = row
    return Caption(
        branch_id=branch_id,
        version_id=version_id,
        number=number,
        applicant=Person(**person).full_name if person else None,
        title=title,
        title_en=title_en,
        status=CaseStatus(status),
        expected_at=expected_at,
        flags=frozenset(flag for flag, is_set in zip(FLAGS, flags, strict=True) if is_set),
    )
