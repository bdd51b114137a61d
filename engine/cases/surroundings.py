"""What FEEL can name besides variables: `stoa`, with the working calendar of the case's branch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any

from engine import feel
from engine.cases.described import conditions_in_feel, paper_in_feel, papers_in_feel
from engine.cases.fees import amount_in_feel
from engine.cases.model import Case
from engine.context import Transaction
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.vocabulary import CaseStatus, Flag
from engine.organisation import store as organisation_store
from engine.organisation.model import Branch
from engine.runtime.contract import Surroundings
from engine.signatures.model import Signer, facts_of
from engine.terms.length import Length, Unit
from engine.terms.term import FURTHER, TermKind


def surroundings(
    transaction: Transaction,
    case: Case,
    *,
    known: Mapping[str, Any] | None = None,
    signers: Callable[[], Sequence[Signer]] = tuple,
) -> Surroundings:
    """What a step of that case may know; `known` are the variables of one that has not begun.

    Its parties with their signatures are looked up when they are asked for.
    """
    return surroundings_at(
        transaction.now,
        zone=transaction.zone,
        branch=lambda: organisation_store.branch(
            transaction.connection, case.branch_id, on=transaction.today
        ),
        case=case,
        fee=lambda fee_id: amount_in_feel(transaction, case, fee_id, known),
        signers=signers,
        described=lambda: transaction.procedure(case.version_id).metadata,
    )


def no_fee(_fee_id: object) -> Decimal:
    """What is due of a fee where there is no case."""
    raise feel.FeelValueError("no case is known here, and so no fee")


def surroundings_at(
    now: datetime,
    *,
    zone: tzinfo,
    branch: Callable[[], Branch | None],
    case: Case | None = None,
    fee: Callable[[object], Decimal] = no_fee,
    signers: Callable[[], Sequence[Signer]] = tuple,
    described: Callable[[], Mapping[str, Any]] = dict,
) -> Surroundings:
    """The moment, the term of the case, and the name that every expression of it may use, `stoa`.

    `branch` gives the branch of the case, `signers` its parties, `described` what procedure.yaml says: each
    is looked up when it is first needed.
    """
    has_further = case is not None and (case.appealable_until or case.answer_due_at or case.act_due_at)
    return Surroundings(
        now=now,
        zone=zone,
        names={"stoa": _Stoa(now, zone, branch, case, fee, signers, described)},
        term_end=case.expected_at if case is not None else None,
        further_ends=_further_ends(case) if case is not None and has_further else {},
        is_paused=case is not None
        and (Flag.AWAITING_CITIZEN in case.flags or case.status is CaseStatus.SUSPENDED),
    )


@dataclass(frozen=True)
class _Stoa(Mapping[str, feel.FeelFunction]):
    """The functions that know the case, made when an expression first names them.

    `stoa.working_days(n)` is the end of the n-th working day from today, `stoa.months(n)` that of n months,
    as a date and time, in the calendar of the case's branch. `stoa.term_end()` is the end of its term of law;
    null while that rests, before it begins, once it ended. `stoa.fee(id)` is what is due of that fee, in
    euros, and 0 for whoever is exempt. `stoa.parties(role)` are the people of that role in the case, each a
    context (`facts_of`). `stoa.papers()` are the papers and `stoa.conditions()` the conditions of
    procedure.yaml with their titles (`el`, `en`), `stoa.paper(id)` is one of the papers.
    """

    now: datetime
    zone: tzinfo
    branch: Callable[[], Branch | None]
    case: Case | None
    fee: Callable[[object], Decimal]
    signers: Callable[[], Sequence[Signer]]
    described: Callable[[], Mapping[str, Any]]

    @cached_property
    def _functions(self) -> Mapping[str, feel.FeelFunction]:
        native = feel.FeelFunction.native
        days, months = Unit.WORKING_DAYS, Unit.MONTHS
        return {
            "working_days": native("working_days", ("days",), lambda number: self._counted(number, days)),
            "months": native("months", ("months",), lambda number: self._counted(number, months)),
            "fee": native("fee", ("id",), self.fee),
            "parties": native("parties", ("role",), self._of_role),
            "term_end": native("term_end", (), self._term_end),
            "papers": native("papers", (), lambda: papers_in_feel(self.described())),
            "paper": native("paper", ("id",), lambda wanted: paper_in_feel(self.described(), wanted)),
            "conditions": native("conditions", (), lambda: conditions_in_feel(self.described())),
        }

    def _counted(self, amount: object, unit: Unit) -> datetime:
        if not isinstance(amount, Decimal) or amount != amount.to_integral_value():
            raise feel.FeelValueError(f"{unit} expects a whole number, not {amount!r}")
        calendar = calendar_of(self.branch())
        try:
            end = Length(int(amount), unit).after(self.now.astimezone(self.zone).date(), calendar)
            return _end_of(calendar.next_working_day(end), self.zone)
        except ValueError as absurd:
            raise feel.FeelValueError(str(absurd)) from absurd

    def _of_role(self, role: object) -> list[dict[str, Any]]:
        found = (facts_of(signer, self.zone) for signer in self.signers())
        return [facts for facts in found if facts["role"] == role]

    def _term_end(self) -> datetime | None:
        end = self.case.expected_at if self.case is not None else None
        return end.astimezone(self.zone) if end else None

    def __getitem__(self, name: str) -> feel.FeelFunction:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)


def _further_ends(case: Case) -> dict[str, datetime]:
    """The ends of the further terms that run now: while a case is suspended the office's do not."""
    running = (TermKind.APPEAL,) if case.status is CaseStatus.SUSPENDED else FURTHER
    return {kind.value: end for kind, end in case.further_ends.items() if kind in running and end is not None}


def calendar_of(branch: Branch | None) -> WorkingCalendar:
    """The working calendar of a branch; the national one where there is no branch."""
    if branch is None:
        return WorkingCalendar()
    days = (text.split("-") for text in branch.local_holidays)
    return WorkingCalendar(
        local_holidays=frozenset((int(month), int(day)) for month, day in days),
        closures=frozenset(date.fromisoformat(text) for text in branch.closures),
        closed_from=branch.closed_from,
    )


def end_of(day: date, transaction: Transaction) -> datetime:
    """The moment when a local date is over."""
    return _end_of(day, transaction.zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
