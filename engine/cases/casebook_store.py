"""What stands beside the journal of a case, in a database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.cases.model import Case
from engine.cases.note import Note
from engine.cases.party import Party, PartyRole
from engine.cases.ports_casebook import Names
from engine.cases.rows import CASE_IN_LIST, PARTY, case_of, party_of
from engine.kernel.permission import Sight
from engine.messages import store as messages
from engine.messages.model import Subscription
from engine.ports_reads import Page, Slice
from engine.sql_desk_tables import notes
from engine.sql_tables import case_words, cases, journal, parties, service_tasks, tasks, users
from engine.storage.keyset import Order, fetch_page

_NOTES = Order("notes", (notes.c.written_at, notes.c.id), newest_first=True)

_NOTE = sa.select(*notes.c).where(notes.c.id == sa.bindparam("id", type_=sa.Uuid()))
_CASE_ID = sa.bindparam("case_id", type_=sa.Uuid())
_PARTIES = (
    sa.select(*PARTY)
    .where(parties.c.case_id == _CASE_ID)
    .order_by(parties.c.role != PartyRole.APPLICANT.value, parties.c.id)
)
_WORK = sa.union_all(
    sa.select(tasks.c.id, tasks.c.name).where(tasks.c.case_id == _CASE_ID),
    sa.select(service_tasks.c.id, service_tasks.c.name).where(service_tasks.c.case_id == _CASE_ID),
)
_PEOPLE = sa.select(users.c.username, users.c.display_name).where(
    users.c.id.in_(sa.select(journal.c.actor_id).where(journal.c.case_id == _CASE_ID))
)
_WITH_ANY_WORD = (
    sa.select(*CASE_IN_LIST)
    .where(
        cases.c.id.in_(
            sa.select(case_words.c.case_id).where(
                case_words.c.word.in_(sa.bindparam("words", type_=case_words.c.word.type, expanding=True))
            )
        )
    )
    .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
)


class SqlCasebook:
    """Fills the ports `CasebookWork` and `CasebookReads` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_note(self, note: Note) -> None:
        """Write a new note."""
        self._connection.execute(notes.insert(), note.__dict__)

    def note(self, note_id: UUID) -> Note | None:
        """One note."""
        row = self._connection.execute(_NOTE, {"id": note_id}).one_or_none()
        return _note_of(row) if row else None

    def parties(self, case_id: UUID) -> Sequence[Party]:
        """Who is in the case, the applicant first."""
        return [party_of(row) for row in self._connection.execute(_PARTIES, {"case_id": case_id})]

    def notes(self, case_id: UUID, part: Slice) -> Page[Note]:
        """The notes on a case, newest first."""
        statement = sa.select(*notes.c).where(notes.c.case_id == case_id)
        return fetch_page(self._connection, statement, order=_NOTES, part=part, decode=_note_of)

    def subscriptions(self, case_id: UUID) -> Sequence[Subscription]:
        """What the case waits for, oldest first."""
        return messages.subscriptions_of(self._connection, case_id)

    def names(self, case_id: UUID) -> Names:
        """Names of the case's tasks and service tasks, and of the people in its journal."""
        parameters = {"case_id": case_id}
        return Names(
            work=dict(self._connection.execute(_WORK, parameters).all()),
            people=dict(self._connection.execute(_PEOPLE, parameters).all()),
        )

    def cases_with_any_word(self, words: Sequence[str], *, sight: Sight, limit: int) -> Sequence[Case]:
        """Cases in sight that are found by one of the words, newest first."""
        statement = _WITH_ANY_WORD.limit(limit)
        if not sight.everywhere:
            statement = statement.where(cases.c.branch_id == sight.branch_id)
        rows = self._connection.execute(statement, {"words": list(words)})
        return [case_of(row, snapshot=b"") for row in rows]


def _note_of(row: Sequence[Any]) -> Note:
    note_id, case_id, author_id, author_name, written_at, text = row
    return Note(
        id=note_id,
        case_id=case_id,
        author_id=author_id,
        author_name=author_name,
        written_at=written_at,
        text=text,
    )
