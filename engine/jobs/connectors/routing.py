"""Which connector serves an agency: the scheme of its endpoint says so (`https:` is a webhook)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.service_tasks.connector import Connector, Delivery, DeliveryOutcome, DeliveryResult


@dataclass(frozen=True, kw_only=True)
class ConnectorRouting:
    """Passes each delivery to the connector registered for the agency's kind of connection."""

    by_scheme: Mapping[str, Connector]

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        """Make one attempt through the agency's connector; a missing one is reported, never skipped."""
        if delivery.agency.endpoint is None:
            return DeliveryOutcome(
                result=DeliveryResult.GONE, detail=f"{delivery.agency.key} is not connected any more."
            )
        connector = self.by_scheme.get(scheme_of(delivery.agency.endpoint))
        if connector is None:
            known = ", ".join(sorted(self.by_scheme))
            return DeliveryOutcome(
                result=DeliveryResult.FAILED,
                detail=f"Expected the endpoint of {delivery.agency.key} to be one of: {known}.",
            )
        return connector.deliver(delivery)


def scheme_of(endpoint: str) -> str:
    """The kind of an endpoint, in lower case; empty for what is no URL."""
    try:
        return urlsplit(endpoint).scheme
    except ValueError:
        return ""
