"""What everything that has to do with signatures of parties shares: the topic, and the states of one."""

from enum import StrEnum
from typing import Final

SIGNATURE: Final = "stoa:signature"
"""The topic of a service task in which a party signs or consents; no agency takes it."""

PARTY: Final = "party"
"""The variable that such a service task is handed: one of `stoa.parties(role)`."""


class SignatureState(StrEnum):
    """The life of a signature."""

    INVITED = "invited"
    OPENED = "opened"
    """Its party has opened their link, and shown who they are."""
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The case ended before."""
    EXPIRED = "expired"
    """The diagram waited for it no longer."""

    @property
    def is_awaited(self) -> bool:
        """Whether the party may still sign."""
        return self in (SignatureState.INVITED, SignatureState.OPENED)
