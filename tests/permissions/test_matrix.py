"""Claims about rights: every call and every page, asked by everybody, answers as the table of rights says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from engine.bootstrap import build
from engine.kernel.actor import Role
from engine.kernel.permission_examples import AGENCY, Place
from engine.kernel.permission_table import RIGHTS
from engine.settings import from_environment
from tests.builders import NOON
from tests.office import MovableClock
from tests.permissions import page_rows, rest_rows
from tests.permissions.rows import Row
from tests.permissions.town import Picture, Town, a_town

SAFE = ("GET", "HEAD")
SOME_ON_POSTGRESQL = (
    "cases.find_cases",
    "cases.show_case",
    "tasks.list_tasks",
    "tasks.show_task",
    "service-tasks.list_service_tasks",
    "documents.list_documents_of_request",
    "callers.search_tracking",
    "callers.show_callers_case",
    "incidents.list_incidents",
)


@pytest.fixture(scope="module")
def town() -> Town:
    """A town in memory."""
    return a_town()


@pytest.fixture
def town_on_postgresql(postgresql_url: str) -> Iterator[Town]:
    """The same town on PostgreSQL."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": postgresql_url}), clock=clock)
    try:
        yield a_town(engine, clock=clock)
    finally:
        engine.close()


@pytest.fixture
def picture(town: Town) -> Iterator[Picture]:
    """The town's database as it is now, to go back to."""
    taken = Picture(town.desk.office.engine)
    yield taken
    taken.close()


def problems(town: Town, rows: Sequence[Row], *, picture: Picture | None = None) -> list[str]:
    """Where somebody gets another answer than the table of rights says."""
    found = []
    for row in rows:
        for column in row.asked_by:
            for place in (Place.HERE,) if row.own else Place:
                response = town.asks(row, column, place)
                problem = row.problem(response, row.expected(column, place))
                if problem:
                    found.append(f"{row.endpoint} by {column} {place}: {problem}")
                is_change = response.request.method not in SAFE and response.status_code < 400
                if picture is not None and is_change:
                    picture.goes_back()
    return found


def test_every_call_answers_everybody_as_the_table_says(town: Town, picture: Picture) -> None:
    assert problems(town, rest_rows.ROWS, picture=picture) == []


def test_every_page_answers_everybody_as_the_table_says(town: Town, picture: Picture) -> None:
    assert problems(town, page_rows.ROWS, picture=picture) == []


def test_every_route_has_a_row_or_is_for_everybody(town: Town) -> None:
    routes = {rule.endpoint for rule in town.desk.app.url_map.iter_rules()}
    rows = {row.endpoint for row in (*rest_rows.ROWS, *page_rows.ROWS)}
    public = rest_rows.PUBLIC | page_rows.PUBLIC

    assert routes - rows - public == set()
    assert (rows | public) - routes == set()
    assert rows & public == set()


def test_every_right_is_asked_for_by_some_route() -> None:
    asked = {right for row in (*rest_rows.ROWS, *page_rows.ROWS) for right in row.rights}
    asked_elsewhere = {
        "task: read what is typed",
        "task: read what was typed",
        "call: tell of documents",
        "call: tell tracking code",
        "branch: see who has to wait to sign in",
        "sign-in: receive people",
        "organisation: enter",
        "text: authorise",
    }

    assert asked | asked_elsewhere == set(RIGHTS)


def test_whoever_is_not_known_is_let_in_nowhere(town: Town) -> None:
    def is_open(row: Row) -> bool:
        response = town.asked_by_nobody(row)
        leads_to_sign_in = response.headers.get("Location", "").startswith("/sign-in")
        return response.status_code not in (401, 403) and not leads_to_sign_in

    assert [row.endpoint for row in (*rest_rows.ROWS, *page_rows.ROWS) if is_open(row)] == []


def test_lists_and_rights_by_need_are_the_same_on_postgresql(town_on_postgresql: Town) -> None:
    columns = (Role.CLERK.value, Role.AGENT.value, Role.AUDITOR.value, AGENCY)
    rows = [replace(row, asked_by=columns) for row in rest_rows.ROWS if row.endpoint in SOME_ON_POSTGRESQL]

    assert problems(town_on_postgresql, rows) == []
