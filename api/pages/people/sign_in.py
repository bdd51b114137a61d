"""The sign-in: password, second factor, choice of a workplace; and the sign-out."""

from uuid import UUID

import structlog
from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.http import session_cookie
from api.http.context import engine, request_id, site
from api.pages.frame.language import gettext as _
from api.pages.frame.language import ngettext
from api.pages.frame.page import asked_by_script, local_address, outside_address, page
from api.pages.frame.re_authentication import InterruptedForm, interrupted_form, re_authentication_page
from api.pages.people.external_identity import forget_sign_out_hint, sign_out_hint, user_of
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid, NotFound, NotPermitted, Refusal, Unavailable
from engine.kernel.vocabulary import search_form
from engine.people.account import SecondFactors, WrongCode
from engine.people.attempts import SignInAttempt, TooManyAttempts
from engine.people.passkey import PasskeyRefused, relying_party_at
from engine.people.passkeys import AskForPasskey, PassPasskey, TakeChallenge
from engine.people.queries import FindCandidate, ShowSecondFactors
from engine.people.session import SignedIn, SignInMethod, Workplace
from engine.people.sign_in.authenticator import Proof
from engine.people.signing_in import (
    ChooseWorkplace,
    CountAttempt,
    OpenedSession,
    PassSecondFactor,
    SignIn,
    SignOut,
)
from engine.sealing.keyring import KEY_MISSING

HOME = "/home"
"""Where people go on to who wanted nothing in particular."""

blueprint = Blueprint("sign_in", __name__)

_LISTED_WITHOUT_SEARCH = 8
"""Workplaces: among more of them one looks for one's own by typing."""

_log = structlog.get_logger("api")


@blueprint.get("/sign-in")
def sign_in() -> AnyResponse:
    """The page for signing in; who is signed in already goes on."""
    found = session_cookie.open_session()
    if found is not None:
        return _redirect(found.session.awaits_code, has_workplace=found.workplace is not None)
    return _sign_in_page()


@blueprint.get("/sign-in/dialog")
def dialog() -> Response:
    """The dialog in which a script asks to sign in again, without leaving the page."""
    return page(
        "people/dialog.html",
        provider=site().authenticator.provider is not None,
        party=relying_party_at(site().settings.public_url),
    )


@blueprint.post("/sign-in")
def submit_password() -> AnyResponse:
    """Check user name and password, and open a session."""
    interrupted = interrupted_form()
    username = request.form.get("username", "").strip().lower()
    attempt = session_cookie.attempt_as(username)
    try:
        proof = _proof(attempt, request.form.get("password", ""))
        user_id = proof.who if isinstance(proof.who, UUID) else user_of(proof.who).id
        if interrupted is not None and interrupted.owner.user_id not in (None, user_id):
            raise NotPermitted(
                _("This page was filled in by somebody else. Only they can send it."), code="not_theirs"
            )
        opened = engine().carry_out(_sign_in_of(user_id, proof, attempt, interrupted), actor=SYSTEM)
    except (Invalid, NotPermitted, Unavailable) as refused:
        return _refused(refused, interrupted)
    _log.info("signed_in", request_id=request_id(), user_id=str(user_id), method=proof.method.value)
    return _session_opened(opened, interrupted)


@blueprint.get("/sign-in/code")
def ask_code() -> AnyResponse:
    waiting = _waiting()
    if waiting is None:
        return redirect(url_for("sign_in.sign_in", next=_next_address()), 303)
    return _code_page(None, waiting.user.id)


@blueprint.post("/sign-in/code")
def submit_code() -> AnyResponse:
    """Check the code of the second factor, and open the session fully."""
    interrupted = interrupted_form()
    waiting = _waiting()
    if waiting is None:
        return _refused(NotFound(_too_late()), interrupted)
    attempt = session_cookie.attempt_as(waiting.user.username)
    command = PassSecondFactor(
        session_id=waiting.session.id,
        code=request.form.get("code", ""),
        life=session_cookie.session_life(),
        attempt=attempt,
    )
    try:
        engine().carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
        opened = engine().carry_out(command, actor=SYSTEM)
    except (WrongCode, Unavailable) as refused:
        if refused.code == KEY_MISSING:
            _log.error(KEY_MISSING, request_id=request_id())
        return _second_factor_refused(refused, interrupted, waiting.user.id)
    return _session_opened(opened, interrupted)


@blueprint.post("/sign-in/passkey/options")
def ask_passkey() -> Response:
    """What a browser needs to prove a passkey, as `{"options"}`; `{"problem"}` where that cannot be."""
    waiting, party = _waiting(), relying_party_at(site().settings.public_url)
    if waiting is None:
        return script_problem(_too_late())
    if party is None:
        return script_problem(passkeys_not_possible())
    try:
        command = AskForPasskey(session_id=waiting.session.id, party=party)
        return jsonify({"options": engine().carry_out(command, actor=SYSTEM)})
    except NotFound:
        return script_problem(_("You have no passkey any more. Use one of your recovery codes."))


@blueprint.post("/sign-in/passkey")
def submit_passkey() -> AnyResponse:
    """Check the answer of a passkey, and open the session fully."""
    interrupted = interrupted_form()
    waiting, party = _waiting(), relying_party_at(site().settings.public_url)
    if waiting is None or party is None:
        return _refused(NotFound(_too_late()), interrupted)
    attempt = session_cookie.attempt_as(waiting.user.username)
    try:
        engine().carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
        challenge = engine().carry_out(TakeChallenge(session_id=waiting.session.id), actor=waiting.actor)
        command = PassPasskey(
            session_id=waiting.session.id,
            response=request.form.get("credential", ""),
            challenge=challenge,
            party=party,
            life=session_cookie.session_life(),
            attempt=attempt,
        )
        opened = engine().carry_out(command, actor=SYSTEM)
    except (PasskeyRefused, Unavailable) as refused:
        _log.warning(refused.code, request_id=request_id(), reason=refused.message)
        return _second_factor_refused(refused, interrupted, waiting.user.id)
    return _session_opened(opened, interrupted)


def _waiting() -> SignedIn | None:
    """Whose sign-in awaits its second factor; None if none does, or not any more."""
    found = session_cookie.open_session()
    return found if found is not None and found.session.awaits_code else None


@blueprint.get("/sign-in/branch")
def workplaces() -> AnyResponse:
    """The workplaces of a person, to choose one."""
    found = session_cookie.signed_in()
    if found is None:
        return redirect(url_for("sign_in.sign_in", next=request.full_path.rstrip("?")), 303)
    if not found.workplaces:
        return redirect(url_for("own_account.show"), 303)
    wanted = request.args.get("q", "").strip()
    return page(
        "people/branches.html",
        workplaces=[place for place in found.workplaces if _matches(place, wanted)],
        chosen=found.workplace,
        wanted=wanted,
        has_many=len(found.workplaces) > _LISTED_WITHOUT_SEARCH,
        next_address=_next_address(),
    )


@blueprint.post("/sign-in/branch")
def choose_workplace() -> AnyResponse:
    found = session_cookie.signed_in()
    if found is None:
        return redirect(url_for("sign_in.sign_in"), 303)
    try:
        workplace_id = UUID(request.form.get("workplace", ""))
    except ValueError as error:
        raise Invalid.field("workplace", "expected one of those on the page") from error
    command = ChooseWorkplace(session_id=found.session.id, workplace_id=workplace_id)
    engine().carry_out(command, actor=found.actor)
    return redirect(_next_address(), 303)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session here, with a link to end it at the identity provider too, if it began there."""
    found = session_cookie.open_session()
    provider_sign_out = None
    if found is not None:
        engine().carry_out(SignOut(session_id=found.session.id), actor=found.actor)
        if found.session.method is SignInMethod.OIDC:
            provider_sign_out = _provider_sign_out()
    session_cookie.forget_session()
    response = page("people/signed_out.html", provider_sign_out=provider_sign_out)
    session_cookie.delete_session(response)
    forget_sign_out_hint(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def external_session_opened(opened: OpenedSession, next_address: str) -> AnyResponse:
    """Go on with a session that an identity provider opened."""
    response = _redirect(opened.session.awaits_code, opened.session.workplace_id is not None, next_address)
    session_cookie.set_session(response, opened)
    return response


def external_sign_in_refused(refused: Refusal) -> Response:
    return _sign_in_page(problem=refusal_words(refused), status=403)


def _provider_sign_out() -> str | None:
    provider = site().authenticator.provider
    if provider is None:
        return None
    try:
        return provider.sign_out_address(outside_address("sign_in.sign_in"), hint=sign_out_hint())
    except Unavailable:
        # Who wants to leave is let go, also while the provider does not say where its own way out is.
        _log.warning("provider_unavailable", request_id=request_id())
        return None


def _proof(attempt: SignInAttempt, password: str) -> Proof:
    """The proof of identity; `Invalid` does not tell a wrong password from an unknown name."""
    is_known = engine().carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
    candidate = engine().ask(FindCandidate(username=attempt.username), actor=SYSTEM)
    proof = site().authenticator.proof(attempt.username, password, candidate, is_known=is_known)
    if proof is None:
        _log.info("sign_in_refused", request_id=request_id())
        raise Invalid.field("username", _("The user name or the password is not right."))
    return proof


def _sign_in_of(
    user_id: UUID, proof: Proof, attempt: SignInAttempt, interrupted: InterruptedForm | None
) -> SignIn:
    return SignIn(
        user_id=user_id,
        method=proof.method,
        life=session_cookie.session_life(),
        attempt=attempt,
        workplace_id=interrupted.owner.workplace_id if interrupted else None,
        better_hash=proof.better_hash,
    )


def _session_opened(opened: OpenedSession, interrupted: InterruptedForm | None) -> AnyResponse:
    session = opened.session
    response: AnyResponse
    if asked_by_script():
        response = _script_answer(
            "code" if session.awaits_code else "signed_in",
            has_passkeys=session.awaits_code and _factors_of(session.user_id).has_passkeys,
        )
    elif interrupted is None:
        response = _redirect(session.awaits_code, has_workplace=session.workplace_id is not None)
    elif session.awaits_code:
        response = _code_page(interrupted, session.user_id)
    else:
        response = page("people/continue.html", form=interrupted)
    session_cookie.set_session(response, opened)
    return response


def _redirect(awaits_code: bool, has_workplace: bool, wanted: str | None = None) -> AnyResponse:  # noqa: FBT001
    address = wanted or _next_address()
    if awaits_code:
        address = url_for("sign_in.ask_code", next=address)
    elif not has_workplace:
        address = url_for("sign_in.workplaces", next=address)
    return redirect(address, 303)


def _refused(refused: Refusal, interrupted: InterruptedForm | None) -> Response:
    problem = refusal_words(refused)
    status = 429 if isinstance(refused, TooManyAttempts) else 422
    if asked_by_script():
        return _script_answer("refused", problem)
    if interrupted is not None:
        return re_authentication_page(interrupted, problem=problem, status=status)
    return _sign_in_page(problem=problem, status=status)


def _sign_in_page(*, problem: str | None = None, status: int = 200) -> Response:
    return page(
        "people/sign_in.html",
        status=status,
        problem=problem,
        username=request.form.get("username", ""),
        next_address=_next_address(),
        provider=site().authenticator.provider is not None,
    )


def _second_factor_refused(refused: Refusal, interrupted: InterruptedForm | None, user_id: UUID) -> Response:
    if asked_by_script():
        return _script_answer("code", refusal_words(refused), has_passkeys=_factors_of(user_id).has_passkeys)
    return _code_page(interrupted, user_id, problem=refusal_words(refused), status=422)


def _code_page(
    interrupted: InterruptedForm | None, user_id: UUID, *, problem: str | None = None, status: int = 200
) -> Response:
    return page(
        "people/code.html",
        status=status,
        form=interrupted,
        problem=problem,
        next_address=_next_address(),
        takes=_factors_of(user_id),
        party=relying_party_at(site().settings.public_url),
    )


def _factors_of(user_id: UUID) -> SecondFactors:
    return engine().ask(ShowSecondFactors(user_id=user_id), actor=SYSTEM)


def script_problem(problem: str, *, field: str | None = None) -> Response:
    """The answer to a script that has asked for the options of a passkey, where that cannot be."""
    response = jsonify({"problem": problem, "field": field})
    response.status_code = 422
    return response


def _script_answer(state: str, problem: str | None = None, *, has_passkeys: bool = False) -> Response:
    """The answer to a script: `signed_in`, `code`, or `refused`; a passkey may do in place of a code."""
    return jsonify({"state": state, "problem": problem, "has_passkeys": has_passkeys})


def refusal_words(refused: Refusal) -> str:
    """Why a sign-in was refused; nothing in it says whether the user name exists."""
    if isinstance(refused, TooManyAttempts):
        return too_many_attempts(refused.wait_seconds)
    if isinstance(refused, WrongCode):
        return _("That is not the present code. Wait for the next one and try again.")
    return {
        "user_inactive": _("This user may not sign in any more. Ask the operator."),
        "stranger": _("You are not known here under that name. Ask the operator."),
        KEY_MISSING: code_cannot_be_checked(),
        PasskeyRefused.code: _("That passkey was not taken. Try once more, or use another way."),
        "unavailable": _("The sign-in does not answer at the moment. Try again in a minute."),
    }.get(refused.code, _first_sentence(refused))


def _first_sentence(refused: Refusal) -> str:
    if isinstance(refused, Invalid):
        return next(iter(refused.errors.values()))[0]
    return refused.message


def _matches(place: Workplace, wanted: str) -> bool:
    """Whether code or name of the place has all the words, however they are written."""
    known = search_form(f"{place.code} {place.name} {place.name_en}")
    return all(word in known for word in search_form(wanted).split())


def _next_address() -> str:
    return local_address(request.values.get("next"), otherwise=HOME)


_TOLD_IN_SECONDS = 90


def too_many_attempts(wait_seconds: int) -> str:
    if wait_seconds <= _TOLD_IN_SECONDS:
        return ngettext(
            "There were too many attempts. Try again in one second.",
            "There were too many attempts. Try again in %(num)s seconds.",
            wait_seconds,
        )
    return ngettext(
        "There were too many attempts. Try again in one minute.",
        "There were too many attempts. Try again in %(num)s minutes.",
        -(-wait_seconds // 60),
    )


def _too_late() -> str:
    return _("That took too long. Sign in once more.")


def passkeys_not_possible() -> str:
    return _(
        "Passkeys cannot be used here yet: the address of this installation is not set. Ask the operator."
    )


def code_cannot_be_checked() -> str:
    return _(
        "The code of the telephone cannot be checked at the moment. Use one of your recovery codes, "
        "or ask the operator."
    )
