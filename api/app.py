"""The web application: its blueprints and its error handlers."""

from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from api.docs.pages import blueprint as docs
from api.http import problems
from api.http.context import Application, Site
from api.http.fields import KeyConverter, NumberConverter
from api.http.rate_limits import Buckets
from api.http.responses import OrjsonProvider, with_fixed_headers
from api.observability import requests
from api.observability.health import blueprint as health
from api.observability.metrics import Metrics, RecentGauges
from api.observability.proxies import ProxyWatch
from api.openapi import StoaApi
from api.pages.frame.templates import PageEnvironment
from api.pages.registry import finish_page, register_pages
from api.rest import SUBJECTS
from api.scim.views import scim
from api.webhooks import calls as webhooks
from engine.bootstrap import build_authenticator
from engine.dispatch import Engine
from engine.kernel.refusal import Refusal
from engine.people.sign_in.authenticator import Authenticator
from engine.settings import Settings
from engine.storage.connecting import Patience

BASE_PATH = "/api/v1"

READY_WITHIN = Patience(connect=2, lock=1.0, statement=1.0)
"""How long /readyz waits for the database: less than load balancers wait for /readyz."""


def create_app(
    engine: Engine,
    settings: Settings,
    *,
    schema_head: str | None = None,
    authenticator: Authenticator | None = None,
) -> Flask:
    """The application over an engine.

    `schema_head` is the migration that /readyz expects in the database; None expects none. `authenticator`
    holds the ways to sign in; None means those of the settings.
    """
    return attach_engine(
        app_without_engine(), engine, settings, schema_head=schema_head, authenticator=authenticator
    )


def app_without_engine() -> Flask:
    """The application with all its routes, before it has an engine."""
    app = Application("api", static_folder=None, template_folder="pages")
    app.jinja_environment = PageEnvironment
    app.json = OrjsonProvider(app)
    app.url_map.converters["key"] = KeyConverter
    app.url_map.converters["number"] = NumberConverter
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    requests.watch(app, finish_page=finish_page)
    app.register_error_handler(Refusal, problems.of_refusal)
    app.register_error_handler(problems.Problem, problems.of_problem)
    app.register_error_handler(HTTPException, problems.of_http_exception)
    _register_blueprints(app)
    return app


def attach_engine(
    app: Flask,
    engine: Engine,
    settings: Settings,
    *,
    schema_head: str | None = None,
    authenticator: Authenticator | None = None,
) -> Flask:
    """Give the application its engine; the arguments are as in `create_app`."""
    Site(
        engine=engine,
        prober=engine.hurried(READY_WITHIN),
        settings=settings,
        schema_head=schema_head,
        metrics=Metrics(),
        authenticator=authenticator or build_authenticator(settings),
        gauges=RecentGauges(engine),
        token_buckets=Buckets(settings.rate_limit, file=_counts_of_tokens(settings)),
        address_buckets=Buckets(settings.public_rate_limit),
        proxy_watch=None if settings.trusted_proxies else ProxyWatch(engine),
    ).put_on(app.extensions)
    app.wsgi_app = with_fixed_headers(app.wsgi_app, https_only=settings.https_only)  # type: ignore[method-assign, assignment]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _counts_of_tokens(settings: Settings) -> Path | None:
    return settings.shared_folder / "requests-of-tokens" if settings.shared_folder else None


def _register_blueprints(app: Flask) -> None:
    api = StoaApi(app)
    for subject in (*SUBJECTS, webhooks):
        api.register_blueprint(subject, url_prefix=BASE_PATH)
    app.register_blueprint(scim)
    app.register_blueprint(docs)
    app.register_blueprint(health)
    register_pages(app)
