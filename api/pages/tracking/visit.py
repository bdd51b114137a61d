"""The visit of a citizen who tracks a case: a cookie for a while, which never holds the code."""

from datetime import UTC, datetime

from werkzeug.wrappers import Response

from api.http import session_cookie
from engine.cases.tracking_code import PASS_LIFE, TrackingPass
from engine.supplements.tracking import Visit

_COOKIE = "stoa_tracking"
_LONGEST = 120
"""Letters of what could be one of ours."""


def begin(response: Response, visit: Visit) -> None:
    """Set the cookie of a visit.

    It is sent when somebody follows the link on a receipt from another site's page, as from webmail, which
    `SameSite=Strict` would hinder; it is not sent with what other sites post.
    """
    began = f"{visit.given.began_at.timestamp():.0f}"
    value = f"{visit.number}.{began}.{visit.given.seal}"
    session_cookie.set_cookie(response, _COOKIE, value, max_age=int(PASS_LIFE.total_seconds()))


def present() -> Visit | None:
    """The visit in the browser's cookie, which the engine has yet to check; None without one."""
    shown = session_cookie.cookie(_COOKIE)
    number, _, proof = shown.partition(".")
    began, _, seal = proof.partition(".")
    if len(shown) > _LONGEST or not (began.isascii() and began.isdigit() and len(began) <= 11):
        return None
    began_at = datetime.fromtimestamp(int(began), tz=UTC)
    return Visit(number=number, given=TrackingPass(began_at=began_at, seal=seal))


def end(response: Response) -> None:
    session_cookie.delete_cookie(response, _COOKIE)
