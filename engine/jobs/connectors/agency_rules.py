"""How an agency may be connected: by the rules of the connector that would serve its endpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.endpoints import endpoint_refusal
from engine.jobs.connectors.routing import scheme_of
from engine.jobs.connectors.signatures import secret_refusal

Judge = Callable[[str], str | None]
"""Says why a URL may not be an endpoint, as a sentence; None if it may."""


@dataclass(frozen=True, kw_only=True)
class ConnectionRules:
    """Fills the port `AgencyRules`, with a judge for each scheme that has a connector."""

    by_scheme: Mapping[str, Judge]

    @classmethod
    def of_webhooks(cls, addresses: AddressRules) -> Self:
        """The rules where agencies are called by webhook alone."""

        def judge(url: str) -> str | None:
            return endpoint_refusal(url, addresses)

        return cls(by_scheme={"https": judge, "http": judge})

    def endpoint_refusal(self, url: str) -> str | None:
        """Why the URL may not be an agency's endpoint; None if it may."""
        judge = self.by_scheme.get(scheme_of(url))
        if judge is None:
            return f"Expected a URL of one of these kinds: {', '.join(sorted(self.by_scheme))}."
        return judge(url)

    def secret_refusal(self, secret: str) -> str | None:
        """Why the secret cannot sign; None if it can."""
        return secret_refusal(secret)
