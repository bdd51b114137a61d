"""Who is asking: the bearer token (RFC 6750) or the session of a request becomes the engine's actor."""

import re

from flask import g, request

from api.http import form_tokens, session_cookie
from api.http.context import Site, engine, site
from api.http.problems import Problem
from api.http.rate_limits import Allowance
from engine.kernel.actor import SYSTEM, Actor, Scope
from engine.kernel.permission import require_scope
from engine.operations.traffic import CountRequest
from engine.people.attempts import network_of
from engine.people.session import SignedIn, digest

_TOKEN = re.compile(r"stoa_[A-Za-z0-9_-]{43}")
_CHALLENGE = 'Bearer realm="stoa"'


def admit(scope: Scope) -> None:
    """Let the request in if its token is valid, has requests left, and has `scope`.

    A browser that is signed in needs no token; to change something it sends the form token of its page.

    The token is looked up in every request, so a revoked one stops at once. A text that cannot be a token is
    never looked up. Failures are counted by network. Raises `Problem` with 401 or 429, `NotPermitted`.
    """
    given = request.headers.get("Authorization")
    browser = session_cookie.signed_in() if given is None else None
    if browser is not None:
        if request.method not in ("GET", "HEAD"):
            form_tokens.require(form_tokens.sent_header_token())
        count_session(browser)
        if session_cookie.needs_second_factor(browser):
            raise Problem("second_factor_needed", "Your role needs a second factor, which is not set up yet.")
        return
    if given is None:
        raise _refused("This call needs a token.")
    kind, _, token = given.partition(" ")
    if kind.lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise _refused("Expected `Authorization: Bearer` with a token of this system.", tried=True)
    token_digest, here = digest(token), site()
    found = here.engine.identify(token_digest)
    if found is None:
        raise _refused("The token opens nothing: it is unknown, revoked or out of date.", tried=True)
    _count(token_digest, found, here)
    require_scope(found, scope)


def count_session(found: SignedIn) -> None:
    """Count a request of somebody who is signed in at a browser; `Problem` with 429."""
    _count(found.session.digest, found.actor, site())


def _count(token_digest: bytes, found: Actor, here: Site) -> None:
    g.actor = found
    allowance = here.token_buckets.take(token_digest)
    if allowance.is_spent:
        raise Problem("too_many_requests", "This token has spent its requests.", headers=allowance.headers)
    g.allowance = allowance


def count_address(purpose: str) -> None:
    """Count an anonymous request by its network, in this process; `Problem` with 429."""
    _require_left(site().address_buckets.take(_here(purpose)))


def count_guess(purpose: str) -> None:
    """Count a request by its network that may be a guess, for all processes; `Problem` with 429."""
    count_guess_of(_here(purpose))


def count_guess_of(caller: str) -> None:
    """Count a guess by what identifies its caller, for all processes together; `Problem` with 429.

    Who has spent what this process alone would give is refused without asking the database.
    """
    _require_left(site().address_buckets.take(("guess", caller)))
    limit = site().settings.public_rate_limit
    left = engine().carry_out(CountRequest(caller=caller, per_minute=limit), actor=SYSTEM)
    _require_left(Allowance(limit=limit, remaining=left.remaining, retry_after=left.retry_after))


def _here(purpose: str) -> str:
    return f"{purpose} {network_of(request.remote_addr or '')}"


def _require_left(allowance: Allowance) -> None:
    if allowance.is_spent:
        raise Problem("too_many_requests", "Too many requests from this address.", headers=allowance.headers)
    g.allowance = allowance


def _refused(detail: str, *, tried: bool = False) -> Problem:
    if tried:
        count_guess("token")
    challenge = _CHALLENGE + (', error="invalid_token"' if tried else "")
    return Problem("unauthenticated", detail, headers={"WWW-Authenticate": challenge})
