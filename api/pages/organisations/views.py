"""The register of organisations for those who administer it: find, look at, compare, change, close."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame import dates
from api.pages.frame.flash import flash_message
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page, wants_only_a_part
from api.pages.frame.sessions import actor, signed_in
from api.pages.organisations.chooser import (
    Asked,
    choices,
    chosen,
    is_looking,
    looked_for,
    only_choices,
    unclear_words,
)
from api.pages.organisations.forms import (
    LINES,
    TEXTS,
    Problems,
    Read,
    problem_words,
    read_act,
    read_change,
    typed_of,
)
from api.pages.organisations.words import (
    called,
    day_words,
    decision_words,
    kind_words,
    stated_words,
    status_words,
    value_words,
)
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, OutOfDate
from engine.organisation.changes import ChangeOrganisation, WithdrawChange
from engine.organisation.closing import CloseOrganisation
from engine.organisation.history import version_on
from engine.organisation.organisation import (
    OFFICES,
    PARTICULARS,
    OrganisationKind,
    OrganisationStatus,
    Version,
)
from engine.organisation.queries import Listed, ListOrganisations, OrganisationView, ShowOrganisation

blueprint = Blueprint("organisations_desk", __name__, url_prefix="/admin/organisations")

ADMINISTRATORS = (Role.ADMINISTRATOR, Role.OPERATOR)
_TAKEN = ("code_taken", "already_exists")


class ShowForm(Protocol):
    """A form about an organisation, with what was typed and what is wrong with it."""

    def __call__(
        self, view: OrganisationView, typed: Mapping[str, str], *, problems: Problems | None = None
    ) -> Response: ...


class ShownListed(NamedTuple):
    """An organisation in a list."""

    address: str
    code: str
    name: str
    kind: str
    place: str
    state: str
    is_open: bool


class ShownChange(NamedTuple):
    """A version as history shows it: from when, what it said anew, why, and by whom."""

    id: UUID
    since: str
    says: Sequence[tuple[str, str]]
    reason: str
    decision: str
    by: str


@blueprint.get("")
@signed_in(*ADMINISTRATORS)
def list_organisations() -> Response:
    """Those that the reader administers, found by words, kind and state, as they are on a day."""
    kinds = {kind.value: kind for kind in OrganisationKind}
    states = {status.value: status for status in OrganisationStatus}
    question = ListOrganisations(
        on=dates.day_sent(request.args.get("on")),
        text=request.args.get("q", "")[:200],
        kind=kinds.get(request.args.get("kind", "")),
        status=states.get(request.args.get("status", "")),
        after=request.args.get("after"),
    )
    found = engine().ask(question, actor=actor())
    return page(
        "organisations/list.html",
        rows=[_shown(one, found.day) for one in found.items],
        number=found.number,
        asked=request.args,
        day=found.day.isoformat(),
        kinds=[("", _("All kinds")), *((value, kind_words(kind)) for value, kind in kinds.items())],
        states=[("", _("All states")), *((value, status_words(one)) for value, one in states.items())],
        next=_next_page(found.next),
    )


def _next_page(after: str | None) -> str | None:
    if after is None:
        return None
    asked: dict[str, Any] = {**request.args, "after": after}
    return url_for(".list_organisations", **asked)


@blueprint.get("/<key:code>")
@signed_in(*ADMINISTRATORS)
def show(code: str) -> Response:
    """One organisation on a day, with history and plans; with `before` and `after` also what differs."""
    return _show(code)


def _show(code: str, *, problems: Problems | None = None, status: int = HTTPStatus.OK) -> Response:
    view = asked_for(code)
    before, after = dates.day_sent(request.args.get("before")), dates.day_sent(request.args.get("after"))
    is_compared = bool(before and after)
    return page(
        "organisations/organisation.html",
        status=status,
        flash=flash_message(),
        problems=problems or {},
        **facts_of(view),
        above=[(called(one.particulars), _address(one)) for one in view.above],
        below=[_shown(one, view.day) for one in view.below],
        history=[_change(one, view) for one in reversed(view.versions) if one not in view.planned],
        planned=[_change(one, view) for one in view.planned],
        revoked=[_change(one, view) for one in reversed(view.revoked)],
        asked=request.args,
        differences=_differences(view, before, after) if before and after else None,
        is_compared=is_compared,
    )


@blueprint.get("/<key:code>/change")
@signed_in(*ADMINISTRATORS)
def form(code: str) -> Response:
    """The form of a change, filled in with what is true now."""
    view = asked_for(code)
    return _form(view, typed_of(view.shown.particulars))


@blueprint.post("/<key:code>/change")
@signed_in(*ADMINISTRATORS)
def change(code: str) -> Response:
    """Change from a day on."""
    read = read_change(request.form)
    return changed(code, read, read.changes, _form)


@blueprint.get("/<key:code>/close")
@signed_in(*ADMINISTRATORS)
def closing_form(code: str) -> Response:
    """The form of closing for good."""
    view = asked_for(code)
    if wants_only_a_part():
        return only_choices(choices(_successor(view), request.args))
    return _closing_form(view, {})


@blueprint.post("/<key:code>/close")
@signed_in(*ADMINISTRATORS)
def close(code: str) -> Response:
    """Close from a day on; a successor takes over."""
    view, read = asked_for(code), read_act(request.form)
    if is_looking(request.form, "successor"):
        return _closing_form(view, request.form)
    successor = chosen(_successor(view), request.form)
    if not successor and looked_for(request.form, "successor"):
        read.problems["successor"] = [unclear_words(choices(_successor(view), request.form))]
    if read.from_day is None or read.problems:
        return _closing_form(view, request.form, problems=read.problems)
    command = CloseOrganisation(
        code=code,
        from_day=read.from_day,
        successor=successor or None,
        reason=read.reason,
        seen=read.seen,
        decision=read.decision,
    )
    try:
        problems = tried(command)
    except NotFound:
        problems = problem_words({"successor": ()})
    if problems:
        return _closing_form(asked_for(code), request.form, problems=problems)
    return back_to(code)


@blueprint.post("/<key:code>/changes/<uuid:version_id>/withdraw")
@signed_in(*ADMINISTRATORS)
def withdraw(code: str, version_id: UUID) -> Response:
    """Take a planned change back."""
    seen = request.form.get("seen", 0, type=int)
    reason = request.form.get("reason", "")
    problems = tried(WithdrawChange(code=code, version_id=version_id, reason=reason, seen=seen))
    if problems:
        return _show(code, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return back_to(code)


def changed(code: str, read: Read, changes: Mapping[str, Any], form: ShowForm) -> Response:
    """Change an organisation from the day that was typed; its form once more, where something is wrong."""
    if read.from_day is None or read.problems:
        return form(asked_for(code), request.form, problems=read.problems)
    command = ChangeOrganisation(
        code=code,
        changes=changes,
        from_day=read.from_day,
        reason=read.reason,
        seen=read.seen,
        decision=read.decision,
    )
    problems = tried(command)
    if problems:
        return form(asked_for(code), request.form, problems=problems)
    return back_to(code)


def tried(command: Command[None]) -> Problems:
    """What keeps a command from being done, in sentences by field; none once it is done."""
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as invalid:
        return problem_words(invalid.errors)
    except OutOfDate:
        return {
            "seen": [_("Somebody changed this organisation meanwhile. Look at it again, then change it.")]
        }
    except Conflict as conflict:
        field = "code" if conflict.code in _TAKEN else "seen"
        return {field: [_conflict_words(conflict)]}
    return {}


def _conflict_words(conflict: Conflict) -> str:
    return {
        **dict.fromkeys(_TAKEN, _("Another organisation has this code already.")),
        "organisation_in_use": _("There are open organisations below this one: close them first."),
        "organisation_closed": _("It is closed on that day, and nothing changes any more."),
        "change_in_force": _("The change is in force by now, and cannot be withdrawn."),
    }.get(conflict.code, conflict.message)


def asked_for(code: str) -> OrganisationView:
    return engine().ask(ShowOrganisation(code=code, on=dates.day_sent(request.args.get("on"))), actor=actor())


def _form(view: OrganisationView, typed: Mapping[str, str], *, problems: Problems | None = None) -> Response:
    shown = typed_of(view.shown.particulars)
    was = {name: typed.get(f"was-{name}", shown[name]) for name in (*TEXTS, *LINES)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page(
        "organisations/change.html",
        status=status,
        **facts_of(view),
        typed=typed,
        was=was,
        labels=stated_words(),
        problems=problems or {},
        today=view.today.isoformat(),
    )


def _closing_form(
    view: OrganisationView, typed: Mapping[str, str], *, problems: Problems | None = None
) -> Response:
    return page(
        "organisations/close.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        **facts_of(view),
        typed=typed,
        successor=choices(_successor(view), typed),
        problems=problems or {},
        today=view.today.isoformat(),
    )


def _successor(view: OrganisationView) -> Asked:
    """Those that can take over the work of one of this kind."""
    takes_cases = view.shown.organisation.kind in OFFICES
    kinds = [kind for kind in OrganisationKind if (kind in OFFICES) == takes_cases]
    return Asked("successor", kinds, view.shown.code)


def back_to(code: str) -> Response:
    return redirect(url_for("organisations_desk.show", code=code, said="organisation-changed"), 303)


def facts_of(view: OrganisationView) -> dict[str, Any]:
    """What every page about one organisation shows."""
    particulars = view.shown.particulars
    labels = stated_words()
    return {
        "code": view.shown.code,
        "name": called(particulars),
        "kind": kind_words(view.shown.organisation.kind),
        "revision": view.shown.organisation.revision,
        "day": view.day.isoformat(),
        "is_open": particulars.is_open,
        "moves": actor().has(Role.OPERATOR) or actor().organisation_id != view.shown.id,
        "enters": actor().has(Role.OPERATOR) or actor().organisation_id == view.shown.line[-1],
        "facts": [
            (labels[name], value_words(name, getattr(particulars, name), view.names)) for name in PARTICULARS
        ],
    }


def _shown(one: Listed, day: date) -> ShownListed:
    return ShownListed(
        address=url_for(".show", code=one.code, on=day.isoformat()),
        code=one.code,
        name=called(one.particulars),
        kind=kind_words(one.organisation.kind),
        place=one.particulars.address,
        state=status_words(one.particulars.status),
        is_open=one.particulars.is_open,
    )


def _address(one: Listed) -> str | None:
    """The page of one above; none where the reader does not administer it."""
    return url_for(".show", code=one.code) if actor().has(Role.OPERATOR) else None


def _change(version: Version, view: OrganisationView) -> ShownChange:
    labels = stated_words()
    says = [
        (labels[name], value_words(name, getattr(version.particulars, name), view.names))
        for name in PARTICULARS
        if name in version.changed
    ]
    return ShownChange(
        id=version.id,
        since=day_words(version.valid_from),
        says=says,
        reason=version.reason,
        decision=decision_words(version.decision),
        by=version.recorded_by,
    )


def _differences(view: OrganisationView, before: date, after: date) -> list[tuple[str, str, str]] | None:
    first, second = version_on(view.versions, before), version_on(view.versions, after)
    if first is None or second is None:
        return None
    labels = stated_words()
    pairs = (
        (name, getattr(first.particulars, name), getattr(second.particulars, name)) for name in PARTICULARS
    )
    return [
        (labels[name], value_words(name, one, view.names), value_words(name, other, view.names))
        for name, one, other in pairs
        if one != other
    ]
