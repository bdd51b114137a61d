"""Deliver a message to the case that waits for it, or keep it until one does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseChangeset
from engine.cases.take_step import receive
from engine.context import Command, Transaction
from engine.kernel.actor import ActorKind, Role
from engine.kernel.permission import require_opens_case, require_role, require_works_case
from engine.messages import store as messages_store
from engine.messages.model import Message
from engine.messages.starts import begin, branch_for
from engine.procedures import store as procedures_store
from engine.procedures.model import Start


@dataclass(frozen=True, kw_only=True)
class MessageReceipt:
    """What became of a message: the case that got it, or the moment until which it is kept.

    Neither if it was dropped.
    """

    case_id: UUID | None = None
    message_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DeliverMessage(Command[MessageReceipt]):
    """Deliver `data` to the oldest case that waits for this name and correlation key.

    Otherwise it begins a case of a procedure on offer whose start event waits for it, in the branch that the
    diagram names, or else in the sender's: the actor's own, or `branch`, which a case says that sends it.
    Otherwise it is kept for `ttl`.
    """

    name: str
    correlation_key: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    ttl: timedelta = timedelta(0)
    branch: str | None = None


def deliver_message(command: DeliverMessage, transaction: Transaction) -> MessageReceipt:
    """Where the message went. A case that it leaves stuck has taken it too: it is in the case's incident."""
    if transaction.actor.kind is ActorKind.USER:
        require_role(transaction.actor, Role.CLERK, Role.MANAGER, Role.AGENT)
    waiting = messages_store.lock_awaiting_case(transaction.connection, command.name, command.correlation_key)
    if waiting is None:
        start = procedures_store.start_by_message(transaction.connection, command.name)
        return _begun(start, command, transaction) if start else _kept(command, transaction)
    subscription, locked = waiting
    if transaction.actor.kind is ActorKind.USER:
        require_works_case(transaction.actor, locked.case)
    changeset = CaseChangeset(transaction, locked)
    receive(changeset, subscription, command.data)
    changeset.save()
    return MessageReceipt(case_id=locked.case.id)


def _begun(start: Start, command: DeliverMessage, transaction: Transaction) -> MessageReceipt:
    actor = transaction.actor
    sender = command.branch if actor.kind is ActorKind.SYSTEM else actor.branch_code
    branch = branch_for(start, transaction, otherwise=sender)
    if actor.kind is ActorKind.USER:
        require_opens_case(actor, branch.id)
    state = begin(start, transaction, branch=branch, data=command.data)
    return MessageReceipt(case_id=state.case.id)


def _kept(command: DeliverMessage, transaction: Transaction) -> MessageReceipt:
    if command.ttl <= timedelta(0):
        return MessageReceipt()
    message = Message(
        id=transaction.new_id(),
        name=command.name,
        correlation_key=command.correlation_key,
        created_at=transaction.now,
        expires_at=transaction.now + command.ttl,
        data=command.data,
    )
    messages_store.keep_message(transaction.connection, message)
    return MessageReceipt(message_id=message.id)
