"""Commands that judge a code of somebody's second factor: each is counted, so that nobody guesses."""

from typing import TypeVar

from api.http.context import actor, engine
from api.http.session_cookie import attempt_as
from engine.context import Command
from engine.kernel.actor import SYSTEM
from engine.people.signing_in import CountAttempt, TakeAttemptBack

R = TypeVar("R")


def with_counted_code(command: Command[R]) -> R:
    """Carry out a command of whoever asks; it counts as an attempt to sign in until it succeeds."""
    attempt = attempt_as(actor().name)
    engine().carry_out(CountAttempt(attempt=attempt), actor=SYSTEM)
    answer = engine().carry_out(command, actor=actor())
    engine().carry_out(TakeAttemptBack(attempt=attempt), actor=SYSTEM)
    return answer
