"""A clock that stands still until it is moved."""

from datetime import UTC, datetime


class FrozenClock:
    """Fills the port `Clock`; time passes only by `move_to`."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment at which the clock stands, in UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Let it be `at`; a clock never goes back."""
        if at < self._at:
            raise ValueError(
                f"The clock stands at {self._at.isoformat()} and cannot go back to {at.isoformat()}."
            )
        self._at = at.astimezone(UTC)
