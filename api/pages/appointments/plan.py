"""When a branch takes appointments, for its manager: services, counters and rooms, hours, and the links."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from babel.dates import get_day_names
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.appointments import facts
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language, localized
from api.pages.frame.page import outside_address, page
from api.pages.frame.sessions import actor, signed_in
from engine.appointments.links import MakeLink
from engine.appointments.planning import CloseWindow, OpenWindows, PlanResource, PlanService
from engine.appointments.queries import ShowPlan
from engine.appointments.schedule_store import LinkKind
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid

blueprint = Blueprint("appointment_plan", __name__, url_prefix="/desk/appointments/plan")


@dataclass(frozen=True, kw_only=True)
class RefusedForm:
    """A refused form: which one, and what is wrong with it, by field."""

    act: str
    problems: dict[str, list[str]]


@blueprint.get("")
@signed_in(Role.MANAGER)
def show() -> Response:
    return _render(flash=flash_message())


@blueprint.post("/services")
@signed_in(Role.MANAGER)
def plan_service() -> Response:
    """Offer a service, or change the one of that key."""

    def command() -> PlanService:
        form = request.form
        return PlanService(
            key=form.get("key", "").strip()[:64] or "-",
            name=form.get("name", ""),
            name_en=form.get("name_en", ""),
            minutes=form.get("minutes", 0, type=int),
            at_once=form.get("at_once", 0, type=int),
            grace=form.get("grace", 15, type=int),
            is_offered="is_offered" in form,
        )

    return _plan("services", command)


@blueprint.post("/resources")
@signed_in(Role.MANAGER)
def plan_resource() -> Response:
    """Add a counter or room."""

    def command() -> PlanResource:
        form = request.form
        return PlanResource(
            name=form.get("name", ""),
            name_en=form.get("name_en", ""),
            services=tuple(form.getlist("services")),
        )

    return _plan("resources", command)


@blueprint.post("/windows")
@signed_in(Role.MANAGER)
def open_windows() -> Response:
    """Open a counter or room on weekdays."""

    def command() -> OpenWindows:
        form = request.form
        return OpenWindows(
            resource_id=_sent("resource_id", UUID),
            weekdays=tuple(int(one) for one in form.getlist("weekdays") if one in set("0123456")),
            opens=_sent("opens", time.fromisoformat),
            closes=_sent("closes", time.fromisoformat),
            first_day=_sent("first_day", date.fromisoformat),
            last_day=_sent("last_day", date.fromisoformat) if form.get("last_day") else None,
        )

    return _plan("windows", command)


@blueprint.post("/windows/<uuid:window_id>/close")
@signed_in(Role.MANAGER)
def close_window(window_id: UUID) -> Response:
    return _plan("windows", lambda: CloseWindow(window_id=window_id))


@blueprint.post("/links/<any(screen, kiosk):kind>")
@signed_in(Role.MANAGER)
def make_link(kind: str) -> Response:
    """Make the link of the screen or the kiosk anew; it is shown this once."""
    link = engine().carry_out(MakeLink(kind=LinkKind(kind)), actor=actor())
    endpoint = "screen.show" if link.kind is LinkKind.SCREEN else "screen.show_kiosk"
    return _render(link=outside_address(endpoint, link=link.text))


def _plan(act: str, command: Callable[[], Command[Any]]) -> Response:
    try:
        engine().carry_out(command(), actor=actor())
    except Invalid as refused:
        return _render(form=RefusedForm(act=act, problems=_problems(refused)), status=422)
    except Conflict as refused:
        problems = {"opens": [facts.refusal_words(refused)]}
        return _render(form=RefusedForm(act=act, problems=problems), status=409)
    return redirect(url_for("appointment_plan.show", said="planned") + f"#{act}", 303)


def _problems(refused: Invalid) -> dict[str, list[str]]:
    words = {
        "name": _("Give it a name."),
        "minutes": _("Give a length in minutes, a multiple of 5 up to 480."),
        "at_once": _("Give how many may be served at once, from 1 to 50."),
        "grace": _("Give from 0 to 120 minutes."),
        "resource_id": _("Choose a counter or room."),
        "weekdays": _("Choose at least one weekday."),
        "opens": _("Give the time at which it opens, in multiples of 5 minutes."),
        "closes": _("Give a later time at which it closes, in multiples of 5 minutes."),
        "first_day": _("Give the first day."),
        "last_day": _("Give no last day, or one after the first."),
        "services": _("Choose services of the branch."),
    }
    return {name: [words[name]] for name in words if name in refused.errors}


def _sent(name: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(request.form.get(name, ""))
    except ValueError as wrong:
        raise Invalid.field(name, "expected a value of another form") from wrong


def _render(
    *,
    flash: FlashMessage | None = None,
    form: RefusedForm | None = None,
    link: str | None = None,
    status: int = 200,
) -> Response:
    plan = engine().ask(ShowPlan(), actor=actor())
    names = get_day_names("wide", context="stand-alone", locale=language())
    return page(
        "appointments/plan.html",
        status=status,
        flash=flash,
        form=form,
        typed=request.form,
        link=link,
        plan=plan,
        weekdays=[(str(number), names[number]) for number in range(7)],
        services=[(one.key, localized(one.called)) for one in plan.services],
        resources=[(str(one.id), localized(one.called)) for one in plan.resources],
        called={one.id: localized(one.called) for one in plan.resources},
        today=dates.local(engine().clock.now()).date().isoformat(),
        plain_day=dates.plain_day,
    )
