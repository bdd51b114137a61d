"""Who sends a webhook: the agency with its secrets, which no other call gives out."""

from dataclasses import dataclass

from engine.domain.agency import Agency
from engine.queries.question import Answering


@dataclass(frozen=True, kw_only=True)
class WhoSends:
    """The agency of a key, asked before anything is proven."""

    agency_key: str

    def answer(self, answering: Answering) -> Agency | None:
        """The agency; None if there is none of that key."""
        return answering.reads.agency_keyed(self.agency_key)
