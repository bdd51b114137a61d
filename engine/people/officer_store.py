"""Who works for an agency, in a database."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.organisation.model import Agency, User
from engine.people import store as people
from engine.sql_desk_tables import officers
from engine.sql_tables import users
from engine.storage.statements import execute_for, for_each_database

_APPOINT = for_each_database(lambda insert: insert.on_conflict_do_nothing(), officers)
_DISMISS = officers.delete().where(
    officers.c.user_id == sa.bindparam("user_id", type_=sa.Uuid()),
    officers.c.agency_id == sa.bindparam("agency_id", type_=sa.Uuid()),
)
_AGENCY_IDS = (
    sa.select(officers.c.agency_id)
    .join(users, users.c.id == officers.c.user_id)
    .where(officers.c.user_id == sa.bindparam("user_id", type_=sa.Uuid()), users.c.active)
)
_OFFICERS = (
    sa.select(*users.c)
    .join(officers, officers.c.user_id == users.c.id)
    .where(officers.c.agency_id == sa.bindparam("agency_id", type_=sa.Uuid()))
    .order_by(users.c.username)
)


class SqlOfficers:
    """Fills the ports `OfficerWork` and `OfficerReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def appoint(self, user_id: UUID, agency_id: UUID) -> None:
        """Let the user work for the agency."""
        execute_for(self._connection, _APPOINT, {"user_id": user_id, "agency_id": agency_id})

    def dismiss(self, user_id: UUID, agency_id: UUID) -> bool:
        """End it."""
        parameters = {"user_id": user_id, "agency_id": agency_id}
        return self._connection.execute(_DISMISS, parameters).rowcount == 1

    def agencies_of(self, user_id: UUID) -> Sequence[Agency]:
        """The agencies that an active user works for, by key."""
        ids = self._connection.execute(_AGENCY_IDS, {"user_id": user_id}).scalars().all()
        return people.agencies_with(self._connection, ids)

    def officers_of(self, agency_id: UUID) -> Sequence[User]:
        """The people who work for an agency, by user name."""
        rows = self._connection.execute(_OFFICERS, {"agency_id": agency_id}).mappings()
        return [User(**row) for row in rows]
