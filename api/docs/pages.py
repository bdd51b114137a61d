"""The pages: an index, the documentation of the API, and one page for every kind of problem."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from markupsafe import Markup, escape

from api.docs.reference import subjects
from api.docs.texts import LANGUAGES, TEXTS
from api.http.context import site
from api.http.problems import KINDS
from api.openapi import document_of

blueprint = Blueprint("docs", __name__, template_folder="templates")

_CSS = Path(__file__).with_name("docs.css")
_CODE = re.compile(r"[a-z_]{1,60}")
_BACKTICKS = re.compile(r"`([^`]*)`")


@blueprint.app_template_filter()
def with_code(text: str) -> Markup:
    """The text, escaped, with parts between backticks as `<code>`."""
    return Markup(_BACKTICKS.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - it was escaped


@blueprint.get("/api/")
def index() -> Response:
    return _page("index.html", base_url=_base_url())


@blueprint.get("/api/v1/docs")
def reference() -> Response:
    shown = subjects(document_of(current_app), _base_url())
    return _page("reference.html", subjects=shown, base_url=_base_url())


@blueprint.get("/problems/")
def problems() -> Response:
    return _page("problems.html", kinds=KINDS)


@blueprint.get("/problems/<code>")
def problem(code: str) -> Response:
    """The page at the address that problem details give as their type."""
    kind = KINDS.get(code)
    response = _page("problem.html", code=code if _CODE.fullmatch(code) else "", kind=kind)
    if kind is None and not _CODE.fullmatch(code):
        response.status_code = 404
    return response


@blueprint.get("/docs.css")
def style() -> Response:
    response = Response(_style(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def _style() -> bytes:
    return _CSS.read_bytes()


def _page(template: str, **shown: Any) -> Response:
    language = _language()
    text = TEXTS[language]
    html = render_template(
        template, lang=language, languages=LANGUAGES, text=text, here=request.path, **shown
    )
    response = make_response(html)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _language() -> str:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES:
        return wanted
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _base_url() -> str:
    return (site().settings.public_url or request.url_root).rstrip("/")
