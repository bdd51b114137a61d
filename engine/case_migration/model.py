"""Plans that say what stands for what between two versions, and runs that take cases across by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.kernel.actor import Actor, ActorKind
from engine.kernel.refusal import Conflict, Invalid
from engine.runtime.migration_contract import Elements, MigrationFinding

_LONGEST_DECREE = 200
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Whose hand did something: a user, or the account at the command line."""

    kind: ActorKind
    id: UUID | None
    name: str
    branch_code: str | None = None
    stands_in_for: tuple[str, ...] = ()

    @classmethod
    def of(cls, actor: Actor) -> "Hand":
        """The hand of whoever acts."""
        return cls(
            kind=actor.kind,
            id=actor.id,
            name=actor.name,
            branch_code=actor.branch_code,
            stands_in_for=actor.stands_in_for,
        )

    @property
    def actor(self) -> Actor:
        """Who it is in a journal."""
        return Actor(
            kind=self.kind,
            id=self.id,
            name=self.name,
            branch_code=self.branch_code,
            stands_in_for=self.stands_in_for,
        )

    def is_same_person(self, other: "Hand") -> bool:
        """Whether both are the same account."""
        return (self.kind, self.id, self.name) == (other.kind, other.id, other.name)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """That a plan may be carried out: who decided it, when, and by which decree."""

    by: Hand
    at: datetime
    decree: str


@dataclass(frozen=True, kw_only=True)
class MigrationPlan:
    """What stands for which element, from one version of a procedure to another.

    `elements` are new ids by old ones, None for an element that nothing stands for; one that is not named
    stands for the one of the same id. `author` is who edited it last; None while it is as it was proposed.
    """

    id: UUID
    procedure_key: str
    from_number: int
    to_number: int
    from_version_id: UUID
    to_version_id: UUID
    elements: Elements
    author: Hand | None
    edited_at: datetime
    decision: Decision | None = None
    row_version: int = 1

    def edited(self, elements: Elements, by: Hand | None, at: datetime) -> "MigrationPlan":
        """The plan with other elements; what was decided about it was about another one.

        `by` is None where they are as the engine proposes them.
        """
        return replace(self, elements=dict(elements), author=by, edited_at=at, decision=None)

    def decided(self, by: Hand, at: datetime, decree: str) -> "MigrationPlan":
        """The plan as it may be carried out. Whoever edited it is not the one who decides it (four eyes)."""
        if self.author is not None and self.author.is_same_person(by):
            raise Conflict("A plan is decided by somebody else than the one who edited it.", code="four_eyes")
        text = decree.strip()
        if not 1 <= len(text) <= _LONGEST_DECREE:
            raise Invalid.field(
                "decree", f"expected from 1 to {_LONGEST_DECREE} characters, found {len(text)}"
            )
        return replace(self, decision=Decision(by=by, at=at, decree=text))


class RunKind(StrEnum):
    """What a run does with each case."""

    DRY_RUN = "dry_run"
    """Says what would become of it."""
    MOVE = "move"
    BACK = "back"
    """Takes it back, if nothing has happened in it since."""


class RunState(StrEnum):
    """The life of a run."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


class Verdict(StrEnum):
    """What became of a case, or would become of it."""

    MOVES = "moves"
    CONSEQUENCES = "consequences"
    """It moves, and that has consequences."""
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class MigrationRun:
    """A plan on its way through the cases of the old version, one case in each transaction.

    `elements` is the plan as it was when the run began. `total` is how many cases there were then. `looked`
    is how many are done: `moved` of them have moved (or would), `with_consequences` of these with some,
    `refused` have not. `after` is the last of them; the next has a greater id. With a `case_id` there is that
    case alone.
    """

    id: UUID
    plan_id: UUID
    kind: RunKind
    elements: Elements
    decree: str
    started_by: Hand
    started_at: datetime
    total: int
    case_id: UUID | None = None
    state: RunState = RunState.RUNNING
    ended_at: datetime | None = None
    looked: int = 0
    moved: int = 0
    with_consequences: int = 0
    refused: int = 0
    after: UUID | None = None

    @property
    def is_moving(self) -> bool:
        """Whether it changes cases, rather than saying what would become of them."""
        return self.kind is not RunKind.DRY_RUN

    @property
    def is_over(self) -> bool:
        """Whether it goes no further."""
        return self.state in (RunState.STOPPED, RunState.DONE)

    def past(self, case_id: UUID, verdict: Verdict) -> "MigrationRun":
        """The run with one more case done."""
        return replace(
            self,
            after=case_id,
            looked=self.looked + 1,
            moved=self.moved + (verdict is not Verdict.REFUSED),
            with_consequences=self.with_consequences + (verdict is Verdict.CONSEQUENCES),
            refused=self.refused + (verdict is Verdict.REFUSED),
        )

    def put_into(self, state: RunState, at: datetime) -> "MigrationRun":
        """The run paused, going on, stopped or done; `Conflict` for one that is over."""
        if self.is_over:
            raise Conflict(
                f"Expected a run that is under way, but it is {self.state}.", code=f"run_{self.state}"
            )
        is_over = state in (RunState.STOPPED, RunState.DONE)
        return replace(self, state=state, ended_at=at if is_over else None)


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What a run made of one case, with the sentences that say why or with what consequences.

    `restore` is what it takes to take a moved case back: the rows as they were, as far as the move changed
    them. It is empty of a dry run, of a case that did not move, and once the case was taken back or closed.
    `version_after` is the row version that the case had right after the move.
    """

    run_id: UUID
    case_id: UUID
    case_number: str
    verdict: Verdict
    at: datetime
    findings: tuple[MigrationFinding, ...] = ()
    restore: Mapping[str, Any] | None = field(default=None, repr=False)
    version_after: int | None = None
