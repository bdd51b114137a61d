"""A desk with the API on it, for tests: an office, everybody's token, and calls in their names."""

import json
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.http.bodies import KEPT_IN_MEMORY
from engine.dispatch import Engine
from engine.jobs.connectors.signatures import new_secret, signed_headers
from engine.kernel.actor import SYSTEM, Actor, Role, Scope
from engine.organisation.model import Branch
from engine.organisation.registers import EnterBranch, SaveAgency
from engine.people.session import digest
from engine.people.tokens import IssueToken
from engine.people.users import SaveUser
from engine.settings import Settings, from_environment
from tests.applications import an_application
from tests.builders import NOON, a_branch, a_user, an_agency
from tests.office import APPLICATION, PAPERS_COMPLETE, MovableClock, Office, an_office, copied

BASE = "/api/v1"
APPLICANT: Mapping[str, Any] = {"given_name": "Ελένη", "family_name": "Δημητρίου", "afm": "094014201"}
NEW_CASE: Mapping[str, Any] = {
    "procedure": "residence-certificate",
    "channel": "counter",
    "applicant": APPLICANT,
    "data": APPLICATION,
}
ALL_SCOPES = frozenset(Scope)


@dataclass
class Desk:
    """The API over an office. `tokens` are by name: people by user name, agencies by key."""

    office: Office
    app: Flask
    tokens: dict[str, str]
    secrets: Mapping[str, str]

    @property
    def client(self) -> FlaskClient:
        """A fresh client without cookies."""
        return self.app.test_client(use_cookies=False)

    def call(
        self,
        method: str,
        path: str,
        *,
        by: str | None = "maria",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Make a call in somebody's name, None for nobody's; `path` is below `/api/v1`."""
        given = dict(headers or {})
        if by is not None:
            given.setdefault("Authorization", f"Bearer {self.tokens[by]}")
        return self.client.open(BASE + path, method=method, headers=given, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """POST a JSON body, or none."""
        return self.call("POST", path, **({"json": body} if body is not None else {}), **options)

    def opens_case(self, **changes: Any) -> dict[str, Any]:
        """Open a residence certificate as Maria; the answer's body."""
        response = self.post("/cases", {**NEW_CASE, **changes})
        assert response.status_code == 201, response.text
        return dict(response.get_json())

    def gives_reason(self, case: Mapping[str, Any], *, by: str) -> dict[str, Any]:
        """Open a case to somebody whose work does not need it; the access."""
        body = {"case": case["number"], "reason": "Έλεγχος 14/2026."}
        response = self.post("/access/exceptions", body, by=by)
        assert response.status_code == 201, response.text
        return dict(response.get_json())

    def sends_to_municipality(self) -> tuple[dict[str, Any], str]:
        """Open a case and complete the check of its papers; the case, and the id of its service task."""
        case = self.opens_case()
        task = case["tasks"][0]["id"]
        self.post(f"/tasks/{task}/claim")
        response = self.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE})
        assert response.status_code == 200, response.text
        return case, response.get_json()["service_tasks"][0]["id"]

    def sends_webhook(
        self, message: Any, *, webhook_id: str = "msg_1", key: str = "municipality", **changes: Any
    ) -> TestResponse:
        """POST a signed webhook of an agency; `secret` and `at` change how it is signed."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        headers = signed_headers(
            message_id=webhook_id,
            at=changes.get("at", self.office.clock.now()),
            body=body,
            secrets=[changes.get("secret") or self.secrets[key]],
        )
        headers["Content-Type"] = "application/json"
        return self.call("POST", f"/webhooks/agencies/{key}", by=None, headers=headers, data=body)

    def actor(self, name: str) -> Actor:
        """Whoever's token is kept under that name."""
        found = self.office.engine.identify(digest(self.tokens[name]))
        assert found is not None
        return found

    def engages(
        self, username: str, branch: Branch, *roles: Role, scopes: frozenset[Scope] = ALL_SCOPES
    ) -> UUID:
        """Give somebody roles in a branch and a token, and say their id."""
        user = a_user(username=username)
        self.office.does(SaveUser(user=user, branch_id=branch.id, roles=frozenset(roles)), actor=SYSTEM)
        self.issue(username, user_id=user.id, branch_id=branch.id, scopes=scopes)
        return user.id

    def issue(
        self,
        name: str,
        *,
        scopes: frozenset[Scope] = ALL_SCOPES,
        valid: timedelta | None = None,
        **owner: UUID | None,
    ) -> UUID:
        """Issue a token, valid until it is revoked or that long, and keep it under a name; the token's id."""
        expires_at = self.office.clock.now() + valid if valid else None
        command = IssueToken(label=name, scopes=scopes, expires_at=expires_at, **owner)
        issued = self.office.does(command, actor=SYSTEM)
        self.tokens[name] = issued.text
        return issued.token.id


def a_desk(engine: Engine | None = None, *, clock: MovableClock | None = None, **environment: str) -> Desk:
    """The API over an office of the residence certificate.

    Maria and Petros are clerks, Nikos is the manager of branch 0009; Foteini is a clerk of branch 0010. Anna
    is an analyst, Kostas a certifier, Olga an operator, Thanos an auditor, Dimitra a call-centre agent,
    Danai the data protection officer.
    `municipality` and `registry` are agencies. `environment` are settings. In memory it is a copy of a desk
    that is staffed once in a run, and goes its own way from there.
    """
    settings = from_environment(
        {"STOA_RATE_LIMIT": "100000", "STOA_PUBLIC_RATE_LIMIT": "10000", **environment}
    )
    if engine is not None:
        staffed = _staffed(engine, clock)
        office = staffed.office
    else:
        clock = clock or MovableClock(NOON)
        staffed = _staffed_once(clock.moment)
        office = copied(staffed.office, clock)
    return Desk(
        office=office,
        app=an_application(office.engine, settings),
        tokens=dict(staffed.tokens),
        secrets=staffed.secrets,
    )


@lru_cache(maxsize=8)
def _staffed_once(moment: datetime) -> Desk:
    return _staffed(None, MovableClock(moment))


def _staffed(engine: Engine | None, clock: MovableClock | None) -> Desk:
    secrets = {key: new_secret() for key in ("municipality", "registry")}
    office = an_office(engine, clock=clock, secrets=(secrets["municipality"],))
    desk = Desk(
        office=office,
        app=an_application(office.engine, from_environment({})),
        tokens={},
        secrets=MappingProxyType(secrets),
    )
    for name, actor in {"maria": office.clerk, "petros": office.colleague, "nikos": office.manager}.items():
        desk.issue(name, user_id=actor.id, branch_id=office.branch.id)
    elsewhere = a_branch(code="0010", name="ΚΕΠ Πατρέων", name_en="Patras", municipality="Πατρέων")
    office.does(EnterBranch(branch=elsewhere), actor=SYSTEM)
    desk.engages("foteini", elsewhere, Role.CLERK)
    others = {
        "anna": Role.ANALYST,
        "kostas": Role.CERTIFIER,
        "olga": Role.OPERATOR,
        "thanos": Role.AUDITOR,
        "dimitra": Role.AGENT,
        "danai": Role.DATA_PROTECTION_OFFICER,
    }
    for name, role in others.items():
        desk.engages(name, office.branch, role)
    registry = an_agency(key="registry", secrets=(secrets["registry"],))
    office.does(SaveAgency(agency=registry), actor=SYSTEM)
    for agency in (office.agency, registry):
        desk.issue(agency.key, agency_id=agency.id)
    return desk


def settings_of(desk: Desk) -> Settings:
    """The settings that the desk's application runs with."""
    settings: Settings = desk.app.extensions["stoa"].settings
    return settings


def minutes(number: float) -> timedelta:
    """That many minutes."""
    return timedelta(minutes=number)


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file of this process becomes larger than what is spooled in memory, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * KEPT_IN_MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
