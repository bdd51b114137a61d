"""One command, one transaction: the only place that commits."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import repeat
from typing import Any, Self, TypeVar
from uuid import UUID

from engine.access import store as access_store
from engine.access.model import AccessRecord, Reading, records_of
from engine.bundle.catalogue import Catalogue
from engine.bundle.evidence import EvidenceOf
from engine.bundle.procedure import Procedure
from engine.command_registry import HANDLERS, Handler
from engine.context import AgencyCheck, Command, Query, QueryContext, Transaction
from engine.kernel.actor import SYSTEM, Actor
from engine.kernel.clock import Clock, RandomBits, identifier_at, identifiers
from engine.kernel.disclosure import disclosed_by
from engine.kernel.noticing import Noticing
from engine.kernel.office_settings import Decided
from engine.kernel.refusal import Conflict, OutcomeUnknown, Unavailable
from engine.office_settings.board import SettingsBoard
from engine.people import account_store, token_store
from engine.people.session import SignedIn
from engine.procedures.serving import served_files
from engine.runtime.migration_contract import MigratingWorkflow
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.seals import Seals
from engine.storage import idempotency
from engine.storage.connecting import Patience
from engine.storage.database import Connection, Database
from engine.storage.failures import Interrupted, outcome_of_commit

R = TypeVar("R")

REMEMBERED = timedelta(hours=24)
"""How long the answer to an idempotency key is kept."""


LOCK_WAIT_TOGETHER = timedelta(milliseconds=50)
"""How long commands that share a transaction wait for a lock."""


@dataclass(frozen=True, kw_only=True)
class Once:
    """A request that must have its effect once: the caller's key, whose key it is.

    A digest of what was asked.
    """

    owner: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Carries out commands and answers questions; safe to share between threads.

    Used in a `with` block it lets go of its connections at the end.
    """

    store: Database
    workflow: MigratingWorkflow
    catalogue: Catalogue
    check_agency: AgencyCheck
    seals: Seals
    journal_keys: JournalKeys
    clock: Clock
    zone: tzinfo
    evidence_of: EvidenceOf
    noticing: Noticing = field(default_factory=Noticing)
    scans: bool = False
    asks_paravolo: bool = False
    rehearses: bool = False
    board: SettingsBoard = field(default_factory=SettingsBoard)
    random_bits: RandomBits = secrets.randbits
    """What makes the identifiers of commands unlike any others."""

    def carry_out(self, command: Command[R], *, actor: Actor, once: Once | None = None) -> R:
        """Do what the command says, wholly or not at all, and give its answer.

        With `once`, a repeated request gets the answer of the first one, and changes nothing; the same key
        with another request is a `Conflict`. Raises the command's `Refusal`, and `OutcomeUnknown` if the
        connection broke during the commit and no key tells what came of it.
        """
        try:
            return _again_if_interrupted(lambda: self._carry_out(command, actor, once))
        except OutcomeUnknown as unknown:
            if once is None or HANDLERS[type(command)].recall is None:
                raise
            return self._settle(command, actor, once, unknown)

    def carry_out_together(self, commands: Sequence[Command[Any]], *, actor: Actor) -> Sequence[Any]:
        """Do several commands in one transaction, one after the other, and give their answers in that order.

        Whatever is raised, none of them was done, unless it is `OutcomeUnknown`; the caller carries them out
        one by one then. `Unavailable` if one has to wait for a lock: it would keep all the others waiting.
        """
        with self.store.begin(lock_wait=LOCK_WAIT_TOGETHER) as connection:
            answers = [
                HANDLERS[type(command)].run(command, self._transaction(connection, actor))
                for command in commands
            ]
            _commit(connection)
        return answers

    def ask(self, question: Query[R], *, actor: Actor) -> R:
        """Answer a question with what is committed; raises `NotFound` for what the actor may not see.

        What the answer shows of people's cases is on record before it is given; `Unavailable` if it cannot be
        recorded.
        """

        def answer() -> tuple[R, Reading]:
            with self.store.reading() as connection:
                context = self._query_context(connection, actor)
                found = question.answer(context)
            return found, Reading(actor=actor, at=context.now, exceptions=context.exceptions)

        found, reading = _again_if_interrupted(answer)
        if actor != SYSTEM:
            new_ids = (identifier_at(reading.at) for _ in repeat(None))
            self._record(records_of(disclosed_by(question, found), reading, new_ids))
        return found

    def identify(self, token_digest: bytes) -> Actor | None:
        """Whose token that is; None if it opens nothing."""

        def look_up() -> Actor | None:
            with self.store.glancing() as connection:
                now = self.clock.now()
                return token_store.actor(connection, token_digest, now, on=self._day_of(now))

        return _again_if_interrupted(look_up)

    def identify_session(self, session_digest: bytes) -> SignedIn | None:
        """Who is signed in with that session; None if it opens nothing.

        One that awaits the second factor's code is there: the caller looks at `session.awaits_code`.
        """

        def look_up() -> SignedIn | None:
            with self.store.glancing() as connection:
                now = self.clock.now()
                return account_store.signed_in(connection, session_digest, now, on=self._day_of(now))

        return _again_if_interrupted(look_up)

    def decided(self, revision: int | None = None) -> Decided:
        """The settings of officials; `revision` is the number of the last change, if it was read already."""
        known = None if revision is None else self.board.known(revision)
        if known is not None:
            return known

        def look_up() -> Decided:
            with self.store.glancing() as connection:
                return self.board.decided(connection)

        return _again_if_interrupted(look_up)

    def hurried(self, patience: Patience) -> "Engine":
        """The same engine for somebody who does not wait longer than that for the database."""
        return replace(self, store=self.store.hurried(patience))

    def close(self) -> None:
        """Let go of every connection that is not in use; what is asked afterwards opens new ones."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def _record(self, records: Sequence[AccessRecord]) -> None:
        """Keep what was read; the second time it is the same rows, whatever came of the first."""
        if not records:
            return

        def write() -> None:
            with self.store.begin() as connection:
                access_store.record(connection, records)
                _commit(connection)

        try:
            _again_if_interrupted(write)
        except OutcomeUnknown:
            _again_if_interrupted(write)

    def _carry_out(self, command: Command[R], actor: Actor, once: Once | None) -> R:
        handler = HANDLERS[type(command)]
        with self.store.begin() as connection:
            transaction = self._transaction(connection, actor)
            if once is None:
                answer: R = handler.run(command, transaction)
            else:
                answer = self._once(command, handler, once, transaction)
            _commit(connection)
        return answer

    def _settle(self, command: Command[R], actor: Actor, once: Once, unknown: OutcomeUnknown) -> R:
        """The answer of a request whose commit is unknown: its key was committed with it, or is free."""
        try:
            return _again_if_interrupted(lambda: self._carry_out(command, actor, once))
        except Unavailable as still:
            raise unknown from still

    def _once(self, command: Command[R], handler: Handler, once: Once, transaction: Transaction) -> R:
        if handler.receipt is None or handler.recall is None:
            answer: R = handler.run(command, transaction)
            return answer
        remembered = idempotency.remember(
            transaction.connection,
            owner=once.owner,
            key=once.key,
            fingerprint=once.fingerprint,
            until=transaction.now + REMEMBERED,
        )
        if remembered is None:
            answer = handler.run(command, transaction)
            idempotency.remember_receipt(
                transaction.connection, owner=once.owner, key=once.key, receipt=handler.receipt(answer)
            )
            return answer
        if remembered.fingerprint != once.fingerprint:
            raise Conflict(
                "This idempotency key was used for another request.", code="idempotency_key_reused"
            )
        recalled: R = handler.recall(remembered.receipt, transaction)
        return recalled

    def _day_of(self, now: datetime) -> date:
        """The day of a moment where the office is."""
        return now.astimezone(self.zone).date()

    def _transaction(self, connection: Connection, actor: Actor) -> Transaction:
        now = self.clock.now()
        return Transaction(
            actor=actor,
            now=now,
            today=self._day_of(now),
            zone=self.zone,
            connection=connection,
            workflow=self.workflow,
            catalogue=self.catalogue,
            procedure=self._procedures(connection),
            check_agency=self.check_agency,
            seals=self.seals,
            journal_keys=self.journal_keys,
            noticing=self.noticing,
            evidence_of=self.evidence_of,
            scans=self.scans,
            asks_paravolo=self.asks_paravolo,
            rehearses=self.rehearses,
            decided=lambda: self.board.decided(connection),
            new_id=identifiers(now, self.random_bits),
        )

    def _procedures(self, connection: Connection) -> Callable[[UUID], Procedure]:
        def procedure(version_id: UUID) -> Procedure:
            return self.catalogue.procedure(
                version_id, lambda: served_files(connection, version_id, self.journal_keys)
            )

        return procedure

    def _query_context(self, connection: Connection, actor: Actor) -> QueryContext:
        now = self.clock.now()
        return QueryContext(
            actor=actor,
            now=now,
            today=self._day_of(now),
            zone=self.zone,
            connection=connection,
            workflow=self.workflow,
            procedure=self._procedures(connection),
            seals=self.seals,
            journal_keys=self.journal_keys,
            decided=lambda: self.board.decided(connection),
        )


def _commit(connection: Connection) -> None:
    """`OutcomeUnknown` if the connection breaks before the database has said that it committed."""
    try:
        connection.commit()
    except Exception as error:
        unknown = outcome_of_commit(error)
        if unknown is None:
            raise
        raise unknown from error


_PAUSES = (0.02, 0.1)
"""Seconds before each further attempt: whoever a transaction collided with shall be done by then."""


def _again_if_interrupted(work: Callable[[], R]) -> R:
    """Do a unit of work, and again if the database ended it before it was committed."""
    for pause in _PAUSES:
        try:
            return work()
        except Interrupted:
            time.sleep(pause)
    return work()
