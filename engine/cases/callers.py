"""Callers: a person on the telephone is asked for facts that show that a case is theirs, for that call."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from engine.cases import changeset_store, recognition_store
from engine.cases import store as cases_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset import CaseChangeset
from engine.cases.changeset_store import CaseView
from engine.cases.model import Case, CaseFilter, Recognition
from engine.cases.party import search_words
from engine.cases.receipt_code import is_code
from engine.context import Command, QueryContext, Transaction
from engine.kernel.disclosure import Disclosure, Purpose, Shown, found
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import require_takes_calls
from engine.kernel.permission_objects import Sight
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.kernel.vocabulary import Fact, PartyRole, Person, search_form
from engine.people import attempts_store
from engine.people.attempts import Attempts, Subject, of_asking_agent, of_case_asked_about

ENOUGH = 2
"""How many facts a caller has to name rightly."""

MOST_ASKED = 4
"""How many facts an agent is given to choose from."""

LONGEST_CALL = timedelta(minutes=30)
"""How long a caller stays recognised if the agent does not end the call; twice what a long call takes."""


def facts_to_ask(person: Person) -> tuple[Fact, ...]:
    """Which facts the case knows of its applicant; not what they are."""
    known = _known(person)
    return tuple(fact for fact in Fact if fact in known or fact is Fact.TRACKING_CODE)[:MOST_ASKED]


def is_recognised(person: Person, answers: Mapping[Fact, str], *, is_code: Callable[[str], bool]) -> bool:
    """Whether the caller named `ENOUGH` facts and none of them wrongly; `is_code` judges the receipt's code.

    `Invalid` if fewer were asked. A fact that the case does not know counts as wrong.
    """
    if len(answers) < ENOUGH:
        raise Invalid.field("answers", f"expected at least {ENOUGH} facts, found {len(answers)}")
    known = _known(person)
    # Every answer is compared, so that the time taken does not tell which one was wrong.
    right = [
        is_code(answer) if fact is Fact.TRACKING_CODE else _agrees(known.get(fact), answer)
        for fact, answer in answers.items()
    ]
    return all(right)


def _known(person: Person) -> dict[Fact, str]:
    named = {
        Fact.AMKA: person.amka,
        Fact.AFM: person.afm,
        Fact.IDENTITY_DOCUMENT: person.identity_document,
        Fact.BIRTH_DATE: person.birth_date,
        Fact.PATRONYMIC: person.patronymic,
        Fact.MATRONYMIC: person.matronymic,
        Fact.PHONE: person.phone,
    }
    return {fact: text for fact, text in named.items() if text}


def _agrees(known: str | None, answer: str) -> bool:
    expected, given = _comparable(known or ""), _comparable(answer)
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


def _comparable(text: str) -> str:
    return search_form(text).replace(" ", "")


@dataclass(frozen=True, kw_only=True)
class IdentifyCaller(Command[bool]):
    """Check the facts that a caller names against the applicant of a case."""

    case_id: UUID
    answers: Mapping[Fact, str]


def identify_caller(command: IdentifyCaller, transaction: Transaction) -> bool:
    """Whether the caller is recognised; the journal says so either way, and which facts were asked.

    If so, the agent may tell them of the case in this call. The agent's call before it is over in any case.
    `TooManyAttempts` after too many wrong answers in the case or to the agent: then nothing is compared, and
    whether it would have been right is not told.
    """
    require_takes_calls(transaction.actor)
    changeset = _file_asked_about(command.case_id, transaction)
    parties = cases_store.parties_of(transaction.connection, command.case_id)
    if not parties:
        raise Conflict(f"Case {changeset.case.number} has no applicant to compare with.", code="no_applicant")
    attempts = _counted(transaction, command.case_id)
    case, seals = changeset.case, transaction.seals
    is_right = partial(is_code, digest=case.tracking_digest, case_id=case.id, seals=seals)
    recognised = is_recognised(parties[0].person, command.answers, is_code=is_right)
    asked = {"asked": sorted(fact.value for fact in command.answers)}
    changeset.record("caller_recognised" if recognised else "caller_not_recognised", asked)
    if recognised:
        attempts_store.save_attempts(transaction.connection, [one.forgiven(1) for one in attempts.values()])
    elif any(one.closed_until(subject) > transaction.now for subject, one in attempts.items()):
        changeset.record("caller_questions_closed")
    changeset.save()
    end_call(EndCall(), transaction)
    if recognised:
        begin_call(command.case_id, frozenset(command.answers), transaction)
    return recognised


def begin_call(case_id: UUID, facts: frozenset[Fact], transaction: Transaction) -> None:
    """Let the agent who acts tell their caller of the case from now on."""
    if transaction.actor.id is None:
        return
    recognition = Recognition(
        agent_id=transaction.actor.id,
        case_id=case_id,
        facts=facts,
        until=transaction.now + LONGEST_CALL,
    )
    recognition_store.save_recognition(transaction.connection, recognition)


@dataclass(frozen=True, kw_only=True)
class EndCall(Command[None]):
    """Put down the receiver: what the caller was told of is closed to the agent again."""


def end_call(_command: EndCall, transaction: Transaction) -> None:
    """End the agent's call; nothing happens if there is none."""
    require_takes_calls(transaction.actor)
    if transaction.actor.id is not None:
        recognition_store.end_recognition(transaction.connection, transaction.actor.id)


def _file_asked_about(case_id: UUID, transaction: Transaction) -> CaseChangeset:
    locked = changeset_store.lock_case(transaction.connection, case_id)
    if locked is None:
        raise NotFound.of("case", case_id)
    return CaseChangeset(transaction, locked)


def _counted(transaction: Transaction, case_id: UUID) -> Mapping[Subject, Attempts]:
    """The attempts of the case, and of the agent if it is a person, with this one."""
    agent_id = transaction.actor.id
    subjects = [of_case_asked_about(case_id), *([of_asking_agent(agent_id)] if agent_id else [])]
    found = attempts_store.lock_attempts(transaction.connection, subjects, transaction.now)
    counted = {
        subject: attempts.counted(subject, transaction.now)
        for subject, attempts in zip(subjects, found, strict=True)
    }
    attempts_store.save_attempts(transaction.connection, list(counted.values()))
    return counted


@dataclass(frozen=True, kw_only=True)
class FoundCase:
    """A case that a caller may mean: what stands on every receipt, and not what it is about."""

    case_id: UUID
    number: str
    branch_code: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class SearchTracking:
    """Cases by number, or by words of a name or a phone number."""

    text: str
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[FoundCase]:
        """Newest first; `Invalid` without anything to look for."""
        require_takes_calls(context.actor)
        page = cases_store.list_cases(
            context.connection, _wanted(self.text), sight=Sight(everywhere=True), part=self.part
        )
        return Page(items=tuple(map(_found, page.items)), next=page.next)

    def disclosed(self, answer: Page[FoundCase]) -> Iterable[Disclosure]:
        return found(case.case_id for case in answer.items)


@dataclass(frozen=True, kw_only=True)
class AskCaller:
    """Which facts a caller can be asked to show that a case is theirs."""

    case_id: UUID

    def answer(self, context: QueryContext) -> tuple[Fact, ...]:
        """The facts that the case knows, the most telling first; not what they are."""
        view = case_asked_about(self.case_id, context)
        applicants = (party.person for party in view.parties if party.role is PartyRole.APPLICANT)
        return tuple(fact for applicant in applicants for fact in facts_to_ask(applicant))

    def disclosed(self, _answer: tuple[Fact, ...]) -> Iterable[Disclosure]:
        return (Disclosure(shown=Shown.QUESTIONS, case_id=self.case_id, purpose=Purpose.CALL),)


def case_asked_about(case_id: UUID, context: QueryContext) -> CaseView:
    """A case that a caller may mean, for agents alone."""
    require_takes_calls(context.actor)
    view = changeset_store.case(context.connection, case_id)
    if view is None:
        raise NotFound.of("case", case_id)
    return view


def _wanted(text: str) -> CaseFilter:
    try:
        return CaseFilter(number=str(CaseNumber.read(text)))
    except Invalid:
        words = search_words(text)
    if not words:
        raise Invalid.field("text", "expected a case number, a name or a phone number")
    return CaseFilter(words=words)


def _found(case: Case) -> FoundCase:
    return FoundCase(
        case_id=case.id, number=case.number, branch_code=case.branch_code, opened_at=case.opened_at
    )
