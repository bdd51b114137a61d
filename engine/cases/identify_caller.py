"""Identify a caller: the agent types what the caller says, and learns whether it is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.cases import store as cases_store
from engine.cases.caller import Fact, is_recognised
from engine.cases.lookup import case_file
from engine.context import Command, Transaction
from engine.kernel.actor import Role
from engine.kernel.permission import require_role
from engine.kernel.refusal import Conflict
from engine.people import account_store
from engine.people.attempts import Attempts, Subject, of_asking_agent, of_case_asked_about


@dataclass(frozen=True, kw_only=True)
class IdentifyCaller(Command[bool]):
    """Check the facts that a caller names against the applicant of a case."""

    case_id: UUID
    answers: Mapping[Fact, str]


def identify_caller(command: IdentifyCaller, transaction: Transaction) -> bool:
    """Whether the caller is recognised; the journal says so either way, and which facts were asked.

    `TooManyAttempts` after too many wrong answers in the case or to the agent: then nothing is compared, and
    whether it would have been right is not told.
    """
    require_role(transaction.actor, Role.AGENT)
    changeset = case_file(transaction, command.case_id)
    parties = cases_store.parties_of(transaction.connection, command.case_id)
    if not parties:
        raise Conflict(f"Case {changeset.case.number} has no applicant to compare with.", code="no_applicant")
    attempts = _counted(transaction, command.case_id)
    recognised = is_recognised(parties[0].person, command.answers, tracking_code=changeset.case.tracking_code)
    asked = {"asked": sorted(fact.value for fact in command.answers)}
    changeset.record("caller_recognised" if recognised else "caller_not_recognised", asked)
    if recognised:
        account_store.save_attempts(transaction.connection, [one.forgiven(1) for one in attempts.values()])
    elif any(one.closed_until(subject) > transaction.now for subject, one in attempts.items()):
        changeset.record("caller_questions_closed")
    changeset.save()
    return recognised


def _counted(transaction: Transaction, case_id: UUID) -> Mapping[Subject, Attempts]:
    """The attempts of the case, and of the agent if it is a person, with this one."""
    agent_id = transaction.actor.id
    subjects = [of_case_asked_about(case_id), *([of_asking_agent(agent_id)] if agent_id else [])]
    found = account_store.lock_attempts(
        transaction.connection, [one.digest for one in subjects], transaction.now
    )
    counted = {
        subject: attempts.counted(subject, transaction.now)
        for subject, attempts in zip(subjects, found, strict=True)
    }
    account_store.save_attempts(transaction.connection, list(counted.values()))
    return counted
