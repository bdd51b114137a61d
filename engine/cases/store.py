"""Cases and their parties in the database, found by number, by words and by what is due."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection

from engine.cases import store as cases_store
from engine.cases.journal import JournalHead
from engine.cases.model import Case, CaseFilter, Notify
from engine.cases.party import Party
from engine.kernel.bilingual import Language
from engine.kernel.pages import Page, Slice
from engine.kernel.permission_objects import Sight
from engine.kernel.vocabulary import CaseStatus, Channel, Flag, PartyRole, Person
from engine.organisation.store import branches
from engine.storage import columns
from engine.storage.among import among
from engine.storage.columns import metadata
from engine.storage.keyset import Order, fetch_page
from engine.storage.prepared import PreparedQuery
from engine.storage.sealed_column import SealedColumn
from engine.storage.statements import Row, Values, counting_up, execute_for, literal, next_number, upsert
from engine.storage.types import PlainText, UtcDateTime

FLAGS: tuple[Flag, ...] = tuple(Flag)
"""The flags in the order of their columns in `cases`."""

branch_year_numbers = Table(
    "branch_year_numbers",
    metadata,
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    Column("year", sa.Integer, primary_key=True, autoincrement=False),
    columns.whole("last_number"),
)

cases = Table(
    "cases",
    metadata,
    columns.identifier(),
    Column("number", PlainText(binary=True), nullable=False, unique=True),
    columns.text("procedure_key"),
    columns.reference("version_id", "procedure_versions"),
    columns.whole("version_number"),
    columns.reference("branch_id", "branches"),
    columns.text("branch_code"),
    columns.text("channel"),
    columns.moment("opened_at"),
    columns.reference("opened_by", "users", optional=True),
    columns.moment("due_at", optional=True),
    columns.text("tracking_code"),
    columns.text("status"),
    columns.text("outcome", optional=True),
    columns.moment("next_timer_at", optional=True),
    columns.moment("suspended_at", optional=True),
    columns.moment("closed_at", optional=True),
    columns.text("notify_sms", optional=True),
    columns.text("notify_email", optional=True),
    columns.whole("journal_length"),
    columns.text("journal_hash"),
    columns.whole("row_version"),
    *(Column(flag.value, sa.Boolean, nullable=False) for flag in FLAGS),
    Column("snapshot", sa.LargeBinary, nullable=False),
    columns.moment("term_rests_since", optional=True),
    Column("notify_language", PlainText(), nullable=False, server_default="el"),
    columns.moment("term_ended_at", optional=True),
    columns.moment("appealable_until", optional=True),
    columns.moment("answer_due_at", optional=True),
    columns.moment("act_due_at", optional=True),
    columns.moment("term_changed_at", optional=True),
    Column("holder_id", sa.Uuid),
    columns.one_of("status", CaseStatus),
    columns.one_of("channel", Channel),
    CheckConstraint("row_version >= 1", name="row_version"),
    CheckConstraint("journal_length >= 0", name="journal_length"),
)
Index("ix_cases_newest", cases.c.opened_at, cases.c.id)
Index("ix_cases_newest_of_branch", cases.c.branch_id, cases.c.opened_at, cases.c.id)
Index("ix_cases_newest_of_status", cases.c.status, cases.c.opened_at, cases.c.id)
Index("ix_cases_newest_of_procedure", cases.c.procedure_key, cases.c.opened_at, cases.c.id)
# The status stands in some indexes although their condition fixes it: SQLite would prefer the index above
# otherwise.
columns.partial_index(
    "ix_cases_next_timer", [cases.c.status, cases.c.next_timer_at, cases.c.id], "status = 'open'"
)
columns.partial_index(
    "ix_cases_term",
    [cases.c.status, cases.c.due_at, cases.c.id],
    "status = 'open' AND NOT overdue AND term_rests_since IS NULL AND term_ended_at IS NULL",
)
columns.partial_index(
    "ix_cases_decided",
    [cases.c.branch_id, cases.c.status, cases.c.opened_at, cases.c.id],
    "status = 'open' AND term_ended_at IS NOT NULL",
)
columns.partial_index("ix_cases_stuck", [cases.c.id], "stuck")
_OF_BRANCH = [cases.c.branch_id, cases.c.opened_at, cases.c.id]
columns.partial_index("ix_cases_running", _OF_BRANCH, "closed_at IS NULL")
columns.partial_index("ix_cases_running_on_version", [cases.c.version_id, cases.c.id], "closed_at IS NULL")
columns.partial_index("ix_cases_overdue", _OF_BRANCH, "overdue")
# The newest of them are looked for in many branches at once: in their order, with the branch read beside it.
_NEWEST = [cases.c.opened_at, cases.c.id, cases.c.branch_id]
columns.partial_index("ix_cases_appealed", _NEWEST, "appealed")
columns.partial_index("ix_cases_late", _NEWEST, "due_at < coalesce(term_ended_at, closed_at)")
AWAITED = "status = 'open' AND (answer_due_at IS NOT NULL OR act_due_at IS NOT NULL)"
"""Cases in which an answer to an appeal, or the act after silence, is awaited of the office."""
columns.partial_index("ix_cases_awaited", _OF_BRANCH, AWAITED)
columns.partial_index(
    "ix_cases_ended_of_branch", [cases.c.branch_id, cases.c.closed_at, cases.c.id], "closed_at IS NOT NULL"
)
columns.partial_index("ix_cases_ended", [cases.c.closed_at, cases.c.status], "closed_at IS NOT NULL")

case_words = Table(
    "case_words",
    metadata,
    Column("word", PlainText(binary=True), primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index(None, case_words.c.case_id)

tracking_codes = Table(
    "tracking_codes",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", sa.LargeBinary, nullable=False),
)
"""The codes themselves, sealed, for printing a receipt again."""

SEALED_CODES = SealedColumn(tracking_codes.c.case_id, tracking_codes.c.sealed)

parties = Table(
    "parties",
    metadata,
    columns.identifier(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    columns.text("role"),
    columns.json("person"),
    columns.text("declared_role", optional=True),
    Column("position", sa.Integer, nullable=False, server_default="0"),
)

latest_changes = Table(
    "latest_changes",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("journal_length", sa.Integer, nullable=False),
)
"""When the journal of each case grew last.

A row for each branch instead would make all of its clerks wait for one another.
"""
Index(
    "ix_latest_changes_of_branch",
    latest_changes.c.branch_id,
    latest_changes.c.at,
    latest_changes.c.case_id,
)


_DIGEST = cases.c.tracking_code.label("tracking_digest")
"""The column was made for the code itself, and holds the digest in the same place."""

CASE_IN_LIST = tuple(
    _DIGEST if column is cases.c.tracking_code else column
    for column in cases.c
    if column is not cases.c.snapshot
)
"""A case without its snapshot."""

CASE = (*CASE_IN_LIST, cases_store.cases.c.snapshot)
"""A whole case."""

PARTY = tuple(cases_store.parties.c)

PARTIES_IN_ORDER = (
    cases_store.parties.c.role != PartyRole.APPLICANT.value,
    cases_store.parties.c.position,
    cases_store.parties.c.id,
)
"""The applicant first, then as they were entered."""


def case_row(case: Case) -> Values:
    """The columns of a case."""
    return {
        "id": case.id,
        "number": case.number,
        "procedure_key": case.procedure_key,
        "version_id": case.version_id,
        "version_number": case.version_number,
        "branch_id": case.branch_id,
        "branch_code": case.branch_code,
        "channel": case.channel.value,
        "opened_at": case.opened_at,
        "opened_by": case.opened_by,
        "due_at": case.due_at,
        "tracking_code": case.tracking_digest,
        "status": case.status.value,
        "outcome": case.outcome,
        "next_timer_at": case.next_timer_at,
        "suspended_at": case.suspended_at,
        "term_rests_since": case.term_rests_since,
        "term_ended_at": case.term_ended_at,
        "appealable_until": case.appealable_until,
        "answer_due_at": case.answer_due_at,
        "act_due_at": case.act_due_at,
        "holder_id": case.holder_id,
        "term_changed_at": case.term_changed_at,
        "closed_at": case.closed_at,
        "notify_sms": case.notify.sms,
        "notify_email": case.notify.email,
        "notify_language": case.notify.language.value,
        "journal_length": case.journal.length,
        "journal_hash": case.journal.hash,
        "row_version": case.row_version,
        **{flag.value: flag in case.flags for flag in cases_store.FLAGS},
        "snapshot": case.snapshot,
    }


def case_of(row: Row) -> Case:
    """The case of a `CASE` row, or without snapshot that of a `CASE_IN_LIST` row."""
    columns = row._asdict()
    notify = Notify(
        sms=columns.pop("notify_sms"),
        email=columns.pop("notify_email"),
        language=Language(columns.pop("notify_language")),
    )
    journal = JournalHead(length=columns.pop("journal_length"), hash=columns.pop("journal_hash"))
    columns["flags"] = frozenset([flag for flag in FLAGS if columns.pop(flag.value)])
    columns["channel"], columns["status"] = Channel(row.channel), CaseStatus(row.status)
    return Case(**{"snapshot": b"", **columns}, notify=notify, journal=journal)


def party_row(party: Party) -> Values:
    """The columns of a party; the person is JSON without what is not known."""
    person = {name: value for name, value in asdict(party.person).items() if value is not None}
    return {**vars(party), "role": party.role.value, "person": person}


def party_of(row: Row) -> Party:
    """The party of a row with every column."""
    return Party(**{**row._asdict(), "role": PartyRole(row.role), "person": Person(**row.person)})


_COUNT = counting_up(branch_year_numbers)


def next_running_number(connection: Connection, branch_id: UUID, year: int) -> int:
    """The next running number of a branch's cases in a year, without gaps."""
    return next_number(connection, _COUNT, branch_id=branch_id, year=year)


_CASES = Order("cases", (cases.c.opened_at, cases.c.id), newest_first=True)

_LAST_CHARACTER = "\U0010ffff"
"""Sorts last, so that a word's continuations lie between the word and the word followed by this."""

Condition = sa.ColumnElement[bool]


_KEPT_AS = sa.bindparam("kept_as", type_=PlainText())
_OF_CASE = cases.c.id == sa.bindparam("case_id_", type_=sa.Uuid())
_DIGEST_CHANGE = {"tracking_code": sa.bindparam("digest", type_=PlainText())}
_KEEP_DIGEST = cases.update().where(_OF_CASE).values(_DIGEST_CHANGE)
_REPLACE_DIGEST = (
    cases.update().where(_OF_CASE, cases.c.tracking_code.startswith(_KEPT_AS)).values(_DIGEST_CHANGE)
)


def lock_plain_codes(
    connection: Connection, forms: Sequence[str], *, after: UUID, limit: int
) -> Mapping[UUID, str]:
    """Up to `limit` codes that are kept in none of the forms, by case, after the case `after`; locked."""
    statement = _plain_codes(forms, cases.c.id, cases.c.tracking_code).where(cases.c.id > after)
    locked = statement.order_by(cases.c.id).limit(limit).with_for_update(key_share=True)
    return {row.id: row.tracking_code for row in connection.execute(locked)}


def count_plain_codes(connection: Connection, forms: Sequence[str]) -> int:
    """How many codes of receipts are kept in none of the forms."""
    return int(connection.execute(_plain_codes(forms, sa.func.count())).scalar_one())


def keep_code(connection: Connection, case_id: UUID, *, digest: str, sealed: bytes) -> None:
    """Write what is kept of the code of a locked case."""
    connection.execute(_KEEP_DIGEST, {"case_id_": case_id, "digest": digest})
    execute_for(connection, _SAVE_CODE, {"case_id": case_id, "sealed": sealed})


def replace_digests(connection: Connection, digests: Mapping[UUID, str], *, kept_as: str) -> None:
    """Write these digests, by case, where there is one that begins with `kept_as`."""
    rows = [{"case_id_": case_id, "digest": text, "kept_as": kept_as} for case_id, text in digests.items()]
    if rows:
        connection.execute(_REPLACE_DIGEST, rows)


_SAVE_CODE = upsert(tracking_codes)


def _plain_codes(forms: Sequence[str], *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).where(*(~cases.c.tracking_code.startswith(form) for form in forms))


def list_cases(connection: Connection, wanted: CaseFilter, *, sight: Sight, part: Slice) -> Page[Case]:
    """Cases, newest first, with empty snapshots."""
    conditions = in_sight(cases.c.branch_id, sight)
    if wanted.number is not None:
        conditions.append(cases.c.number == wanted.number)
    if wanted.status is not None:
        conditions.append(cases.c.status == literal(wanted.status))
    if wanted.procedure is not None:
        conditions.append(cases.c.procedure_key == wanted.procedure)
    if wanted.version is not None:
        conditions.append(cases.c.version_number == wanted.version)
    if wanted.branch_code is not None:
        conditions.append(cases.c.branch_id == branch_with_code(wanted.branch_code))
    if wanted.decided:
        conditions += [cases.c.status == literal(CaseStatus.OPEN), cases.c.term_ended_at.is_not(None)]
    conditions += with_words(cases.c.id, wanted.words)
    statement = sa.select(*CASE_IN_LIST).where(*conditions)
    return fetch_page(connection, statement, order=_CASES, part=part, decode=case_of)


def in_sight(branch_id: sa.ColumnElement[Any], sight: Sight) -> list[Condition]:
    if sight.everywhere:
        return []
    return [branch_id == sight.branch_id if sight.branch_id is not None else sa.false()]


def branch_with_code(code: str | sa.BindParameter[str]) -> sa.ScalarSelect[Any]:
    return sa.select(branches.c.id).where(branches.c.code == code).scalar_subquery()


def with_words(case_id: sa.ColumnElement[Any], words: Iterable[str]) -> list[Condition]:
    """Conditions that every one of `words` begins a word of the case."""
    return [
        case_id.in_(
            sa.select(case_words.c.case_id).where(
                case_words.c.word >= word, case_words.c.word < word + _LAST_CHARACTER
            )
        )
        for word in words
    ]


_CASE_ID = sa.bindparam("case_id", type_=sa.Uuid())

_PARTIES_OF = sa.select(*PARTY).where(parties.c.case_id == _CASE_ID).order_by(*PARTIES_IN_ORDER)

_WITH_ANY_WORD = (
    sa.select(*CASE_IN_LIST)
    .where(cases.c.id.in_(sa.select(case_words.c.case_id).where(among(case_words.c.word, "words"))))
    .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_WITH_ANY_WORD_EVERYWHERE = PreparedQuery(_WITH_ANY_WORD)
_WITH_ANY_WORD_IN_BRANCH = PreparedQuery(
    _WITH_ANY_WORD.where(cases.c.branch_id == sa.bindparam("branch_id", type_=sa.Uuid()))
)


def parties_of(connection: Connection, case_id: UUID) -> Sequence[Party]:
    """Who is in the case, the applicant first."""
    return [party_of(row) for row in connection.execute(_PARTIES_OF, {"case_id": case_id})]


def cases_with_any_word(
    connection: Connection, words: Sequence[str], *, sight: Sight, limit: int
) -> Sequence[Case]:
    """Up to `limit` cases in sight that are found by one of the words, whole, newest first."""
    given = {"words": set(words), "limit": limit}
    rows = (
        _WITH_ANY_WORD_EVERYWHERE.rows(connection, given)
        if sight.everywhere
        else _WITH_ANY_WORD_IN_BRANCH.rows(connection, {**given, "branch_id": sight.branch_id})
    )
    return [case_of(row) for row in rows]


_NUMBERS = sa.select(cases.c.id, cases.c.number).where(
    cases.c.id.in_(sa.bindparam("case_ids", type_=sa.Uuid(), expanding=True))
)
_NUMBERED = sa.select(cases.c.id).where(
    cases.c.number == sa.bindparam("wanted_number", type_=cases.c.number.type)
)


def numbers_of(connection: Connection, case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The numbers of cases by id; those that are not there are left out."""
    if not case_ids:
        return {}
    return {row.id: row.number for row in connection.execute(_NUMBERS, {"case_ids": list(case_ids)})}


def id_of_number(connection: Connection, number: str) -> UUID | None:
    """The id of the case with a number; None if there is none."""
    found: UUID | None = connection.execute(_NUMBERED, {"wanted_number": number}).scalar_one_or_none()
    return found
