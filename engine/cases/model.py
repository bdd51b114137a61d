"""A case: one request of one citizen, running one version of one procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from engine.cases.journal import JournalHead
from engine.kernel.bilingual import Language
from engine.kernel.refusal import Conflict
from engine.kernel.vocabulary import CaseStatus, Channel, Fact, Flag
from engine.terms.term import TermKind, TermState

_FINAL = frozenset(status for status in CaseStatus if status.is_final)


@dataclass(frozen=True, kw_only=True)
class Notify:
    """How the citizen wants to be told: a mobile number in E.164, an e-mail address, both or neither.

    `language` is the one in which messages speak to them.
    """

    sms: str | None = None
    email: str | None = None
    language: Language = Language.EL


@dataclass(frozen=True, kw_only=True)
class Case:
    """The state of a case without its tasks; changed by evolving.

    `row_version` counts the changes and guards them. `snapshot` is the workflow's own state.
    `tracking_digest` is kept of the code on the citizen's receipt (`receipt_code.py`), which with the number
    shows the status, and nothing personal.
    `next_timer_at` is when the workflow must be woken, None while the case is suspended or no timer waits.
    `due_at` is when the term of law is over, as its ledger has it; while it rests, when it would be over if
    it went on at the last change. `term_rests_since` is since when it does not run, `term_ended_at` when what
    it asks for was done. `appealable_until`, `answer_due_at` and `act_due_at` are the ends of the terms to
    appeal, to answer an appeal and to act after silence, each None where it is not under way. `holder_id` is
    who holds a case that was decided, `term_changed_at` when a day was moved that people had been told.
    """

    id: UUID
    number: str
    procedure_key: str
    version_id: UUID
    version_number: int
    branch_id: UUID
    branch_code: str
    channel: Channel
    opened_at: datetime
    opened_by: UUID | None
    due_at: datetime | None
    tracking_digest: str
    snapshot: bytes
    status: CaseStatus = CaseStatus.OPEN
    flags: frozenset[Flag] = frozenset()
    notify: Notify = field(default_factory=Notify)
    next_timer_at: datetime | None = None
    suspended_at: datetime | None = None
    term_rests_since: datetime | None = None
    term_ended_at: datetime | None = None
    appealable_until: datetime | None = None
    answer_due_at: datetime | None = None
    act_due_at: datetime | None = None
    holder_id: UUID | None = None
    term_changed_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    journal: JournalHead = field(default_factory=JournalHead)
    row_version: int = 1

    @property
    def is_closed(self) -> bool:
        """Whether the case has come to its end."""
        return self.status in _FINAL

    @property
    def is_open(self) -> bool:
        """Whether work may be done in the case."""
        return self.status is CaseStatus.OPEN

    @property
    def expected_at(self) -> datetime | None:
        """By when the outcome may be expected; None without a term, while it rests, and once it ended."""
        return None if self.term_rests_since or self.term_ended_at else self.due_at

    @property
    def further_ends(self) -> Mapping[TermKind, datetime | None]:
        """When each of the further terms ends; None for one that is not under way."""
        return {
            TermKind.APPEAL: self.appealable_until,
            TermKind.ANSWER: self.answer_due_at,
            TermKind.ACT: self.act_due_at,
        }

    @property
    def work_due_at(self) -> datetime | None:
        """By when the office has to do what is its turn now, by whichever term; None where none runs."""
        if self.due_at is not None and self.term_rests_since is None and self.term_ended_at is None:
            return self.due_at
        return (self.answer_due_at or self.act_due_at) if self.status is CaseStatus.OPEN else None

    def overdue_term(self, now: datetime) -> TermKind | None:
        """Which term of the office is over without what it asks for: the first, or a further one."""
        if Flag.OVERDUE in self.flags:
            return TermKind.LEGAL
        if not self.is_open:
            return None
        over = (kind for kind in (TermKind.ANSWER, TermKind.ACT) if (self.further_ends[kind] or now) < now)
        return next(over, None)

    @property
    def term_state(self) -> TermState:
        """Where the case stands with its term; overdue once that is marked."""
        if self.due_at is None:
            return TermState.NONE
        ended_at = self.term_ended_at or self.closed_at
        if ended_at is not None:
            return TermState.LATE if ended_at > self.due_at else TermState.IN_TIME
        if self.term_rests_since is not None:
            return TermState.RESTS
        return TermState.OVERDUE if Flag.OVERDUE in self.flags else TermState.RUNS

    @property
    def standing(self) -> tuple[object, ...]:
        """All that its figures are made of (`tally.py`) and that can change."""
        flags = (Flag.OVERDUE in self.flags, Flag.APPEALED in self.flags)
        place = (self.branch_id, self.version_number)
        return (place, self.status, self.due_at, self.term_ended_at, self.closed_at, flags)

    def require_open(self) -> None:
        """Refuse unless work may be done in the case."""
        if not self.is_open:
            raise Conflict(
                f"Expected case {self.number} to be open, but it is {self.status}.",
                code=f"case_{self.status}",
            )

    def suspended(self, at: datetime) -> "Case":
        """The case put on hold; its timers rest until it is resumed."""
        self.require_open()
        return replace(self, status=CaseStatus.SUSPENDED, suspended_at=at, next_timer_at=None)

    def resumed(self) -> "Case":
        """The case taken up again."""
        if self.status is not CaseStatus.SUSPENDED or self.suspended_at is None:
            raise Conflict(
                f"Expected case {self.number} to be suspended, but it is {self.status}.",
                code="case_not_suspended",
            )
        return replace(self, status=CaseStatus.OPEN, suspended_at=None)

    def with_term(
        self,
        due_at: datetime | None,
        *,
        rests_since: datetime | None,
        ended_at: datetime | None,
        now: datetime,
    ) -> "Case":
        """The case with its term as it stands now; where that is not over, the case is not overdue."""
        moved = replace(self, due_at=due_at, term_rests_since=rests_since, term_ended_at=ended_at)
        is_over = moved.expected_at is not None and moved.expected_at <= now
        return moved if is_over else moved.flagged(Flag.OVERDUE, wanted=False)

    def with_further_terms(self, ends: Mapping[TermKind, datetime | None]) -> "Case":
        """The case with these ends of its further terms; the others stay."""
        known = {**self.further_ends, **ends}
        return replace(
            self,
            appealable_until=known[TermKind.APPEAL],
            answer_due_at=known[TermKind.ANSWER],
            act_due_at=known[TermKind.ACT],
        )

    def closed(self, status: CaseStatus, *, at: datetime, outcome: str | None) -> "Case":
        """The case ended with a final status; no flag outlives it."""
        if self.is_closed:
            raise Conflict(
                f"Expected case {self.number} to be under way, but it is {self.status}.",
                code=f"case_{self.status}",
            )
        return replace(
            self,
            status=status,
            outcome=outcome,
            closed_at=at,
            suspended_at=None,
            term_rests_since=None,
            next_timer_at=None,
            flags=frozenset(),
            appealable_until=None,
            answer_due_at=None,
            act_due_at=None,
        )

    def flagged(self, flag: Flag, *, wanted: bool) -> "Case":
        """The case with `flag` set or cleared."""
        return self.with_flags(self.flags | {flag} if wanted else self.flags - {flag})

    def with_flags(self, flags: frozenset[Flag]) -> "Case":
        """The case with exactly these flags."""
        return self if flags == self.flags else replace(self, flags=flags)


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """Which cases; None asks for no restriction. `words` are in search form.

    Each must begin a word of the case. `version` is the number of one of the procedure. `decided` asks for
    those that were decided and are under way still.
    """

    number: str | None = None
    words: tuple[str, ...] = ()
    status: CaseStatus | None = None
    procedure: str | None = None
    version: int | None = None
    branch_code: str | None = None
    decided: bool = False


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """That an agent of the call centre recognised their caller as the applicant of a case.

    It holds for that call: until the agent ends it, recognises another caller, or `until` at the latest.
    `facts` are those that the caller named rightly, not what they are.
    """

    agent_id: UUID
    case_id: UUID
    facts: frozenset[Fact]
    until: datetime
