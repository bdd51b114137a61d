"""What the pages of the desk cost the server in a large town: `python -m bench.pages`, on PostgreSQL.

The budget: the median of every page under 100 ms, at 100,000 open tasks and 1,000,000 closed cases, in a
branch that has a fifth of them all; the exit code is 1 if a page is above it. Pages are asked of the real
application by people who are signed in, and rendered to the last byte, each a few times before it counts. No
network and no other request is in the figures: application and database, a PostgreSQL out of the box,
have this machine for themselves. The processor time is the median of this process, without the database's.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from api.app import create_app
from api.observability import logs
from bench.counting import counted
from bench.databases import fresh_database
from bench.figures import aligned, measured
from bench.last_page import cursor_to_the_last_page
from bench.town import Herd, Model, settle
from engine.bootstrap import build
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import WithdrawCase
from engine.cases.notes import AddNote
from engine.dispatch import Engine
from engine.incidents import store as incidents_store
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.permission_objects import Sight
from engine.people.officers import AppointOfficer
from engine.people.users import SaveUser
from engine.settings import Settings, from_environment
from engine.storage.connecting import open_engine
from engine.tasks.worklist_model import TaskFilter
from tests.builders import a_user, an_incident
from tests.office import PAPERS_COMPLETE, Office, an_office
from tests.pages.visiting import COOKIE, Visitor, session_of

BUDGET_MS = 100
OPEN, CLOSED, PROCEDURES = 100_000, 1_000_000, 1_000
STUCK = 2_000
ROUNDS, WARM_UP = 30, 3

COLUMNS = ("page", "median ms", "p95", "processor", "transactions", "statements", "kB", "budget")
WIDTHS = (38, 9, 8, 9, 12, 10, 6, 8)


@dataclass(frozen=True)
class Scene:
    """Cases that the engine really ran, in the states that pages show."""

    waiting: CaseState
    asked: CaseState
    withdrawn: CaseState
    code: str


@dataclass(frozen=True)
class Visit:
    """A page that somebody opens; with a `form_token` an empty form is sent there, and not followed."""

    name: str
    visitor: Visitor
    address: str
    form_token: str | None = None

    def make(self) -> TestResponse:
        """Ask for the page, and see that it came."""
        if self.form_token is None:
            response, expected = self.visitor.opens(self.address), 200
        else:
            response = self.visitor.sends(self.address, follow=False, csrf=self.form_token)
            expected = 303
        found = response.request.path
        if response.status_code != expected or found != urlsplit(self.address).path:
            raise RuntimeError(f"{self.name}: {self.address} was answered by {found}, {response.status}.")
        return response


def main() -> int:
    """Build the town, visit every page, and print each row as it is measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--open", type=int, default=OPEN, help="open tasks")
    arguments.add_argument("--closed", type=int, default=CLOSED, help="closed cases")
    sizes = arguments.parse_args()
    with fresh_database("postgresql") as url:
        settings = quiet_settings(url)
        logs.set_up(settings)
        with build(settings) as engine:
            office = an_office(engine)
            began = time.perf_counter()
            scene = _town(office, url, open_tasks=sizes.open, closed=sizes.closed)
            took = time.perf_counter() - began
            print(f"{sizes.open:,} open tasks and {sizes.closed:,} closed cases were built in {took:.0f} s.")
            print(f"\nPages, rendered, of {ROUNDS} rounds\n{aligned(COLUMNS, WIDTHS)}", flush=True)
            slow = [
                visit.name
                for visit in _visits(office, scene, create_app(engine, settings), url)
                if not is_quick(visit)
            ]
    print(f"\nAbove the budget of {BUDGET_MS} ms: {', '.join(slow) or 'none'}.")
    return 1 if slow else 0


def quiet_settings(url: str, **more: str) -> Settings:
    """Those of a quiet site that lets the same few people ask again and again."""
    return from_environment(
        {
            **more,
            "STOA_DATABASE_URL": url,
            "STOA_RATE_LIMIT": "1000000",
            "STOA_PUBLIC_RATE_LIMIT": "100000",
            "STOA_LOG_LEVEL": "warning",
        }
    )


def is_quick(visit: Visit) -> bool:
    """Measure a page and print its row."""
    measured(visit.make, rounds=WARM_UP)
    with counted() as counts:
        size = len(visit.make().data)
    sample = measured(visit.make, rounds=ROUNDS)
    spent = measured(visit.make, rounds=ROUNDS, clock=time.process_time).median_ms
    is_quick = sample.median_ms <= BUDGET_MS
    figures = (
        sample.median_ms,
        sample.p95_ms,
        spent,
        counts.transactions,
        counts.statements,
        size / 1000,
    )
    print(aligned((visit.name, *figures, "" if is_quick else "above"), WIDTHS), flush=True)
    return is_quick


def _town(office: Office, url: str, *, open_tasks: int, closed: int) -> Scene:
    waiting, asked, done = office.opens_case(), office.sends_to_municipality(), office.opens_case()
    office.does(AddNote(case_id=asked.case.id, text="Θα φέρει το πρωτότυπο."))
    office.completes(done.tasks[0], PAPERS_COMPLETE)
    withdrawn = office.does(WithdrawCase(case_id=done.case.id, reason="Δεν το χρειάζεται."))
    incident = an_incident(asked.case)
    with office.engine.store.begin() as connection:
        incidents_store.add_incident(connection, incident)
        connection.commit()
    herds = [
        Herd(kind="open", size=open_tasks, case_id=waiting.case.id, tasks=(waiting.tasks[0].id,)),
        Herd(
            kind="asked",
            size=open_tasks // 2,
            case_id=asked.case.id,
            service_tasks=(asked.service_tasks[0].id,),
        ),
        Herd(kind="stuck", size=STUCK, case_id=asked.case.id, incidents=(incident.id,)),
        Herd(kind="closed", size=closed, case_id=withdrawn.case.id, tasks=(done.tasks[0].id,)),
    ]
    clerk_id, version_id = office.clerk.id, waiting.case.version_id
    if clerk_id is None:
        raise RuntimeError("Expected a clerk with an id.")
    model = Model(branch_id=office.branch.id, clerk_id=clerk_id, version_id=version_id)
    settle(url, herds, model=model, procedures=PROCEDURES)
    office.claims(waiting.tasks[0])
    return Scene(waiting=waiting, asked=asked, withdrawn=withdrawn, code=office.code_of(asked.case))


def _visits(office: Office, scene: Scene, app: Flask, url: str) -> Iterator[Visit]:
    people = _People(office.engine, app, office)
    clerk, manager = people.of(office.clerk.id), people.of(office.manager.id)
    searches = {
        "mine": {"tab": "mine"},
        "branch": {"tab": "branch"},
        "branch, last page": {"tab": "branch", "cursor": _last_page(office, url)},
        "branch, by priority": {"tab": "branch", "order": "priority"},
        "branch, newest": {"tab": "branch", "order": "newest"},
        "one procedure": {"tab": "branch", "procedure": scene.waiting.case.procedure_key},
        "nobody's": {"tab": "unassigned"},
        "late": {"tab": "overdue"},
        "waits for the agency": {"tab": "awaiting_agency"},
        "ready for pickup": {"tab": "ready_for_pickup"},
        "search: family name": {"tab": "branch", "q": "family775"},
        "search: given name of all": {"tab": "branch", "q": "ΕΛΕΝΗ"},
        "search: telephone": {"tab": "branch", "q": "69 00 00 07 75"},
        "search: case number": {"tab": "branch", "q": scene.asked.case.number},
    }
    for name, query in searches.items():
        yield Visit(f"worklist: {name}", clerk, f"/desk?{urlencode(query)}")
    yield Visit("worklist: of a manager", manager, "/desk?tab=branch")
    yield Visit("worklist: of the whole country", people.engaged("eva", Role.SUPERVISOR), "/desk")
    yield Visit("worklist: has anything changed", clerk, "/desk/changes")
    clerk.opens("/desk")
    yield Visit("worklist: take the next task", clerk, "/desk/claim-next", form_token=clerk.token)
    yield Visit("case file: waits for the agency", clerk, f"/desk/cases/{scene.asked.case.id}")
    yield Visit("case file: withdrawn", manager, f"/desk/cases/{scene.withdrawn.case.id}")
    yield Visit("task", clerk, f"/desk/tasks/{scene.waiting.tasks[0].id}")
    yield Visit("new case: choose", clerk, "/desk/open")
    yield Visit("new case: search", clerk, "/desk/open?q=777")
    yield Visit("new case: form", clerk, f"/desk/open/{scene.waiting.case.procedure_key}")
    yield Visit("branch", manager, "/desk/branch")
    yield Visit("branch: incidents", manager, "/desk/incidents")
    officer = people.officer("stelios")
    yield Visit("agency: requests", officer, "/desk/agency")
    yield Visit("agency: a request", officer, f"/desk/agency/{scene.asked.service_tasks[0].id}")
    agent = people.engaged("aris", Role.AGENT)
    yield Visit("calls: telephone", agent, "/desk/calls?q=6900000775")
    yield Visit("calls: two names", agent, "/desk/calls?q=family775+eleni")
    yield Visit("calls: ask the caller", agent, f"/desk/calls/{scene.asked.case.id}")
    case = scene.asked.case
    receipt = urlencode({"number": case.number, "code": scene.code})
    citizen = Visitor(client=app.test_client(), language="el")
    citizen.opens(f"/track?{receipt}")
    yield Visit("track", citizen, "/track/case")


@dataclass(frozen=True)
class _People:
    """Whoever visits: they are signed in at browsers of their own, which read Greek."""

    engine: Engine
    app: Flask
    office: Office

    def of(self, user_id: UUID | None) -> Visitor:
        """The browser of somebody who is there already."""
        if user_id is None:
            raise RuntimeError("Expected a person with an id.")
        client = self.app.test_client()
        client.set_cookie(COOKIE, session_of(self.engine, user_id))
        return Visitor(client=client, language="el")

    def engaged(self, username: str, *roles: Role) -> Visitor:
        """The browser of somebody new in the branch."""
        user = a_user(username=username)
        command = SaveUser(user=user, branch_id=self.office.branch.id, roles=frozenset(roles))
        self.office.does(command, actor=SYSTEM)
        return self.of(user.id)

    def officer(self, username: str) -> Visitor:
        """The browser of a new officer of the municipality."""
        user = a_user(username=username)
        command = SaveUser(user=user, branch_id=self.office.branch.id, roles=frozenset())
        self.office.does(command, actor=SYSTEM)
        self.office.does(AppointOfficer(user_id=user.id, agency_id=self.office.agency.id), actor=SYSTEM)
        return self.of(user.id)


def _last_page(office: Office, url: str) -> str:
    engine = open_engine(url, pool_size=1)
    cursor = cursor_to_the_last_page(engine, TaskFilter(), Sight(branch_id=office.branch.id))
    engine.dispose()
    return cursor


if __name__ == "__main__":
    sys.exit(main())
