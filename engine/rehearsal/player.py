"""Plays a scenario through the real commands, and says where something else came out than was expected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from engine.bundle.party_rules import SigningMeans, rule_of
from engine.bundle.procedure import Procedure
from engine.bundle.scenario import (
    Act,
    AddFile,
    Advance,
    Answer,
    Ask,
    Book,
    Bring,
    Complete,
    End,
    EndVisit,
    Expect,
    Fail,
    Given,
    Pay,
    Resume,
    Send,
    Sign,
    Step,
    Suspend,
    Withdraw,
)
from engine.cases import changeset_store
from engine.cases.changeset import CaseState
from engine.cases.changeset_store import CaseView
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.offers import ShowOffer
from engine.cases.reception import IdentityCheck
from engine.context import Command
from engine.documents.add import AddDocument
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.money import euro_text
from engine.kernel.vocabulary import OpenedBy
from engine.messages.deliver import DeliverMessage
from engine.messages.timers import FireTimer
from engine.operations.housekeeping import MarkOverdue
from engine.payments.counter import PayAtCounter
from engine.payments.model import Payment
from engine.payments.queries import ListPayments
from engine.rehearsal.calling import CALLER
from engine.rehearsal.comparing import Refusing, compare, compare_values, missing
from engine.rehearsal.expecting import see, see_end
from engine.rehearsal.intake import opening_of
from engine.rehearsal.office import Office, Unexpected
from engine.rehearsal.trace import Trace, Tracing
from engine.rehearsal.visits import book_visit, cancel_visit, end_visit, visit_of
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.model import ServiceTask
from engine.signatures import store as signatures_store
from engine.signatures.links import code_of
from engine.signatures.model import A_PARTY, Signature, Signer, question_for
from engine.signatures.sign import Decision, OpenLink, SignAtCounter, SignFromLink
from engine.supplements.supplement import AskSupplement, BringSupplement
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask
from engine.tasks.model import Task

_MAX_TIMERS = 1_000
"""How many timers may fire while time passes in one step."""

_CHANGES: Final[Mapping[type[Withdraw | Suspend | Resume], Callable[..., Command[CaseState]]]] = {
    Withdraw: WithdrawCase,
    Suspend: SuspendCase,
    Resume: ResumeCase,
}
"""What a clerk does to a whole case for a reason, by the step that says so."""

_PAPER: Final = b"%PDF-1.7 of a scenario"
_DOCUMENT: Final = "document"


@dataclass
class Play:
    """A scenario under way in its office; `case_id` is None until the case is open.

    `documents` are the references of what was put into the case, by name. `keep_going` is asked again and
    again while time passes, and raises to stop it.
    """

    office: Office
    case_id: UUID | None = None
    given: Given | None = None
    documents: dict[str, str] = field(default_factory=dict)
    keep_going: Callable[[], None] = lambda: None

    def forked(self, at: datetime) -> "Play":
        """The same play in a copy of its office, going its own way from the moment `at`."""
        other = replace(self, office=self.office.forked(at), documents=dict(self.documents))
        other.procedure, other.tracing = self.procedure, self.tracing.forked()
        return other

    def begin(self, given: Given, refused: tuple[str, ...]) -> None:
        """Open the case, or see that the start form refuses these fields."""
        command = opening_of(given, self.office.procedure)
        self.given = given
        with Refusing(refused) as attempt:
            is_citizens = self.procedure.metadata.get("opened_by") != OpenedBy.ORGANISATION
            opener = Role.CLERK if is_citizens else Role.ADMINISTRATOR
            self.case_id = self.office.carry_out(command, opener).case.id
        attempt.check()
        if self.case_id is not None:
            self.tracing.received(given, self._local_now)
        self._go_on()

    def take(self, step: Step) -> None:
        """Take one step, and pass on what the case sent; raises `Unexpected`, or the refusal of a command."""
        self.keep_going()
        self._taking[type(step)](step)
        self._go_on()
        self._see_that_it_is_not_stuck()

    def _go_on(self) -> None:
        """Pass on what the case sent, and note by which rules the fees were worked out that are due now."""
        self.office.pass_messages_on()
        if self.case_id is not None and any(fee.decision for fee in self.procedure.fees.values()):
            for payment in self._payments():
                self.tracing.decided_fee(payment, self.office.recorder.data, now=self._local_now)

    @property
    def trace(self) -> Trace:
        """What was gone through so far."""
        return self.tracing.trace(self.office.recorder)

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure that is played."""
        return self.office.engine.ask(ShowOffer(key=self.office.procedure), actor=SYSTEM)

    @cached_property
    def tracing(self) -> Tracing:
        return Tracing(self.procedure)

    @property
    def _local_now(self) -> datetime:
        return self.office.clock.now().astimezone(self.office.engine.zone)

    @cached_property
    def _taking(self) -> Mapping[type[Step], Callable[[Any], None]]:
        """How each kind of step is taken."""
        return {
            Complete: self._complete,
            Answer: self._answer,
            Fail: self._fail,
            Ask: self._ask,
            Bring: self._bring,
            Pay: self._pay,
            Book: self._book,
            EndVisit: self._end_visit,
            AddFile: self._add_file,
            Advance: self._advance,
            Send: self._send,
            Act: self._act,
            Sign: self._sign,
            Withdraw: self._change,
            Suspend: self._change,
            Resume: self._change,
            Expect: self._expect,
        }

    def _change(self, step: Withdraw | Suspend | Resume) -> None:
        command = _CHANGES[type(step)](case_id=self.opened_id, reason=step.reason)
        self.office.carry_out(command, Role.CLERK)

    def _complete(self, step: Complete) -> None:
        task = self._open_task(step.element)
        self.office.carry_out(ClaimTask(task_id=task.id), step.role)
        with Refusing(step.refused) as attempt:
            data = self.with_documents(step.data)
            self.office.carry_out(CompleteTask(task_id=task.id, data=data), step.role)
            self.tracing.filled_in(task.form_id, step.data)
        attempt.check()

    def _answer(self, step: Answer) -> None:
        task = self._service_task(step.service_task)
        if step.sees is not None:
            compare("the agency to see", step.sees, task.variables)
        if step.values is not None:
            compare_values("the agency to see", self.with_documents(step.values), task.variables)
        data = self.with_documents(step.data)
        self.office.carry_out(AnswerServiceTask(service_task_id=task.id, data=data))
        form = self.procedure.answer_form(task.element_id)
        self.tracing.filled_in(form.id if form else None, step.data)

    def _fail(self, step: Fail) -> None:
        task = self._service_task(step.service_task)
        command = FailServiceTask(
            service_task_id=task.id, code=step.code, message=step.message, data=step.data
        )
        self.office.carry_out(command)
        self.tracing.errors.add((task.element_id, step.code))

    def _ask(self, step: Ask) -> None:
        task = self._service_task(step.service_task)
        self.office.carry_out(AskSupplement(service_task_id=task.id, wanted=step.wanted))

    def _pay(self, step: Pay) -> None:
        due = self.due()
        payment = due[step.fee] if step.fee in due else missing("a fee to be paid", step.fee, due)
        amount = euro_text(payment.amount) if payment.amount is not None else ""
        if step.amount is not None:
            compare("the fee to be", [step.amount], [amount])
        self.office.carry_out(PayAtCounter(payment_id=payment.id, amount=amount), Role.CLERK)

    def due(self) -> dict[str, Payment]:
        """What is to be paid, by the id of the fee."""
        return {payment.fee_id: payment for payment in self._payments() if payment.is_due}

    def _payments(self) -> Sequence[Payment]:
        return self.office.engine.ask(ListPayments(case_id=self.opened_id), actor=SYSTEM)

    def _book(self, step: Book) -> None:
        task = self._service_task(step.service_task)
        book_visit(self.office, self.view.case, task, at=step.at)

    def _end_visit(self, step: EndVisit) -> None:
        visit = visit_of(self.office, self._service_task(step.service_task))
        if step.how == "cancel":
            cancel_visit(self.office, self.view.case, visit)
            return
        self._advance(
            Advance(line=step.line, to=visit.starts_at if step.how == "attend" else visit.missed_at)
        )
        end_visit(self.office, visit)

    def _add_file(self, step: AddFile) -> None:
        command = AddDocument(case_id=self.opened_id, name=step.name, content=_PAPER)
        self.documents[step.name] = str(self.office.carry_out(command, Role.CLERK).id)

    def _bring(self, step: Bring) -> None:
        task = self._service_task(step.service_task)
        command = BringSupplement(service_task_id=task.id, data=self.with_documents(step.data))
        self.office.carry_out(command, Role.CLERK)

    def _advance(self, step: Advance) -> None:
        now = self.office.clock.now()
        until = step.until(now)
        if until < now:
            raise Unexpected(f"Expected a moment after {now.isoformat()}, found {until.isoformat()}.")
        for _ in range(_MAX_TIMERS):
            due = self.view.case.next_timer_at
            if due is None or due > until:
                break
            self._fire_at(due)
        else:
            raise Unexpected(f"Expected at most {_MAX_TIMERS} timers to fire by {until.isoformat()}.")
        self.office.clock.move_to(until)
        self.office.carry_out(MarkOverdue())

    def _send(self, step: Send) -> None:
        kind, _, key = (step.sender or f"system:{self.office.procedure}").partition(":")
        command = DeliverMessage(
            name=step.message,
            correlation_key=step.correlation_key,
            data=step.data,
            procedure=key,
            case_id=self.case_id,
        )
        if self.office.has_sent(command, kind, key).case_id != self.case_id:
            raise Unexpected(f"Expected the case to wait for the message {step.message}, but it does not.")

    def _act(self, step: Act) -> None:
        with Refusing(step.refused) as attempt:
            self.office.has_acted(self.view.case, step, self.with_documents(step.data))
            for action in self.procedure.actions.values():
                if action.name == step.action:
                    self.tracing.filled_in(action.form_id, step.data)
        attempt.check()

    def _sign(self, step: Sign) -> None:
        signer = self._awaited(step.role)
        if signer.signature is None:
            raise AssertionError("whose signature is awaited has one")
        decision = Decision(
            signed=step.reason is None, data=self.with_documents(step.data), reason=step.reason or ""
        )
        with Refusing(step.refused) as attempt:
            if step.means is SigningMeans.LINK:
                self._sign_from_link(signer, signer.signature, decision)
            else:
                command = SignAtCounter(
                    service_task_id=signer.signature.service_task_id,
                    identity=IdentityCheck.IDENTITY_CARD,
                    decision=decision,
                )
                self.office.carry_out(command, Role.CLERK)
            form = self.procedure.signing_form(step.role)
            self.tracing.filled_in(form.id if form else None, step.data)
        attempt.check()

    def _sign_from_link(self, signer: Signer, signature: Signature, decision: Decision) -> None:
        engine = self.office.engine
        code = code_of(signature, engine.seals)
        rules = engine.catalogue.procedure(self.view.case.version_id, dict).parties
        rule = rule_of(signer.party.declared_role, rules)
        question = question_for(signer.party.person, rule) if rule else None
        if code is None or question is None:
            raise Unexpected(f"Expected a link of the {signer.party.declared_role}, but they have none.")
        opened = engine.carry_out(OpenLink(code=code, digits=question.expected), actor=A_PARTY)
        if opened.given is None:
            raise Unexpected("Expected the link to open, but it is too old.")
        engine.carry_out(SignFromLink(given=opened.given, decision=decision), actor=A_PARTY)

    def _awaited(self, role: str) -> Signer:
        with self.office.engine.store.reading() as connection:
            signers = signatures_store.signers_of(connection, self.opened_id)
        asked = [one for one in signers if one.state is not None and one.state.is_awaited]
        awaited = {one.party.declared_role or "": one for one in reversed(asked)}
        return awaited[role] if role in awaited else missing("a signature that is awaited of", role, awaited)

    def _expect(self, step: Expect) -> None:
        see(self, step)

    def end(self, end: End) -> None:
        """See that the case came to the end that was expected."""
        if not end.refused:
            see_end(self, end)

    @property
    def passed(self) -> tuple[str, ...]:
        """The elements passed, in order, without those that only call the shared part that is played."""
        passed = self.office.recorder.passed
        return tuple(element for element in passed if not element.startswith(CALLER))

    @property
    def stands_at(self) -> tuple[str, ...]:
        """The elements where the case stands; none where there is no case."""
        if self.case_id is None:
            return ()
        case = self.view.case
        return self.office.engine.workflow.marks(self.procedure.definition, case.snapshot).active

    @property
    def view(self) -> CaseView:
        """The case with what is open in it."""
        with self.office.engine.store.reading() as connection:
            view = changeset_store.case(connection, self.opened_id)
        if view is None:
            raise Unexpected("Expected the case to exist.")
        return view

    @property
    def opened_id(self) -> UUID:
        """The id of the case; `Unexpected` if there is none."""
        if self.case_id is None:
            raise Unexpected("Expected a case, but opening it was refused.")
        return self.case_id

    def with_documents(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Data with references in the places of `{document: <name>}`."""
        return {name: self._referred(value) for name, value in data.items()}

    def _referred(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._referred(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        if value.keys() == {_DOCUMENT}:
            name = value[_DOCUMENT]
            return (
                self.documents[name]
                if name in self.documents
                else missing("a document", name, self.documents)
            )
        return self.with_documents(value)

    def _fire_at(self, due: datetime) -> None:
        self.keep_going()
        self.office.clock.move_to(max(due, self.office.clock.now()))
        self.office.carry_out(FireTimer(case_id=self.opened_id))
        self.office.pass_messages_on()
        self._see_that_it_is_not_stuck()

    def _open_task(self, element: str) -> Task:
        tasks = {task.element_id: task for task in reversed(self.view.tasks)}
        return tasks[element] if element in tasks else missing("an open task", element, tasks)

    def _service_task(self, wanted: str) -> ServiceTask:
        tasks = {task.topic: task for task in self.view.service_tasks}
        tasks |= {task.element_id: task for task in self.view.service_tasks}
        return tasks[wanted] if wanted in tasks else missing("an open service task", wanted, tasks)

    def _see_that_it_is_not_stuck(self) -> None:
        incident = self.office.recorder.incident
        if incident is not None:
            raise Unexpected(f"Expected the case to go on, but it is stuck: {incident}")
