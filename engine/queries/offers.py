"""Questions about what is on offer: the procedure that a new case would run."""

from dataclasses import dataclass

from engine.domain.procedure import VersionStatus
from engine.domain.refusal import NotFound
from engine.ports.catalogue import Procedure
from engine.queries.question import Answering


@dataclass(frozen=True, kw_only=True)
class ShowOffer:
    """A procedure as it is offered now, with its papers and start form; everybody who is known may ask."""

    key: str

    def answer(self, answering: Answering) -> Procedure:
        """The published version with the highest number; `NotFound` if none is on offer."""
        published = [
            version
            for version in answering.reads.versions(self.key)
            if version.status is VersionStatus.PUBLISHED
        ]
        if not published:
            raise NotFound.of("procedure on offer", self.key)
        newest = max(published, key=lambda version: version.number)
        return answering.procedure(newest.id)
