"""One incident: what happened, what can be done about it, and trying again."""

from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import Facts
from api.pages.frame import dates
from api.pages.frame.flash import Said, said
from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.sheet import (
    back_to,
    conflict_words,
    drawn,
    heading,
    may_repair,
    names_of,
    version_seen,
)
from api.pages.incidents.views import REPAIRERS
from api.pages.incidents.words import Elements, attempted_words, elements_by_id, place_words, why_of
from engine.incidents.queries import IncidentSheet, ShowIncident
from engine.incidents.repair import RetryIncident
from engine.kernel.case_words import CaseStatus
from engine.kernel.refusal import Conflict
from engine.tasks.labels import NamePeople

blueprint = Blueprint("repairs", __name__, url_prefix="/desk/incidents")
blueprint.add_app_template_global(why_of)


@blueprint.get("/<uuid:incident_id>")
@signed_in(*REPAIRERS)
def show(incident_id: UUID) -> Response:
    """What happened, and what can be done about it."""
    return _shown(incident_id, told=said())


@blueprint.post("/<uuid:incident_id>/retry")
@signed_in(*REPAIRERS)
def retry(incident_id: UUID) -> Response:
    """Try again what had left the case stuck."""
    command = RetryIncident(incident_id=incident_id, expected_version=version_seen())
    try:
        state = engine().carry_out(command, actor=actor())
    except Conflict as refused:
        return _shown(incident_id, told=conflict_words(refused), status=409)
    is_open = any(incident.id == incident_id for incident in state.incidents)
    return back_to(incident_id, "still-stuck" if is_open else "unstuck")


def _shown(incident_id: UUID, *, told: Said | None = None, status: int = 200) -> Response:
    sheet = engine().ask(ShowIncident(incident_id=incident_id), actor=actor())
    elements = elements_by_id(sheet.diagrams)
    incident = sheet.incident
    return page(
        "incidents/incident.html",
        status=status,
        said=told,
        **heading(sheet),
        incident=incident,
        why=why_of(incident.code),
        facts=_facts(sheet, elements),
        diagram=drawn(sheet),
        may_repair=may_repair(sheet),
        is_suspended=sheet.case.status is CaseStatus.SUSPENDED,
        version=sheet.case.row_version,
        resolved_at=dates.moment(incident.resolved_at) if incident.resolved_at else None,
        resolved_by=_name_of(incident.resolved_by) if incident.resolved_by else None,
    )


def _facts(sheet: IncidentSheet, elements: Elements) -> Facts:
    incident = sheet.incident
    facts = [
        (_("Where"), place_words(incident.element_id, elements)),
        (_("What had happened"), attempted_words(incident.attempt)),
        (_("Since"), dates.moment(incident.opened_at)),
    ]
    if incident.attempts > 1:
        times = ngettext("%(num)s time", "%(num)s times", incident.attempts)
        facts.append(
            (_("Attempts"), _("%(times)s, last on %(day)s", times=times, day=dates.moment(incident.last_at)))
        )
    if incident.variable:
        facts.append((_("Value to look at"), incident.variable))
    waiting = [*names_of(sheet.tasks, elements), *names_of(sheet.service_tasks, elements)]
    facts.append((_("Open meanwhile"), ", ".join(waiting) or _("nothing")))
    return facts


def _name_of(username: str) -> str:
    people = engine().ask(NamePeople(usernames=(username,)), actor=actor())
    return people.get(username, username)
