"""The registry of connectors: which one serves an agency, and what it asks of an agency's connection."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.signatures import secret_problem
from engine.service_tasks.connector import Connector, Delivery, DeliveryOutcome, DeliveryResult


def every_connector(addresses: AddressRules) -> "Connectors":
    """Every connector there is, one a line; `addresses` are those that they may speak to."""
    from engine.jobs.connectors.webhook import WebhookConnector  # the HTTP client is loaded by whoever calls

    return Connectors(
        WebhookConnector(rules=addresses),
    )


class Connectors:
    """Connectors, each chosen by the scheme of an agency's endpoint."""

    def __init__(self, *connectors: Connector) -> None:
        self._by_scheme = {scheme: one for one in connectors for scheme in one.schemes}

    def problems(self, endpoint: str | None, secrets: Sequence[str]) -> dict[str, list[str]]:
        """What keeps an agency from being connected so, in sentences by field; empty if nothing does."""
        if endpoint is None:
            # Nothing is sent to it, but what it sends to our webhook is signed.
            found = {"secrets": [problem for secret in secrets if (problem := secret_problem(secret))]}
        elif (connector := self._serving(endpoint)) is None:
            found = {"endpoint": [f"Expected a URL of one of these kinds: {self._schemes}."]}
        else:
            problem = connector.endpoint_problem(endpoint)
            found = {
                "endpoint": [problem] if problem else [],
                "secrets": list(connector.secret_problems(secrets)),
            }
        return {field: problems for field, problems in found.items() if problems}

    def deliver(self, delivery: Delivery) -> DeliveryOutcome:
        """Make one attempt through the agency's connector; a missing one is reported, never skipped."""
        agency = delivery.agency
        if agency.endpoint is None:
            return DeliveryOutcome(
                result=DeliveryResult.GONE, detail=f"{agency.key} is not connected any more."
            )
        connector = self._serving(agency.endpoint)
        if connector is None:
            detail = f"Expected the endpoint of {agency.key} to be one of: {self._schemes}."
            return DeliveryOutcome(result=DeliveryResult.FAILED, detail=detail)
        return connector.deliver(delivery)

    def _serving(self, endpoint: str) -> Connector | None:
        try:
            return self._by_scheme.get(urlsplit(endpoint).scheme)
        except ValueError:
            return None

    @property
    def _schemes(self) -> str:
        return ", ".join(sorted(self._by_scheme))
