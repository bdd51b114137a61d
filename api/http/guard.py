"""The guard before a call: who may make it, and with what, before anything of the body is read."""

from dataclasses import dataclass

from flask import request

from api.http import bodies
from api.http.identity import admit
from api.http.problems import Problem
from engine.kernel.actor import Scope
from engine.kernel.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What a call demands: a token with `scope` (None for no token), and a body of the media type `takes`.

    `most_bytes` are the largest body, None that of the settings.
    """

    scope: Scope | None
    takes: str | None
    body_needed: bool
    takes_query: bool
    most_bytes: int | None = None

    def admit(self) -> None:
        """Let the present request in, or raise the `Problem` or `Refusal` that says why not."""
        try:
            if self.scope is not None:
                admit(self.scope)
            bodies.require(self.takes, needed=self.body_needed, most_bytes=self.most_bytes)
            self._require_no_query()
        except (Problem, Refusal):
            bodies.let_pass_by()
            raise

    def _require_no_query(self) -> None:
        if request.args and not self.takes_query:
            strangers = {name[:100]: ["unknown"] for name in request.args}
            raise Problem("invalid", "This call takes no query.", errors=strangers)
