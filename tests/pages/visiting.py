"""Visiting the desk in tests: somebody signed in at a browser that runs no scripts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor
from engine.people import store as people_store
from engine.people.session import SessionLife, SignInMethod
from engine.people.signing_in import SignIn
from tests.api.desk import Desk, a_desk

LIFE = SessionLife(idle=timedelta(hours=4), longest=timedelta(hours=12))
COOKIE = "stoa_session"


@dataclass
class Visitor:
    """A browser in somebody's hands; `page` is what it shows."""

    client: FlaskClient
    language: str = "en"
    page: TestResponse | None = None
    address: str = "/desk"

    def opens(self, address: str, **headers: str) -> TestResponse:
        """Go to an address, and wherever it leads."""
        return self._shows(self.client.get(address, headers=self._headers(headers), follow_redirects=True))

    def sends(self, address: str, *, follow: bool = True, **fields: Any) -> TestResponse:
        """Send a form with the token of the page that is shown; the desk is opened first if none is."""
        if self.page is None:
            self.opens("/desk")
        fields = {"csrf": self.token, **fields}
        return self._shows(
            self.client.post(address, data=fields, headers=self._headers({}), follow_redirects=follow)
        )

    @property
    def token(self) -> str:
        """The form token of the page that is shown; empty if it has none."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.page.text if self.page else "")
        return unescape(found.group(1)) if found else ""

    @property
    def text(self) -> str:
        """What a reader reads on the page, with single spaces."""
        return " ".join(self.sees("//main"))

    def sees(self, path: str) -> list[str]:
        """The texts of the elements or attributes at an XPath, with single spaces."""
        assert self.page is not None
        found: Any = html.fromstring(self.page.text).xpath(path)
        return [" ".join((one if isinstance(one, str) else one.text_content()).split()) for one in found]

    def _shows(self, response: TestResponse) -> TestResponse:
        self.page = response
        return response

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Accept": "text/html", "Accept-Language": self.language, **more}


@dataclass
class OpenDesk:
    """The desk over an office, and who works there."""

    desk: Desk = field(default_factory=a_desk)

    def visit(
        self,
        who: Actor | UUID,
        *,
        language: str = "en",
        method: SignInMethod = SignInMethod.PASSWORD,
    ) -> Visitor:
        """A browser in which somebody is signed in."""
        client = self.desk.app.test_client()
        client.set_cookie(COOKIE, session_of(self.desk.office.engine, who, method=method))
        return Visitor(client=client, language=language)

    def person(self, username: str) -> UUID:
        """The id of somebody of the office."""
        with self.desk.office.engine.store.reading() as connection:
            user = people_store.user_named(connection, username)
        assert user is not None
        return user.id

    def anybody(self, *, language: str = "en") -> Visitor:
        """A browser in which nobody is signed in."""
        return Visitor(client=self.desk.app.test_client(), language=language)


def session_of(engine: Engine, who: Actor | UUID, *, method: SignInMethod = SignInMethod.PASSWORD) -> str:
    """The text of a new session of somebody."""
    user_id = who.id if isinstance(who, Actor) else who
    assert user_id is not None
    command = SignIn(user_id=user_id, method=method, life=LIFE)
    return engine.carry_out(command, actor=SYSTEM).text
