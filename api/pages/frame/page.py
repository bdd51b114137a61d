"""Showing a page: a template in the reader's language, and what its response says about itself."""

from typing import Any

from flask import Response, make_response, render_template, request

from api.pages.frame.language import LANGUAGES, NAMES, address_in, language

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Everything from our own origin, and nothing inline; `data:` is for icons that style sheets hold."""


def page(template: str, *, status: int = 200, **shown: Any) -> Response:
    """A page made from a template (`tasks/task.html`), which sees `shown` and what every page needs."""
    spoken = language()
    others = [(code, NAMES[code], address_in(code)) for code in LANGUAGES if code != spoken]
    html = render_template(template, language=spoken, other_languages=others, **shown)
    response = make_response(html, status)
    response.headers["Content-Language"] = spoken
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_only_a_part() -> bool:
    """Whether htmx asks, to put a part of the answer into the page that is shown already."""
    return request.headers.get("HX-Request") == "true"
