"""One's own passkeys: adding one, which a script and the browser do between them, and removing one."""

from uuid import UUID

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.http.context import engine, site
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, reader, signed_in
from api.pages.people.account import account_page, has_password_to_type, require_proof_again
from api.pages.people.sign_in import passkeys_not_possible, refusal_words, script_problem
from engine.kernel.refusal import Conflict, Invalid
from engine.people.attempts import TooManyAttempts
from engine.people.passkey import (
    LONGEST_NAME,
    MOST_PASSKEYS,
    Passkey,
    RelyingParty,
    relying_party_at,
    require_passkey_name,
)
from engine.people.passkeys import AddPasskey, BeginPasskey, RemovePasskey, TakeChallenge
from engine.people.queries import ShowAccountPage

blueprint = Blueprint("passkeys", __name__, url_prefix="/account/passkeys")


@blueprint.get("/new")
@signed_in(anywhere=True, before_second_factor=True)
def show_form() -> AnyResponse:
    """The form on which a passkey is named and the password typed once more."""
    return _form_page()


@blueprint.post("/options")
@signed_in(anywhere=True, before_second_factor=True)
def begin() -> AnyResponse:
    """What the browser needs to make a passkey, as `{"options"}`, for who proves again who they are.

    `{"problem", "field"}` with status 422 says what is wrong with the form.
    """
    field = "name"
    try:
        _checked_name()
        field = "present_password"
        require_proof_again()
        command = BeginPasskey(session_id=reader().session.id, party=_party())
        return jsonify({"options": engine().carry_out(command, actor=actor())})
    except (Invalid, TooManyAttempts) as refused:
        return script_problem(refusal_words(refused), field=field)
    except Conflict:
        return script_problem(_too_many(), field="name")


@blueprint.post("")
@signed_in(anywhere=True, before_second_factor=True)
def add() -> AnyResponse:
    """Keep the passkey that the browser has made, and show recovery codes to who has none, this once."""
    try:
        name, response = _checked_name(), request.form.get("credential", "")
        if not response:
            return _form_page(problem=_("Passkeys need a browser that knows them, and JavaScript."))
        challenge = engine().carry_out(TakeChallenge(session_id=reader().session.id), actor=actor())
        command = AddPasskey(name=name, response=response, challenge=challenge, party=_party())
        codes = engine().carry_out(command, actor=actor())
    except (Invalid, Conflict) as refused:
        known = (
            refusal_words(refused) if isinstance(refused, Invalid) else _("This passkey is known already.")
        )
        return _form_page(problem=known)
    if codes:
        return page("people/recovery_codes.html", codes=codes)
    return account_page(done=_("The passkey was added."))


@blueprint.get("/<uuid:passkey_id>/remove")
@signed_in(anywhere=True)
def show_removal(passkey_id: UUID) -> AnyResponse:
    """Ask for the password before a passkey goes."""
    return _removal_page(passkey_id)


@blueprint.post("/<uuid:passkey_id>/removed")
@signed_in(anywhere=True)
def remove(passkey_id: UUID) -> AnyResponse:
    try:
        require_proof_again()
    except (Invalid, TooManyAttempts) as refused:
        return _removal_page(passkey_id, problem=refusal_words(refused))
    engine().carry_out(RemovePasskey(passkey_id=passkey_id), actor=actor())
    return account_page(done=_("The passkey was removed. Delete it in its device too."))


def _party() -> RelyingParty:
    party = relying_party_at(site().settings.public_url)
    if party is None:
        raise Invalid.field("name", passkeys_not_possible())
    return party


def _checked_name() -> str:
    """What the passkey is to be called; `Invalid` in the reader's words."""
    try:
        return require_passkey_name(request.form.get("name", ""))
    except Invalid as refused:
        problem = _(
            "Give it a name of 1 to %(most)s characters, such as that of the device.", most=LONGEST_NAME
        )
        raise Invalid.field("name", problem) from refused


def _too_many() -> str:
    return _("You have %(most)s passkeys: remove one that you do not use any more.", most=MOST_PASSKEYS)


def _form_page(*, problem: str | None = None) -> AnyResponse:
    party = relying_party_at(site().settings.public_url)
    return page(
        "people/passkey.html",
        status=422 if problem else 200 if party else 503,
        problem=problem or (None if party else passkeys_not_possible()),
        party=party,
        name=request.form.get("name", ""),
        username=reader().user.username,
        is_invited="invited" in request.args,
        asks_password=has_password_to_type(),
    )


def _removal_page(passkey_id: UUID, *, problem: str | None = None) -> AnyResponse:
    passkey = _own(passkey_id)
    if passkey is None:
        return redirect(url_for("own_account.show"), 303)
    return page(
        "people/passkey_removal.html",
        status=422 if problem else 200,
        errors={"present_password": [problem]} if problem else {},
        passkey=passkey,
        username=reader().user.username,
        asks_password=has_password_to_type(),
    )


def _own(passkey_id: UUID) -> Passkey | None:
    """The reader's passkey of that id; None if it was removed already, or is somebody else's."""
    shown = engine().ask(ShowAccountPage(), actor=actor())
    return next((one for one in shown.passkeys if one.id == passkey_id), None)
