"""An identity provider that speaks OpenID Connect: the authorisation code flow with PKCE.

Sources: OpenID Connect Core 1.0 (the flow, section 3.1), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (the issuer
in the answer), RP-Initiated Logout 1.0, Back-Channel Logout 1.0.
"""

import base64
import hashlib
import hmac
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.kernel.refusal import NotPermitted, Unavailable
from engine.people.sign_in.contract import AuthorizationRequest, ExternalIdentity, SignedOutPerson
from engine.people.sign_in.oidc_claims import groups_in, problem_of_id_token, problem_of_logout_token

_SECONDS = 10.0
_SIGNATURES = ["RS256", "PS256", "ES256", "EdDSA"]
"""Those that only the provider can make; never one of a shared secret, nor none."""
_REMEMBERED_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class _ProviderMetadata:
    """What the provider publishes about itself, and until when (monotonic seconds) it is used."""

    values: Mapping[str, Any]
    until: float


@dataclass(kw_only=True)
class OidcProvider:
    """Fills the port `IdentityProvider`; threads may share it.

    `issuer` is the provider's identifier, below which it describes itself. `username_claim` names the claim
    of the ID token that is a person's user name here, `groups_claim` the one with their groups, whose name
    may be a path such as `realm_access.roles`; empty asks for none. `scopes` are what it is asked for.
    `ca_file` holds the certificate authorities of its server, empty for the usual ones.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    username_claim: str
    ca_file: str
    groups_claim: str = ""
    scopes: str = "openid profile"
    _metadata: _ProviderMetadata | None = field(default=None, init=False, repr=False)
    _keys: KeySet | None = field(default=None, init=False, repr=False)

    def address(self, request: AuthorizationRequest) -> str:
        """The provider's page on which people sign in."""
        digest = hashlib.sha256(request.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "scope": self.scopes,
            "client_id": self.client_id,
            "redirect_uri": request.return_address,
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return _with_query(self._endpoint("authorization_endpoint"), query)

    def person(self, request: AuthorizationRequest, answer: dict[str, str]) -> ExternalIdentity:
        """Who came back from that request."""
        if not hmac.compare_digest(answer.get("state", "").encode(), request.state.encode()):
            raise _not_the_answer("Its state is another one.")
        if answer.get("iss", self.issuer) != self.issuer:
            raise _not_the_answer("It comes from another issuer.")
        code = answer.get("code")
        if code is None:
            raise NotPermitted("The identity provider let nobody in.", code="provider_refused")
        return self._person_of(self._tokens(code, request), request)

    def sign_out_address(self, return_address: str, *, hint: str | None) -> str | None:
        """Where people sign out at the provider; with the hint it need not ask whom it is to sign out."""
        endpoint = self._published().get("end_session_endpoint")
        if not isinstance(endpoint, str):
            return None
        query = {"client_id": self.client_id, "post_logout_redirect_uri": return_address}
        if hint is not None:
            query["id_token_hint"] = hint
        return _with_query(endpoint, query)

    def signed_out(self, logout_token: str) -> SignedOutPerson:
        """Who has signed out at the provider, by its logout token."""
        claims = self._claims(logout_token)
        problem = problem_of_logout_token(claims, issuer=self.issuer, client_id=self.client_id)
        if problem is not None:
            raise _not_the_answer(f"In the logout token {problem} is not right.")
        return SignedOutPerson(issuer=self.issuer, subject=claims["sub"])

    def _tokens(self, code: str, request: AuthorizationRequest) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": request.return_address,
            "code_verifier": request.verifier,
        }
        answer = self._json("POST", self._endpoint("token_endpoint"), form=form | self._proof_of_client())
        if not isinstance(answer.get("id_token"), str):
            raise _not_the_answer("There is no ID token for its code.")
        return answer

    def _person_of(self, tokens: Mapping[str, Any], request: AuthorizationRequest) -> ExternalIdentity:
        claims = self._claims(tokens["id_token"])
        problem = problem_of_id_token(
            claims, issuer=self.issuer, client_id=self.client_id, nonce=request.nonce
        )
        if problem is not None:
            raise _not_the_answer(f"In the ID token {problem} is not right.")
        subject, username, name = claims.get("sub"), claims.get(self.username_claim), claims.get("name")
        if not isinstance(subject, str) or not isinstance(username, str) or not username:
            raise _not_the_answer(f"The ID token names no subject, or has no {self.username_claim}.")
        return ExternalIdentity(
            issuer=self.issuer,
            subject=subject,
            username=username.strip().lower(),
            display_name=name if isinstance(name, str) else "",
            groups=self._groups(claims, tokens.get("access_token")) if self.groups_claim else frozenset(),
            sign_out_hint=tokens["id_token"],
        )

    def _groups(self, claims: Mapping[str, Any], access_token: object) -> frozenset[str]:
        """The person's groups by the ID token, or else by what the provider answers about them.

        A provider that says nothing of groups in either has put the person in none.
        """
        groups = groups_in(claims, self.groups_claim)
        endpoint = self._published().get("userinfo_endpoint")
        if groups is not None or not isinstance(endpoint, str) or not isinstance(access_token, str):
            return groups or frozenset()
        answer = self._json("GET", endpoint, token=access_token)
        if answer.get("sub") != claims["sub"]:
            raise _not_the_answer("What it says of the person is about another one.")
        return groups_in(answer, self.groups_claim) or frozenset()

    def _claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a signed token; when no key fits, keys are fetched once more."""
        for are_fresh in (False, True):
            try:
                return jwt.decode(token, self._key_set(fresh=are_fresh), algorithms=_SIGNATURES).claims
            except (JoseError, ValueError) as error:
                if are_fresh:
                    raise _not_the_answer("Its token is not signed by the provider.") from error
        raise AssertionError("The second try returns or raises.")

    def _key_set(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh:
            answer = self._json("GET", self._endpoint("jwks_uri"))
            try:
                self._keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]  # checked by it
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise Unavailable("The identity provider has no keys that can be read.") from error
        return self._keys

    def _endpoint(self, name: str) -> str:
        value = self._published().get(name)
        if not isinstance(value, str):
            raise Unavailable(f"The identity provider does not say its {name}.")
        return value

    def _published(self) -> Mapping[str, Any]:
        known = self._metadata
        if known is not None and time.monotonic() < known.until:
            return known.values
        values = self._json("GET", self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if values.get("issuer") != self.issuer:
            raise Unavailable("The identity provider describes itself as another one.")
        self._metadata = _ProviderMetadata(values=values, until=time.monotonic() + _REMEMBERED_SECONDS)
        return values

    def _proof_of_client(self) -> dict[str, str]:
        """The fields that prove who we are, for a provider that does not take them in a header."""
        if self._takes_header():
            return {}
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def _takes_header(self) -> bool:
        """Whether the provider takes client_secret_basic, as it does if it says nothing."""
        return "client_secret_basic" in self._published().get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        )

    def _json(
        self, method: str, address: str, *, form: Mapping[str, str] | None = None, token: str | None = None
    ) -> Mapping[str, Any]:
        # Name and secret are encoded as in a form before they become a header (RFC 6749, section 2.3.1).
        header = (quote_plus(self.client_id), quote_plus(self.client_secret))
        authentication = header if form is not None and self._takes_header() else None
        trusted = ssl.create_default_context(cafile=self.ca_file or None)
        try:
            with httpx.Client(timeout=_SECONDS, trust_env=False, verify=trusted) as client:
                bearer = {"Authorization": f"Bearer {token}"} if token else None
                answer = client.request(method, address, data=form, auth=authentication, headers=bearer)
            if answer.status_code == httpx.codes.BAD_REQUEST and form is not None:
                raise _not_the_answer("The provider does not take its code.")
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable("The identity provider does not answer, or not as it should.") from error
        if not isinstance(found, dict):
            raise Unavailable("The identity provider does not answer as it should.")
        return found


def _with_query(endpoint: str, query: Mapping[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def _not_the_answer(why: str) -> NotPermitted:
    return NotPermitted(
        f"What came back is not the answer of the identity provider. {why}", code="not_the_answer"
    )
