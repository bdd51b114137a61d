"""What pages cost the server with a whole country loaded: `python -m bench.country`, on PostgreSQL.

python -m bench.country [--cases 20000]

The budget is that of `bench.pages`: the median of every page under 100 ms; the exit code tells of one above.
The country is that of `stoa demo --country`: 1,050 branches, 3,200 people, a year of cases. How long it took
to fill is printed on the way.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask

from api.app import create_app
from api.observability import logs
from bench.databases import fresh_database
from bench.figures import aligned
from bench.pages import BUDGET_MS, COLUMNS, ROUNDS, WIDTHS, Visit, is_quick, quiet_settings
from demo.country.filling import Country, fill
from demo.country.places import branches
from demo.seed import publish_procedures
from engine.bootstrap import build
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.organisation import store as organisation_store
from engine.people.users import SaveUser
from engine.supervision.model import Figure
from tests.builders import a_user
from tests.pages.visiting import COOKIE, Visitor, session_of

ROOT = Path(__file__).resolve().parents[1]
PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"


def main() -> int:
    """Fill the country, visit the pages, and print each row as it is measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=20_000)
    country = Country(cases=arguments.parse_args().cases, seed=1)
    with fresh_database("postgresql") as url:
        settings = quiet_settings(url)
        logs.set_up(settings)
        with build(settings) as engine:
            publish_procedures(engine, processes=PROCESSES, forms=FORMS)
            began = time.perf_counter()
            fill(engine, country, processes=PROCESSES, forms=FORMS, say=print)
            print(f"The country was there after {time.perf_counter() - began:.0f} s.", flush=True)
            print(f"\nPages, rendered, of {ROUNDS} rounds\n{aligned(COLUMNS, WIDTHS)}", flush=True)
            app = create_app(engine, settings)
            slow = [visit.name for visit in _visits(engine, app) if not is_quick(visit)]
    print(f"\nAbove the budget of {BUDGET_MS} ms: {', '.join(slow) or 'none'}.")
    return 1 if slow else 0


def _visits(engine: Engine, app: Flask) -> Iterator[Visit]:
    """Who opens what: the ministry its room, the busiest branch its desk."""
    busiest = max(branches(), key=lambda branch: branch.weight)
    today = engine.clock.now().astimezone(engine.zone).date()
    year_ago = (today - timedelta(days=365)).isoformat()
    room = "/admin/supervision"
    supervisor = _engaged(engine, app, busiest.code, Role.SUPERVISOR)
    yield Visit("room: all branches, four weeks", supervisor, room)
    yield Visit("room: all branches, a year", supervisor, f"{room}?since={year_ago}")
    yield Visit("room: search", supervisor, f"{room}?q=crete&sort=late")
    yield Visit("room: one region", supervisor, f"{room}?organisation=region-01")
    yield Visit("room: one municipality", supervisor, f"{room}?organisation=municipality-001")
    yield Visit("room: a branch, a year", supervisor, f"{room}/branches/{busiest.code}?since={year_ago}")
    for figure in Figure:
        address = f"{room}/cases?figure={figure}&since={year_ago}"
        yield Visit(f"cases: {figure}", supervisor, address)
        yield Visit(f"cases: {figure} of a branch", supervisor, f"{address}&organisation={busiest.code}")
    yield Visit("texts", supervisor, "/admin/content")
    yield Visit("text: new", supervisor, "/admin/content/new")
    operator = _engaged(engine, app, busiest.code, Role.OPERATOR)
    organisations = "/admin/organisations"
    yield Visit("organisations", operator, organisations)
    yield Visit("tree of organisations", operator, f"{organisations}/tree")
    yield Visit("tree: search", operator, f"{organisations}/tree?q=athens")
    yield Visit("an organisation", operator, f"{organisations}/{busiest.code}")
    yield Visit("who may do what", operator, f"/admin/people/rights?organisation={busiest.code}")
    manager = _engaged(engine, app, busiest.code, Role.MANAGER)
    yield Visit("worklist", manager, "/desk")
    yield Visit("branch", manager, "/desk/branch")
    yield Visit("announcements", manager, "/desk/news")


def _engaged(engine: Engine, app: Flask, code: str, role: Role) -> Visitor:
    """The browser of somebody new in a branch."""
    today = engine.clock.now().astimezone(engine.zone).date()
    with engine.store.reading() as connection:
        branch = organisation_store.branch_coded(connection, code, on=today)
    if branch is None:
        raise RuntimeError(f"Expected a branch {code}.")
    user = a_user(username=f"bench-{role}")
    engine.carry_out(SaveUser(user=user, branch_id=branch.id, roles=frozenset({role})), actor=SYSTEM)
    client = app.test_client()
    client.set_cookie(COOKIE, session_of(engine, user.id))
    return Visitor(client=client, language="el")


if __name__ == "__main__":
    sys.exit(main())
