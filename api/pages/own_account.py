"""One's own account: the password, and the second factor with its recovery codes."""

import segno
from flask import Blueprint, Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from api.context import engine, site
from api.pages.language import gettext as _
from api.pages.page import page
from api.pages.sessions import actor, reader, signed_in
from engine.commands.accounts import ConfirmSecondFactor, EndSecondFactor, EnrolSecondFactor, SetPassword
from engine.commands.sign_in import CountAttempt
from engine.domain import one_time_code
from engine.domain.account import SHORTEST_PASSWORD, Account, WrongCode
from engine.domain.actor import SYSTEM
from engine.domain.refusal import FieldErrors, Invalid
from engine.domain.sign_in_attempts import Attempt, TooManyAttempts
from engine.queries.accounts import ShowOwnAccount

blueprint = Blueprint("own_account", __name__, url_prefix="/account")

_ISSUER = "Stoa"


@blueprint.get("")
@signed_in()
def show() -> Response:
    """The account, and what can be changed of it."""
    return _account_page()


@blueprint.post("/password")
@signed_in()
def change_password() -> Response:
    """Change the password, proved by the present one; every other session ends."""
    try:
        new_hash = _checked_new_password()
    except Invalid as refused:
        return _account_page(errors=refused.errors)
    kept_id = reader().session.id
    command = SetPassword(user_id=reader().user.id, password_hash=new_hash, kept_session_id=kept_id)
    engine().carry_out(command, actor=actor())
    return _account_page(done=_("Your password was changed. You were signed out everywhere else."))


@blueprint.post("/second-factor")
@signed_in()
def enrol() -> AnyResponse:
    """Begin to have a second factor."""
    engine().carry_out(EnrolSecondFactor(), actor=actor())
    return redirect(url_for("own_account.confirm"), 303)


@blueprint.get("/second-factor")
@signed_in()
def confirm() -> AnyResponse:
    """The secret for the telephone, as a picture and as text, and the question for its first code."""
    return _enrolment_page()


@blueprint.post("/second-factor/confirmed")
@signed_in()
def confirmed() -> AnyResponse:
    """Let the second factor count, and show the recovery codes, this once."""
    try:
        _count_attempt()
        codes = engine().carry_out(ConfirmSecondFactor(code=request.form.get("code", "")), actor=actor())
    except (WrongCode, TooManyAttempts):
        return _enrolment_page(
            problem=_("That is not the present code. Wait for the next one and try again.")
        )
    return page("own_account/recovery_codes.html", codes=codes)


@blueprint.post("/second-factor/ended")
@signed_in()
def end() -> AnyResponse:
    """Do without the second factor again."""
    try:
        _count_attempt()
        engine().carry_out(EndSecondFactor(code=request.form.get("code", "")), actor=actor())
    except (WrongCode, TooManyAttempts):
        problem = _("That is not the present code. Wait for the next one and try again.")
        return _account_page(errors={"code": [problem]})
    return _account_page(done=_("You sign in without a second step from now on."))


def _checked_new_password() -> str:
    """The hash of the new password; `Invalid` names each field that is not right."""
    account = _account()
    _count_attempt()
    present = request.form.get("present_password", "")
    if not site().door.passwords.verdict(account.password_hash, present).is_right:
        raise Invalid.field("present_password", _("This is not your present password."))
    new = request.form.get("new_password", "")
    if new != request.form.get("repeated_password", ""):
        raise Invalid.field("repeated_password", _("The two are not the same."))
    try:
        return site().door.passwords.hashed(new, username=reader().user.username)
    except Invalid as refused:
        problem = _("Choose a longer one that nobody would guess first.")
        raise Invalid.field("new_password", problem) from refused


def _count_attempt() -> None:
    """Count the attempt to prove something as one to sign in: a session left open is no way to guess."""
    attempt = Attempt(username=reader().user.username, address=request.remote_addr or "")
    engine().carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)


def _account() -> Account:
    return engine().ask(ShowOwnAccount(), actor=actor())


def _account_page(*, errors: FieldErrors | None = None, done: str | None = None) -> Response:
    return page(
        "own_account/account.html",
        status=422 if errors else 200,
        account=_account(),
        reader=reader(),
        errors=errors or {},
        done=done,
        shortest=SHORTEST_PASSWORD,
    )


def _enrolment_page(*, problem: str | None = None) -> AnyResponse:
    account = _account()
    if account.totp_secret is None or account.has_second_factor:
        return redirect(url_for("own_account.show"), 303)
    address = one_time_code.enrolment_address(
        account.totp_secret, username=reader().user.username, issuer=_ISSUER
    )
    return page(
        "own_account/second_factor.html",
        status=422 if problem else 200,
        problem=problem,
        picture=_picture(address),
        secret=one_time_code.as_text(account.totp_secret),
    )


def _picture(address: str) -> Markup:
    """The QR code of an address as SVG: dark on white also on a dark page, or telephones do not read it."""
    code = segno.make(address, error="m")
    svg: str = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 - made by us, and the address is in it as squares only
