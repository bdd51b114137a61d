"""Deliver a message to the case that waits for it, or keep it until one does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseChangeset
from engine.cases.take_step import receive
from engine.context import Command, Transaction
from engine.kernel.permission import require_opens_case, right_to_send
from engine.kernel.refusal import NotPermitted
from engine.kernel.senders import Receiver, Sender
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
    """Deliver `data` to the oldest case that waits for this name and key and takes it from this sender.

    Otherwise it begins a case of a procedure on offer whose start event does so, in the branch that the
    diagram names, or else in the sender's: the actor's own, or `branch`. Otherwise it is kept for `ttl`.
    `branch` and `procedure` are those of the case that sends it, where one does; `case_id` is the case of the
    citizen who does.
    """

    name: str
    correlation_key: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    ttl: timedelta = timedelta(0)
    branch: str | None = None
    procedure: str | None = None
    case_id: UUID | None = None


def deliver_message(command: DeliverMessage, transaction: Transaction) -> MessageReceipt:
    """Where the message went. A case that it leaves stuck has taken it too: it is in the case's incident.

    `NotPermitted` for a sender whom no procedure lets send it. Somebody else's case is passed over, so that
    nobody learns from the answer whether there is one.
    """
    sender = Sender.of(transaction.actor, procedure_key=command.procedure, case_id=command.case_id)
    waiting = messages_store.lock_awaiting_case(
        transaction.connection, command.name, command.correlation_key, sender
    )
    if waiting is not None:
        subscription, locked = waiting
        changeset = CaseChangeset(transaction, locked)
        receive(changeset, subscription, command.data, sender=sender)
        changeset.save()
        return MessageReceipt(case_id=locked.case.id)
    for start in procedures_store.starts_by_message(transaction.connection, command.name, transaction.now):
        receiver = Receiver(procedure_key=start.procedure_key, senders=start.senders)
        if entry := right_to_send(sender, receiver):
            return _begun(start, command, transaction, sender=sender, entry=entry)
    _require_named(command.name, sender, transaction)
    return _kept(command, transaction, sender)


def _begun(
    start: Start, command: DeliverMessage, transaction: Transaction, *, sender: Sender, entry: str
) -> MessageReceipt:
    origin = sender.branch_code if sender.is_outside else command.branch
    branch = branch_for(start, transaction, otherwise=origin)
    if entry.startswith("role:"):
        require_opens_case(transaction.actor, branch.id)
    state = begin(start, transaction, branch=branch, data=command.data, only_mapped=sender.is_outside)
    return MessageReceipt(case_id=state.case.id)


def _require_named(message: str, sender: Sender, transaction: Transaction) -> None:
    """Refuse a sender from whom no case of any procedure would ever take the message."""
    if not sender.is_outside:
        return
    if not procedures_store.some_version_names(transaction.connection, message, sender.entries):
        raise NotPermitted(f"You may not send the message {message}.", code="message_not_permitted")


def _kept(command: DeliverMessage, transaction: Transaction, sender: Sender) -> MessageReceipt:
    if command.ttl <= timedelta(0):
        return MessageReceipt()
    message = Message(
        id=transaction.new_id(),
        name=command.name,
        correlation_key=command.correlation_key,
        created_at=transaction.now,
        expires_at=transaction.now + command.ttl,
        data=command.data,
        sender=sender,
    )
    messages_store.keep_message(transaction.connection, message)
    return MessageReceipt(message_id=message.id)
