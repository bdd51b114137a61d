"""One incident: what happened and what can be done, trying again; and what pages about one incident share."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.diagram import ShownDiagram, marked_diagram
from api.pages.cases.facts import Facts, case_address
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage, flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair, ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.views import REPAIRERS
from api.pages.incidents.words import (
    Elements,
    attempted_words,
    element_words,
    elements_by_id,
    explanation_of,
    place_words,
)
from engine.incidents.queries import IncidentSheet, ShowIncident
from engine.incidents.repair import RetryIncident
from engine.kernel.permission import sees_branch
from engine.kernel.refusal import Conflict, Invalid, OutOfDate
from engine.kernel.vocabulary import CaseStatus
from engine.runtime.contract import OpenedServiceTask, OpenedTask
from engine.service_tasks.model import ServiceTask
from engine.tasks.model import Task

Problems = Mapping[str, Sequence[str]]
"""Field to the sentences that say what is wrong with it."""

Named = Task | ServiceTask | OpenedTask | OpenedServiceTask
"""What has a name, at an element of the diagram."""


def heading(sheet: IncidentSheet) -> dict[str, object]:
    return {
        "number": sheet.case.number,
        "procedure": localized_pair(sheet.version.title, sheet.version.title_en),
        "address": url_for("repairs.show", incident_id=sheet.incident.id),
        "case_file": case_address(sheet.case.id) if sees_branch(actor(), sheet.case.branch_id) else None,
    }


def drawn(sheet: IncidentSheet, *, choices: Sequence[str] = (), chosen: str | None = None) -> ShownDiagram:
    """The diagram in which the case stopped, with that place marked."""
    stuck = sheet.incident.element_id if sheet.incident.is_open else None
    holding = (text for text in sheet.diagrams if stuck in elements_by_id((text,)))
    bpmn = next(holding, sheet.diagrams[0])
    return marked_diagram(bpmn, sheet.marks, stuck=stuck, choices=choices, chosen=chosen)


def names_of(waiting: Sequence[Named], elements: Elements) -> list[str]:
    return [
        element_words(elements[one.element_id]) if one.element_id in elements else one.name for one in waiting
    ]


def problems_of(refused: Invalid) -> dict[str, Sequence[str]]:
    """What was wrong with a repair, in words, by field."""
    problems: dict[str, Sequence[str]] = {}
    for field, sentences in refused.errors.items():
        if field == "reason":
            problems[field] = [_("Say why, in at most 1000 letters: the reason stays in the record.")]
        elif field == "path":
            problems["value"] = [_("There can be no value of this name: a part of it names a single value.")]
        else:
            problems["value"] = [*problems.get("value", ()), *sentences]
    return problems


def conflict_words(refused: Conflict) -> FlashMessage:
    """Why a repair without mistakes was refused."""
    if isinstance(refused, OutOfDate) or refused.code in ("incident_resolved", "incident_outdated"):
        words = _("Somebody changed or repaired the case meanwhile. Look at it again, then decide.")
    elif refused.code in ("case_stuck", "move_refused"):
        words = _(
            "That does not help: the case would stop again. Technical detail: %(why)s", why=refused.message
        )
    else:
        words = _("The case is suspended or closed: it cannot be repaired now.")
    return FlashMessage(words, "bad")


def back_to(incident_id: UUID, done: str | None = None) -> Response:
    """Back to the incident, with the flash message `done`."""
    return redirect(url_for("repairs.show", incident_id=incident_id, said=done), 303)


def version_seen() -> int | None:
    """The version of the case for which the form was made."""
    return request.form.get("version", type=int)


blueprint = Blueprint("repairs", __name__, url_prefix="/desk/incidents")
blueprint.add_app_template_global(explanation_of)


@blueprint.get("/<uuid:incident_id>")
@signed_in(*REPAIRERS)
def show(incident_id: UUID) -> Response:
    return _render(incident_id, flash=flash_message())


@blueprint.post("/<uuid:incident_id>/retry")
@signed_in(*REPAIRERS)
def retry(incident_id: UUID) -> Response:
    command = RetryIncident(incident_id=incident_id, expected_version=version_seen())
    try:
        state = engine().carry_out(command, actor=actor())
    except Conflict as refused:
        return _render(incident_id, flash=conflict_words(refused), status=409)
    is_open = any(incident.id == incident_id for incident in state.incidents)
    return back_to(incident_id, "still-stuck" if is_open else "unstuck")


def _render(incident_id: UUID, *, flash: FlashMessage | None = None, status: int = 200) -> Response:
    sheet = engine().ask(ShowIncident(incident_id=incident_id), actor=actor())
    elements = elements_by_id(sheet.diagrams)
    incident = sheet.incident
    return page(
        "incidents/incident.html",
        status=status,
        flash=flash,
        **heading(sheet),
        incident=incident,
        why=explanation_of(incident.code, elements.get(incident.element_id or "")),
        facts=_facts(sheet, elements),
        diagram=drawn(sheet),
        may_repair=sheet.may_be_repaired,
        is_suspended=sheet.case.status is CaseStatus.SUSPENDED,
        version=sheet.case.row_version,
        resolved_at=dates.moment(incident.resolved_at) if incident.resolved_at else None,
        resolved_by=sheet.resolved_by,
    )


def _facts(sheet: IncidentSheet, elements: Elements) -> Facts:
    incident = sheet.incident
    facts = [
        (_("Where"), place_words(incident.element_id, elements)),
        (_("What had happened"), attempted_words(incident.attempt, elements.get(incident.element_id or ""))),
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
