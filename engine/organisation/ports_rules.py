"""What the engine needs to know how an agency may be connected, before that is kept."""

from typing import Protocol


class AgencyRules(Protocol):
    """Judges where an agency is called and with what it is signed; nobody is asked and nothing resolved."""

    def endpoint_refusal(self, url: str) -> str | None:
        """Why the URL may not be an agency's endpoint, as a sentence; None if it may."""

    def secret_refusal(self, secret: str) -> str | None:
        """Why the secret cannot sign, as a sentence that does not quote it; None if it can."""
