"""Showing a page: a template in the reader's language, its response headers, and addresses of pages."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, request, url_for

from api.http.context import site
from api.pages.frame.language import LANGUAGES, NAMES, address_in, language
from api.pages.frame.templates import render

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Everything from our own origin, and nothing inline; `data:` is for icons that style sheets hold."""


def page(template: str, *, status: int = 200, **shown: Any) -> Response:
    """A page made from a template (`tasks/task.html`), which sees `shown` and what every page needs."""
    shown_language = language()
    others = [(code, NAMES[code], address_in(code)) for code in LANGUAGES if code != shown_language]
    html = render(template, language=shown_language, other_languages=others, **shown)
    response = make_response(html, status)
    response.headers["Content-Language"] = shown_language
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_only_a_part() -> bool:
    """Whether htmx asks, to replace a part of the page that is shown."""
    return request.headers.get("HX-Request") == "true"


def asked_by_script() -> bool:
    """Whether a script asks, without leaving its page, and wants JSON."""
    return request.accept_mimetypes.best == "application/json"


def local_address(wanted: str | None, *, otherwise: str) -> str:
    """The address of a page of ours to go on to; never one of another site.

    Browsers take two slashes, a backslash, tabs or line ends at the beginning for another site.
    """
    if not wanted or not wanted.isprintable() or "\\" in wanted:
        return otherwise
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    return wanted


def outside_address(endpoint: str, **arguments: Any) -> str:
    """The address of a page as seen from outside."""
    home = site().settings.public_url or request.url_root
    return home.rstrip("/") + url_for(endpoint, **arguments)
