"""Which agency a service task goes to."""

from collections.abc import Sequence

from engine.organisation.model import Agency
from engine.runtime.contract import OpenedServiceTask

AGENCY = "agency"
"""The task header, or else the input variable, that names an agency by key where several take a topic."""


def agency_for(opened: OpenedServiceTask, agencies: Sequence[Agency]) -> Agency | None:
    """The agency among those that take the topic: the one the diagram names, or the only one.

    None means that nobody is connected: a person of the branch then records what was sent and what came back.
    """
    wanted = opened.headers.get(AGENCY) or opened.variables.get(AGENCY)
    if wanted is not None:
        return next((agency for agency in agencies if agency.key == wanted), None)
    return agencies[0] if len(agencies) == 1 else None
