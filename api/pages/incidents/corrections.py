"""Correcting a value of a case that is held up: every value as a table, and a form for one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.flash import Said
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.sheet import (
    Problems,
    back_to,
    conflict_words,
    heading,
    may_repair,
    problems_of,
    version_seen,
)
from api.pages.incidents.typed_value import ValueKind, Variable, read, value_kind_words, variables_in
from api.pages.incidents.views import REPAIRERS
from engine.incidents.queries import ShowIncident, ShowVariables
from engine.incidents.repair import CorrectVariable
from engine.kernel.refusal import Conflict, Invalid

blueprint = Blueprint("corrections", __name__, url_prefix="/desk/incidents")

_LONGEST_PATH = 500


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The form in which one value is corrected; `variable` is what the case has now, None for a new one."""

    path: str
    kind: ValueKind
    variable: Variable | None
    typed: str
    reason: str
    problems: Problems

    @property
    def kinds(self) -> list[tuple[ValueKind, str]]:
        """Every kind of value, with what it is called."""
        return [(kind, value_kind_words(kind)) for kind in ValueKind]


@blueprint.get("/<uuid:incident_id>/values")
@signed_in(*REPAIRERS)
def show(incident_id: UUID) -> Response:
    """The values of the case, and the form for one of them if the address names it."""
    path = request.args.get("path", "").strip()[:_LONGEST_PATH]
    return _values(incident_id, path=path, kind=_kind(request.args.get("kind")))


@blueprint.post("/<uuid:incident_id>/values")
@signed_in(*REPAIRERS)
def correct(incident_id: UUID) -> Response:
    """Correct a value, and try again if that is asked for."""
    sheet = engine().ask(ShowIncident(incident_id=incident_id), actor=actor())
    form = request.form
    path, kind = form.get("path", "").strip(), _kind(form.get("kind")) or ValueKind.TEXT
    tries_again = form.get("then") == "retry"
    try:
        command = CorrectVariable(
            case_id=sheet.case.id,
            path=path,
            value=read(form.get("value", ""), kind),
            reason=form.get("reason", ""),
            expected_version=version_seen(),
            and_retry=incident_id if tries_again else None,
        )
        state = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problems = problems_of(refused)
        return _values(incident_id, path=path, kind=kind, problems=problems, status=422)
    except Conflict as refused:
        told = conflict_words(refused)
        return _values(incident_id, path=path, kind=kind, told=told, status=409)
    if any(incident.id == incident_id for incident in state.incidents):
        return back_to(incident_id, "corrected-still-stuck" if tries_again else "corrected")
    return back_to(incident_id, "unstuck")


def _values(
    incident_id: UUID,
    *,
    path: str,
    kind: ValueKind | None,
    problems: Problems | None = None,
    told: Said | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    reader = actor()
    sheet = engine().ask(ShowIncident(incident_id=incident_id), actor=reader)
    if status == HTTPStatus.OK and not may_repair(sheet):
        return back_to(incident_id)
    values = engine().ask(ShowVariables(case_id=sheet.case.id), actor=reader)
    variables = list(variables_in(values))
    known = {variable.path for variable in variables}
    wanted = sheet.incident.variable
    return page(
        "incidents/values.html",
        status=status,
        said=told,
        **heading(sheet),
        incident=sheet.incident,
        variables=variables,
        wanted=wanted,
        missing=wanted if wanted and not _holds(wanted, known) else None,
        correction=_correction(path, kind, variables, problems or {}) if path else None,
        may_repair=may_repair(sheet),
        version=sheet.case.row_version,
    )


def _correction(
    path: str, kind: ValueKind | None, variables: Sequence[Variable], problems: Problems
) -> Correction:
    found = next((variable for variable in variables if variable.path == path), None)
    chosen = kind or (found.kind if found else ValueKind.TEXT)
    return Correction(
        path=path,
        kind=chosen,
        variable=found,
        typed=request.form.get("value", ""),
        reason=request.form.get("reason", ""),
        problems=problems,
    )


def _holds(path: str, known: set[str]) -> bool:
    """Whether there is such a value, or a context of that name."""
    return any(one == path or one.startswith(f"{path}.") for one in known)


def _kind(text: str | None) -> ValueKind | None:
    return ValueKind(text) if text in set(ValueKind) else None
