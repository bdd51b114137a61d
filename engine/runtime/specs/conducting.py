"""Nodes that make tokens below their own and go on when those are done: loops, compensation."""

from collections.abc import Mapping
from typing import Any

from engine.runtime.branches import remove
from engine.runtime.join import overlay
from engine.runtime.specs.activities import Activity
from engine.runtime.tokens import Token


class Conducting(Activity):
    """Its token keeps its data as it was at the beginning.

    `gathered`, among its facts, is that data with what is done since.

    When nothing is left to wait for, the token is made ready once more, so that events thrown meanwhile come
    first.
    """

    def begin(self, token: Token, **facts: Any) -> None:
        """Remember where the data stood, with what else the node must remember."""
        token.facts.update(gathered=dict(token.data), **facts)
        token.start()

    @staticmethod
    def begun(token: Token) -> bool:
        """Whether the node has begun: then it is run once more only to go on."""
        return "gathered" in token.facts

    def child_done(self, token: Token, child: Token) -> None:
        """Take over what a token below has left, and go on: with the next one, or after the node."""
        raise NotImplementedError

    def gather(self, token: Token, child: Token, *, since: Mapping[str, Any] | None = None) -> None:
        """Add what a token below has changed since it began, and take it away."""
        base = token.data if since is None else since
        token.facts["gathered"] = overlay(base, child.data, token.facts["gathered"])
        token.writers = {**token.writers, **child.writers}
        remove(child)

    def end(self, token: Token) -> None:
        """Stop what still runs below, and go on."""
        for child in list(token.children):
            remove(child)
        token.make_ready()

    def gathered(self, token: Token) -> Mapping[str, Any] | None:
        """The data at the beginning, with the changes of what is done."""
        gathered: Mapping[str, Any] | None = token.facts.get("gathered")
        return gathered

    def conclude(self, token: Token) -> None:
        """Let what was gathered leave the node."""
        token.take(token.facts["gathered"], token.writers)
        token.facts.clear()
