"""Send a message to a case from home: its citizen does, with the receipt as proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.cases.take_step import may_be_sent, receive
from engine.cases.tracking_code import Proof, case_of_receipt, no_such_receipt
from engine.context import Command, Transaction
from engine.kernel.actor import CITIZEN
from engine.kernel.refusal import Conflict
from engine.kernel.senders import Sender
from engine.messages import subscription_store
from engine.messages.model import Subscription, SubscriptionKind


@dataclass(frozen=True, kw_only=True)
class SendFromCitizen(Command[None]):
    """Send the message `name` to the citizen's own case, whatever it correlates by.

    `number` and `code` stand on the receipt; a pass may stand for the code.
    """

    number: str
    code: Proof
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


def send_from_citizen(command: SendFromCitizen, transaction: Transaction) -> None:
    """The case has taken it; `Conflict` if it does not wait for it from its citizen. It is never kept."""
    changeset = _opened(command, transaction)
    changeset.case.require_open()
    sender = Sender.of(CITIZEN, case_id=changeset.case.id)
    awaited = _awaited(changeset, command.name, sender)
    receive(changeset, awaited, command.data, sender=sender)
    changeset.save()


def _opened(command: SendFromCitizen, transaction: Transaction) -> CaseChangeset:
    """The case whose receipt is shown, locked."""
    connection = transaction.connection
    shown = case_of_receipt(
        connection, number=command.number, proof=command.code, now=transaction.now, seals=transaction.seals
    )
    locked = changeset_store.lock_case(connection, shown.case.id)
    if locked is None:
        raise no_such_receipt()
    return CaseChangeset(transaction, locked)


def _awaited(changeset: CaseChangeset, message: str, sender: Sender) -> Subscription:
    """The oldest subscription of the case that takes the message from its citizen."""
    connection = changeset.transaction.connection
    for subscription in subscription_store.subscriptions_of(connection, changeset.case.id):
        is_asked = subscription.kind is SubscriptionKind.MESSAGE and subscription.message == message
        if is_asked and may_be_sent(changeset, subscription, sender):
            return subscription
    raise Conflict(
        f"Case {changeset.case.number} does not wait for the message {message} from its citizen.",
        code="not_awaited",
    )
