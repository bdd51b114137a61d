"""Requests to agencies, answered by an agency's officers, or by clerks who record an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.documents.views import documents_of_request
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.form_sheet import merged, typed_data
from api.pages.frame.form_sheet import sheet as form_sheet
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.service_tasks.facts import answer_of, facts_of
from api.pages.service_tasks.search import Search, WaitsFor, waits_words
from engine.cases.changeset import CaseState
from engine.context import Command
from engine.documents.add import document_detail
from engine.kernel.actor import Role
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.money import PAYMENT_TOPIC
from engine.kernel.refusal import Conflict, FieldErrors, Invalid
from engine.kernel.signing import SIGNATURE
from engine.kernel.topics import ORGANISATION_TOPIC
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.answer_sheets import RequestPage, RequestSheet, ShowRequestPage
from engine.service_tasks.fail import FailServiceTask
from engine.service_tasks.model import ServiceTask, ServiceTaskState
from engine.supplements.supplement import AskSupplement, BringSupplement
from engine.tasks.worklist_model import COUNTED_TO, CaseLabel

blueprint = Blueprint("agency", __name__, url_prefix="/desk/agency")

_ANSWERERS = (Role.OFFICER, *CASE_WORKERS)
_RESULT = "result-"
_YES, _NO = ("ναι", "yes", "true"), ("όχι", "οχι", "no", "false")


class ListedRequest(NamedTuple):
    """A request in the list; `term` is when the case's own term ends."""

    address: str
    number: str
    what: str
    title: str
    since: dates.Due
    term: dates.Due | None
    wanted: str | None


@dataclass(frozen=True, kw_only=True)
class RefusedForm:
    """A refused form: its problems by field, and what was typed into the answer's form."""

    errors: FieldErrors = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    flash: FlashMessage | None = None
    status: int = 422


@blueprint.get("")
@signed_in(Role.OFFICER)
def show() -> Response:
    """The requests that wait for the officer's agency, as the address selects them."""
    search = Search.read(request.args)
    found = engine().ask(search.question(), actor=actor())
    following = found.listed.page.next
    titles = {key: localized_pair(*both) for key, both in found.procedures.items()}
    return page(
        "service_tasks/requests.html",
        flash=flash_message(),
        wanted=search,
        count=f"{COUNTED_TO - 1}+" if found.count >= COUNTED_TO else str(found.count),
        rows=[_row(task, found.listed.cases.get(task.case_id)) for task in found.listed.page.items],
        waits=[(waits.value, waits_words(waits)) for waits in WaitsFor],
        order_words=_order_words(search),
        other_order_words=_order_words(search.turned),
        other_order_address=search.turned.address(),
        procedures=[("", _("All")), *sorted(titles.items(), key=lambda pair: pair[1])],
        first_address=search.address(),
        next_address=search.address(cursor=following) if following else None,
        pulse=found.pulse,
    )


@blueprint.get("/<uuid:service_task_id>")
@signed_in(*_ANSWERERS)
def show_request(service_task_id: UUID) -> Response:
    """One request: what is known, and the ways to go on, or how it ended.

    Payments and signatures have pages of their own; what the system does itself is seen in its case.
    """
    shown = _shown(service_task_id)
    if shown.sheet.task.topic == PAYMENT_TOPIC:
        return redirect(url_for("payments_desk.find", service_task_id=service_task_id), 303)
    if shown.sheet.task.topic == SIGNATURE:
        return redirect(url_for("desk_signatures.show", service_task_id=service_task_id), 303)
    if shown.sheet.task.topic == ORGANISATION_TOPIC:
        return redirect(case_address(shown.sheet.task.case_id), 303)
    return _render(shown)


@blueprint.post("/<uuid:service_task_id>/answer")
@signed_in(*_ANSWERERS)
def answer(service_task_id: UUID) -> Response:
    shown = _shown(service_task_id)
    if shown.sheet.form is None:
        return _answer_without_form(shown)
    typed = typed_data()
    command = AnswerServiceTask(service_task_id=service_task_id, data=typed)
    return _carry_out(shown, command, done="answered", typed=typed)


@blueprint.post("/<uuid:service_task_id>/refuse")
@signed_in(*_ANSWERERS)
def refuse(service_task_id: UUID) -> Response:
    """Refuse with one of the codes that the procedure knows, and the reason in words."""
    shown = _shown(service_task_id)
    code, message = request.form.get("code", ""), request.form.get("message", "").strip()
    problems = {}
    if code not in shown.sheet.answer.refusals:
        problems["code"] = [_("Choose the ground of the refusal.")]
    if not message:
        problems["message"] = [_("Give the reasons: the citizen is told them.")]
    if problems:
        return _render(shown, RefusedForm(errors=problems))
    command = FailServiceTask(service_task_id=service_task_id, code=code, message=message)
    return _carry_out(shown, command, done="refused")


@blueprint.post("/<uuid:service_task_id>/supplement")
@signed_in(Role.OFFICER)
def ask_supplement(service_task_id: UUID) -> Response:
    shown = _shown(service_task_id)
    command = AskSupplement(service_task_id=service_task_id, wanted=request.form.get("wanted", ""))
    problems = {"wanted": [_("Say in at most 1000 letters what is to be brought.")]}
    return _carry_out(shown, command, done="asked", problems=problems)


@blueprint.post("/<uuid:service_task_id>/brought")
@signed_in(*CASE_WORKERS)
def bring_supplement(service_task_id: UUID) -> Response:
    """Tell the agency that the citizen brought what it asked for, and name the documents that it may read."""
    shown = _shown(service_task_id)
    chosen = request.form.getlist("document")
    brought = {
        "note": request.form.get("note", "").strip(),
        "documents": [
            {"name": one.name, **document_detail(one)}
            for one in shown.documents.documents
            if str(one.id) in chosen
        ],
    }
    return _carry_out(shown, BringSupplement(service_task_id=service_task_id, data=brought), done="brought")


def _order_words(search: Search) -> str:
    return _("The newest first") if search.newest_first else _("The oldest first")


def _row(task: ServiceTask, label: CaseLabel | None) -> ListedRequest:
    return ListedRequest(
        address=url_for("agency.show_request", service_task_id=task.id),
        number=task.case_number,
        what=localized(task.name),
        title=localized_pair(label.title, label.title_en) if label else task.procedure_key,
        since=dates.since(task.created_at),
        term=dates.due(label.expected_at if label else None, WorkingCalendar()),
        wanted=task.supplement_wanted,
    )


def _answer_without_form(shown: RequestPage) -> Response:
    """Send what was typed for each result that the diagram takes."""
    sheet = shown.sheet
    typed = {name: request.form.get(_RESULT + name, "").strip() for name in sheet.answer.results}
    missing = {_RESULT + name: [_("Fill this in.")] for name, text in typed.items() if not text}
    if missing:
        return _render(shown, RefusedForm(errors=missing))
    data = {name: _value(text) for name, text in typed.items()}
    return _carry_out(shown, AnswerServiceTask(service_task_id=sheet.task.id, data=data), done="answered")


def _shown(service_task_id: UUID) -> RequestPage:
    return engine().ask(ShowRequestPage(service_task_id=service_task_id), actor=actor())


def _carry_out(
    shown: RequestPage,
    command: Command[Any],
    *,
    done: str,
    typed: Mapping[str, Any] | None = None,
    problems: FieldErrors | None = None,
) -> Response:
    """Carry out the command, and go on; if it is refused, show the page with all that was typed.

    `problems` replace the engine's sentences with the reader's.
    """
    try:
        state: CaseState = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        flash = FlashMessage(_("This is not sent yet: something has to be corrected."), "bad")
        return _render(shown, RefusedForm(errors=problems or refused.errors, typed=typed or {}, flash=flash))
    except Conflict as conflict:
        flash = FlashMessage(_refusal_words(conflict), "bad")
        return _render(_shown(shown.sheet.task.id), RefusedForm(typed=typed or {}, flash=flash, status=409))
    if done == "answered" and any(task.id == shown.sheet.task.id for task in state.service_tasks):
        done = "answer-stuck"
    if actor().has(Role.OFFICER):
        return redirect(url_for("agency.show", said=done), 303)
    return redirect(f"{case_address(shown.sheet.task.case_id)}?said={done}", 303)


def _refusal_words(conflict: Conflict) -> str:
    if conflict.code.startswith("case_"):
        return _("This was not done: the case rests, or it is closed.")
    return _("This was not done: the request has changed meanwhile. It is shown as it is now.")


def _render(shown: RequestPage, refused: RefusedForm | None = None) -> Response:
    sheet, task = shown.sheet, shown.sheet.task
    documents = documents_of_request(task.id, shown.documents)
    names = {str(one.id): one.name for one in shown.documents.documents}
    errors = refused.errors if refused else {}
    return page(
        "service_tasks/request.html",
        status=refused.status if refused else 200,
        flash=refused.flash if refused else flash_message(),
        task=task,
        title=localized_pair(sheet.title, sheet.title_en),
        since=dates.since(task.created_at),
        ended=_ending(sheet),
        facts=facts_of(sheet, names),
        documents=documents,
        answer=answer_of(sheet, shown.names),
        sheet=_answer_sheet(sheet, refused),
        results=[(_RESULT + name, name.replace("_", " ").capitalize()) for name in sheet.answer.results],
        refusals=[(code, localized(ground)) for code, ground in sheet.answer.refusals.items()],
        problems={name: [localized(one) for one in all_] for name, all_ in errors.items()},
        typed=request.form,
        is_officer=actor().has(Role.OFFICER),
        case_file=None if actor().has(Role.OFFICER) else case_address(task.case_id),
    )


def _answer_sheet(sheet: RequestSheet, refused: RefusedForm | None) -> dict[str, Any] | None:
    """The form of the answer as the island takes it; None where the diagram names none."""
    if sheet.form is None:
        return None
    known = sheet.task.variables
    return form_sheet(
        sheet.form,
        merged(known, refused.typed) if refused else known,
        errors=refused.errors if refused else None,
        uploads=url_for("request_documents.add_to_request", service_task_id=sheet.task.id),
    )


def _ending(sheet: RequestSheet) -> str | None:
    """How the request ended, as a sentence; None while it waits."""
    if sheet.ended is None:
        return None
    task, at = sheet.task, dates.moment(sheet.ended.at)
    who = localized(sheet.ended.who) if sheet.ended.who else None
    if task.state is ServiceTaskState.FAILED:
        ground = localized(sheet.answer.refusals.get(task.error_code or "", task.error_code or ""))
        if who:
            return _("%(who)s refused on %(at)s: %(ground)s.", who=who, at=at, ground=ground)
        return _("Refused on %(at)s: %(ground)s.", at=at, ground=ground)
    if task.state is ServiceTaskState.CANCELLED:
        return _("No answer is needed any more since %(at)s.", at=at)
    return _("%(who)s answered on %(at)s.", who=who, at=at) if who else _("Answered on %(at)s.", at=at)


def _value(text: str) -> str | bool:
    """The value of a result without a form: yes and no become truth values."""
    word = text.casefold()
    if word in _YES:
        return True
    return False if word in _NO else text
