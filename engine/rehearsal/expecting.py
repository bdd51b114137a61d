"""What a scenario expects of a case, now and at its end, beside what is found there."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from engine.bundle.scenario import RESTS, End, Expect, Given
from engine.cases.changeset_store import CaseView
from engine.cases.further_terms import last_day_of
from engine.cases.model import Case
from engine.documents.queries import ListDocuments
from engine.kernel.actor import SYSTEM
from engine.kernel.money import euro_text
from engine.notices.model import NoticeState
from engine.notices.queries import ListNotices
from engine.payments.model import Payment
from engine.rehearsal.comparing import compare, compare_values
from engine.rehearsal.intake import papers_for
from engine.rehearsal.office import Office, Unexpected


class Played(Protocol):
    """The play as its expectations see it."""

    @property
    def office(self) -> Office:
        """Where it plays."""

    @property
    def given(self) -> Given | None:
        """Who came; None before anybody did."""

    @property
    def view(self) -> CaseView:
        """The case with what is open in it."""

    @property
    def opened_id(self) -> UUID:
        """The id of the case."""

    @property
    def passed(self) -> tuple[str, ...]:
        """The elements passed, in order."""

    def due(self) -> dict[str, Payment]:
        """What is to be paid, by the id of the fee."""

    def with_documents(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Data with references in the places of `{document: <name>}`."""


def see(play: Played, step: Expect) -> None:
    """Raise `Unexpected` for the first thing that is not as the step says."""
    view = play.view
    if step.status is not None:
        compare("the status", [step.status], [view.case.status.value])
    if step.tasks is not None:
        compare("the open tasks", step.tasks, [task.element_id for task in view.tasks])
    if step.service_tasks is not None:
        compare("the open service tasks", step.service_tasks, [task.topic for task in view.service_tasks])
    if step.flags is not None:
        compare("the flags", step.flags, [flag.value for flag in view.case.flags])
    if step.due is not None:
        due = {fee: one.amount for fee, one in play.due().items()}
        told = {fee: "unknown" if amount is None else euro_text(amount) for fee, amount in due.items()}
        compare("to be due", _owed(step.due), _owed(told))
    if step.term is not None:
        compare("the term to end on", [step.term], _last_days(play.office, view.case))
    if step.papers is not None:
        compare("the papers asked for", step.papers, _papers(play))
    if step.notices is not None:
        compare("the citizen to be told of", step.notices, _notices(play))
    if step.documents is not None:
        found = play.office.engine.ask(ListDocuments(case_id=play.opened_id), actor=SYSTEM)
        compare("the documents", step.documents, [document.name for document in found])


def see_end(play: Played, end: End) -> None:
    """Raise `Unexpected` unless the case came to the end that was expected."""
    case = play.view.case
    if end.status is not None:
        compare("the status", [end.status], [case.status.value])
    if end.outcome != case.outcome:
        raise Unexpected(f"Expected the case to end in {end.outcome}, found {case.outcome}.")
    if end.outputs is not None:
        compare_values("the output", play.with_documents(end.outputs), _variables(play, case), whole=False)
    passed = play.passed
    if end.path is not None and end.path != passed:
        raise Unexpected(f"Expected the path {' > '.join(end.path)}, found {' > '.join(passed)}.")
    rest = iter(passed)
    for element in end.through:
        if element not in rest:
            raise Unexpected(
                f"Expected to pass {' > '.join(end.through)} in this order, "
                f"but {element} is missing in {' > '.join(passed)}."
            )


def _owed(fees: Mapping[str, str]) -> list[str]:
    return [f"{fee} {amount}" for fee, amount in fees.items()]


def _variables(play: Played, case: Case) -> Mapping[str, Any]:
    engine = play.office.engine
    procedure = engine.catalogue.procedure(case.version_id, dict)
    return engine.workflow.variables(procedure.definition, case.snapshot)


def _papers(play: Played) -> list[str]:
    if play.given is None:
        return []
    question = papers_for(play.given, play.office.procedure)
    return [paper.id for paper in play.office.engine.ask(question, actor=SYSTEM).papers]


def _notices(play: Played) -> list[str]:
    found = play.office.engine.ask(ListNotices(case_id=play.opened_id), actor=SYSTEM)
    return [notice.occasion.value for notice in found if notice.state is NoticeState.SENT]


def _last_days(office: Office, case: Case) -> list[str]:
    """The last day of the case's term as a scenario says it; none if it has none."""
    if case.term_rests_since is not None:
        return [RESTS]
    if case.due_at is None:
        return []
    return [last_day_of(case.due_at, office.engine.zone).isoformat()]
