"""A browser at the desk, for tests: it keeps cookies, fills forms in and sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.kernel.actor import SYSTEM, Role
from engine.organisation.model import Branch
from engine.organisation.registers import EnterBranch
from engine.people.accounts import SetPassword
from engine.people.model import User
from engine.people.sign_in.authenticator import Authenticator
from engine.people.sign_in.passwords import Passwords
from engine.people.users import SaveUser
from engine.settings import from_environment
from tests.applications import an_application
from tests.builders import a_user
from tests.office import Office, an_office

PASSWORD = "correct horse battery staple"
QUICK = Passwords(memory_kib=64, rounds=1, lanes=1)
"""Hashes that cost next to nothing: what they cost is a claim of its own."""
ENVIRONMENT: Mapping[str, str] = {"STOA_RATE_LIMIT": "100000", "STOA_PUBLIC_RATE_LIMIT": "100000"}


@dataclass
class Form:
    """A form of a page: where it goes, and what is in it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **typed: str) -> dict[str, list[str]]:
        """What the browser sends when somebody has typed that."""
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        return sent | {name: [value] for name, value in typed.items()}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(action=known["action"], method=known.get("method", "get")))
            self._is_open = True
        elif tag == "input" and self._is_open and "name" in known:
            self.found[-1].fields.append((known["name"], known.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False


def forms(response: TestResponse) -> dict[str, Form]:
    """The forms of a page by the path that they go to."""
    reading = _Forms()
    reading.feed(response.text)
    return {form.action.partition("?")[0]: form for form in reading.found}


@dataclass
class Browser:
    """A browser that shows one page after the other."""

    client: FlaskClient
    shown: TestResponse | None = None

    def opens(self, address: str, **headers: str) -> TestResponse:
        """Go to a page."""
        self.shown = self.client.get(address, headers=headers)
        return self.shown

    def sends(self, path: str, *, accept: str = "text/html", **typed: str) -> TestResponse:
        """Fill in the form of the page that goes to that path, and send it."""
        assert self.shown is not None
        found = forms(self.shown)
        assert path in found, f"No form goes to {path}, only to {list(found)}:\n{self.shown.text[:2000]}"
        self.shown = self.client.post(
            found[path].action, data=found[path].filled(**typed), headers={"Accept": accept}
        )
        return self.shown

    def signs_in(self, username: str = "maria", password: str = PASSWORD) -> TestResponse:
        """Sign in by name and password."""
        self.opens("/sign-in")
        return self.sends("/sign-in", username=username, password=password)

    def cookie(self, name: str) -> str | None:
        """What the browser keeps under a name."""
        found = self.client.get_cookie(name)
        return found.value if found else None


@dataclass
class Counter:
    """An office whose people may sign in, with the pages over it."""

    office: Office
    app: Flask

    def browser(self, address: str = "127.0.0.1") -> Browser:
        """A fresh browser at an address."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Browser(client)

    def gives_password(self, user_id: UUID, username: str, password: str = PASSWORD) -> None:
        """Let somebody sign in with a password."""
        hashed = QUICK.hashed(password, username=username)
        self.office.does(SetPassword(user_id=user_id, password_hash=hashed), actor=SYSTEM)

    def engages(self, username: str, *branches: Branch, password: str | None = PASSWORD) -> User:
        """Let a clerk work in these branches."""
        user = a_user(username=username)
        for branch in branches:
            self.office.does(EnterBranch(branch=branch), actor=SYSTEM)
            command = SaveUser(user=user, branch_id=branch.id, roles=frozenset({Role.CLERK}))
            self.office.does(command, actor=SYSTEM)
        if password is not None:
            self.gives_password(user.id, username, password)
        return user


def a_counter(
    *, office: Office | None = None, authenticator: Authenticator | None = None, **settings: str
) -> Counter:
    """An office with Maria, Petros and Nikos, who have the same good password; in memory if none is given."""
    office = office or an_office()
    environment = {**ENVIRONMENT, **{f"STOA_{name.upper()}": value for name, value in settings.items()}}
    app = an_application(
        office.engine,
        from_environment(environment),
        authenticator=authenticator or Authenticator(passwords=QUICK),
    )
    counter = Counter(office=office, app=app)
    for actor in (office.clerk, office.colleague, office.manager):
        assert actor.id is not None
        counter.gives_password(actor.id, actor.name)
    return counter
