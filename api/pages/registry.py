"""Every blueprint of the pages, and the main navigation.

A new subject is a folder beside this file, and a line in `BLUEPRINTS`.
"""

from typing import NamedTuple

from flask import Blueprint, Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.http import form_tokens, session_cookie
from api.http.context import request_id
from api.pages.access import views as access
from api.pages.agencies import views as agencies
from api.pages.applications import views as applications
from api.pages.appointments import citizen as own_appointments
from api.pages.appointments import plan as appointment_plan
from api.pages.appointments import screen
from api.pages.appointments import views as appointments
from api.pages.branch import calendar
from api.pages.branch import views as branch
from api.pages.calls import views as calls
from api.pages.cases import diagram, terms
from api.pages.cases import views as case_file
from api.pages.certifying import acts as certifying_acts
from api.pages.certifying import printing as certifying_print
from api.pages.certifying import views as certifying
from api.pages.content import reading as news
from api.pages.content import views as admin_content
from api.pages.decisions import replay as decision_replays
from api.pages.decisions import views as decision_tables
from api.pages.desk_actions import silent_approval
from api.pages.desk_actions import views as desk_actions
from api.pages.documents import views as documents
from api.pages.frame import bundles, dates, error_pages, language, markdown, sessions, templates, words
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.heat import views as heat
from api.pages.incidents import corrections, incident, moves
from api.pages.incidents import views as incidents
from api.pages.intake import receipts
from api.pages.intake import views as open_case
from api.pages.migrations import runs as migration_runs
from api.pages.migrations import views as migrations
from api.pages.organisations import placing as organisations_tree
from api.pages.organisations import views as organisations
from api.pages.payments import views as payments
from api.pages.people import account as own_account
from api.pages.people import identity_provider as provider
from api.pages.people import passkeys, sign_in
from api.pages.service_tasks import views as agency
from api.pages.settings import views as settings
from api.pages.signing import desk as signatures
from api.pages.signing import views as sign
from api.pages.staff import joining as staff_joining
from api.pages.staff import views as staff_register
from api.pages.studio import changes as studio_changes
from api.pages.studio import new as studio_new
from api.pages.studio import plays as studio_plays
from api.pages.studio import room as studio_room
from api.pages.studio import scenarios as studio_scenarios
from api.pages.studio import views as studio
from api.pages.supervision import views as supervision
from api.pages.tasks import views as tasks
from api.pages.topics import views as topics
from api.pages.tracking import views as track
from api.pages.worklist import views as worklist
from engine.kernel.actor import Role

front = Blueprint("front", __name__)

BLUEPRINTS: tuple[Blueprint, ...] = (
    bundles.blueprint,
    front,
    sign_in.blueprint,
    provider.blueprint,
    own_account.blueprint,
    passkeys.blueprint,
    worklist.blueprint,
    case_file.blueprint,
    tasks.blueprint,
    open_case.blueprint,
    receipts.blueprint,
    documents.blueprint,
    diagram.blueprint,
    terms.blueprint,
    desk_actions.blueprint,
    desk_actions.citizens_blueprint,
    silent_approval.blueprint,
    payments.blueprint,
    branch.blueprint,
    organisations.blueprint,
    applications.blueprint,
    organisations_tree.blueprint,
    calendar.blueprint,
    incidents.blueprint,
    incident.blueprint,
    corrections.blueprint,
    moves.blueprint,
    agency.blueprint,
    topics.blueprint,
    agencies.blueprint,
    decision_tables.blueprint,
    heat.blueprint,
    decision_replays.blueprint,
    migrations.blueprint,
    migration_runs.blueprint,
    settings.blueprint,
    documents.request_blueprint,
    calls.blueprint,
    news.blueprint,
    supervision.blueprint,
    admin_content.blueprint,
    access.blueprint,
    signatures.blueprint,
    staff_register.blueprint,
    staff_joining.blueprint,
    staff_joining.accepting,
    track.blueprint,
    appointments.blueprint,
    appointment_plan.blueprint,
    own_appointments.blueprint,
    studio.blueprint,
    studio_new.blueprint,
    studio_room.blueprint,
    studio_plays.blueprint,
    studio_scenarios.blueprint,
    studio_changes.blueprint,
    screen.blueprint,
    sign.blueprint,
    certifying.blueprint,
    certifying_acts.blueprint,
    certifying_print.blueprint,
)
for _blueprint in BLUEPRINTS:
    _blueprint.before_request(sessions.guard_form)


class NavigationItem(NamedTuple):
    """A link of the main navigation."""

    address: str
    words: str
    is_here: bool


def register_pages(app: Flask) -> None:
    """Put the pages into the application."""
    templates.install(app)
    app.jinja_env.globals.update(
        csrf_field=sessions.csrf_field,
        csrf_token=form_tokens.form_token,
        navigation=navigation,
        home_address=home_address,
        signed_in=session_cookie.signed_in,
        request_id=request_id,
        role_words=words.role_words,
        localized_pair=language.localized_pair,
        localized=language.localized,
        as_html=markdown.as_html,
        full_day=dates.day,
        full_moment=dates.moment,
        clock_time=dates.clock_time,
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # Not among BLUEPRINTS: the provider sends no form of ours, so there is no form token to ask for.
    app.register_blueprint(provider.notice_blueprint)
    app.add_url_rule(sign_in.HOME, "home", go_home)


def finish_page(response: Response) -> Response:
    """The response as browsers are to have it: an error as a page, with the cookies of the reader."""
    return language.keep_choice(error_pages.as_page(form_tokens.set_secret_cookie(response)))


@front.get("/")
def show_front_page() -> AnyResponse:
    """The two ways in, for citizens and for those who work here; who is signed in goes to their work."""
    if session_cookie.signed_in() is not None:
        return redirect(url_for("home"), 303)
    return page("frame/front.html")


def go_home() -> AnyResponse:
    """Redirect to the first page of whoever has just signed in: their roles are known only now."""
    return redirect(home_address(), 303)


def home_address() -> str:
    """The reader's first page: their work, else their account, or the tracking page without a session."""
    items = navigation()
    if items:
        return items[0].address
    return "/track" if session_cookie.signed_in() is None else "/account"


def navigation() -> list[NavigationItem]:
    """The main navigation for the reader's roles; empty without a session."""
    reader = session_cookie.signed_in()
    if reader is None:
        return []
    roles = reader.actor.roles
    offered = (
        ("/desk", _("Worklist"), {Role.CLERK, Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR}),
        ("/desk/calls", _("Calls"), {Role.AGENT}),
        ("/desk/open", _("New case"), {Role.CLERK, Role.MANAGER, Role.AGENT}),
        ("/desk/appointments", _("Appointments"), {Role.CLERK, Role.MANAGER}),
        ("/desk/branch", _("Branch"), {Role.MANAGER}),
        ("/desk/payments", _("Payments"), set(payments.REPORT_READERS)),
        ("/desk/calendar", _("Calendar"), {Role.CLERK, Role.MANAGER}),
        ("/desk/incidents", _("Incidents"), set(incidents.REPAIRERS)),
        ("/desk/agency", _("Requests"), {Role.OFFICER}),
        ("/admin/supervision", _("Supervision"), set(supervision.SUPERVISORS)),
        ("/admin/content", _("Texts"), set(admin_content.WRITERS)),
        ("/admin/agencies", _("Agencies"), set(agencies.READERS)),
        ("/studio", _("Studio"), set(studio.DRAWING)),
        ("/certifying", _("Certification"), set(certifying.REVIEWERS)),
        ("/admin/topics", _("Topics"), set(topics.READERS)),
        ("/decisions", _("Decision tables"), {Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR}),
        ("/migrations", _("Migrations"), set(migrations.PLANNERS)),
        ("/admin/settings", _("Settings"), set(settings.READERS)),
        ("/desk/access", _("Access"), set(access.READERS)),
        ("/admin/organisations", _("Organisations"), set(organisations.ADMINISTRATORS)),
        ("/admin/people", _("People"), set(staff_register.KEEPERS)),
        ("/admin/applications", _("Applications"), set(applications.APPLYING)),
    )
    return [
        NavigationItem(address, called, _is_here(address))
        for address, called, opened_by in offered
        if roles & opened_by
    ]


def _is_here(address: str) -> bool:
    here = request.path.rstrip("/")
    return here == address or (address != "/desk" and here.startswith(address + "/"))
