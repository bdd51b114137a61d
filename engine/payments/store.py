"""Payments in the database, and the numbers of the receipts that counters give."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from engine.cases.store import cases, in_sight
from engine.kernel.permission_objects import Sight
from engine.kernel.refusal import Conflict, OutOfDate
from engine.organisation.store import branches
from engine.organisation.version_store import in_force, organisation_versions
from engine.payments.model import HOLDS, Act, PaidBy, ParavoloStatus, Payment, PaymentState
from engine.service_tasks.store import service_tasks
from engine.storage import columns
from engine.storage.columns import metadata
from engine.storage.statements import Row, Values, counting_up, next_number, update_at_version
from engine.storage.types import Euros

payments = Table(
    "payments",
    metadata,
    columns.identifier(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    columns.text("case_number"),
    columns.reference("branch_id", "branches"),
    columns.text("procedure_key"),
    columns.text("fee_id"),
    columns.text("title"),
    columns.text("title_en"),
    columns.moment("created_at"),
    columns.text("fee_code"),
    columns.reference("service_task_id", "service_tasks", optional=True),
    columns.euros("amount", optional=True),
    columns.json("exemption", optional=True),
    columns.text("state"),
    columns.text("way", optional=True),
    columns.text("code", optional=True),
    columns.text("receipt_number", optional=True),
    columns.text("taken_by", optional=True),
    columns.moment("paid_at", optional=True),
    columns.moment("bound_at", optional=True),
    columns.moment("refunded_at", optional=True),
    columns.moment("ended_at", optional=True),
    Column("job_id", sa.Uuid),
    columns.text("pending", optional=True),
    Column("refund_wanted", sa.Boolean, nullable=False),
    columns.text("problem", optional=True),
    columns.text("seen", optional=True),
    columns.moment("seen_at", optional=True),
    columns.whole("row_version"),
    columns.one_of("state", PaymentState),
    columns.one_of("way", PaidBy),
    columns.one_of("pending", Act),
    columns.one_of("seen", ParavoloStatus),
    CheckConstraint("amount >= 0", name="amount"),
    CheckConstraint("row_version >= 1", name="row_version"),
)
_HOLDS = ", ".join(f"'{state.value}'" for state in HOLDS)


def _unique(name: str, *indexed: Column[Any], where: str) -> Index:
    condition = sa.text(where)
    return Index(name, *indexed, unique=True, sqlite_where=condition, postgresql_where=condition)


_unique("uq_payments_fee_of_case", payments.c.case_id, payments.c.fee_id, where=f"state IN ({_HOLDS})")
_unique(
    "uq_payments_code", payments.c.code, where="code IS NOT NULL AND state NOT IN ('cancelled', 'expired')"
)
_unique("uq_payments_receipt_number", payments.c.receipt_number, where="receipt_number IS NOT NULL")
Index("ix_payments_of_case", payments.c.case_id, payments.c.created_at, payments.c.id)
Index("ix_payments_created", payments.c.created_at, payments.c.branch_id)
for _moment in ("paid_at", "bound_at", "refunded_at", "ended_at"):
    columns.partial_index(
        f"ix_payments_{_moment.removesuffix('_at')}",
        [payments.c[_moment], payments.c.branch_id],
        f"{_moment} IS NOT NULL",
    )

receipt_numbers = Table(
    "receipt_numbers",
    metadata,
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    Column("year", sa.Integer, primary_key=True, autoincrement=False),
    columns.whole("last_number"),
)

_PAYMENT = tuple(payments.c)
_ONE = sa.select(*_PAYMENT).where(payments.c.id == sa.bindparam("id", type_=sa.Uuid()))
_OF_CASE = (
    sa.select(*_PAYMENT)
    .where(payments.c.case_id == sa.bindparam("case_id", type_=sa.Uuid()))
    .order_by(payments.c.created_at, payments.c.id)
)
_UPDATE = update_at_version(payments)


def payment(connection: Connection, payment_id: UUID) -> Payment | None:
    """One payment, not locked."""
    row = connection.execute(_ONE, {"id": payment_id}).one_or_none()
    return payment_of(row) if row else None


def payment_awaited_by(connection: Connection, service_task_id: UUID) -> Payment | None:
    """The payment for which a service task waits or waited; looked up among those of its case."""
    case_id = sa.select(service_tasks.c.case_id).where(service_tasks.c.id == service_task_id)
    statement = sa.select(*_PAYMENT).where(
        payments.c.case_id == case_id.scalar_subquery(), payments.c.service_task_id == service_task_id
    )
    row = connection.execute(statement).first()
    return payment_of(row) if row else None


def payments_of_case(connection: Connection, case_id: UUID) -> Sequence[Payment]:
    """Every payment of a case, oldest first."""
    return [payment_of(row) for row in connection.execute(_OF_CASE, {"case_id": case_id})]


def add_payments(connection: Connection, new: Sequence[Payment]) -> None:
    """Write new payments."""
    connection.execute(payments.insert(), [payment_row(one) for one in new])


def save_payment(connection: Connection, changed: Payment) -> None:
    """Write a changed payment, still at the version that was read.

    `Conflict` if another payment has its e-Paravolo already.
    """
    given = {f"given_{name}": value for name, value in payment_row(changed).items()}
    try:
        with connection.begin_nested():
            updated = connection.execute(_UPDATE, given).rowcount
    except IntegrityError as taken:
        raise Conflict(
            "Expected an e-Paravolo that no other payment has, but one has it.", code="paravolo_used"
        ) from taken
    if not updated:
        raise OutOfDate(f"Expected version {changed.row_version} of a payment, but it has changed since.")


def has_code(connection: Connection, code: str) -> bool:
    """Whether a payment that stands has this e-Paravolo."""
    ended = [PaymentState.CANCELLED.value, PaymentState.EXPIRED.value]
    found = sa.select(payments.c.id).where(payments.c.code == code, payments.c.state.not_in(ended))
    return connection.execute(found).first() is not None


_COUNT = counting_up(receipt_numbers)


def next_receipt_number(connection: Connection, branch_id: UUID, year: int) -> int:
    """The next number of a branch's receipts in a year, without gaps."""
    return next_number(connection, _COUNT, branch_id=branch_id, year=year)


class Moved(NamedTuple):
    """How many payments of a branch came to be `event` in some time, by which way, and their sum in euros."""

    branch_code: str
    branch_name: str
    branch_name_en: str
    event: str
    way: str | None
    number: int
    amount: Decimal


_EVENTS = {
    "created": payments.c.created_at,
    "paid": payments.c.paid_at,
    "bound": payments.c.bound_at,
    "refunded": payments.c.refunded_at,
}
"""What is reported, and the column that says when it was."""


def moved_between(
    connection: Connection, start: datetime, end: datetime, *, sight: Sight, branch_code: str | None, on: date
) -> Sequence[Moved]:
    """What has become of payments from `start` until before `end`, by branch, event and way.

    The branches are called as they were `on` that local day.
    """
    found: list[Moved] = []
    for event, column in _EVENTS.items():
        found += _moved(connection, event, column, start, end, sight=sight, branch_code=branch_code, on=on)
    cancelled = payments.c.state == PaymentState.CANCELLED.value
    found += _moved(
        connection,
        "cancelled",
        payments.c.ended_at,
        start,
        end,
        cancelled & payments.c.paid_at.is_not(None),
        sight=sight,
        branch_code=branch_code,
        on=on,
    )
    return found


def _moved(
    connection: Connection,
    event: str,
    column: sa.ColumnElement[Any],
    start: datetime,
    end: datetime,
    *conditions: sa.ColumnElement[bool],
    sight: Sight,
    branch_code: str | None,
    on: date,
) -> list[Moved]:
    named = (branches.c.code, organisation_versions.c.name, organisation_versions.c.name_en)
    total = sa.type_coerce(
        sa.func.coalesce(sa.func.sum(sa.type_coerce(payments.c.amount, sa.BigInteger)), 0), Euros
    )
    statement = (
        sa.select(*named, payments.c.way, sa.func.count(), total)
        .join(branches, branches.c.id == payments.c.branch_id)
        .join(organisation_versions, in_force(organisation_versions, branches.c.id))
        .where(column >= start, column < end, *in_sight(payments.c.branch_id, sight), *conditions)
        .where(payments.c.state != PaymentState.EXEMPT.value)
        .group_by(*named, payments.c.way)
        .order_by(branches.c.code)
    )
    if branch_code is not None:
        statement = statement.where(branches.c.code == branch_code)
    return [
        Moved(code, name, name_en, event, way, number, amount)
        for code, name, name_en, way, number, amount in connection.execute(statement, {"day": on})
    ]


_MONEY_HERE = sa.and_(
    payments.c.way == PaidBy.E_PARAVOLO.value,
    payments.c.state.in_([PaymentState.PAID.value, PaymentState.BOUND.value]),
)
_MONEY_THERE = payments.c.seen.in_([ParavoloStatus.PAID.value, ParavoloStatus.BOUND.value])


def differences_between(
    connection: Connection,
    start: datetime,
    end: datetime,
    *,
    sight: Sight,
    branch_code: str | None,
    limit: int,
) -> Sequence[Payment]:
    """Payments created or paid then that e-Paravolo, when last asked, saw in another way than we do."""
    statement = (
        sa.select(*_PAYMENT)
        .where(payments.c.seen.is_not(None), _differ(), _of_time(start, end))
        .where(*in_sight(payments.c.branch_id, sight))
        .order_by(payments.c.created_at, payments.c.id)
        .limit(limit)
    )
    if branch_code is not None:
        named = sa.select(branches.c.id).where(branches.c.code == branch_code).scalar_subquery()
        statement = statement.where(payments.c.branch_id == named)
    return [payment_of(row) for row in connection.execute(statement)]


def see(connection: Connection, payment_id: UUID, seen: ParavoloStatus, *, at: datetime) -> bool:
    """Note what e-Paravolo says of a payment; whether that differs from what is here."""
    noted = payments.update().where(payments.c.id == payment_id).values(seen=seen.value, seen_at=at)
    connection.execute(noted.values(row_version=payments.c.row_version + 1))
    found = sa.select(payments.c.id).where(payments.c.id == payment_id, _differ())
    return connection.execute(found).first() is not None


def _differ() -> sa.ColumnElement[bool]:
    """The condition that the money of a payment is only here, or only there."""
    return sa.or_(sa.and_(_moneyed(), sa.not_(_MONEY_THERE)), sa.and_(_MONEY_THERE, sa.not_(_moneyed())))


def _moneyed() -> sa.ColumnElement[bool]:
    """The condition that the money is with us by e-Paravolo; false and never null where `way` is null."""
    return sa.func.coalesce(_MONEY_HERE, sa.false())


def _of_time(start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    created = sa.and_(payments.c.created_at >= start, payments.c.created_at < end)
    paid = sa.and_(payments.c.paid_at >= start, payments.c.paid_at < end)
    return sa.or_(created, sa.func.coalesce(paid, sa.false()))


def to_be_compared(
    connection: Connection, start: datetime, end: datetime, *, after: UUID | None, limit: int
) -> Sequence[Payment]:
    """Payments created or paid then that have an e-Paravolo, by id, those after `after`."""
    statement = (
        sa.select(*_PAYMENT)
        .where(payments.c.code.is_not(None), _of_time(start, end))
        .order_by(payments.c.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(payments.c.id > after)
    return [payment_of(row) for row in connection.execute(statement)]


def case_of(connection: Connection, payment_id: UUID) -> UUID | None:
    """The case of a payment."""
    found = sa.select(cases.c.id).join(payments, payments.c.case_id == cases.c.id)
    return connection.execute(found.where(payments.c.id == payment_id)).scalar_one_or_none()


def payment_row(one: Payment) -> Values:
    """The columns of a payment."""
    return {
        **one.__dict__,
        "state": one.state.value,
        "way": one.way.value if one.way else None,
        "pending": one.pending.value if one.pending else None,
        "seen": one.seen.value if one.seen else None,
    }


def payment_of(row: Row) -> Payment:
    """The payment of a row with every column."""
    return Payment(
        **{
            **row._asdict(),
            "state": PaymentState(row.state),
            "way": PaidBy(row.way) if row.way else None,
            "pending": Act(row.pending) if row.pending else None,
            "seen": ParavoloStatus(row.seen) if row.seen else None,
        }
    )
