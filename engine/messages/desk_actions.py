"""Actions on a case: what somebody may do now by the diagram, and doing it.

An action is a message event that says so (`stoa:desk-action`): whoever takes it sends its message to exactly
that event of exactly that case. It is offered while the event waits, to those whom `stoa:action-roles` and
`stoa:message-from` both name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from engine.bundle.contract import DeskAction, Form
from engine.bundle.procedure import Procedure
from engine.cases import changeset_store
from engine.cases.changeset import CaseChangeset
from engine.cases.model import Case
from engine.cases.queries import seen_case
from engine.cases.take_step import receive
from engine.cases.tracking_code import Proof, case_of_receipt, no_such_receipt
from engine.context import Command, QueryContext, Transaction
from engine.documents import store as documents_store
from engine.kernel.actor import CITIZEN, Actor
from engine.kernel.bilingual import Bilingual
from engine.kernel.disclosure import Disclosure, Shown
from engine.kernel.permission import agency_of, may_act, require_may_act
from engine.kernel.refusal import LONGEST, Conflict, Invalid, NotFound, required
from engine.kernel.senders import Sender
from engine.messages import subscription_store
from engine.messages.model import Subscription, SubscriptionKind, receiver_of


@dataclass(frozen=True, kw_only=True)
class OpenAction:
    """An action that is offered now; `form` is what it asks for, None where it asks for nothing."""

    action: DeskAction
    form: Form | None
    subscription: Subscription


def open_actions(
    case: Case, procedure: Procedure, waiting: Iterable[Subscription], sender: Sender
) -> tuple[OpenAction, ...]:
    """What the sender may do in the case now, each action once, in the order in which they were opened."""
    found: dict[str, OpenAction] = {}
    for subscription in waiting if case.is_open else ():
        action = procedure.actions.get(subscription.element_id)
        if action is None or subscription.kind is not SubscriptionKind.MESSAGE:
            continue
        if may_act(sender, action.roles, receiver_of(case, subscription)):
            form = procedure.forms[action.form_id] if action.form_id else None
            found.setdefault(action.name, OpenAction(action=action, form=form, subscription=subscription))
    return tuple(found.values())


def actions_for(case: Case, actor: Actor, context: QueryContext) -> tuple[OpenAction, ...]:
    """What the actor may do in a case that they were shown; a citizen's case is the one of their receipt."""
    procedure = context.procedure(case.version_id)
    if not procedure.actions or not case.is_open:
        return ()
    waiting = subscription_store.subscriptions_of(context.connection, case.id)
    return open_actions(case, procedure, waiting, Sender.of(actor, case_id=case.id))


@dataclass(frozen=True, kw_only=True)
class ListActions:
    """What may the actor do in a case now?"""

    case_id: UUID

    def answer(self, context: QueryContext) -> tuple[OpenAction, ...]:
        """The actions that are open for the actor; for an agency there is no case in which it has none."""
        if agency_of(context.actor) is None:
            return actions_for(seen_case(self.case_id, context).case, context.actor, context)
        view = changeset_store.case(context.connection, self.case_id)
        found = actions_for(view.case, context.actor, context) if view is not None else ()
        if not found:
            raise NotFound.of("case", self.case_id)
        return found

    def disclosed(self, _answer: tuple[OpenAction, ...]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.PROGRESS, case_id=self.case_id),)


@dataclass(frozen=True, kw_only=True)
class ListCitizensActions:
    """What may the citizen do in their case now? Asked with the receipt."""

    number: str
    code: Proof

    def answer(self, context: QueryContext) -> tuple[OpenAction, ...]:
        """The actions that are open for the citizen; a wrong code and an unknown number are told alike."""
        view = case_of_receipt(
            context.connection, number=self.number, proof=self.code, now=context.now, seals=context.seals
        )
        return actions_for(view.case, CITIZEN, context)

    def disclosed(self, _answer: tuple[OpenAction, ...]) -> Iterable[Disclosure]:
        return ()


@dataclass(frozen=True, kw_only=True)
class ActionSheet:
    """An action with what a page says around it; `offered` is None once it is not open any more."""

    case_id: UUID
    number: str
    title: Bilingual
    offered: OpenAction | None


@dataclass(frozen=True, kw_only=True)
class ShowAction:
    """One action of a case, for whoever is about to take it."""

    case_id: UUID
    name: str

    def answer(self, context: QueryContext) -> ActionSheet:
        """The action; `NotFound` if the actor does not see the case."""
        return _sheet(seen_case(self.case_id, context).case, self.name, context.actor, context)

    def disclosed(self, answer: ActionSheet) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.PROGRESS, case_id=answer.case_id),)


@dataclass(frozen=True, kw_only=True)
class ShowCitizensAction:
    """One action of the citizen's own case, asked with the receipt."""

    number: str
    code: Proof
    name: str

    def answer(self, context: QueryContext) -> ActionSheet:
        """The action; a wrong code and an unknown number are told alike."""
        view = case_of_receipt(
            context.connection, number=self.number, proof=self.code, now=context.now, seals=context.seals
        )
        return _sheet(view.case, self.name, CITIZEN, context)

    def disclosed(self, answer: ActionSheet) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.TRACKING, case_id=answer.case_id),)


def _sheet(case: Case, name: str, actor: Actor, context: QueryContext) -> ActionSheet:
    procedure = context.procedure(case.version_id)
    open_now = actions_for(case, actor, context)
    return ActionSheet(
        case_id=case.id,
        number=case.number,
        title=Bilingual(procedure.title, el=procedure.title, en=procedure.title_en or procedure.title),
        offered=next((one for one in open_now if one.action.name == name), None),
    )


@dataclass(frozen=True, kw_only=True)
class TakeAction(Command[None]):
    """Take an action of a case by its name, with the fields of its form and, where it wants one, a reason."""

    case_id: UUID
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def take_action(command: TakeAction, transaction: Transaction) -> None:
    """The case has it.

    `Conflict` if the action is not open for the actor now: somebody was faster, or the case went on.
    `Invalid` leaves all as it was.
    """
    actor = transaction.actor
    locked = changeset_store.lock_case(transaction.connection, command.case_id)
    if locked is None:
        raise NotFound.of("case", command.case_id)
    changeset = CaseChangeset(transaction, locked)
    offered = _offered(changeset, Sender.of(actor))
    if not offered:
        require_may_act(actor, locked.case)
    _take(changeset, offered, command, Sender.of(actor))


@dataclass(frozen=True, kw_only=True)
class TakeActionFromCitizen(Command[None]):
    """Take an action of the citizen's own case; `number` and `code` stand on the receipt."""

    number: str
    code: Proof
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def take_action_from_citizen(command: TakeActionFromCitizen, transaction: Transaction) -> None:
    """The case has it; `Conflict` if the action is not open for its citizen now."""
    shown = case_of_receipt(
        transaction.connection,
        number=command.number,
        proof=command.code,
        now=transaction.now,
        seals=transaction.seals,
    )
    locked = changeset_store.lock_case(transaction.connection, shown.case.id)
    if locked is None:
        raise no_such_receipt()
    changeset = CaseChangeset(transaction, locked)
    sender = Sender.of(CITIZEN, case_id=shown.case.id)
    _take(changeset, _offered(changeset, sender), command, sender)


def _offered(changeset: CaseChangeset, sender: Sender) -> tuple[OpenAction, ...]:
    waiting = subscription_store.subscriptions_of(changeset.transaction.connection, changeset.case.id)
    return open_actions(changeset.case, changeset.procedure, waiting, sender)


def _take(
    changeset: CaseChangeset,
    offered: Sequence[OpenAction],
    command: TakeAction | TakeActionFromCitizen,
    sender: Sender,
) -> None:
    """Send the message of the action, with all that is wrong with what was typed refused at once."""
    found = next((one for one in offered if one.action.name == command.name), None)
    if found is None:
        changeset.case.require_open()
        raise Conflict(
            f"Expected an action that is open for you in case {changeset.case.number}; "
            f"{command.name!r:.80} is not.",
            code="action_not_open",
        )
    data, reason = _accepted(found, command, changeset)
    action = found.action
    detail = {"action": action.name, "name": action.label.el, "name_en": action.label.en}
    changeset.record("action_taken", {**detail, "element": found.subscription.element_id}, reason=reason)
    receive(changeset, found.subscription, data, sender=sender)
    changeset.save()


def _accepted(
    found: OpenAction, command: TakeAction | TakeActionFromCitizen, changeset: CaseChangeset
) -> tuple[Mapping[str, Any], str | None]:
    problems: dict[str, Sequence[str]] = {}
    reason: str | None = command.reason.strip() or None
    data: Mapping[str, Any] = {}
    try:
        if found.action.needs_reason:
            reason = required(command.reason)
        elif reason is not None and len(reason) > LONGEST:
            problems["reason"] = [f"expected at most {LONGEST} characters, found {len(reason)}"]
    except Invalid as refused:
        problems |= refused.errors
    try:
        data = _typed(found, command.data, changeset)
    except Invalid as refused:
        problems |= refused.errors
    if problems:
        raise Invalid("The action lacks something.", problems)
    return data, reason


def _typed(found: OpenAction, data: Mapping[str, Any], changeset: CaseChangeset) -> Mapping[str, Any]:
    if found.form is not None:
        connection, case_id = changeset.transaction.connection, changeset.case.id
        return found.form.accept(
            data, scope={}, is_filed=partial(documents_store.is_filed, connection, case_id)
        )
    if data:
        raise Invalid("The action has no form.", {name: ["no such field"] for name in data})
    return {}
