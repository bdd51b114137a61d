"""Disclosures: what an answer shows of people's cases, as the query that gives it says, and what for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar, runtime_checkable
from uuid import UUID

A_contra = TypeVar("A_contra", contravariant=True)


class Shown(StrEnum):
    """What somebody was shown."""

    CASE = "case"
    PROGRESS = "progress"
    """How far the case has come: its diagram, its next steps."""
    JOURNAL = "journal"
    NOTES = "notes"
    NOTICES = "notices"
    DECISION = "decision"
    VALUES = "values"
    DOCUMENTS = "documents"
    """Which documents there are."""
    DOCUMENT = "document"
    PAYMENTS = "payments"
    """What is and was to be paid."""
    TASK = "task"
    REQUEST = "request"
    """What an agency is asked."""
    RECEIPT = "receipt"
    QUESTIONS = "questions"
    """What a caller can be asked."""
    TRACKING = "tracking"
    """What the citizen is shown of their case."""
    FOUND = "found"
    """That the case is among those that were found by a number, a name or a code."""
    LIST = "list"
    """A list of people's cases or tasks."""
    SIGNATURE = "signature"
    """What a party is asked to sign."""
    READERS = "readers"
    """Who read what."""


class Purpose(StrEnum):
    """For what somebody was shown it."""

    TASK = "task"
    """They have a task of the case in hand."""
    CASEWORK = "casework"
    """They work on the cases of the branch."""
    CALL = "call"
    """Somebody asks about the case by phone."""
    REQUEST = "request"
    """The agency they work for is asked about the case."""
    REPAIR = "repair"
    """The case cannot go on, and they repair it."""
    OVERSIGHT = "oversight"
    """They oversee how the branches work."""
    PROTECTION = "protection"
    """They watch over how personal data is used."""
    EXCEPTION = "exception"
    """They gave a reason of their own."""
    OWN_CASE = "own_case"
    """They hold the receipt."""
    SIGNING = "signing"
    """They are a party who is asked to sign, with a link of their own."""
    OPERATION = "operation"
    """They run the system, at its command line."""


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """That an answer shows something of one case, or, without a `case_id`, a list with that many `people`.

    `object_id` is the document, task or request. `purpose` is given where the question itself says it;
    `holders` are the users who have a task of the case in hand.
    """

    shown: Shown
    case_id: UUID | None = None
    object_id: UUID | None = None
    people: int = 1
    purpose: Purpose | None = None
    holders: frozenset[UUID] = frozenset()


@runtime_checkable
class Discloses(Protocol[A_contra]):
    """A query whose answer shows something of people's cases, and is recorded."""

    def disclosed(self, answer: A_contra) -> Iterable[Disclosure]:
        """What the answer shows; nothing where it is empty."""


class OfCase(Protocol):
    """Something of a case."""

    @property
    def case_id(self) -> UUID: ...


def listed(items: Sequence[object]) -> tuple[Disclosure, ...]:
    """A list of as many people as it has items."""
    return (Disclosure(shown=Shown.LIST, people=len(items)),) if items else ()


def found(case_ids: Iterable[UUID]) -> tuple[Disclosure, ...]:
    """Cases that were looked for, each by itself."""
    return tuple(Disclosure(shown=Shown.FOUND, case_id=case_id) for case_id in case_ids)


def disclosed_by(question: object, answer: Any) -> tuple[Disclosure, ...]:
    """What the answer to a question shows; nothing for a question that discloses nothing."""
    return tuple(question.disclosed(answer)) if isinstance(question, Discloses) else ()
