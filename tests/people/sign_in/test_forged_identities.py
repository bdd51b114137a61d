"""Claims that nobody but the provider vouches for people: what a hostile or broken server might answer."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from engine.kernel.refusal import NotPermitted, Unavailable
from engine.people.sign_in.authenticator import Authenticator
from engine.people.sign_in.contract import AuthorizationRequest, ExternalIdentity, SignedOutPerson
from engine.people.sign_in.oidc import OidcProvider
from engine.people.sign_in.oidc_claims import groups_in
from tests.people.sign_in.browser import QUICK, a_counter
from tests.servers import listening

CLIENT, SECRET = "stoa", "the secret of the client"
REQUEST = AuthorizationRequest(
    state="s" * 43, nonce="n" * 43, verifier="v" * 43, return_address="http://localhost/back"
)
OURS, ANOTHER = (RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("ours", "another"))


@dataclass
class Server:
    """A server that answers whatever a test wants, by path, and keeps how it was asked last.

    An answer is what becomes JSON, bytes as they are, or the number of a refusal.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    authorization: dict[str, str | None] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    issuer: str = ""

    def describes_itself(self) -> None:
        """Answer as a provider does, with our key."""
        self.answers |= {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            },
            "/keys": KeySet([OURS]).as_dict(private=False),
        }

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a sound ID token of this request says."""
        now = int(time.time())
        sound = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "nonce": REQUEST.nonce,
            "iat": now,
            "exp": now + 300,
            "preferred_username": "maria",
        }
        return {name: value for name, value in (sound | changes).items() if value is not None}

    def vouches(self, token: str) -> ExternalIdentity:
        """Who comes back when the provider gives this ID token."""
        self.answers["/token"] = {"id_token": token, "token_type": "Bearer", "access_token": "x"}
        return self.provider().person(REQUEST, {"state": REQUEST.state, "code": "c", "iss": self.issuer})

    def provider(self, **changes: str) -> OidcProvider:
        """The way to this server."""
        usual = {"username_claim": "preferred_username", "ca_file": ""}
        return OidcProvider(issuer=self.issuer, client_id=CLIENT, client_secret=SECRET, **(usual | changes))

    def publishes(self, **more: Any) -> None:
        """Say more of itself."""
        self.answers["/.well-known/openid-configuration"] |= more

    def lets_in(self, provider: OidcProvider, **answer: str | None) -> ExternalIdentity:
        """Who comes back with this answer, which is sound but for the changes."""
        sound = {"state": REQUEST.state, "code": "c", "iss": self.issuer} | answer
        return provider.person(REQUEST, {name: text for name, text in sound.items() if text is not None})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a port of its own."""
    found = Server()

    class QueryContext(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            found.authorization[self.path] = self.headers["Authorization"]
            answer = found.answers.get(self.path, 404)
            said = {} if isinstance(answer, int) else answer
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(answer if isinstance(answer, int) else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            found.form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), QueryContext)) as port:
        found.issuer = f"http://127.0.0.1:{port}"
        found.describes_itself()
        yield found


def signed(claims: dict[str, Any], *, key: RSAKey = OURS, kid: str = "ours") -> str:
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_sound_token_vouches_for_its_subject(server: Server) -> None:
    person = server.vouches(signed(server.claims()))

    assert person == ExternalIdentity(issuer=server.issuer, subject="subject-1", username="maria")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "another client"},
        {"aud": ["stoa", "another client"]},
        {"aud": None},
        {"azp": "another client"},
        {"nonce": "of another request"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
        {"exp": "never"},
        {"sub": None},
        {"sub": 7},
        {"preferred_username": None},
        {"preferred_username": ""},
        {"preferred_username": 7},
    ],
    ids=str,
)
def test_a_token_that_was_made_for_something_else_vouches_for_nobody(
    server: Server, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotPermitted):
        server.vouches(signed(server.claims(**changes)))


def test_a_token_for_several_audiences_needs_an_authorised_party(server: Server) -> None:
    claims = server.claims(aud=["stoa", "another client"], azp="stoa")

    assert server.vouches(signed(claims)).username == "maria"


@pytest.mark.parametrize("kid", ["ours", "another"])
def test_a_token_that_somebody_else_signed_vouches_for_nobody(server: Server, kid: str) -> None:
    with pytest.raises(NotPermitted):
        server.vouches(signed(server.claims(), key=ANOTHER, kid=kid))


def test_an_unsigned_token_vouches_for_nobody(server: Server) -> None:
    with pytest.raises(NotPermitted):
        server.vouches(f"{part({'alg': 'none'})}.{part(server.claims())}.")


@pytest.mark.parametrize(
    "secret", [SECRET.encode(), OURS.as_pem(private=False)], ids=["client", "public key"]
)
def test_a_token_signed_with_something_that_others_know_vouches_for_nobody(
    server: Server, secret: bytes
) -> None:
    body = f"{part({'alg': 'HS256', 'kid': 'ours'})}.{part(server.claims())}"
    seal = base64.urlsafe_b64encode(hmac.digest(secret, body.encode(), hashlib.sha256)).decode().rstrip("=")

    with pytest.raises(NotPermitted):
        server.vouches(f"{body}.{seal}")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "...", "é.é.é", "a" * 100_000])
def test_what_is_no_token_vouches_for_nobody(server: Server, token: str) -> None:
    with pytest.raises(NotPermitted):
        server.vouches(token)


def test_a_changed_key_is_fetched_once_more(server: Server) -> None:
    provider = server.provider()
    answer = {"state": REQUEST.state, "code": "c", "iss": server.issuer}
    server.answers["/token"] = {"id_token": signed(server.claims())}
    provider.person(REQUEST, answer)

    server.answers["/keys"] = KeySet([ANOTHER]).as_dict(private=False)
    server.answers["/token"] = {"id_token": signed(server.claims(), key=ANOTHER, kid="another")}

    assert provider.person(REQUEST, answer).username == "maria"
    assert server.asked.count("/keys") == 2


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/token", 404),
        ("/token", 500),
        ("/token", b"<html>"),
        ("/token", []),
        ("/token", b"\xff\xfe"),
        ("/keys", {"keys": "none"}),
        ("/keys", {"keys": None}),
        ("/keys", {"keys": [{"kty": "RSA", "n": "", "e": ""}]}),
        ("/keys", {"keys": [{"kty": "??"}]}),
        ("/keys", 400),
        ("/keys", {}),
        ("/keys", {"keys": [7]}),
        ("/keys", {"keys": [{"kty": "RSA", "n": 7, "e": "AQAB"}]}),
        ("/keys", {"keys": [{"kty": "oct"}]}),
        ("/.well-known/openid-configuration", {}),
        ("/.well-known/openid-configuration", {"issuer": "https://other.example"}),
        ("/.well-known/openid-configuration", b"null"),
    ],
)
def test_a_server_that_does_not_answer_as_it_should_is_told_as_such(
    server: Server, path: str, answer: Any
) -> None:
    server.answers["/token"] = {"id_token": signed(server.claims())}
    server.answers[path] = answer

    with pytest.raises(Unavailable):
        server.provider().person(REQUEST, {"state": REQUEST.state, "code": "c", "iss": server.issuer})


@pytest.mark.parametrize("token", [None, 7, {}])
def test_an_answer_without_a_token_vouches_for_nobody(server: Server, token: Any) -> None:
    server.answers["/token"] = {"id_token": token}

    with pytest.raises(NotPermitted):
        server.provider().person(REQUEST, {"state": REQUEST.state, "code": "c", "iss": server.issuer})


EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


def logout_token(server: Server, **changes: Any) -> str:
    """A sound logout token of the provider, but for these changes."""
    sound = server.claims(nonce=None, preferred_username=None, events=EVENT, jti="one")
    return signed({name: value for name, value in (sound | changes).items() if value is not None})


def test_a_sound_logout_token_says_who_has_signed_out(server: Server) -> None:
    signed_out = server.provider().signed_out(logout_token(server))

    assert signed_out == SignedOutPerson(issuer=server.issuer, subject="subject-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "another client"},
        {"sub": None},
        {"sub": 7},
        {"events": None},
        {"events": {"http://schemas.openid.net/event/other": {}}},
        {"events": [*EVENT]},
        {"nonce": REQUEST.nonce},
        {"iat": None},
    ],
    ids=str,
)
def test_what_is_no_logout_token_signs_nobody_out(server: Server, changes: dict[str, Any]) -> None:
    with pytest.raises(NotPermitted):
        server.provider().signed_out(logout_token(server, **changes))


@pytest.mark.parametrize(("issued", "expires"), [(-3600, None), (-180, -120)])
def test_a_logout_token_of_another_time_signs_nobody_out(
    server: Server, issued: int, expires: int | None
) -> None:
    now = int(time.time())
    stale = logout_token(server, iat=now + issued, exp=None if expires is None else now + expires)

    with pytest.raises(NotPermitted):
        server.provider().signed_out(stale)


def test_a_logout_token_that_somebody_else_signed_signs_nobody_out(server: Server) -> None:
    forged = signed(server.claims(nonce=None, events=EVENT), key=RSAKey.generate_key(2048))

    with pytest.raises(NotPermitted):
        server.provider().signed_out(forged)


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000])
def test_a_notice_without_proof_is_refused(server: Server, token: str) -> None:
    counter = a_counter(authenticator=Authenticator(passwords=QUICK, provider=server.provider()))

    answer = counter.app.test_client().post("/sign-in/provider/signed-out", data={"logout_token": token})

    assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")


def test_without_a_provider_nobody_takes_notices() -> None:
    answer = a_counter().app.test_client().post("/sign-in/provider/signed-out", data={"logout_token": "x"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("claims", "claim", "groups"),
    [
        ({"groups": ["a", "b", 7]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"https://kep.example/groups": ["a"]}, "https://kep.example/groups", {"a"}),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"realm_access": "a"}, "realm_access.roles", None),
        ({"groups": {"a": True}}, "groups", None),
        ({}, "groups", None),
    ],
)
def test_groups_are_read_where_the_claim_stands(
    claims: dict[str, Any], claim: str, groups: set[str] | None
) -> None:
    assert groups_in(claims, claim) == groups


def test_groups_that_are_too_many_to_be_told_are_not_none() -> None:
    with pytest.raises(Unavailable, match="so many groups"):
        groups_in({"_claim_names": {"groups": "src1"}, "_claim_sources": {}}, "groups")


# What is asked of the provider


def test_the_answer_has_to_be_that_of_the_request(server: Server) -> None:
    server.answers["/token"] = {"id_token": signed(server.claims())}
    provider = server.provider()

    assert server.lets_in(provider, iss=None).username == "maria"
    for wrong in ({"state": "t" * 43}, {"state": None}, {"iss": "https://other.example"}):
        with pytest.raises(NotPermitted) as refused:
            server.lets_in(provider, **wrong)
        assert refused.value.code == "not_the_answer"
    with pytest.raises(NotPermitted) as refused:
        server.lets_in(provider, code=None)
    assert refused.value.code == "provider_refused"


def test_a_code_that_the_provider_does_not_take_lets_nobody_in(server: Server) -> None:
    server.answers["/token"] = 400

    with pytest.raises(NotPermitted):
        server.lets_in(server.provider())


def test_a_person_is_called_as_the_token_says_if_it_says_so(server: Server) -> None:
    assert server.vouches(signed(server.claims(name="Μαρία"))).display_name == "Μαρία"
    assert server.vouches(signed(server.claims(name=7))).display_name == ""


def test_keys_and_what_the_provider_says_of_itself_are_asked_for_once_in_ten_minutes(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["/token"] = {"id_token": signed(server.claims())}
    provider, clock = server.provider(), time.monotonic
    for _ in range(2):
        server.lets_in(provider)
    soon = [server.asked.count(path) for path in ("/.well-known/openid-configuration", "/keys")]

    for seconds in (590, 601):
        monkeypatch.setattr(time, "monotonic", lambda seconds=seconds: clock() + seconds)
        provider.address(REQUEST)
        soon.append(server.asked.count("/.well-known/openid-configuration"))

    assert soon == [1, 1, 1, 2]


def test_the_client_proves_itself_in_a_header_or_in_the_form_as_the_provider_wants(server: Server) -> None:
    server.answers["/token"] = {"id_token": signed(server.claims())}

    server.lets_in(server.provider())
    in_header, form = server.authorization["/token"], server.form
    server.publishes(token_endpoint_auth_methods_supported=["client_secret_post"])
    server.lets_in(server.provider())

    proof = base64.b64encode(b"stoa:the+secret+of+the+client").decode()
    assert in_header == f"Basic {proof}"
    assert "client_secret" not in form
    assert server.authorization == dict.fromkeys(server.authorization)
    assert (server.form["client_id"], server.form["client_secret"]) == (CLIENT, SECRET)


def test_a_provider_is_reached_directly_whatever_the_environment_says(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    assert server.provider().address(REQUEST).startswith(f"{server.issuer}/authorize?")


def test_the_authorities_that_are_set_are_those_that_are_trusted(server: Server) -> None:
    with pytest.raises(OSError, match="No such file"):
        server.provider(ca_file="/missing.pem").address(REQUEST)


def test_addresses_of_the_provider_keep_what_they_ask_already(server: Server) -> None:
    server.publishes(authorization_endpoint=f"{server.issuer}/authorize?tenant=kep")

    asked = parse_qs(urlsplit(server.provider().address(REQUEST)).query)

    assert (asked["tenant"], asked["state"]) == (["kep"], [REQUEST.state])


def test_a_provider_that_describes_itself_as_another_one_is_not_asked(server: Server) -> None:
    server.publishes(issuer="https://other.example")

    with pytest.raises(Unavailable, match="another one"):
        server.provider().address(REQUEST)


def test_a_provider_that_does_not_say_where_people_sign_in_is_no_use(server: Server) -> None:
    server.publishes(authorization_endpoint=None)

    with pytest.raises(Unavailable, match="authorization_endpoint"):
        server.provider().address(REQUEST)


def test_people_sign_out_at_the_provider_where_it_has_a_page_for_it(server: Server) -> None:
    nowhere = server.provider().sign_out_address("http://localhost/", hint=None)
    server.publishes(end_session_endpoint=f"{server.issuer}/leave")

    plain, hinted = (
        server.provider().sign_out_address("http://localhost/", hint=hint) for hint in (None, "t")
    )

    assert nowhere is None
    assert plain is not None
    assert hinted is not None
    assert "id_token_hint" not in parse_qs(urlsplit(plain).query)
    assert parse_qs(urlsplit(hinted).query)["id_token_hint"] == ["t"]


def grouped(server: Server, *, groups_claim: str = "groups", token: Any = "access", **claims: Any) -> Any:
    """The groups of who comes back, where groups are asked for."""
    server.answers["/token"] = {"id_token": signed(server.claims(**claims)), "access_token": token}
    return server.lets_in(server.provider(groups_claim=groups_claim)).groups


def test_groups_are_asked_for_where_the_id_token_does_not_say_them(server: Server) -> None:
    without_an_address = grouped(server)
    server.publishes(userinfo_endpoint=f"{server.issuer}/about")
    server.answers["/about"] = {"sub": "subject-1", "groups": ["b"]}

    assert without_an_address == frozenset()
    assert grouped(server, groups=["a"]) == {"a"}
    assert grouped(server, groups=[]) == frozenset()
    assert grouped(server, token=None) == frozenset()
    assert grouped(server, groups_claim="") == frozenset()
    assert "/about" not in server.asked
    assert grouped(server) == {"b"}
    assert server.authorization["/about"] == "Bearer access"
    server.answers["/about"] = {"sub": "subject-1"}
    assert grouped(server) == frozenset()


def test_what_is_said_of_another_person_gives_nobody_groups(server: Server) -> None:
    server.publishes(userinfo_endpoint=f"{server.issuer}/about")
    server.answers["/about"] = {"sub": "subject-2", "groups": ["b"]}

    with pytest.raises(NotPermitted):
        grouped(server)
