"""The case file: its facts, what happens next, what happened so far, and how it is changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.appointments import facts as appointments
from api.pages.cases import facts as case_facts
from api.pages.cases.application import applied_for
from api.pages.cases.diagram import diagram_of_case
from api.pages.cases.facts import case_address
from api.pages.cases.journal import timeline
from api.pages.desk_actions.views import offered_at_desk
from api.pages.documents.views import document_address, shown_documents
from api.pages.frame import dates, words
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, CASE_WORKERS, actor, signed_in
from api.pages.notices import facts as notices
from api.pages.payments import words as payment_words
from engine.appointments.queries import ShownAppointment
from engine.cases.case_page import CaseSheet, ShowCaseFile
from engine.cases.lifecycle import ResumeCase, SuspendCase, WithdrawCase
from engine.cases.model import Case
from engine.cases.notes import AddNote
from engine.cases.silent_approval import was_approved_by_silence
from engine.cases.surroundings import calendar_of
from engine.cases.transfer import TransferCase
from engine.context import Command
from engine.incidents.repair import RetryIncident
from engine.kernel.actor import Actor, Role
from engine.kernel.refusal import Invalid, OutOfDate
from engine.kernel.vocabulary import CaseStatus
from engine.organisation.model import Branch
from engine.tasks.assign import AssignTask

blueprint = Blueprint("case_file", __name__, url_prefix="/desk/cases")

_CHANGES: Mapping[str, Callable[..., Command[Any]]] = {
    "withdraw": WithdrawCase,
    "suspend": SuspendCase,
    "resume": ResumeCase,
}
"""What may be done to a whole case, by the last part of the address."""


@dataclass(frozen=True, kw_only=True)
class CaseAction:
    """Something that may be done to the case, with its form.

    `people` are those to whom a task may be given; `typed` and `problems` are what was sent and refused.
    """

    name: str
    words: str
    meaning: str
    icon: str
    address: str
    tone: str = "second"
    people: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.problems)


class ShownNote(NamedTuple):
    text: str
    author: str
    at: datetime


class RelatedCase(NamedTuple):
    address: str
    title: str
    number: str
    mark: words.Mark


class RefusedForm(NamedTuple):
    """A refused form: its action, what was typed as its reason, and why it was refused."""

    action: str
    typed: str
    problems: tuple[str, ...]


@blueprint.get("/<uuid:case_id>")
@signed_in(*CASE_READERS)
def show(case_id: UUID) -> Response:
    return _render(case_id, flash=flash_message())


@blueprint.post("/<uuid:case_id>/<any(withdraw, suspend, resume):change>")
@signed_in(*CASE_WORKERS)
def change(case_id: UUID, change: str) -> Response:
    """Withdraw, suspend or resume the case, with a reason, unless somebody changed it since it was shown."""
    command = _CHANGES[change](
        case_id=case_id, reason=request.form.get("reason", ""), expected_version=_version_seen()
    )
    return _carry_out(case_id, command, action=change, done=change)


@blueprint.post("/<uuid:case_id>/tasks/<uuid:task_id>/assign")
@signed_in(Role.MANAGER)
def assign(case_id: UUID, task_id: UUID) -> Response:
    command = AssignTask(
        task_id=task_id, to=request.form.get("to", ""), reason=request.form.get("reason", "")
    )
    return _carry_out(case_id, command, action=_assignment(task_id), done="assigned")


@blueprint.post("/<uuid:case_id>/transfer")
@signed_in(Role.MANAGER)
def transfer(case_id: UUID) -> Response:
    """Let another branch work on the case: whoever did sees it no more."""
    form = request.form
    command = TransferCase(
        case_id=case_id,
        branch=form.get("to", ""),
        reason=form.get("reason", ""),
        expected_version=_version_seen(),
    )
    response = _carry_out(case_id, command, action="transfer", done="transferred")
    return redirect("/desk?said=transferred", 303) if response.status_code == 303 else response


@blueprint.post("/<uuid:case_id>/incidents/<uuid:incident_id>/retry")
@signed_in(Role.MANAGER)
def retry(case_id: UUID, incident_id: UUID) -> Response:
    state = engine().carry_out(RetryIncident(incident_id=incident_id), actor=actor())
    done = "still-stuck" if state.is_stuck else "unstuck"
    return redirect(f"{case_address(case_id)}?said={done}", 303)


@blueprint.post("/<uuid:case_id>/notes")
@signed_in(*CASE_WORKERS)
def write_note(case_id: UUID) -> Response:
    try:
        engine().carry_out(AddNote(case_id=case_id, text=request.form.get("text", "")), actor=actor())
    except Invalid:
        flash = FlashMessage(_("A note needs a text of at most 4000 letters."), "bad")
        return _render(case_id, flash=flash, status=422)
    return redirect(f"{case_address(case_id)}?said=noted#notes", 303)


def _carry_out(case_id: UUID, command: Command[Any], *, action: str, done: str) -> Response:
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problem = _problem_words(refused)
        typed = request.form.get("reason", "")
        return _render(case_id, refusal=RefusedForm(action, typed, (problem,)), status=422)
    except OutOfDate:
        flash = FlashMessage(_("Somebody changed the case meanwhile. Look at it again, then decide."), "bad")
        return _render(case_id, flash=flash, status=409)
    return redirect(f"{case_address(case_id)}?said={done}", 303)


def _render(
    case_id: UUID, *, flash: FlashMessage | None = None, refusal: RefusedForm | None = None, status: int = 200
) -> Response:
    reader = actor()
    sheet = engine().ask(ShowCaseFile(case_id=case_id), actor=reader)
    case, label = sheet.view.case, sheet.labels[case_id]
    works_here = reader.has(*CASE_WORKERS) and reader.branch_id == case.branch_id
    return page(
        "cases/case.html",
        status=status,
        flash=flash,
        case=case,
        title=localized_pair(label.title, label.title_en),
        version=words.version_words(label.version_number),
        applicant=label.applicant,
        case_marks=words.marks_of(case),
        beside=sheet.beside,
        applied_for=applied_for(
            sheet.application, {str(document.id): document.name for document in sheet.documents}
        ),
        steps=_steps(sheet, reader, works_here=works_here),
        incidents=sheet.view.incidents,
        repairs=works_here and reader.has(Role.MANAGER) and case.status is CaseStatus.OPEN,
        timeline=list(reversed(timeline(sheet.lines))),
        facts=case_facts.facts_of(case, branch_name=_name_of(sheet.branch)),
        term=None if case.status.is_final else dates.due(case.expected_at, calendar_of(sheet.branch)),
        terms=[case_facts.shown_term(term) for term in sheet.terms],
        payments=[payment_words.shown(one) for one in sheet.payments],
        parties=_parties(sheet),
        notices=notices.rows_of(sheet.notices),
        appointments=[_appointment(one) for one in sheet.appointments],
        notes=_notes(sheet),
        works_here=works_here,
        related=_related(sheet),
        actions=_actions(sheet, reader, refusal) if works_here else [],
        approved_by_silence=was_approved_by_silence(sheet.terms),
        offered=offered_at_desk(case_id, sheet.offered),
        documents=shown_documents(sheet.documents, people=sheet.people, address=document_address),
        drawn=diagram_of_case(sheet.diagram),
    )


def _steps(sheet: CaseSheet, reader: Actor, *, works_here: bool) -> list[case_facts.NextStep]:
    names: Mapping[str, str] = {**sheet.agencies, **sheet.people}
    return [
        case_facts.next_step(
            one,
            calendar=calendar_of(sheet.branch),
            holder=localized(names.get(one.who, one.who)) if one.who else None,
            is_mine=one.task_id is not None and one.who == reader.name,
            works_here=works_here,
        )
        for one in sheet.waiting
    ]


def _appointment(shown: ShownAppointment) -> tuple[str, str, words.Mark]:
    appointment = shown.appointment
    address = url_for("desk_appointments.show_one", appointment_id=appointment.id)
    when = f"{appointments.when_words(appointment)}, {appointments.where_words(shown)}"
    return address, when, appointments.state_mark(appointment.state)


def _parties(sheet: CaseSheet) -> list[case_facts.ShownParty]:
    """The people of the case, each with what they are in it and how their signature stands."""
    standing = {one.party_id: one for one in sheet.standing}
    return [case_facts.shown_party(party, standing.get(party.id)) for party in sheet.view.parties]


def _notes(sheet: CaseSheet) -> list[ShownNote]:
    return [
        ShownNote(note.text, words.person_words(note.author_name, sheet.people), note.written_at)
        for note in sheet.notes
    ]


def _related(sheet: CaseSheet) -> list[RelatedCase]:
    return [
        RelatedCase(
            address=case_address(other.id),
            title=localized_pair(sheet.labels[other.id].title, sheet.labels[other.id].title_en),
            number=other.number,
            mark=words.status_mark(other.status),
        )
        for other in sheet.related
    ]


def _actions(sheet: CaseSheet, reader: Actor, refusal: RefusedForm | None) -> list[CaseAction]:
    offered = [*_assignments(sheet, reader), *_changes(sheet.view.case), *_transfers(sheet)]
    if refusal is None:
        return offered
    return [
        replace(action, typed=refusal.typed, problems=refusal.problems)
        if action.name == refusal.action
        else action
        for action in offered
    ]


def _changes(case: Case) -> list[CaseAction]:
    def action(name: str, words: str, meaning: str, *, icon: str, tone: str = "second") -> CaseAction:
        address = url_for("case_file.change", case_id=case.id, change=name)
        return CaseAction(name=name, words=words, meaning=meaning, icon=icon, tone=tone, address=address)

    suspend = action(
        "suspend", _("Suspend the case"), _("Its tasks and terms rest until it is resumed."), icon="pause"
    )
    resume = action(
        "resume",
        _("Resume the case"),
        _("It goes on, and its terms move by the time that it rested."),
        icon="progress",
    )
    withdraw = action(
        "withdraw",
        _("Withdraw the case"),
        _("The citizen does not want it any more. Everything open in it is cancelled, for good."),
        icon="cross",
        tone="danger",
    )
    return {
        CaseStatus.OPEN: [suspend, withdraw],
        CaseStatus.SUSPENDED: [resume, withdraw],
    }.get(case.status, [])


def _assignments(sheet: CaseSheet, reader: Actor) -> list[CaseAction]:
    view = sheet.view
    if not reader.has(Role.MANAGER) or view.case.status is not CaseStatus.OPEN or not view.tasks:
        return []
    people = tuple((one.username, one.display_name) for one in sheet.colleagues)
    return [
        CaseAction(
            name=_assignment(task.id),
            words=_("Hand on “%(task)s”", task=localized(task.name)),
            meaning=_("A colleague goes on with the task; what was typed so far stays."),
            icon="person",
            people=people,
            address=url_for("case_file.assign", case_id=view.case.id, task_id=task.id),
        )
        for task in view.tasks
    ]


def _assignment(task_id: UUID) -> str:
    return f"assign-{task_id}"


def _problem_words(refused: Invalid) -> str:
    if "reason" in refused.errors:
        return _("Say why.")
    if "branch" in refused.errors:
        return _("Choose another branch.")
    return _("Choose somebody who is at work.")


def _transfers(sheet: CaseSheet) -> list[CaseAction]:
    if not sheet.branches:
        return []
    branches = tuple((one.code, localized_pair(one.name, one.name_en)) for one in sheet.branches)
    return [
        CaseAction(
            name="transfer",
            words=_("Transfer the case"),
            meaning=_("Another branch works on it. Its terms are counted there, and you see it no more."),
            icon="progress",
            people=branches,
            address=url_for("case_file.transfer", case_id=sheet.view.case.id),
        )
    ]


def _version_seen() -> int | None:
    return request.form.get("version", type=int)


def _name_of(branch: Branch | None) -> str:
    return localized_pair(branch.name, branch.name_en) if branch else ""
