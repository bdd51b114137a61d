"""One's own account: the password, the second factor with its recovery codes, the sessions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, TypeVar

import segno
from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from api.http import session_cookie
from api.http.context import engine, site
from api.http.counted_code import with_counted_code
from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair, ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, reader, signed_in
from api.pages.people.sign_in import refusal_words
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import FieldErrors, Invalid, Unavailable
from engine.people import one_time_code
from engine.people.account import SHORTEST_PASSWORD
from engine.people.accounts import EndSessions, SetPassword
from engine.people.attempts import TooManyAttempts
from engine.people.passkey import relying_party_at
from engine.people.queries import FindCandidate, ShowAccountPage, ShowEnrolment, ShowOwnAccount
from engine.people.second_factor import ConfirmSecondFactor, EndSecondFactor, EnrolSecondFactor
from engine.people.session import Session, SignInMethod, workplace_of
from engine.people.signing_in import CountAttempt, TakeAttemptBack
from engine.sealing.keyring import KEY_MISSING
from engine.sealing.seals import NO_KEY

blueprint = Blueprint("own_account", __name__, url_prefix="/account")

_ISSUER = "Stoa"
_JUST_NOW = timedelta(minutes=10)
R = TypeVar("R")


class OwnSession(NamedTuple):
    """A session of the reader: its workplace, since when, by which method, and if it is this one."""

    place: str | None
    since: str
    method: str
    is_here: bool


@blueprint.get("")
@signed_in(anywhere=True)
def show() -> Response:
    return account_page()


@blueprint.post("/password")
@signed_in(anywhere=True)
def change_password() -> Response:
    """Change the password, proved by the present one; every other session ends."""
    try:
        new_hash = _checked_new_password()
    except TooManyAttempts as refused:
        return account_page(errors={"present_password": [refusal_words(refused)]})
    except Invalid as refused:
        return account_page(errors=refused.errors)
    kept_id = reader().session.id
    command = SetPassword(user_id=reader().user.id, password_hash=new_hash, kept_session_id=kept_id)
    engine().carry_out(command, actor=actor())
    done = _(
        "Your password was changed. You were signed out everywhere else, and your access tokens are revoked."
    )
    return account_page(done=done)


@blueprint.get("/second-factor/needed")
@signed_in(anywhere=True, before_second_factor=True)
def show_need() -> AnyResponse:
    """Say that the reader's role needs a second factor, and let them begin."""
    if not session_cookie.needs_second_factor(reader()):
        return redirect(url_for("own_account.show"), 303)
    return _need_page()


@blueprint.post("/second-factor")
@signed_in(anywhere=True, before_second_factor=True)
def enrol() -> AnyResponse:
    try:
        engine().carry_out(EnrolSecondFactor(), actor=actor())
    except Unavailable as refused:
        if refused.code != NO_KEY:
            raise
        problem = _("The second step cannot be set up yet: a key is missing. Ask the operator.")
        if session_cookie.needs_second_factor(reader()):
            return _need_page(problem=problem)
        return account_page(problem=problem)
    return redirect(url_for("own_account.show_enrolment"), 303)


@blueprint.get("/second-factor")
@signed_in(anywhere=True, before_second_factor=True)
def show_enrolment() -> AnyResponse:
    """The secret for the telephone, as QR code and as text, and the field for its first code."""
    return _enrolment_page()


@blueprint.post("/second-factor/confirmed")
@signed_in(anywhere=True, before_second_factor=True)
def confirm_second_factor() -> AnyResponse:
    """Turn the second factor on, and show the recovery codes, this once."""
    field = "present_password"
    try:
        require_proof_again()
        field = "code"
        codes = with_counted_code(ConfirmSecondFactor(code=request.form.get("code", "")))
    except (Invalid, TooManyAttempts) as refused:
        return _enrolment_page(errors={field: [refusal_words(refused)]})
    return page("people/recovery_codes.html", codes=codes)


@blueprint.post("/second-factor/ended")
@signed_in(anywhere=True)
def end_second_factor() -> AnyResponse:
    field = "factor_password"
    try:
        require_proof_again()
        field = "code"
        with_counted_code(EndSecondFactor(code=request.form.get("code", "")))
    except (Invalid, Unavailable) as refused:
        if not isinstance(refused, Invalid | TooManyAttempts) and refused.code != KEY_MISSING:
            raise
        return account_page(errors={field: [refusal_words(refused)]})
    return account_page(done=_("You sign in without a second step from now on."))


@blueprint.post("/sessions/others/ended")
@signed_in(anywhere=True)
def end_other_sessions() -> Response:
    kept_id = reader().session.id
    ended = engine().carry_out(EndSessions(user_id=reader().user.id, kept_session_id=kept_id), actor=actor())
    return account_page(
        done=ngettext(
            "You were signed out in one other place.", "You were signed out in %(num)s other places.", ended
        )
    )


def _need_page(*, problem: str | None = None) -> Response:
    return page(
        "people/second_factor_needed.html",
        status=503 if problem else 200,
        problem=problem,
        can_have_passkeys=relying_party_at(site().settings.public_url) is not None,
    )


def _checked_new_password() -> str:
    """The hash of the new password; `Invalid` names each field that is wrong."""
    if engine().ask(ShowOwnAccount(), actor=actor()).password_hash is None:
        raise Invalid.field(
            "present_password",
            _("You sign in with the account of your organisation and have no password here."),
        )
    _require_password()
    new = request.form.get("new_password", "")
    if new != request.form.get("repeated_password", ""):
        raise Invalid.field("repeated_password", _("The two are not the same."))
    try:
        return site().authenticator.passwords.hashed(new, username=reader().user.username)
    except Invalid as refused:
        problem = _("Choose a longer one that nobody would guess first.")
        raise Invalid.field("new_password", problem) from refused


def require_proof_again() -> None:
    """Let the reader prove once more who they are; `Invalid` or `TooManyAttempts` if they do not.

    Whom an identity provider vouches for has no password to type: they must have come from there just now.
    """
    if has_password_to_type():
        _require_password()
    elif engine().clock.now() - reader().session.created_at > _JUST_NOW:
        raise Invalid.field("present_password", _("Sign out and in again, and then do this at once."))


def _require_password() -> None:
    """Check the password that was typed, here or in the directory; `Invalid` if it is not the reader's.

    It counts as an attempt to sign in until it succeeds, so that an open session is no way to guess.
    """
    username = reader().user.username
    attempt = session_cookie.attempt_as(username)
    is_known = engine().carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
    candidate = engine().ask(FindCandidate(username=username), actor=SYSTEM)
    typed = request.form.get("present_password", "")
    if site().authenticator.proof(username, typed, candidate, is_known=is_known) is None:
        raise Invalid.field("present_password", _("This is not your present password."))
    engine().carry_out(TakeAttemptBack(attempt=attempt), actor=SYSTEM)


def account_page(
    *, errors: FieldErrors | None = None, problem: str | None = None, done: str | None = None
) -> Response:
    shown = engine().ask(ShowAccountPage(), actor=actor())
    return page(
        "people/account.html",
        status=422 if errors else 503 if problem else 200,
        account=shown.account,
        passkeys=shown.passkeys,
        can_have_passkeys=relying_party_at(site().settings.public_url) is not None,
        asks_password=has_password_to_type(),
        reader=reader(),
        errors=errors or {},
        problem=problem,
        sessions=_own_sessions(shown.sessions),
        done=done,
        shortest=SHORTEST_PASSWORD,
    )


def _own_sessions(sessions: Sequence[Session]) -> list[OwnSession]:
    """The reader's sessions: this one first, then newest first."""
    places = [_own_session(session) for session in sessions]
    return sorted(places, key=lambda place: not place.is_here)


def _own_session(session: Session) -> OwnSession:
    place = workplace_of(reader().workplaces, session.workplace_id)
    return OwnSession(
        place=localized_pair(place.name, place.name_en) if place else None,
        since=dates.moment(session.created_at),
        method=_method_words(session.method),
        is_here=session.id == reader().session.id,
    )


def _method_words(method: SignInMethod) -> str:
    return {
        SignInMethod.PASSWORD: _("with the password of Stoa"),
        SignInMethod.LDAP: _("with the password of your organisation"),
        SignInMethod.OIDC: _("over the page of your organisation"),
    }[method]


def _enrolment_page(*, errors: FieldErrors | None = None) -> AnyResponse:
    secret = engine().ask(ShowEnrolment(), actor=actor())
    if secret is None:
        return redirect(url_for("own_account.show"), 303)
    address = one_time_code.enrolment_address(secret, username=reader().user.username, issuer=_ISSUER)
    return page(
        "people/second_factor.html",
        status=422 if errors else 200,
        errors=errors or {},
        asks_password=has_password_to_type(),
        username=reader().user.username,
        picture=_picture(address),
        secret=one_time_code.as_text(secret),
    )


def has_password_to_type() -> bool:
    """Whether a password proves who the reader is; an identity provider does it otherwise."""
    return reader().session.method is not SignInMethod.OIDC


def _picture(address: str) -> Markup:
    """The QR code of an address as SVG: dark on white also on a dark page, or telephones do not read it."""
    code = segno.make(address, error="m")
    svg: str = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 - made by us, and the address is in it as squares only
