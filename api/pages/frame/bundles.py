"""The bundles built for browsers: found by their names, served to be cached for ever."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for
from werkzeug.exceptions import NotFound

BUILT = Path(__file__).parents[1] / "built"

blueprint = Blueprint("bundles", __name__, url_prefix="/bundles")


class NotBuilt(Exception):
    """There is no such bundle: `make setup` was not run, or its source has another name."""


@blueprint.app_template_global()
def bundle(name: str) -> str:
    """The address of a bundle, as in `bundle("desk.css")`; raises `NotBuilt`."""
    called = _manifest().get(name)
    if called is None:
        raise NotBuilt(f"{BUILT / 'manifest.json'} names no {name}: run `make setup`.")
    return url_for("bundles.serve", name=called)


@blueprint.get("/<name>")
def serve(name: str) -> Response:
    if name == "manifest.json":
        raise NotFound
    response = send_from_directory(BUILT, name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@cache
def _manifest() -> Mapping[str, str]:
    path = BUILT / "manifest.json"
    if not path.exists():
        raise NotBuilt(f"There is no {path}: run `make setup`.")
    named: dict[str, str] = json.loads(path.read_text())
    return named
