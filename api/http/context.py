"""What a request works with: the engine, the settings, and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, current_app, g

from api.http.bodies import SpoolingRequest
from api.http.rate_limits import Buckets
from api.observability.metrics import Metrics, RecentGauges
from api.observability.proxies import ProxyWatch
from engine.dispatch import Engine
from engine.kernel.actor import Actor
from engine.people.sign_in.authenticator import Authenticator
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.rehearsal.playing import Playhouse

View = TypeVar("View", bound=Callable[..., Any])

_EXTENSION = "stoa"


class Application(Flask):
    """The web application. No view or hook of it is a coroutine, and nobody looks whether one is."""

    request_class = SpoolingRequest

    def ensure_sync(self, func: View) -> View:
        """As it is; Flask would look at each of them in every request."""
        return func


@dataclass(frozen=True, kw_only=True)
class Site:
    """One running API. `schema_head` is the migration expected in the database.

    `prober` is the engine for whoever only wants to know whether the database answers. `authenticator` holds
    the ways to sign in at a browser; `proxy_watch` is None where proxies are trusted.
    """

    engine: Engine
    prober: Engine
    settings: Settings
    schema_head: str | None
    metrics: Metrics
    authenticator: Authenticator
    gauges: RecentGauges
    token_buckets: Buckets
    address_buckets: Buckets
    proxy_watch: ProxyWatch | None

    @cached_property
    def playhouse(self) -> "Playhouse":
        """Plays procedures; what it needs is loaded when somebody first plays one."""
        from engine.rehearsal.playing import Playhouse

        return Playhouse(self.engine)

    def put_on(self, extensions: dict[str, object]) -> None:
        """Make this the site of an application's requests."""
        extensions[_EXTENSION] = self


def site() -> Site:
    return cast(Site, current_app.extensions[_EXTENSION])


def engine() -> Engine:
    return site().engine


def actor() -> Actor:
    """Who asks. Only for calls that require a token, which was checked before."""
    return cast(Actor, g.actor)


def request_id() -> str:
    """The id of the present request, as in the log and in its response."""
    return cast(str, g.request_id)
