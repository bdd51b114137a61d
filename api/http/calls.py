"""Calls: a blueprint whose routes say who may make them, what they take, and every "no" they can answer."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask_smorest import Blueprint  # type: ignore[import-untyped]  # the library has no types

from api.http.arguments import StrictParser
from api.http.bodies import JSON, MULTIPART
from api.http.documentation import documented, takes_query, with_headers_taken
from api.http.guard import Guard
from engine.kernel.actor import Scope

View = TypeVar("View", bound=Callable[..., Any])

__all__ = ["JSON", "MULTIPART", "Calls", "View"]


class Calls(Blueprint):  # type: ignore[misc]  # an untyped base
    """A subject of the API. Its views are routed with `call`."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, subject: str, *, about: str) -> None:
        super().__init__(subject, subject, description=about)
        self._prepare_doc_cbks.append(with_headers_taken)

    def arguments(self, schema: type[ma.Schema], **options: Any) -> Callable[[View], View]:
        """Give the view what the body or query holds, as smorest does."""
        return cast(Callable[[View], View], super().arguments(schema, **options))

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        """Write what the view returns in a shape, as smorest does."""
        return cast(Callable[[View], View], super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]:
        """Document another answer, as smorest does."""
        return cast(Callable[[View], View], super().alt_response(status_code, **options))

    @staticmethod
    def doc(**document: Any) -> Callable[[View], View]:
        """Document what smorest does not know, as it does."""
        return cast(Callable[[View], View], Blueprint.doc(**document))

    def call(
        self,
        method: str,
        path: str,
        *,
        scope: Scope | None,
        takes: str | None = None,
        body_needed: bool = True,
        most_bytes: int | None = None,
        headers: Sequence[str] = (),
        refuses: Sequence[int] = (),
    ) -> Callable[[View], View]:
        """Route `method path` to a view.

        `scope` is what the caller's token must be made for; None is for calls that prove themselves in
        another way. `takes` is the media type of the body, None for calls without one, and `most_bytes` its
        largest size, None what the settings say. `headers` are request headers with a meaning here. `refuses`
        are the statuses besides those that follow from all this.
        """

        def route(view: View) -> View:
            told = documented(view, scope=scope, takes=takes, headers=headers, refuses=refuses)
            guard = Guard(
                scope=scope,
                takes=takes,
                body_needed=body_needed,
                takes_query=takes_query(told),
                most_bytes=most_bytes,
            )

            @wraps(told)
            def guarded(*args: object, **named: object) -> Any:
                guard.admit()
                return told(*args, **named)

            self.add_url_rule(path, view.__name__, guarded, methods=[method])
            return view

        return route
