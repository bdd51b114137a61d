"""Claims about queries: whichever answers with something of a case says so, and is on record."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import api.cli
import engine
from engine.access.model import AccessRecord, Concern
from engine.appointments.model import Appointment
from engine.cases.callers import FoundCase
from engine.cases.case_details import EarlierApplicant
from engine.cases.changeset_store import CaseView
from engine.cases.expectations import Expectation
from engine.cases.journal import JournalEntry, Note
from engine.cases.model import Case
from engine.cases.party import Party
from engine.context import QueryContext
from engine.documents.model import Document
from engine.incidents.model import Incident
from engine.kernel.disclosure import Discloses
from engine.kernel.vocabulary import Person
from engine.notices.model import Notice
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task
from engine.tasks.worklist_model import CaseLabel

OF_PEOPLE = {
    Case,
    CaseView,
    CaseLabel,
    Party,
    Person,
    Task,
    ServiceTask,
    Document,
    Expectation,
    FoundCase,
    EarlierApplicant,
    Incident,
    JournalEntry,
    Note,
    Notice,
    Appointment,
    AccessRecord,
    Concern,
}
"""What an answer shows something of people's cases by."""

NAMES_OF_ONE = {"case_id", "case_ids", "task_id", "service_task_id", "document_id", "incident_id", "number"}
"""Fields by which a query asks about one case, or something of one."""

EXEMPT: Mapping[str, str] = {
    "ListPending": "for the virus scanner alone, which is no reader",
    "ListUnviewed": "for the worker that makes copies for the screen, which is no reader",
    "BeginVisit": "shows nothing: the page that the visit opens does, and is recorded",
    "ReviewVersion": "`number` is that of a version of a procedure, with numbers of cases",
    "LeftOutOfRecord": "`number` is that of a version of a procedure",
    "FilesToDraw": "`number` is that of a version of a procedure",
    "ShowHeat": "`number` is that of a version of a procedure; its answer has numbers, and nobody in them",
    "ShowDecision": "`number` is that of a version of a procedure",
    "ListDecisions": "`number` is that of a version of a procedure",
    "ExplainDecision": "`number` is that of a version of a procedure",
    "ShowVersion": "`number` is that of a version of a procedure",
    "ShowFile": "`number` is that of a version of a procedure",
    "FilesOfVersion": "`number` is that of a version of a procedure",
    "FilesToSubmit": "`number` is that of a version of a procedure",
    "ShowRecord": "`number` is that of a version of a procedure, whose acts are of analysts and certifiers",
    "ShowEvidence": "`number` is that of a version of a procedure, whose scenarios have made-up people",
    "RecordOfVersion": "`number` is that of a version of a procedure",
    "ListComments": "`number` is that of a version of a procedure, which analysts and certifiers write about",
    "FindUnserved": "`number` is that of a version of a procedure",
}
"""Queries that need not say what they disclose, and why."""


def queries() -> Iterator[type[Any]]:
    """Every query of the engine and of the command line."""
    for package in (engine, api.cli):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            loaded = importlib.import_module(module.name)
            for kind in vars(loaded).values():
                if inspect.isclass(kind) and kind.__module__ == module.name and is_query(kind):
                    yield kind


def is_query(kind: type[Any]) -> bool:
    answer = getattr(kind, "answer", None)
    takes_context = callable(answer) and "context" in inspect.signature(answer).parameters
    return takes_context and dataclasses.is_dataclass(kind)


def reached_from(hint: Any, seen: set[Any]) -> set[Any]:
    """The classes that a type leads to, through its arguments and the fields of dataclasses."""
    if hint in seen:
        return seen
    seen.add(hint)
    for part in (get_origin(hint), *get_args(hint)):
        if part is not None:
            reached_from(part, seen)
    if inspect.isclass(hint) and dataclasses.is_dataclass(hint):
        for inner in get_type_hints(hint).values():
            reached_from(inner, seen)
    bound = getattr(hint, "__constraints__", ())
    for part in bound:
        reached_from(part, seen)
    return seen


def shows_people(kind: type[Any]) -> bool:
    answer = get_type_hints(kind.answer, localns={"QueryContext": QueryContext})["return"]
    asks_about_one = NAMES_OF_ONE & {field.name for field in dataclasses.fields(kind)}
    return bool(asks_about_one) or bool(reached_from(answer, set()) & OF_PEOPLE)


def test_every_query_that_shows_something_of_a_case_says_what_it_discloses() -> None:
    silent = [
        kind.__qualname__
        for kind in queries()
        if shows_people(kind) and not issubclass_of_discloses(kind) and kind.__name__ not in EXEMPT
    ]

    assert silent == []


def test_what_is_exempt_is_there_and_would_be_found() -> None:
    found = {kind.__name__ for kind in queries() if shows_people(kind) and not issubclass_of_discloses(kind)}

    assert found == EXEMPT.keys()


@dataclasses.dataclass(frozen=True, kw_only=True)
class ForgetfulPage:
    """A page that shows a case among other things."""

    cases: Mapping[str, tuple[CaseView, ...]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ForgetfulQuestion:
    """A question that answers with a case and declares nothing."""

    def answer(self, context: QueryContext) -> ForgetfulPage | None:
        """Nothing."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class HarmlessQuestion:
    """A question about nobody."""

    def answer(self, context: QueryContext) -> Mapping[str, int]:
        """Nothing."""
        return {}


@pytest.mark.parametrize(("kind", "is_found"), [(ForgetfulQuestion, True), (HarmlessQuestion, False)])
def test_a_new_query_that_forgets_it_is_found(kind: type[Any], is_found: bool) -> None:
    assert is_query(kind)
    assert shows_people(kind) is is_found
    assert not issubclass_of_discloses(kind)


def issubclass_of_discloses(kind: type[Any]) -> bool:
    """Whether a query declares it."""
    return issubclass(kind, Discloses)
