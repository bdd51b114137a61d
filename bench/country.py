"""What pages cost the server with a whole country loaded: `python -m bench.country`.

python -m bench.country [sqlite|postgresql] [--cases 20000]

The budget is that of `bench.pages`: the median of every page under 100 ms; the exit code tells of one above.
The country is that of `stoa demo --country`: 1,050 branches, 3,200 people, a year of cases. How long it took
to fill, the processor time of all its processes but the database's own, and how large the database is, are
printed on the way.
"""

import argparse
import base64
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from api.app import create_app
from api.observability import logs
from bench.databases import KINDS, fresh_database
from bench.figures import aligned
from bench.pages import BUDGET_MS, COLUMNS, ROUNDS, WIDTHS, Visit, is_quick, quiet_settings
from demo.country.filling import MINISTRY, Country, fill
from demo.country.places import branches
from demo.seed import publish_procedures, seed
from engine.bootstrap import build
from engine.cases import store as cases_store
from engine.cases.queries import ShowCase
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.people.officers import AppointOfficer
from engine.people.posts import GivePost
from engine.people.users import SaveUser
from engine.schema import metadata
from engine.sealing.seals import SecretKind
from engine.storage.connecting import open_engine
from engine.supervision.model import Figure
from tests.builders import a_user
from tests.pages.visiting import COOKIE, Visitor, session_of

ROOT = Path(__file__).resolve().parents[1]
PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"
AGENCIES_AT = "127.0.0.1:1"
"""Where the agencies would be: nothing is sent to them."""


def main() -> int:
    """Fill the country, visit the pages, and print each row as it is measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "kinds", nargs="*", choices=[*KINDS, []], help="of databases; both if none is named"
    )
    arguments.add_argument("--cases", type=int, default=20_000)
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="besides this one")
    given = arguments.parse_args()
    country = Country(cases=given.cases, seed=1, processes=given.processes)
    slow = [f"{kind}: {name}" for kind in given.kinds or KINDS for name in _slow_pages(kind, country)]
    print(f"\nAbove the budget of {BUDGET_MS} ms: {', '.join(slow) or 'none'}.")
    return 1 if slow else 0


def _slow_pages(kind: str, country: Country) -> list[str]:
    """The names of the pages above the budget on a kind of database."""
    with fresh_database(kind) as url:
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        settings = quiet_settings(url, STOA_SECRET_KEYS=key, STOA_PRIVATE_ENDPOINTS=AGENCIES_AT)
        logs.set_up(settings)
        with build(settings) as engine:
            seed(engine, agencies_at=f"http://{AGENCIES_AT}", known={})
            publish_procedures(engine, processes=PROCESSES, forms=FORMS)
            print(f"\n{kind}\n{'-' * len(kind)}", flush=True)
            began, spent = time.perf_counter(), _processor_seconds()
            fill(engine, country, processes=PROCESSES, forms=FORMS, say=_say)
            took, spent = time.perf_counter() - began, _processor_seconds() - spent
            _say(f"The country was there after {took:.0f} s, of the processor {spent:.0f} s.")
            _say(f"The database has {_settled_size(url) / 1e9:.2f} GB.")
            print(f"\nPages, rendered, of {ROUNDS} rounds\n{aligned(COLUMNS, WIDTHS)}", flush=True)
            scene = _Scene(engine=engine, app=create_app(engine, settings))
            return [visit.name for visit in _visits(scene) if not is_quick(visit)]


def _say(text: str) -> None:
    print(text, flush=True)


def _processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def _settled_size(url: str) -> int:
    """The bytes of the database, once PostgreSQL has tidied up as it does by and by."""
    engine = open_engine(url, pool_size=1)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE")
            asked = "SELECT pg_database_size(current_database())"
        else:
            asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        size: int = connection.exec_driver_sql(asked).scalar_one()
    engine.dispose()
    return size


@dataclass(frozen=True)
class _Scene:
    """The country, and what of it is looked at."""

    engine: Engine
    app: Flask

    @cached_property
    def busiest(self) -> str:
        """The code of the branch with most cases."""
        return max(branches(), key=lambda branch: branch.weight).code

    @cached_property
    def year_ago(self) -> str:
        today = self.engine.clock.now().astimezone(self.engine.zone).date()
        return (today - timedelta(days=365)).isoformat()

    def one(self, table: str, **of_row: Any) -> Mapping[str, Any]:
        """The newest row of a table with those values, in the busiest branch where that matters."""
        found = metadata.tables[table]
        wanted = sa.select(found).where(*(found.c[name] == value for name, value in of_row.items()))
        newest = found.c.opened_at if table == "cases" else found.c.created_at
        with self.engine.store.reading() as connection:
            return connection.execute(wanted.order_by(newest.desc()).limit(1)).mappings().one()

    @cached_property
    def branch_id(self) -> UUID:
        with self.engine.store.reading() as connection:
            found = sa.select(metadata.tables["branches"].c.id).where(
                metadata.tables["branches"].c.code == self.busiest
            )
            return connection.execute(found).scalar_one()

    def engaged(self, organisation: str, role: Role) -> Visitor:
        """The browser of somebody new in an organisation."""
        user = a_user(username=f"bench-{role.value.replace('_', '-')}-{organisation}")
        self.engine.carry_out(SaveUser(user=user), actor=SYSTEM)
        post = GivePost(username=user.username, organisation=organisation, role=role)
        self.engine.carry_out(post, actor=SYSTEM)
        return self._of(user.id)

    def officer(self, agency_id: UUID) -> Visitor:
        user = a_user(username="bench-officer")
        self.engine.carry_out(SaveUser(user=user), actor=SYSTEM)
        self.engine.carry_out(AppointOfficer(user_id=user.id, agency_id=agency_id), actor=SYSTEM)
        return self._of(user.id)

    def citizen(self, case_id: UUID) -> Visitor:
        """The browser of the applicant of a case, with the code of the receipt put in."""
        codes = cases_store.tracking_codes
        with self.engine.store.reading() as connection:
            sealed = connection.execute(
                sa.select(codes.c.sealed).where(codes.c.case_id == case_id)
            ).scalar_one()
        code = self.engine.seals.opened(sealed, kind=SecretKind.TRACKING_CODE, owner=case_id).decode()
        number = self.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM).case.number
        visitor = Visitor(client=self.app.test_client(), language="el")
        visitor.opens(f"/track?{urlencode({'number': number, 'code': code})}")
        return visitor

    def _of(self, user_id: UUID) -> Visitor:
        client = self.app.test_client()
        client.set_cookie(COOKIE, session_of(self.engine, user_id))
        return Visitor(client=client, language="el")


def _visits(scene: _Scene) -> Iterator[Visit]:
    """Who opens what: the ministry and a municipality their rooms, the busiest branch its desk."""
    for visits in (_supervision, _administration, _desk, _elsewhere):
        yield from visits(scene)


def _supervision(scene: _Scene) -> Iterator[Visit]:
    room, since = "/admin/supervision", scene.year_ago
    supervisor = scene.engaged(scene.busiest, Role.SUPERVISOR)
    mayor = scene.engaged("municipality-001", Role.ADMINISTRATOR)
    yield Visit("room: all branches, four weeks", supervisor, room)
    yield Visit("room: all branches, a year", supervisor, f"{room}?since={since}")
    yield Visit("room: search", supervisor, f"{room}?q=crete&sort=late")
    yield Visit("room: one region", supervisor, f"{room}?organisation=region-01")
    yield Visit("room: one municipality", supervisor, f"{room}?organisation=municipality-001")
    yield Visit("room: of a municipality, a year", mayor, f"{room}?since={since}")
    yield Visit("room: a branch, a year", supervisor, f"{room}/branches/{scene.busiest}?since={since}")
    for figure in Figure:
        address = f"{room}/cases?figure={figure}&since={since}"
        yield Visit(f"cases: {figure}", supervisor, address)
        yield Visit(f"cases: {figure} of a region", supervisor, f"{address}&organisation=region-01")
        yield Visit(f"cases: {figure} of a branch", supervisor, f"{address}&organisation={scene.busiest}")
    yield Visit("texts", supervisor, "/admin/content")
    yield Visit("text: new", supervisor, "/admin/content/new")


def _administration(scene: _Scene) -> Iterator[Visit]:
    minister = scene.engaged(MINISTRY, Role.ADMINISTRATOR)
    mayor = scene.engaged("municipality-002", Role.ADMINISTRATOR)
    operator = scene.engaged(scene.busiest, Role.OPERATOR)
    people, organisations = "/admin/people", "/admin/organisations"
    yield Visit("organisations: of the ministry", minister, organisations)
    yield Visit("organisations: search", minister, f"{organisations}?q=12")
    yield Visit("organisations: of a municipality", mayor, organisations)
    yield Visit("organisations: tree", minister, f"{organisations}/tree")
    yield Visit("organisations: tree, search", minister, f"{organisations}/tree?q=athens")
    yield Visit("organisation: ministry", minister, f"{organisations}/{MINISTRY}")
    yield Visit("organisation: region", minister, f"{organisations}/region-01")
    yield Visit("organisation: municipality", minister, f"{organisations}/municipality-001")
    yield Visit("organisation: branch", minister, f"{organisations}/{scene.busiest}")
    yield Visit("organisation: change a branch", minister, f"{organisations}/{scene.busiest}/change")
    yield Visit("organisation: close a branch", minister, f"{organisations}/{scene.busiest}/close")
    yield Visit("people: of the ministry", minister, people)
    yield Visit("people: search", minister, f"{people}?q=%CF%80%CE%B1%CF%80")
    yield Visit("people: of a municipality", mayor, people)
    yield Visit("people: one", minister, f"{people}/user/manager-0001")
    yield Visit("people: invite", minister, f"{people}/invite")
    yield Visit("people: import", minister, f"{people}/import")
    yield Visit("people: rights in a branch", operator, f"{people}/rights?organisation={scene.busiest}")
    yield Visit("people: as a file", minister, f"{people}/export.csv")
    yield Visit("agencies", operator, "/admin/agencies")
    yield Visit("agency: municipality", operator, "/admin/agencies/municipality")
    yield Visit("agency: new", operator, "/admin/agencies/new")
    yield Visit("topics", operator, "/admin/topics")
    yield Visit("topic", operator, "/admin/topics/municipality.residence")
    yield Visit("topic: new", operator, "/admin/topics/new")
    yield Visit("settings", operator, "/admin/settings")


def _desk(scene: _Scene) -> Iterator[Visit]:
    of_branch = {"branch_id": scene.branch_id}
    task = scene.one("tasks", state="open", **of_branch)
    closed = scene.one("cases", status="completed", **of_branch)
    clerk, manager = scene.engaged(scene.busiest, Role.CLERK), scene.engaged(scene.busiest, Role.MANAGER)
    country = scene.engaged("1001", Role.SUPERVISOR)
    party = scene.engine.ask(ShowCase(case_id=closed["id"]), actor=SYSTEM).parties[0].person
    searches: Mapping[str, Mapping[str, str]] = {
        "mine": {"tab": "mine"},
        "branch": {"tab": "branch"},
        "branch, by priority": {"tab": "branch", "order": "priority"},
        "branch, newest": {"tab": "branch", "order": "newest"},
        "one procedure": {"tab": "branch", "procedure": task["procedure_key"]},
        "nobody's": {"tab": "unassigned"},
        "late": {"tab": "overdue"},
        "waits for the agency": {"tab": "awaiting_agency"},
        "ready for pickup": {"tab": "ready_for_pickup"},
        "search: family name": {"tab": "branch", "q": party.family_name},
        "search: given name": {"tab": "branch", "q": party.given_name},
        "search: both names": {"tab": "branch", "q": f"{party.given_name} {party.family_name}"},
        "search: tax number": {"tab": "branch", "q": party.afm or party.family_name},
        "search: case number": {"tab": "branch", "q": closed["number"]},
    }
    for name, query in searches.items():
        yield Visit(f"worklist: {name}", clerk, f"/desk?{urlencode(query)}")
    yield Visit("worklist: of a manager", manager, "/desk?tab=branch")
    yield Visit("worklist: of the whole country", country, "/desk")
    yield Visit("worklist: country, a family name", country, f"/desk?{urlencode({'q': party.family_name})}")
    yield Visit("worklist: has anything changed", clerk, "/desk/changes")
    yield Visit("case: open", clerk, f"/desk/cases/{task['case_id']}")
    yield Visit("case: completed", clerk, f"/desk/cases/{closed['id']}")
    yield Visit("case: diagram", clerk, f"/desk/cases/{task['case_id']}/diagram")
    yield Visit("case: terms", clerk, f"/desk/cases/{task['case_id']}/terms")
    yield Visit("task", clerk, f"/desk/tasks/{task['id']}")
    yield Visit("new case: choose", clerk, "/desk/open")
    yield Visit("new case: form", clerk, f"/desk/open/{task['procedure_key']}")
    yield Visit("branch", manager, "/desk/branch")
    yield Visit("incidents", manager, "/desk/incidents")
    yield Visit("payments", manager, "/desk/payments")
    yield Visit("appointments", clerk, "/desk/appointments")
    yield Visit("calendar", clerk, "/desk/calendar")
    yield Visit("announcements", manager, "/desk/news")


def _elsewhere(scene: _Scene) -> Iterator[Visit]:
    request = scene.one("service_tasks", state="open", agency_key="municipality")
    officer = scene.officer(request["agency_id"])
    yield Visit("agency: requests", officer, "/desk/agency")
    yield Visit("agency: a request", officer, f"/desk/agency/{request['id']}")
    agent = scene.engaged(scene.busiest, Role.AGENT)
    case = scene.one("cases", status="completed", branch_id=scene.branch_id)
    person = scene.engine.ask(ShowCase(case_id=case["id"]), actor=SYSTEM).parties[0].person
    names = urlencode({"q": f"{person.family_name} {person.given_name}"})
    yield Visit("calls: tax number", agent, f"/desk/calls?{urlencode({'q': person.afm or ''})}")
    yield Visit("calls: two names", agent, f"/desk/calls?{names}")
    auditor = scene.engaged(scene.busiest, Role.AUDITOR)
    yield Visit("access", auditor, "/desk/access")
    yield Visit("track: completed", scene.citizen(case["id"]), "/track/case")
    yield Visit("track: under way", scene.citizen(request["case_id"]), "/track/case")


if __name__ == "__main__":
    sys.exit(main())
