"""What a sign-in needs from outside: somebody who vouches for people, asked while no transaction is open."""

from dataclasses import dataclass
from typing import Protocol


class Directory(Protocol):
    """A directory that knows people's passwords."""

    def vouches_for(self, username: str, password: str) -> bool:
        """Whether that is the password of the one person of that name.

        `Unavailable` if the directory does not answer.
        """


@dataclass(frozen=True, kw_only=True)
class VouchedPerson:
    """A person for whom an identity provider vouches.

    `issuer` and `subject` are never given to anybody else; `username` is what the provider calls them today.
    """

    issuer: str
    subject: str
    username: str


@dataclass(frozen=True, kw_only=True)
class Departure:
    """One way to the identity provider and back.

    `state`, `nonce` and `verifier` are random texts of this departure, which the browser keeps meanwhile;
    `return_address` is where the provider sends it.
    """

    state: str
    nonce: str
    verifier: str
    return_address: str


class IdentityProvider(Protocol):
    """An identity provider at which people sign in by themselves."""

    def address(self, departure: Departure) -> str:
        """Where a departure leads; `Unavailable` if the provider does not answer."""

    def person(self, departure: Departure, answer: dict[str, str]) -> VouchedPerson:
        """Who came back, by the query of the return address.

        `NotPermitted` if the provider refused, or if what came back is not the answer to this departure;
        `Unavailable` if the provider does not answer.
        """

    def sign_out_address(self, return_address: str) -> str | None:
        """Where people sign out at the provider; None if it has no such place."""
