"""What the engine needs to keep small secrets so that the database alone does not give them away."""

from typing import Protocol
from uuid import UUID

NO_KEY = "no_secret_key"
"""The code of a refusal to seal without a key."""
KEY_MISSING = "secret_key_missing"
"""The code of a refusal to open what no key at hand has sealed."""


class Seals(Protocol):
    """Seals secrets with keys that are kept elsewhere than what is sealed."""

    def sealed(self, secret: bytes, *, owner: UUID) -> bytes:
        """The secret as it may be stored; it opens for the same owner only.

        `Unavailable` (`NO_KEY`) if there is no key to seal with.
        """

    def opened(self, sealed: bytes, *, owner: UUID) -> bytes:
        """The secret again.

        `Unavailable` (`KEY_MISSING`) if it was sealed with a key that is not at hand, or for somebody
        else.
        """

    def is_up_to_date(self, sealed: bytes) -> bool:
        """Whether it was sealed with the key that seals today; if not, it is better sealed anew."""
