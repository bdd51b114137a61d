"""The sign-in with an identity provider (OpenID Connect), and its notices that somebody signed out there.

What must come back with the browser is kept in a cookie that no script sees. A notice of a sign-out comes
without a browser: the provider's signature is the proof (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8).
"""

import json
import secrets

import structlog
from flask import Blueprint, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from api.http import session_cookie
from api.http.context import engine, request_id, site
from api.http.identity import count_guess
from api.pages.frame.page import local_address, outside_address
from api.pages.people.external_identity import keep_sign_out_hint, user_of
from api.pages.people.sign_in import HOME, external_session_opened, external_sign_in_refused
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import NotPermitted, Unavailable
from engine.people.external_identities import EndExternalSessions
from engine.people.session import SignInMethod
from engine.people.sign_in.contract import AuthorizationRequest, ExternalIdentity, IdentityProvider
from engine.people.signing_in import OpenedSession, SignIn

blueprint = Blueprint("provider", __name__)

_COOKIE = "stoa_departure"
_MINUTES_AWAY = 15
_log = structlog.get_logger("api")


@blueprint.get("/sign-in/provider")
def go_to_provider() -> Response:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    sent = _authorization_request(state, nonce, verifier)
    try:
        response = redirect(_provider().address(sent), 303)
    except Unavailable as refused:
        return external_sign_in_refused(refused)
    wanted = local_address(request.args.get("next"), otherwise=HOME)
    kept = json.dumps([state, nonce, verifier, wanted])
    session_cookie.set_cookie(response, _COOKIE, kept, max_age=_MINUTES_AWAY * 60)
    return response


@blueprint.get("/sign-in/provider/return")
def return_from_provider() -> Response:
    """Open a session for the person whom the provider names."""
    try:
        sent, wanted = _kept_request()
        person = _provider().person(sent, dict(request.args))
        opened = _open_session(person)
    except (NotPermitted, Unavailable) as refused:
        _log.info("sign_in_refused", request_id=request_id(), code=refused.code)
        response: Response = external_sign_in_refused(refused)
    else:
        response = external_session_opened(opened, wanted)
        keep_sign_out_hint(response, person.sign_out_hint)
    session_cookie.delete_cookie(response, _COOKIE)
    return response


def _open_session(person: ExternalIdentity) -> OpenedSession:
    user = user_of(person)
    command = SignIn(user_id=user.id, method=SignInMethod.OIDC, life=session_cookie.session_life())
    opened = engine().carry_out(command, actor=SYSTEM)
    _log.info("signed_in", request_id=request_id(), user_id=str(user.id), method=SignInMethod.OIDC.value)
    return opened


def _provider() -> IdentityProvider:
    provider = site().authenticator.provider
    if provider is None:
        raise NotFound
    return provider


def _kept_request() -> tuple[AuthorizationRequest, str]:
    """The sign-in that this browser began, and where it wants to go on; `NotPermitted` if it began none."""
    try:
        state, nonce, verifier, wanted = json.loads(session_cookie.cookie(_COOKIE))
    except (ValueError, TypeError) as error:
        raise NotPermitted(
            "This browser did not leave for the identity provider lately.", code="not_the_answer"
        ) from error
    sent = _authorization_request(str(state), str(nonce), str(verifier))
    return sent, local_address(str(wanted), otherwise=HOME)


def _authorization_request(state: str, nonce: str, verifier: str) -> AuthorizationRequest:
    back = outside_address("provider.return_from_provider")
    return AuthorizationRequest(state=state, nonce=nonce, verifier=verifier, return_address=back)


notice_blueprint = Blueprint("provider_notice", __name__)


@notice_blueprint.post("/sign-in/provider/signed-out")
def signed_out_at_provider() -> Response:
    """End every session of a person who has signed out at the provider; 400 if this is no valid notice."""
    count_guess("provider")
    provider = site().authenticator.provider
    if provider is None:
        raise NotFound
    try:
        signed_out = provider.signed_out(request.form.get("logout_token", ""))
    except NotPermitted as refused:
        _log.info("notice_refused", request_id=request_id(), code=refused.code)
        return _answer(400)
    command = EndExternalSessions(issuer=signed_out.issuer, subject=signed_out.subject)
    ended = engine().carry_out(command, actor=SYSTEM)
    _log.info("signed_out_elsewhere", request_id=request_id(), sessions=ended)
    return _answer(200)


def _answer(status: int) -> Response:
    return Response(status=status, headers={"Cache-Control": "no-store"})
