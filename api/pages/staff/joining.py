"""Invite somebody, hand them a slip, and accept an invitation with its code; posts by a file."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http import session_cookie
from api.http.context import engine, site
from api.http.identity import count_guess
from api.pages.frame.language import gettext as _
from api.pages.frame.page import outside_address, page, wants_only_a_part
from api.pages.frame.sessions import actor, signed_in
from api.pages.organisations.chooser import choices, is_looking, only_choices
from api.pages.staff.forms import (
    ORGANISATION,
    Problems,
    choosable,
    day_field,
    offered_roles,
    organisation_field,
    problems_in_words,
    role_field,
)
from api.pages.staff.views import KEEPERS
from api.pages.staff.words import place_name
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.bilingual import Language
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.people.account import SHORTEST_PASSWORD
from engine.people.invitations import AcceptInvitation, InvitePerson, RevokeInvitation, ShowInvitation
from engine.people.passkey import relying_party_at
from engine.people.register import ListOffers, Offer
from engine.people.session import SignInMethod
from engine.people.signing_in import SignIn
from engine.people.staff_csv import COLUMNS
from engine.people.staff_files import ExportPosts, ImportPosts

blueprint = Blueprint("staff_joining", __name__, url_prefix="/admin/people")
accepting = Blueprint("invitation", __name__, url_prefix="/invitation")


@blueprint.get("/invite")
@signed_in(*KEEPERS)
def show_form() -> Response:
    if wants_only_a_part():
        return only_choices(choices(ORGANISATION, request.args))
    return _invite_page()


@blueprint.post("/invite")
@signed_in(*KEEPERS)
def invite() -> Response:
    """Invite somebody: they are sent the code, or the slip with it is shown, this once."""
    if is_looking(request.form, ORGANISATION.name):
        return _invite_page()
    problems: Problems = {}
    organisation = organisation_field(problems)
    valid_from, valid_until = day_field("valid_from", problems), day_field("valid_until", problems)
    role = role_field(problems)
    english = request.form.get("language") == Language.EN.value
    command = InvitePerson(
        name=request.form.get("name", ""),
        organisation=organisation,
        role=role or Role.CLERK,
        valid_from=valid_from,
        valid_until=valid_until,
        position=request.form.get("position", ""),
        email=request.form.get("email", "").strip() or None,
        language=Language.EN if english else Language.EL,
    )
    try:
        if problems:
            raise Invalid("The invitation cannot be made so.", problems)
        made = engine().carry_out(command, actor=actor())
    except (Invalid, Conflict, NotPermitted, NotFound) as refused:
        return _invite_page(problems=problems_in_words(refused), status=422)
    if made.code is None:
        return redirect(url_for("staff_register.show", said="invited"), 303)
    return page("staff/slip.html", made=made, address=outside_address("invitation.show"))


@blueprint.post("/invitations/<uuid:invitation_id>/revoke")
@signed_in(*KEEPERS)
def revoke(invitation_id: UUID) -> Response:
    engine().carry_out(RevokeInvitation(invitation_id=invitation_id), actor=actor())
    return redirect(url_for("staff_register.show", said="invitation-revoked"), 303)


@blueprint.get("/import")
@signed_in(*KEEPERS)
def show_import() -> Response:
    return page("staff/import.html", columns=COLUMNS, errors={}, report=None)


@blueprint.post("/import")
@signed_in(*KEEPERS)
def import_file() -> Response:
    """Try a file, or give all of its posts."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    command = ImportPosts(content=content, is_trial=request.form.get("act") != "give")
    try:
        report = engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return page(
            "staff/import.html", status=422, columns=COLUMNS, errors=problems_in_words(refused), report=None
        )
    return page(
        "staff/import.html",
        status=422 if report.problems else 200,
        columns=COLUMNS,
        errors={},
        report=report,
    )


@blueprint.get("/export.csv")
@signed_in(*KEEPERS)
def export() -> Response:
    """The posts of the reader's organisations, as a file."""
    content = engine().ask(ExportPosts(), actor=actor())
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response


@accepting.get("")
def show() -> Response:
    """Ask for the code of an invitation, or, with one, for the password of the new account."""
    if request.args.get("code"):
        count_guess("invitation")
    return _accept_page(request.args.get("code", ""))


@accepting.post("")
def accept() -> Response:
    """Accept an invitation: as somebody new with a password, or with the account that is signed in."""
    count_guess("invitation")
    code, found = request.form.get("code", ""), session_cookie.signed_in()
    try:
        if found is not None and request.form.get("as") == "signed-in":
            accepted = engine().carry_out(AcceptInvitation(code=code), actor=found.actor)
        else:
            hashed = _hashed(code)
            accepted = engine().carry_out(AcceptInvitation(code=code, password_hash=hashed), actor=SYSTEM)
    except NotFound:
        return _accept_page(code, problems={"code": [_("This code opens nothing. Ask for another.")]})
    except (Invalid, Conflict, NotPermitted) as refused:
        problems = dict(refused.errors) if isinstance(refused, Invalid) else problems_in_words(refused)
        return _accept_page(code, problems=problems)
    if request.form.get("then") == "passkey" and found is None:
        return _signed_in_to_add_passkey(accepted.user.id)
    return page("staff/accepted.html", user=accepted.user, waits=accepted.post.awaits_confirmation)


def _signed_in_to_add_passkey(user_id: UUID) -> Response:
    """Let whoever has just accepted, with a password of their own, go on to the passkey of this device."""
    command = SignIn(user_id=user_id, method=SignInMethod.PASSWORD, life=session_cookie.session_life())
    opened = engine().carry_out(command, actor=SYSTEM)
    response = redirect(url_for("passkeys.show_form", invited="yes"), 303)
    session_cookie.set_session(response, opened)
    return response


def _hashed(code: str) -> str:
    """The hash of the password that was chosen; `Invalid` names each field that is wrong."""
    invited = engine().ask(ShowInvitation(code=code), actor=SYSTEM)
    new = request.form.get("new_password", "")
    if new != request.form.get("repeated_password", ""):
        raise Invalid.field("repeated_password", _("The two are not the same."))
    try:
        return site().authenticator.passwords.hashed(new, username=invited.username)
    except Invalid as refused:
        problem = _("Choose a longer one that nobody would guess first.")
        raise Invalid.field("new_password", problem) from refused


def _accept_page(code: str, *, problems: Problems | None = None) -> Response:
    invited = None
    try:
        invited = engine().ask(ShowInvitation(code=code), actor=SYSTEM) if code else None
    except NotFound:
        problems = problems or {"code": [_("This code opens nothing. Ask for another.")]}
    found = session_cookie.signed_in()
    return page(
        "staff/accept.html",
        status=422 if problems else 200,
        code=code,
        invited=invited,
        place=place_name(invited.place) if invited else None,
        errors=problems or {},
        shortest=SHORTEST_PASSWORD,
        account=found.user if found else None,
        takes_passkeys=relying_party_at(site().settings.public_url) is not None,
    )


def _invite_page(*, problems: Problems | None = None, status: int = 200) -> Response:
    offers = engine().ask(ListOffers(), actor=actor())
    return page(
        "staff/invite.html",
        status=status,
        errors=problems or {},
        typed=request.form,
        offers=_options(offers) if choosable(offers) else None,
        organisation=None if choosable(offers) else choices(ORGANISATION, request.form),
        roles=offered_roles(offers),
    )


def _options(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} · {place_name(one.place)}") for one in offers if one.roles]
