"""What an identity provider itself tells us: that somebody has signed out there.

Source: OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8. No browser takes part: the provider's
signature is the proof, and there is no form to guard.
"""

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from api.http.context import engine, request_id, site
from api.http.identity import count_address
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import NotPermitted
from engine.people.external_identities import EndVouchedSessions

blueprint = Blueprint("provider_notice", __name__)

_log = structlog.get_logger("api")


@blueprint.post("/sign-in/provider/signed-out")
def signed_out() -> Response:
    """End every session of a person who has signed out at the provider; 400 for what is no such notice."""
    count_address("provider")
    provider = site().door.provider
    if provider is None:
        raise NotFound
    try:
        departed = provider.signed_out(request.form.get("logout_token", ""))
    except NotPermitted as refused:
        _log.info("notice_refused", request_id=request_id(), code=refused.code)
        return _answer(400)
    command = EndVouchedSessions(issuer=departed.issuer, subject=departed.subject)
    ended = engine().carry_out(command, actor=SYSTEM)
    _log.info("signed_out_elsewhere", request_id=request_id(), sessions=ended)
    return _answer(200)


def _answer(status: int) -> Response:
    return Response(status=status, headers={"Cache-Control": "no-store"})
