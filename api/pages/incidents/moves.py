"""Moving a stuck case to another step: chosen from a list, previewed, then done."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.incident import (
    Problems,
    back_to,
    conflict_words,
    drawn,
    heading,
    names_of,
    problems_of,
    version_seen,
)
from api.pages.incidents.views import REPAIRERS
from api.pages.incidents.words import Elements, element_words, elements_by_id, kind_words
from engine.incidents.pages import ShowMove
from engine.incidents.queries import MovePreview, ShowIncident
from engine.incidents.repair import MoveToken
from engine.kernel.refusal import Conflict, Invalid

blueprint = Blueprint("moves", __name__, url_prefix="/desk/incidents")


class Step(NamedTuple):
    """A step that the case can be moved to."""

    element_id: str
    name: str
    kind: str
    is_here: bool


class Change(NamedTuple):
    """One effect of a move: what happens, and to what."""

    words: str
    what: str


@blueprint.get("/<uuid:incident_id>/move")
@signed_in(*REPAIRERS)
def show(incident_id: UUID) -> Response:
    """The steps to choose from, and the effects of moving to the one that the address names."""
    return _render_move(incident_id, source=request.args.get("source"), target=request.args.get("target"))


@blueprint.post("/<uuid:incident_id>/move")
@signed_in(*REPAIRERS)
def move(incident_id: UUID) -> Response:
    sheet = engine().ask(ShowIncident(incident_id=incident_id), actor=actor())
    source, target = request.form.get("source", ""), request.form.get("target", "")
    command = MoveToken(
        case_id=sheet.case.id,
        source=source,
        target=target,
        reason=request.form.get("reason", ""),
        expected_version=version_seen(),
    )
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problems = problems_of(refused)
        return _render_move(incident_id, source=source, target=target, problems=problems, status=422)
    except Conflict as refused:
        flash = conflict_words(refused)
        return _render_move(incident_id, source=source, target=target, flash=flash, status=409)
    return back_to(incident_id, "moved")


def _render_move(
    incident_id: UUID,
    *,
    source: str | None,
    target: str | None,
    problems: Problems | None = None,
    flash: FlashMessage | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    question = ShowMove(incident_id=incident_id, source=source, target=None if flash else target)
    found = engine().ask(question, actor=actor())
    sheet, here = found.sheet, found.source
    if status == HTTPStatus.OK and not sheet.may_be_repaired:
        return back_to(incident_id)
    elements = elements_by_id(sheet.diagrams)
    steps = _steps(sheet.ways.get(here, ()), here, elements)
    if found.refusal is not None:
        flash = conflict_words(found.refusal)
    return page(
        "incidents/move.html",
        status=status,
        flash=flash,
        **heading(sheet),
        incident=sheet.incident,
        sources=[(one, element_words(elements.get(one))) for one in sheet.ways],
        source=here,
        source_words=element_words(elements.get(here)),
        steps=steps,
        target=target,
        target_words=element_words(elements.get(target or "")),
        changes=_changes(found.preview, elements) if found.preview else [],
        reason=request.form.get("reason", ""),
        problems=problems or {},
        diagram=drawn(sheet, choices=[step.element_id for step in steps], chosen=target),
        may_repair=sheet.may_be_repaired,
        version=sheet.case.row_version,
    )


def _steps(targets: Sequence[str], here: str, elements: Elements) -> list[Step]:
    """The steps that a case can be moved to, in the order of the diagram."""
    offered = frozenset(targets)
    return [
        Step(element.element_id, element_words(element), kind_words(element.kind), element.element_id == here)
        for element in elements.values()
        if element.element_id in offered
    ]


def _changes(preview: MovePreview, elements: Elements) -> list[Change]:
    cancelled, begun = _("is cancelled"), _("begins")
    changes = [
        *(Change(cancelled, name) for name in names_of(preview.cancelled_tasks, elements)),
        *(Change(cancelled, name) for name in names_of(preview.cancelled_service_tasks, elements)),
        *(Change(begun, name) for name in names_of(preview.tasks, elements)),
        *(Change(begun, name) for name in names_of(preview.service_tasks, elements)),
        *(
            Change(_("is waited for"), _("the message “%(name)s”", name=one.message))
            for one in preview.subscriptions
        ),
    ]
    if preview.ends:
        outcome = preview.outcome
        text = localized_pair(outcome.text, outcome.text_en) if outcome else _("the case")
        changes.append(Change(_("ends the case"), text))
    return changes or [Change(_("goes on"), _("the case, without a task for anybody here"))]
