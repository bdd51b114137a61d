"""A task: claimed, filled in, saved while one types, released, and completed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.arguments import expected_version, read_json
from api.http.context import engine
from api.http.problems import Problem
from api.pages.cases.facts import case_address, shown_party
from api.pages.documents.views import document_address, shown_documents
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage
from api.pages.frame.form_sheet import merged, sheet, typed_data
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, CASE_WORKERS, actor, reader, signed_in
from engine.cases.changeset import CaseState
from engine.cases.surroundings import calendar_of
from engine.kernel.permission import may_take
from engine.kernel.refusal import Conflict, FieldErrors, HeldByAnother, Invalid, OutOfDate
from engine.kernel.vocabulary import CaseStatus
from engine.tasks.assign import ClaimTask, ReleaseTask
from engine.tasks.complete import CompleteTask, SaveDraft
from engine.tasks.model import Task, TaskState
from engine.tasks.pages import ShowTaskPage, TaskPage
from engine.tasks.queries import TaskSheet

blueprint = Blueprint("desk_tasks", __name__, url_prefix="/desk/tasks")


@dataclass(frozen=True, kw_only=True)
class RefusedForm:
    """A refused form: what was typed, what is wrong with it, and the flash message."""

    typed: Mapping[str, Any]
    flash: FlashMessage
    errors: FieldErrors
    status: int


@blueprint.get("/<uuid:task_id>")
@signed_in(*CASE_READERS)
def show(task_id: UUID) -> Response:
    """The task with its form: to fill in for who has it, to read for the others."""
    return _render(_shown(task_id), flash=_flash())


@blueprint.post("/<uuid:task_id>/claim")
@signed_in(*CASE_WORKERS)
def claim(task_id: UUID) -> Response:
    """Claim the task; if a colleague was faster, say who has it."""
    try:
        engine().carry_out(ClaimTask(task_id=task_id), actor=actor())
    except Conflict as refused:
        return _refused(task_id, refused)
    return redirect(url_for("desk_tasks.show", task_id=task_id), 303)


@blueprint.post("/<uuid:task_id>/release")
@signed_in(*CASE_WORKERS)
def release(task_id: UUID) -> Response:
    """Put the task back; what was typed stays with it."""
    reason = request.form.get("reason", "").strip() or None
    try:
        engine().carry_out(ReleaseTask(task_id=task_id, reason=reason), actor=actor())
    except Conflict as refused:
        return _refused(task_id, refused)
    except Invalid:
        flash = FlashMessage(_("Say in a few words why."), "bad")
        return _render(_shown(task_id), flash=flash, status=422)
    return redirect("/desk?said=put-back&n=1", 303)


@blueprint.put("/<uuid:task_id>/draft")
@signed_in(*CASE_WORKERS)
def save_draft(task_id: UUID) -> Response:
    """Keep what was typed so far, unless something else was kept since this window was opened.

    JSON for the form island: `version` and `at`, or `detail` for a person, with 409 or 412.
    """
    body = read_json(request.get_data())
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise Problem("bad_request", "Expected a JSON object with the object `data`.")
    command = SaveDraft(task_id=task_id, data=data, expected_version=expected_version())
    try:
        task = engine().carry_out(command, actor=actor())
    except OutOfDate:
        return _other_draft(task_id)
    except (Conflict, Invalid) as refused:
        return make_response(jsonify(detail=_refusal_words(refused, _shown(task_id))), 409)
    return make_response(jsonify(version=task.row_version, at=dates.clock_time(engine().clock.now())))


@blueprint.post("/<uuid:task_id>/complete")
@signed_in(*CASE_WORKERS)
def complete(task_id: UUID) -> Response:
    """Complete the task: on to the case's next task for the reader, else to its file.

    If it is refused, everything that was typed is shown again.
    """
    typed = typed_data()
    command = CompleteTask(
        task_id=task_id, data=typed, expected_version=request.form.get("version", type=int)
    )
    try:
        state = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        flash = FlashMessage(_("The task is not completed yet: something has to be corrected."), "bad")
        form = RefusedForm(typed=typed, flash=flash, errors=refused.errors, status=422)
        return _render(_shown(task_id), refused=form)
    except Conflict as refused:
        shown = _shown(task_id)
        flash = FlashMessage(_refusal_words(refused, shown), "bad")
        return _render(shown, refused=RefusedForm(typed=typed, flash=flash, errors={}, status=409))
    return redirect(_next_address(state, task_id), 303)


def _next_address(state: CaseState, done: UUID) -> str:
    if any(task.id == done for task in state.tasks):
        return url_for("desk_tasks.show", task_id=done, said="stuck")
    asker = actor()
    for task in state.tasks:
        is_free = task.assignee_id in (None, asker.id)
        if is_free and may_take(name=asker.name, roles=asker.roles, task=task):
            return url_for("desk_tasks.show", task_id=task.id, said="step-done")
    return f"{case_address(state.case.id)}?said=step-done"


def _shown(task_id: UUID) -> TaskPage:
    return engine().ask(ShowTaskPage(task_id=task_id), actor=actor())


def _refused(task_id: UUID, refused: Conflict) -> Response:
    shown = _shown(task_id)
    return _render(shown, flash=FlashMessage(_refusal_words(refused, shown), "bad"), status=409)


def _render(
    shown: TaskPage,
    *,
    flash: FlashMessage | None = None,
    refused: RefusedForm | None = None,
    status: int = 200,
) -> Response:
    asker = actor()
    found, label = shown.sheet, shown.label
    task, calendar = found.task, calendar_of(shown.branch)
    is_mine = task.state is TaskState.OPEN and task.assignee_id == asker.id
    return page(
        "tasks/task.html",
        status=refused.status if refused else status,
        flash=refused.flash if refused else flash,
        task=task,
        title=localized_pair(label.title, label.title_en),
        applicant=label.applicant,
        case_address=case_address(task.case_id),
        is_open=task.state is TaskState.OPEN,
        is_mine=is_mine,
        may_claim=found.case.status is CaseStatus.OPEN and _may_claim(task),
        holder=shown.holder,
        due=dates.due(task.due_at, calendar),
        case=found.case,
        parties=[
            shown_party(party, title=found.titles.get(party.declared_role or "")) for party in found.parties
        ],
        term=None if found.case.status.is_final else dates.due(found.case.expected_at, calendar),
        works_here=asker.has(*CASE_WORKERS) and asker.branch_id == task.branch_id,
        sheet=_sheet(found, refused, read_only=not is_mine),
        beside=shown.beside,
        documents=shown_documents(shown.documents, people=shown.people, address=document_address),
    )


def _sheet(found: TaskSheet, refused: RefusedForm | None, *, read_only: bool) -> dict[str, Any] | None:
    if found.schema is None:
        return None
    task = found.task
    begun = merged(task.prefill, task.draft or {})
    return sheet(
        found.schema,
        merged(begun, refused.typed) if refused else begun,
        errors=refused.errors if refused else None,
        read_only=read_only,
        uploads=url_for("desk_documents.add", case_id=task.case_id),
    )


def _may_claim(task: Task) -> bool:
    asker = actor()
    is_free = task.state is TaskState.OPEN and task.assignee_id is None
    works_here = asker.branch_id == task.branch_id
    return is_free and works_here and may_take(name=asker.name, roles=asker.roles, task=task)


def _other_draft(task_id: UUID) -> Response:
    """The answer when another window kept a draft: when, and its version; both drafts are offered."""
    shown = _shown(task_id)
    task = shown.sheet.task
    if task.assignee_id != reader().user.id:
        return make_response(jsonify(detail=_held_words(shown.holder)), 409)
    detail = _(
        "You typed in this task in another window too, and that was kept %(when)s. "
        "Which of the two is to stay?",
        when=dates.at_clock_time(task.draft_saved_at) if task.draft_saved_at else _("since"),
    )
    return make_response(jsonify(detail=detail, version=task.row_version), 412)


def _refusal_words(refused: Conflict | Invalid, shown: TaskPage) -> str:
    if isinstance(refused, Invalid):
        return " ".join(localized(one) for sentences in refused.errors.values() for one in sentences)
    task = shown.sheet.task
    if isinstance(refused, HeldByAnother):
        return _held_words(shown.holder)
    if isinstance(refused, OutOfDate):
        return _(
            "Something else was kept in another window meanwhile. What you typed here is below: "
            "look through it, and complete the task again if it is right."
        )
    if task.state is not TaskState.OPEN:
        return _closed_words(task)
    if refused.code == "task_unclaimed":
        return _("Nobody has the task any more: take it, then complete it. What you typed is below.")
    if refused.code == "case_suspended":
        return _("The case is suspended: it has to be resumed first. What you typed is below.")
    return _("The case does not allow it now. Look at the case file.")


def _held_words(holder: str | None) -> str:
    if holder is None:
        return _("Nobody has the task any more. Take it to go on.")
    return _("%(person)s has this task now. Ask them, or your manager, before you go on.", person=holder)


def _closed_words(task: Task) -> str:
    if task.state is TaskState.COMPLETED:
        return _("This task is completed already.")
    return _("This task is not needed any more: the case went another way.")


def _flash() -> FlashMessage | None:
    sentences = {
        "step-done": FlashMessage(_("That step is done. This is the next one of the case.")),
        "stuck": FlashMessage(
            _("The case cannot go on now, and waits for a repair. What you entered is kept here."), "bad"
        ),
    }
    return sentences.get(request.args.get("said", ""))
