"""A right: an action on an object, with the rule that allows it, and what the rule says to somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.kernel.actor import Actor
from engine.kernel.permission_examples import Place, example_actor
from engine.kernel.refusal import NotFound, NotPermitted


class Verdict(StrEnum):
    """What a rule says to somebody."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    """They are told that they may not (403)."""
    HIDDEN = "hidden"
    """It does not exist for them: it is not found (404), is left out, or the list is empty."""


@dataclass(frozen=True, kw_only=True)
class Right:
    """An action on an object, with the rule that allows it.

    The rule refuses, or gives false where something is left out, and anything else where it allows. `when`
    says what else has to be so.
    """

    thing: str
    action: str
    rule: Callable[[Actor], object]
    when: str = ""

    def verdict(self, column: str, place: Place) -> Verdict:
        """What the rule says to somebody in that role, working there."""
        return self.verdict_to(example_actor(column, place))

    def verdict_to(self, actor: Actor) -> Verdict:
        """What the rule says to that actor about the examples."""
        try:
            allowed = self.rule(actor)
        except NotPermitted:
            return Verdict.REFUSED
        except NotFound:
            return Verdict.HIDDEN
        return Verdict.HIDDEN if allowed is False else Verdict.ALLOWED
