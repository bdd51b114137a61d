"""How an agency may be connected by webhooks."""

from dataclasses import dataclass

from engine.connectors.address_rules import AddressRules
from engine.connectors.endpoints import endpoint_refusal
from engine.connectors.signatures import secret_refusal


@dataclass(frozen=True)
class WebhookRules:
    """Fills the port `AgencyRules`; `addresses` are the places that the operator has opened."""

    addresses: AddressRules

    def endpoint_refusal(self, url: str) -> str | None:
        """Why the URL may not be an agency's endpoint; None if it may."""
        return endpoint_refusal(url, self.addresses)

    def secret_refusal(self, secret: str) -> str | None:
        """Why the secret cannot sign; None if it can."""
        return secret_refusal(secret)
