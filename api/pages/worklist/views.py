"""The worklist: tasks are found, claimed, assigned and released; it updates while it is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.frame.templates import Drawn
from api.pages.frame.words import version_words
from api.pages.worklist.rows import Row, case_row, rows_of_decided, rows_of_service_tasks, rows_of_tasks
from api.pages.worklist.search import (
    Search,
    Tab,
    chosen_tasks,
    nothing_words,
    of_procedure,
    order_words,
    tab_words,
)
from engine.kernel.actor import Actor, Role
from engine.kernel.refusal import Conflict, HeldByAnother, Invalid, NotFound
from engine.people.model import Pause
from engine.tasks.assign import ClaimTask
from engine.tasks.bulk_assignment import AssignTasks, BulkResult, ReleaseTasks
from engine.tasks.claim_next import ClaimNext
from engine.tasks.labels import LabelDecided, LabelServiceTasks, LabelTasks
from engine.tasks.pages import ShowTaskPage, ShowWorklist, WorklistPage
from engine.tasks.saved_filters import ForgetFilter, SaveFilter
from engine.tasks.worklist_model import COUNTED_TO, ProcedureInWork, TaskOrder, WorklistCounts
from engine.tasks.worklist_queries import FeelPulse

blueprint = Blueprint("worklist", __name__, url_prefix="/desk")

ASK_AGAIN_MS = 8000
"""When a browser asks again whether something changed; an open stream would hold a thread for each clerk."""

_ROLES = (Role.CLERK, Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Heading:
    words: str
    nothing: str
    count: str
    address: str
    is_here: bool
    is_pressing: bool


@blueprint.get("")
@signed_in(*_ROLES)
def show() -> Response:
    return _render(_search(actor()), flash_message())


@blueprint.post("/claim")
@signed_in(*CASE_WORKERS)
def claim() -> Response:
    """Claim a task and go on to it; if a colleague was faster, say who has it."""
    task_id = _chosen_task()
    try:
        engine().carry_out(ClaimTask(task_id=task_id), actor=actor())
    except HeldByAnother:
        return _render(_previous_search(), FlashMessage(_taken_words(task_id), "bad"), status=409)
    return redirect(f"/desk/tasks/{task_id}", 303)


@blueprint.post("/claim-next")
@signed_in(*CASE_WORKERS)
def claim_next() -> Response:
    """Claim the most urgent task, and go on to it."""
    try:
        task = engine().carry_out(ClaimNext(), actor=actor())
    except NotFound:
        return redirect(url_for("worklist.show", said="nothing-free"), 303)
    except Conflict as refused:
        if refused.code != "clerk_paused":
            raise
        return _render(
            _search(actor()),
            FlashMessage(_("Your work is paused; your manager can end that."), "bad"),
            status=409,
        )
    return redirect(f"/desk/tasks/{task.id}", 303)


@blueprint.post("/together")
@signed_in(*CASE_WORKERS)
def change_many() -> Response:
    """Give the chosen tasks to a colleague, or put them back."""
    tasks, reason, search = tuple(chosen_tasks()), request.form.get("reason", ""), _previous_search()
    if not tasks:
        return _render(search, FlashMessage(_("Choose at least one task first."), "bad"), status=422)
    try:
        if request.form.get("act") == "assign":
            command: AssignTasks | ReleaseTasks = AssignTasks(
                task_ids=tasks, to=request.form.get("to", ""), reason=reason
            )
            done = "given"
        else:
            command, done = ReleaseTasks(task_ids=tasks, reason=reason), "put-back"
        outcome: BulkResult = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        words = (
            _("Say why: the reason stays in the record of each case.") if "reason" in refused.errors else None
        )
        return _render(search, FlashMessage(words or refused.message, "bad"), status=422)
    if outcome.refused:
        return _render(search, FlashMessage(_partly_words(outcome), "bad"), status=409)
    return redirect(f"{search.address()}&said={done}&n={len(outcome.done)}", 303)


@blueprint.post("/searches")
@signed_in(*_ROLES)
def save_search() -> Response:
    """Save the present search under a name."""
    search = _previous_search("query")
    try:
        engine().carry_out(SaveFilter(name=request.form.get("name", ""), query=search.query), actor=actor())
    except (Invalid, Conflict) as refused:
        full = refused.code == "too_many_filters"
        words = (
            _("You keep as many searches as you can; forget one first.")
            if full
            else _("Give the search a name of at most 60 letters.")
        )
        return _render(search, FlashMessage(words, "bad"), status=422)
    return redirect(f"{search.address()}&said=kept", 303)


@blueprint.post("/searches/<uuid:filter_id>/forget")
@signed_in(*_ROLES)
def forget_search(filter_id: UUID) -> Response:
    engine().carry_out(ForgetFilter(filter_id=filter_id), actor=actor())
    return redirect(url_for("worklist.show", said="forgotten"), 303)


@blueprint.get("/changes")
@signed_in()
def changes() -> Response:
    """A server-sent event with the pulse of the branch, and when to ask again (HTML, 9.2).

    It is answered at once and ended: the browser's own reconnecting makes a stream of it.
    """
    pulse = engine().ask(FeelPulse(), actor=actor())
    response = make_response(f"retry: {ASK_AGAIN_MS}\nevent: pulse\ndata: {pulse}\n\n")
    response.headers["Content-Type"] = "text/event-stream; charset=utf-8"
    return response


def _render(search: Search, flash: FlashMessage | None, *, status: int = 200) -> Response:
    reader = actor()
    shown, rows = _shown(search, reader)
    following = shown.listed.page.next
    takes_work = reader.has(*CASE_WORKERS)
    headings = [_heading(tab, search, shown.counts) for tab in Tab if tab is not Tab.MINE or takes_work]
    return page(
        "worklist/worklist.html",
        status=status,
        now=engine().clock.now(),
        paused=_paused_words(shown.pause),
        flash=flash,
        wanted=search,
        tabs=headings,
        here=next(heading for heading in headings if heading.is_here),
        rows=rows,
        next_address=search.address(cursor=following) if following else None,
        first_address=search.address(cursor=None),
        cases=[case_row(case, shown.labels[case.id]) for case in shown.cases],
        kept=shown.filters,
        orders=[(order.value, order_words(order)) for order in TaskOrder],
        procedures=[("", _("All")), *_procedures(shown.procedures)],
        takes_work=takes_work,
        chooses=takes_work and search.tab not in (Tab.AWAITING_AGENCY, Tab.DECIDED),
        colleagues=[(one.username, one.display_name) for one in shown.colleagues],
        pulse=shown.pulse,
        to_read=shown.to_read,
        drawn=Drawn(),
    )


def _shown(search: Search, reader: Actor) -> tuple[WorklistPage[Any], list[Row]]:
    """What the page shows, and its rows."""
    cases = search.of_cases()
    if search.tab is Tab.AWAITING_AGENCY:
        waiting = LabelServiceTasks(service_tasks=search.of_service_tasks())
        asked = engine().ask(ShowWorklist(listed=waiting, found=cases), actor=reader)
        return asked, rows_of_service_tasks(asked.listed)
    if search.tab is Tab.DECIDED:
        decided = LabelDecided(cases=search.of_decided())
        after = engine().ask(ShowWorklist(listed=decided), actor=reader)
        return after, rows_of_decided(after.listed, reader)
    tasks = LabelTasks(tasks=search.of_tasks())
    found = engine().ask(ShowWorklist(listed=tasks, found=cases), actor=reader)
    return found, rows_of_tasks(found.listed, reader)


def _heading(tab: Tab, search: Search, counts: WorklistCounts) -> Heading:
    count: int = getattr(counts, tab.value)
    return Heading(
        words=tab_words(tab),
        nothing=nothing_words(tab),
        count=f"{COUNTED_TO - 1}+" if count >= COUNTED_TO else str(count),
        address=f"{url_for('worklist.show')}?tab={tab.value}",
        is_here=tab is search.tab,
        is_pressing=tab is Tab.OVERDUE and count > 0,
    )


def _procedures(found: Sequence[ProcedureInWork]) -> list[tuple[str, str]]:
    """The procedures to filter by, and the versions of those that have cases under way on several."""
    choices = []
    for one in sorted(found, key=lambda one: localized_pair(one.title, one.title_en)):
        title = localized_pair(one.title, one.title_en)
        choices.append((one.key, title))
        several = one.versions if len(one.versions) > 1 else ()
        choices += [
            (of_procedure(one.key, number), f"{version_words(number)}: {title}") for number in several
        ]
    return choices


def _paused_words(pause: Pause | None) -> str | None:
    """That the reader's manager gives them no new work, and until when; None if they get work."""
    if pause is None:
        return None
    if pause.until is None:
        return _("You are given no new work until your manager ends that.")
    return _("You are given no new work; it comes again from %(day)s.", day=dates.short_day(pause.until))


def _search(reader: Actor) -> Search:
    return Search.read(request.args, otherwise=Tab.MINE if reader.has(*CASE_WORKERS) else Tab.BRANCH)


def _previous_search(field: str = "back") -> Search:
    return Search.read(MultiDict(parse_qsl(request.form.get(field, ""))), otherwise=Tab.MINE)


def _chosen_task() -> UUID:
    try:
        return UUID(request.form.get("claim", ""))
    except ValueError as wrong:
        raise NotFound.of("task", request.form.get("claim")) from wrong


def _taken_words(task_id: UUID) -> str:
    holder = engine().ask(ShowTaskPage(task_id=task_id), actor=actor()).holder
    if holder is None:
        return _("A colleague took this task a moment before you and has put it back already.")
    return _("%(name)s has this task. She or he took it a moment before you.", name=holder)


def _partly_words(outcome: BulkResult) -> str:
    return _(
        "%(done)s of the chosen tasks went through. %(refused)s stayed as they were: somebody changed them "
        "meanwhile, or they are not yours to hand on.",
        done=len(outcome.done),
        refused=len(outcome.refused),
    )
