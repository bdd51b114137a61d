"""The report by day and branch: what was owed, paid, bound and refunded, and where e-Paravolo differs."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, listed
from engine.kernel.money import NOTHING, euro_text
from engine.kernel.permission import payments_in_sight, require_operates
from engine.kernel.refusal import Invalid
from engine.payments import store as payments_store
from engine.payments.model import PaidBy, ParavoloStatus, Payment
from engine.payments.paravolo import ParavoloRequest
from engine.payments.paravolo_jobs import looking_up

MOST_DAYS = 31
_DIFFERENCES_SHOWN = 500


@dataclass(frozen=True, kw_only=True)
class Sum:
    """How many payments, and how much in all, in euros."""

    number: int = 0
    amount: Decimal = NOTHING

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(number=self.number + other.number, amount=self.amount + other.amount)


@dataclass(frozen=True, kw_only=True)
class DayOfBranch:
    """What became of payments on one day in one branch; `cancelled` are receipts of the same day."""

    day: date
    branch_code: str
    branch_name: Bilingual
    created: Sum = field(default_factory=Sum)
    at_counter: Sum = field(default_factory=Sum)
    by_paravolo: Sum = field(default_factory=Sum)
    cancelled: Sum = field(default_factory=Sum)
    bound: Sum = field(default_factory=Sum)
    refunded: Sum = field(default_factory=Sum)

    @property
    def taken(self) -> Sum:
        """What is in the till of the counter at the end of the day, refunds aside."""
        left = self.at_counter.amount - self.cancelled.amount
        return Sum(number=self.at_counter.number - self.cancelled.number, amount=left)


COLUMNS = ("created", "at_counter", "by_paravolo", "cancelled", "bound", "refunded")
"""What is counted of each day and branch, in the order of the report."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A payment that e-Paravolo sees otherwise: its money is only here, or only there."""

    payment: Payment
    is_only_here: bool


@dataclass(frozen=True, kw_only=True)
class PaymentReport:
    """The days, by day and branch, their sum, and the differences, oldest first, at most 500."""

    since: date
    until: date
    rows: tuple[DayOfBranch, ...]
    differences: tuple[Difference, ...]

    def total(self, column: str) -> Sum:
        """The sum of a column over all rows."""
        return sum((getattr(row, column) for row in self.rows), Sum())

    @property
    def file_name(self) -> str:
        """What a file with the report is called."""
        return f"payments-{self.since.isoformat()}-{self.until.isoformat()}.csv"

    def as_csv(self) -> str:
        """The rows as comma-separated values, numbers and sums of each column, under their names."""
        text = io.StringIO()
        writer = csv.writer(text)
        names = [f"{column}_{part}" for column in COLUMNS for part in ("number", "amount")]
        writer.writerow(["day", "branch", *names])
        for row in self.rows:
            sums = [getattr(row, column) for column in COLUMNS]
            cells = [cell for one in sums for cell in (one.number, euro_text(one.amount))]
            writer.writerow([row.day.isoformat(), row.branch_code, *cells])
        return text.getvalue()


@dataclass(frozen=True, kw_only=True)
class ReportPayments:
    """The report from one day to another, both included; of one branch, or all in sight.

    Without days it is that of today.
    """

    since: date | None = None
    until: date | None = None
    branch_code: str | None = None

    def answer(self, context: QueryContext) -> PaymentReport:
        """The report; `Invalid` for more than 31 days, or an end before the beginning."""
        sight = payments_in_sight(context.actor)
        today = context.today
        since = self.since or self.until or today
        until = self.until or max(since, self.since or today)
        if not 0 <= (until - since).days < MOST_DAYS:
            raise Invalid.field("until", f"expected a day from {since} on, within {MOST_DAYS} days")
        rows: list[DayOfBranch] = []
        for ahead in range((until - since).days + 1):
            day = since + timedelta(days=ahead)
            start, end = day_bounds(day, context.zone)
            moved = payments_store.moved_between(
                context.connection, start, end, sight=sight, branch_code=self.branch_code, on=day
            )
            rows += _rows(day, moved)
        start, end = day_bounds(since, context.zone)[0], day_bounds(until, context.zone)[1]
        differing = payments_store.differences_between(
            context.connection,
            start,
            end,
            sight=sight,
            branch_code=self.branch_code,
            limit=_DIFFERENCES_SHOWN,
        )
        return PaymentReport(
            since=since,
            until=until,
            rows=tuple(rows),
            differences=tuple(
                Difference(payment=one, is_only_here=not (one.seen and one.seen.has_money))
                for one in differing
            ),
        )

    def disclosed(self, answer: PaymentReport) -> Iterable[Disclosure]:
        return listed(answer.differences)


def _rows(day: date, moved: Sequence[payments_store.Moved]) -> Iterable[DayOfBranch]:
    found: dict[str, dict[str, Sum]] = defaultdict(dict)
    names: dict[str, Bilingual] = {}
    for one in moved:
        column = one.event
        if one.event == "paid":
            column = "at_counter" if one.way == PaidBy.COUNTER else "by_paravolo"
        counted = found[one.branch_code].get(column, Sum()) + Sum(number=one.number, amount=one.amount)
        found[one.branch_code][column] = counted
        names[one.branch_code] = Bilingual(one.branch_name, el=one.branch_name, en=one.branch_name_en)
    for code in sorted(found):
        yield DayOfBranch(day=day, branch_code=code, branch_name=names[code], **found[code])


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a local day begins, and when the next one does."""
    start, end = (datetime.combine(one, time(0), tzinfo=zone) for one in (day, day + timedelta(days=1)))
    return start, end


@dataclass(frozen=True, kw_only=True)
class FindToCompare:
    """Payments of a day whose e-Paravolo is to be looked up, each with what is asked; a hundred at a time.

    `after` is the last one of those that were found before.
    """

    day: date
    after: UUID | None = None

    def answer(self, context: QueryContext) -> Sequence[ParavoloRequest]:
        """The look-ups; for an operator."""
        require_operates(context.actor)
        start, end = day_bounds(self.day, context.zone)
        found = payments_store.to_be_compared(context.connection, start, end, after=self.after, limit=100)
        return [looking_up(one, by=context.actor.name, at=context.now) for one in found]


@dataclass(frozen=True, kw_only=True)
class RecordSeen(Command[bool]):
    """Say what e-Paravolo says of a payment, for the report; the payment itself stays as it is."""

    payment_id: UUID
    seen: ParavoloStatus


def record_seen(command: RecordSeen, transaction: Transaction) -> bool:
    """Whether that differs from what is on record here."""
    require_operates(transaction.actor)
    return payments_store.see(transaction.connection, command.payment_id, command.seen, at=transaction.now)
