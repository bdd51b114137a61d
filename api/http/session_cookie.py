"""The session cookie: from the browser's cookie to the user who is signed in."""

from contextlib import suppress
from typing import cast

from flask import g, request
from werkzeug.wrappers import Response

from api.http.context import engine, site
from engine.kernel.refusal import Unavailable
from engine.people.attempts import SignInAttempt
from engine.people.session import SessionLife, SignedIn, digest_of
from engine.people.signing_in import KeepUpSession, OpenedSession

_NAME = "stoa_session"
_DEVICE = "stoa_device"
_DEVICE_KEPT_SECONDS = 365 * 24 * 3600
_LONGEST_TEXT = 64
"""Of what could be one of ours; longer texts are never looked up."""


def is_secure() -> bool:
    """Whether the connection is https, so that cookies may be restricted to it."""
    return request.is_secure or site().settings.https_only


def cookie_name(name: str) -> str:
    """The cookie's full name.

    Over https with the prefix that browsers accept from this host alone (RFC 6265bis, 4.1.3.2).
    """
    return f"__Host-{name}" if is_secure() else name


def shown_session() -> str | None:
    """The text of the session cookie; None if it cannot be a session."""
    shown = cookie(_NAME)
    return shown if 0 < len(shown) <= _LONGEST_TEXT else None


def open_session() -> SignedIn | None:
    """The browser's open session, also one that awaits its second factor; None without one.

    Looked up once a request. A session in use is extended.
    """
    if "signed_in" not in g:
        g.signed_in = _look_up()
    return cast(SignedIn | None, g.signed_in)


def signed_in() -> SignedIn | None:
    """Who is signed in; None without a session, or while its second factor is awaited."""
    found = open_session()
    return None if found is None or found.session.awaits_code else found


def is_looked_up() -> bool:
    """Whether it is known already who is signed in, or that nobody is."""
    return "signed_in" in g


def needs_second_factor(found: SignedIn) -> bool:
    """Whether nothing may open to them before they have set up a second factor, as their roles need one."""
    return found.needs_second_factor(site().settings.second_factor_roles)


def forget_session() -> None:
    """Treat the rest of the present request as without a session, after it has ended."""
    g.signed_in = None


def attempt_as(username: str) -> SignInAttempt:
    """The attempt of this browser to sign in as somebody."""
    return SignInAttempt(username=username, address=request.remote_addr or "", device=cookie(_DEVICE))


def set_session(response: Response, opened: OpenedSession) -> None:
    """Let the browser keep its session, and what makes it a known device."""
    set_cookie(response, _NAME, opened.text)
    if opened.device is not None:
        set_cookie(response, _DEVICE, opened.device, max_age=_DEVICE_KEPT_SECONDS)


def delete_session(response: Response) -> None:
    delete_cookie(response, _NAME)


def cookie(name: str) -> str:
    """The value of a cookie of ours; empty if there is none."""
    return request.cookies.get(cookie_name(name), "")


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set a cookie that scripts do not see, and that other sites do not send when they post."""
    response.set_cookie(
        cookie_name(name), value, max_age=max_age, path="/", secure=is_secure(), httponly=True, samesite="Lax"
    )


def delete_cookie(response: Response, name: str) -> None:
    response.delete_cookie(cookie_name(name), path="/", secure=is_secure(), httponly=True, samesite="Lax")


def session_life() -> SessionLife:
    """How long a session lasts that begins now."""
    return SessionLife.decided(engine().decided(), engine().clock.now())


def _look_up() -> SignedIn | None:
    shown = shown_session()
    found = engine().identify_session(digest_of(shown)) if shown else None
    if found is None:
        return None
    life = SessionLife.decided(engine().decided(found.settings_revision), engine().clock.now())
    if found.session.wants_keeping_up(engine().clock.now(), life.idle):
        # A database that only answers can still show pages, and the next request tries again.
        with suppress(Unavailable):
            engine().carry_out(KeepUpSession(session_id=found.session.id, life=life), actor=found.actor)
    return found
