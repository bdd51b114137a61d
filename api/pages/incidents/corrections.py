"""Correcting a value of a stuck case: every value as a table, and a form for one of them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from api.http.arguments import is_unstorable, read_json
from api.http.context import engine
from api.http.problems import Problem
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.incident import (
    Problems,
    back_to,
    conflict_words,
    heading,
    problems_of,
    version_seen,
)
from api.pages.incidents.views import REPAIRERS
from engine.incidents.pages import ShowValues
from engine.incidents.queries import ShowIncident
from engine.incidents.repair import CorrectVariable
from engine.kernel.refusal import Conflict, Invalid

blueprint = Blueprint("corrections", __name__, url_prefix="/desk/incidents")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?", re.ASCII)
_LONGEST = 10_000
_LONGEST_PATH = 500


class ValueKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable, or an entry of a context inside one, by its path (`applicant.afm`)."""

    path: str
    value: Any

    @property
    def kind(self) -> ValueKind:
        return kind_of(self.value)

    @property
    def is_empty(self) -> bool:
        return self.value is None or self.value in ("", [], {})

    @property
    def shown(self) -> str:
        """The value for reading."""
        if self.is_empty:
            return _("nothing")
        if isinstance(self.value, bool):
            return _("yes") if self.value else _("no")
        return self.written

    @property
    def written(self) -> str:
        """The value as it stands in a field."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)


def variables_in(values: Mapping[str, Any], *, within: str = "") -> Iterator[Variable]:
    """Every value that can be corrected, by path: the entries of contexts one by one, lists as a whole.

    A context with a full stop in a name is one value, because a path cannot name its entries.
    """
    for name, value in sorted(values.items()):
        path = f"{within}{name}"
        if isinstance(value, dict) and value and not any(not key or "." in key for key in value):
            yield from variables_in(value, within=f"{path}.")
        elif "." not in name and name:
            yield Variable(path=path, value=value)


def kind_of(value: Any) -> ValueKind:
    if isinstance(value, bool):
        return ValueKind.YES_NO
    if isinstance(value, int | float):
        return ValueKind.NUMBER
    if isinstance(value, str):
        return ValueKind.DATE if _DATE.fullmatch(value) else ValueKind.TEXT
    return ValueKind.JSON if isinstance(value, list | dict) else ValueKind.TEXT


def value_kind_words(kind: ValueKind) -> str:
    return {
        ValueKind.TEXT: _("Text"),
        ValueKind.NUMBER: _("Number"),
        ValueKind.YES_NO: _("Yes or no"),
        ValueKind.DATE: _("Date"),
        ValueKind.JSON: _("List (JSON)"),
    }[kind]


def value_of_text(text: str, kind: ValueKind) -> Any:
    """The value that was typed; `Invalid` for the field `value` says what to type instead."""
    if len(text) > _LONGEST or is_unstorable(text):
        raise Invalid.field("value", _("Write at most 10,000 letters, none of them invisible."))
    readers = {
        ValueKind.TEXT: _text,
        ValueKind.NUMBER: _number,
        ValueKind.YES_NO: _truth,
        ValueKind.DATE: _day,
        ValueKind.JSON: _json,
    }
    return readers[kind](text.replace("\r\n", "\n"))


def _text(text: str) -> str:
    return text


def _number(text: str) -> int | float:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise Invalid.field("value", _("Write a number, such as 12 or 12.50, without a unit."))
    plain = plain.replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _truth(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Invalid.field("value", _("Choose yes or no."))
    return text == "yes"


def _day(text: str) -> str:
    """The date as forms give it: YYYY-MM-DD."""
    plain = text.strip()
    try:
        if _DATE.fullmatch(plain):
            return date.fromisoformat(plain).isoformat()
    except ValueError as wrong:
        raise Invalid.field("value", _("There is no such day. Write it as YYYY-MM-DD.")) from wrong
    raise Invalid.field("value", _("Write the day as YYYY-MM-DD."))


def _json(text: str) -> Any:
    try:
        return read_json(text.encode())
    except Problem as wrong:
        raise Invalid.field("value", _('That is not JSON. A list of texts is ["a", "b"].')) from wrong


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The form that corrects one value; `variable` is the present one, None for a new one."""

    path: str
    kind: ValueKind
    variable: Variable | None
    typed: str
    reason: str
    problems: Problems

    @property
    def kinds(self) -> list[tuple[ValueKind, str]]:
        return [(kind, value_kind_words(kind)) for kind in ValueKind]


@blueprint.get("/<uuid:incident_id>/values")
@signed_in(*REPAIRERS)
def show(incident_id: UUID) -> Response:
    """The values of the case, and the form for the one that the address names."""
    path = request.args.get("path", "").strip()[:_LONGEST_PATH]
    return _render_values(incident_id, path=path, kind=_kind(request.args.get("kind")))


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
            value=value_of_text(form.get("value", ""), kind),
            reason=form.get("reason", ""),
            expected_version=version_seen(),
            and_retry=incident_id if tries_again else None,
        )
        state = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        problems = problems_of(refused)
        return _render_values(incident_id, path=path, kind=kind, problems=problems, status=422)
    except Conflict as refused:
        flash = conflict_words(refused)
        return _render_values(incident_id, path=path, kind=kind, flash=flash, status=409)
    if any(incident.id == incident_id for incident in state.incidents):
        return back_to(incident_id, "corrected-still-stuck" if tries_again else "corrected")
    return back_to(incident_id, "unstuck")


def _render_values(
    incident_id: UUID,
    *,
    path: str,
    kind: ValueKind | None,
    problems: Problems | None = None,
    flash: FlashMessage | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    found = engine().ask(ShowValues(incident_id=incident_id), actor=actor())
    sheet = found.sheet
    if status == HTTPStatus.OK and not sheet.may_be_repaired:
        return back_to(incident_id)
    variables = list(variables_in(found.values))
    known = {variable.path for variable in variables}
    wanted = sheet.incident.variable
    return page(
        "incidents/values.html",
        status=status,
        flash=flash,
        **heading(sheet),
        incident=sheet.incident,
        variables=variables,
        wanted=wanted,
        missing=wanted if wanted and not _holds(wanted, known) else None,
        correction=_correction(path, kind, variables, problems or {}) if path else None,
        may_repair=sheet.may_be_repaired,
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
    """Whether there is a value of this path, or one below it."""
    return any(one == path or one.startswith(f"{path}.") for one in known)


def _kind(text: str | None) -> ValueKind | None:
    return ValueKind(text) if text in set(ValueKind) else None
