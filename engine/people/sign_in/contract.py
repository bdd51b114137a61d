"""What a sign-in needs from outside: directory and identity provider, asked while no transaction is open."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class ExternalIdentity:
    """A person as a directory or an identity provider knows them.

    `username` may change. A provider's `issuer` and `subject` never change and are nobody else's; a directory
    has none. `display_name` may be empty. `groups` are those that it was asked for. `sign_out_hint` tells a
    provider later who signs out.
    """

    username: str
    issuer: str | None = None
    subject: str = ""
    display_name: str = ""
    groups: frozenset[str] = frozenset()
    sign_out_hint: str | None = field(default=None, compare=False, repr=False)


class Directory(Protocol):
    def person(self, username: str, password: str) -> ExternalIdentity | None:
        """The one person of that name, if that is their password; else None.

        `Unavailable` if the directory does not answer.
        """


@dataclass(frozen=True, kw_only=True)
class SignedOutPerson:
    issuer: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class AuthorizationRequest:
    """One request to the identity provider to sign somebody in (OpenID Connect Core 1.0, section 3.1.2.1).

    `state`, `nonce` and `verifier` are random texts of this request, which the browser keeps meanwhile;
    `return_address` is where the provider sends the browser back to.
    """

    state: str
    nonce: str
    verifier: str
    return_address: str


class IdentityProvider(Protocol):
    """An identity provider at which people sign in by themselves."""

    def address(self, request: AuthorizationRequest) -> str:
        """Where the browser is sent; `Unavailable` if the provider does not answer."""

    def person(self, request: AuthorizationRequest, answer: dict[str, str]) -> ExternalIdentity:
        """Who came back, by the query of the return address.

        `NotPermitted` if the provider refused, or if what came back is no answer to this request;
        `Unavailable` if the provider does not answer.
        """

    def sign_out_address(self, return_address: str, *, hint: str | None) -> str | None:
        """Where people sign out at the provider; None if it has no such page. `Unavailable` as above.

        With the hint of the sign-in it need not ask whom it is to sign out.
        """

    def signed_out(self, logout_token: str) -> SignedOutPerson:
        """Who has signed out at the provider, by the token in which it says so.

        `NotPermitted` if it is no such token of this provider's for us; `Unavailable` as above.
        """
