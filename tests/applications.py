"""Applications for tests: furnished once for all tests of the run, and opened on a site by each."""

from copy import copy
from functools import cache

from flask import Flask

from api.app import app_without_engine, attach_engine
from engine.dispatch import Engine
from engine.people.sign_in.authenticator import Authenticator
from engine.settings import Settings


def an_application(
    engine: Engine, settings: Settings, *, authenticator: Authenticator | None = None
) -> Flask:
    """The application over an engine; routes may not be added to it."""
    app = copy(_furnished_once())
    app.extensions = dict(app.extensions)
    return attach_engine(app, engine, settings, authenticator=authenticator)


@cache
def _furnished_once() -> Flask:
    return app_without_engine()
