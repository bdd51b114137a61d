"""Requests to agencies, answered by hand: by an agency's officers, or by clerks who record what came."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.context import engine
from api.pages import dates
from api.pages.case_facts import case_address
from api.pages.language import gettext as _
from api.pages.language import of_two
from api.pages.page import page
from api.pages.said import said
from api.pages.sessions import actor, signed_in
from engine.commands.answer_service_task import AnswerServiceTask
from engine.commands.command import Command
from engine.commands.fail_service_task import FailServiceTask
from engine.commands.supplements import AskSupplement, BringSupplement
from engine.domain.actor import Role
from engine.domain.refusal import Invalid
from engine.ports.reads import Slice
from engine.queries.answer_sheets import RequestSheet, ShowRequest
from engine.queries.captions import CaptionServiceTasks
from engine.queries.tasks import ListServiceTasks

blueprint = Blueprint("agency", __name__, template_folder="templates", url_prefix="/desk/agency")

ON_A_PAGE = 50
_WHO = (Role.OFFICER, Role.CLERK, Role.MANAGER)
_RESULT = "result-"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_YES, _NO = ("ναι", "yes", "true"), ("όχι", "οχι", "no", "false")


class Waiting(NamedTuple):
    """A request as a row of the list."""

    address: str
    number: str
    what: str
    title: str
    since: dates.Due
    wanted: str | None


class Fact(NamedTuple):
    """Something that the agency was told; `parts` are the facts inside it."""

    name: str
    value: str
    parts: list["Fact"]


@blueprint.get("")
@signed_in(Role.OFFICER)
def show() -> Response:
    """What waits for the officer's agency, oldest first."""
    part = Slice(limit=ON_A_PAGE, cursor=request.args.get("cursor") or None)
    shown = engine().ask(CaptionServiceTasks(service_tasks=ListServiceTasks(part=part)), actor=actor())
    rows = [
        Waiting(
            address=url_for("agency.show_request", service_task_id=task.id),
            number=task.case_number,
            what=task.name,
            title=of_two(shown.cases[task.case_id].title, shown.cases[task.case_id].title_en),
            since=dates.since(task.created_at),
            wanted=task.supplement_wanted,
        )
        for task in shown.page.items
    ]
    return page("agency/requests.html", rows=rows, next_cursor=shown.page.next, said=said())


@blueprint.get("/<uuid:service_task_id>")
@signed_in(*_WHO)
def show_request(service_task_id: UUID) -> Response:
    """One request: what is known, and the three ways to go on."""
    return _shown(service_task_id)


@blueprint.post("/<uuid:service_task_id>/answer")
@signed_in(*_WHO)
def answer(service_task_id: UUID) -> Response:
    """Send the answer; the case goes on."""
    sheet = engine().ask(ShowRequest(service_task_id=service_task_id), actor=actor())
    typed = {name: request.form.get(_RESULT + name, "").strip() for name in sheet.answer.results}
    missing = {_RESULT + name: [_("Fill this in.")] for name, text in typed.items() if not text}
    if missing:
        return _shown(service_task_id, problems=missing, status=422)
    data = {name: _value(text) for name, text in typed.items()}
    return _sent(sheet, AnswerServiceTask(service_task_id=service_task_id, data=data), done="answered")


@blueprint.post("/<uuid:service_task_id>/refuse")
@signed_in(*_WHO)
def refuse(service_task_id: UUID) -> Response:
    """Refuse, by one of the codes that the procedure knows, with the reason in words."""
    sheet = engine().ask(ShowRequest(service_task_id=service_task_id), actor=actor())
    code, message = request.form.get("code", ""), request.form.get("message", "").strip()
    problems = {}
    if code not in sheet.answer.refusals:
        problems["code"] = [_("Choose the ground of the refusal.")]
    if not message:
        problems["message"] = [_("Give the reasons: the citizen is told them.")]
    if problems:
        return _shown(service_task_id, problems=problems, status=422)
    command = FailServiceTask(service_task_id=service_task_id, code=code, message=message)
    return _sent(sheet, command, done="refused")


@blueprint.post("/<uuid:service_task_id>/supplement")
@signed_in(Role.OFFICER)
def ask_supplement(service_task_id: UUID) -> Response:
    """Ask the citizen for something more, through the branch."""
    sheet = engine().ask(ShowRequest(service_task_id=service_task_id), actor=actor())
    command = AskSupplement(service_task_id=service_task_id, wanted=request.form.get("wanted", ""))
    try:
        return _sent(sheet, command, done="asked")
    except Invalid:
        problems = {"wanted": [_("Say in at most 1000 letters what is to be brought.")]}
        return _shown(service_task_id, problems=problems, status=422)


@blueprint.post("/<uuid:service_task_id>/brought")
@signed_in(Role.CLERK, Role.MANAGER)
def bring_supplement(service_task_id: UUID) -> Response:
    """Tell the agency that the citizen brought what it asked for."""
    sheet = engine().ask(ShowRequest(service_task_id=service_task_id), actor=actor())
    brought = {"note": request.form.get("note", "").strip()}
    return _sent(sheet, BringSupplement(service_task_id=service_task_id, data=brought), done="brought")


def _sent(sheet: RequestSheet, command: Command[Any], *, done: str) -> Response:
    engine().carry_out(command, actor=actor())
    if actor().has(Role.OFFICER):
        return redirect(url_for("agency.show", said=done), 303)
    return redirect(f"{case_address(sheet.task.case_id)}?said={done}", 303)


def _shown(
    service_task_id: UUID, *, problems: Mapping[str, list[str]] | None = None, status: int = 200
) -> Response:
    sheet = engine().ask(ShowRequest(service_task_id=service_task_id), actor=actor())
    task = sheet.task
    return page(
        "agency/request.html",
        status=status,
        task=task,
        title=of_two(sheet.title, sheet.title_en),
        since=dates.since(task.created_at),
        facts=_facts(task.variables),
        results=[(_RESULT + name, _readable(name)) for name in sheet.answer.results],
        refusals=list(sheet.answer.refusals.items()),
        problems=problems or {},
        typed=request.form,
        is_officer=actor().has(Role.OFFICER),
        case_file=None if actor().has(Role.OFFICER) else case_address(task.case_id),
    )


def _facts(variables: Mapping[str, Any]) -> list[Fact]:
    """What the agency was sent, as names and values; what is empty is left out."""
    return [_fact(name, value) for name, value in variables.items() if value not in (None, "", [], {})]


def _fact(name: str, value: Any) -> Fact:
    if isinstance(value, Mapping):
        return Fact(_readable(name), "", _facts(value))
    if isinstance(value, list):
        return Fact(_readable(name), "", [_fact(str(place), one) for place, one in enumerate(value, 1)])
    if isinstance(value, bool):
        return Fact(_readable(name), _("yes") if value else _("no"), [])
    return Fact(_readable(name), _date_in_words(value) or str(value), [])


def _date_in_words(value: object) -> str | None:
    """A date that was sent as YYYY-MM-DD as people write it; None for anything else."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return dates.plain_day(date.fromisoformat(value))
    except ValueError:
        return None


def _readable(name: str) -> str:
    """A variable's name as a person reads it: known ones in words, others with spaces."""
    known = {
        "given_name": _("Given name"),
        "family_name": _("Family name"),
        "patronymic": _("Father's name"),
        "matronymic": _("Mother's name"),
        "afm": _("AFM"),
        "amka": _("AMKA"),
        "birth_date": _("Born"),
        "certificate_number": _("Number of the certificate"),
        "confirmed": _("Confirmed (yes or no)"),
        "residence": _("Residence"),
        "register": _("Register"),
        "evidence": _("Evidence"),
        "street": _("Street"),
        "number": _("Number"),
        "postcode": _("Postcode"),
        "city": _("City"),
        "since": _("Since"),
        "kind": _("Kind"),
        "reference": _("Reference"),
        "municipality": _("Municipality"),
        "supplement": _("Supplement"),
        "note": _("Note"),
    }
    return known.get(name, name.replace("_", " ").capitalize())


def _value(text: str) -> str | bool:
    """What was typed as the answer's value: yes and no are truth values, everything else stays text."""
    word = text.casefold()
    if word in _YES:
        return True
    return False if word in _NO else text
