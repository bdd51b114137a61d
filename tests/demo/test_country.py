"""Claims about the made-up country: its cases are like those that the engine runs, and go on as such."""

import shutil
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from demo.country.filling import Country, fill_with
from demo.country.loading import TABLES, load_year
from demo.country.model_cases import ModelCase, model_cases
from demo.country.places import BRANCHES, MUNICIPALITIES, branches, municipality_names
from demo.country.planning import Year
from demo.country.stamp import Place
from demo.country.template import Template
from engine.bootstrap import build
from engine.bundle.files import folder
from engine.cases import figures_store
from engine.cases.changeset import CaseState
from engine.cases.model import Case
from engine.cases.queries import FindCases, ShowCase
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.pages import Slice
from engine.kernel.vocabulary import CaseStatus
from engine.procedures.store import version_on_offer
from engine.runtime.closed_snapshots import COMPACT
from engine.schema import metadata
from engine.sealing.chain import first_broken_line
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.keyring import Keyring
from engine.sealing.seals import SecretKind
from engine.service_tasks.answer import AnswerServiceTask
from engine.settings import from_environment
from engine.storage import bulk, migrate
from engine.storage.bulk import FORMATS
from tests.builders import NOON, an_agency_actor
from tests.office import CONFIRMED, ROOT, MovableClock, Office, an_office

CASES = 200
KEY = "residence-certificate"
COUNTRY_CASES = 300
SECRET = b64encode(b"\x01" * 32).decode()
KEYS = JournalKeys(Keyring([b"\x01" * 32]))


@pytest.fixture(scope="module")
def models() -> dict[str, list[ModelCase]]:
    return {KEY: played(KEY)}


def played(key: str) -> list[ModelCase]:
    """The models of a procedure that begin on Monday."""
    return list(model_cases(folder(ROOT / "processes", ROOT / "forms", key), weekdays=(0,)))


def a_country(models: dict[str, list[ModelCase]], *, engine: Engine | None = None) -> Office:
    """The office of the tests with a year of residence certificates that end at noon."""
    office = an_office(engine, clock=None if engine else MovableClock(NOON))
    office.engine = replace(office.engine, journal_keys=KEYS)
    with office.engine.store.reading() as connection:
        version = version_on_offer(connection, KEY, office.engine.clock.now())
    assert version is not None
    assert office.clerk.id is not None
    place = Place(
        branch_id=office.branch.id,
        code=office.branch.code,
        name=office.branch.name,
        municipality="Αθηναίων",
        people={role.value: (office.clerk.id, office.clerk.name) for role in Role},
    )
    year = Year(
        models=models,
        versions={version.key: (version.id, version.number)},
        places=[place],
        weights=[1],
        agencies={"municipality.residence": (office.agency.id, office.agency.key)},
        until=office.engine.clock.now(),
        zone=office.engine.zone,
        seed=3,
    )
    load_year(office.engine, year, CASES, processes=0, progress=lambda _done, _of: None)
    return office


@pytest.fixture(scope="module")
def office(models: dict[str, list[ModelCase]]) -> Office:
    return a_country(models)


def test_the_map_has_as_many_of_each_as_the_country() -> None:
    made = branches()

    assert (len(municipality_names()), len(made)) == (MUNICIPALITIES, BRANCHES)
    assert len({branch.code for branch in made}) == BRANCHES
    assert {branch.municipality for branch in made} == set(range(MUNICIPALITIES))


def test_every_journal_is_whole_and_every_number_follows_the_one_before(office: Office) -> None:
    cases = all_cases(office)

    broken = [
        case.number for case in cases if first_broken_line(office.journal(view_of(case)), KEYS) is not None
    ]

    assert broken == []
    assert len({case.number for case in cases}) == len({case.id for case in cases}) == CASES
    in_order = sorted(cases, key=lambda case: (case.opened_at, case.id))
    assert [case.number for case in in_order] == sorted(case.number for case in cases)
    assert len(office.journal(view_of(cases[0]))) == cases[0].journal.length


def test_nothing_of_the_model_is_left_in_a_copy(office: Office, models: dict[str, list[ModelCase]]) -> None:
    names = {model.given.applicant.afm for of_key in models.values() for model in of_key} - {None}
    sources = {str(model.moments[0].rows["cases"][0]["id"]) for of_key in models.values() for model in of_key}
    with office.engine.store.reading() as connection:
        raw: object = connection.connection.driver_connection
        dumped = "\n".join(raw.iterdump())  # type: ignore[attr-defined] - SQLite's own

    assert [one for one in (*names, *sources) if one in dumped] == []


def test_a_case_is_found_by_the_name_of_its_applicant(office: Office) -> None:
    case = all_cases(office)[0]
    view = office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk)
    person = view.parties[0].person

    found = office.engine.ask(FindCases(text=f"{person.family_name} {person.afm}"), actor=office.clerk).items

    assert [one.number for one in found] == [case.number]


def test_closed_cases_are_compact_and_the_figures_are_theirs(office: Office) -> None:
    closed = [case for case in all_cases(office) if case.is_closed]
    with office.engine.store.reading() as connection:
        since = (NOON - timedelta(days=400)).date()
        kept = figures_store.figures_since(connection, office.branch.id, since)
        true = figures_store.counted_since(connection, office.branch.id, NOON - timedelta(days=400))

    views = [office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk) for case in closed[:20]]
    assert all(view.case.snapshot.startswith(COMPACT) for view in views)
    assert kept == true
    assert (kept["opened"], kept["ended"]) == (CASES, len(closed))


def test_an_open_copy_goes_on_like_any_case(office: Office) -> None:
    still_open = [case for case in all_cases(office) if case.status is CaseStatus.OPEN]
    views = [office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk) for case in still_open]
    asked = next(task for view in views for task in view.service_tasks)

    answer = AnswerServiceTask(service_task_id=asked.id, data=CONFIRMED)
    state = office.does(answer, actor=an_agency_actor(office.agency))

    assert asked.agency_key == office.agency.key
    assert [task.element_id for task in state.tasks] != []
    assert first_broken_line(office.journal(state), KEYS) is None


def test_the_same_seed_makes_the_same_rows_whatever_the_number_of_processes(
    models: dict[str, list[ModelCase]], tmp_path: Path
) -> None:
    template = tmp_path / "template.db"
    migrate.upgrade(f"sqlite:///{template}")
    with opened(template) as engine:
        an_office(engine)

    alone = filled(template, models, seed=3, processes=0)
    by_two = filled(template, {KEY: played(KEY)}, seed=3, processes=2)
    another = filled(template, models, seed=4, processes=0)

    assert [name for name in alone if alone[name] != by_two[name]] == []
    assert {name for name in TABLES if alone[name] == another[name] != []} == set()
    assert len(alone["cases"]) == COUNTRY_CASES
    assert sum(map(len, alone.values())) > 20 * COUNTRY_CASES


def filled(
    template: Path, models: dict[str, list[ModelCase]], *, seed: int, processes: int
) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a copy of a database with a country; of sealed codes, what they are."""
    path = template.with_name(f"{seed}-{processes}.db")
    shutil.copy(template, path)
    with opened(path) as engine:
        country = Country(cases=COUNTRY_CASES, seed=seed, processes=processes)
        fill_with(engine, country, models=models, say=lambda _text: None)
        codes = metadata.tables["tracking_codes"]
        with engine.store.reading() as connection:
            found = {
                name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}").all()), key=repr)
                for name in metadata.tables
            }
            found["tracking_codes"] = [
                (
                    row.case_id,
                    engine.seals.opened(row.sealed, kind=SecretKind.TRACKING_CODE, owner=row.case_id),
                )
                for row in connection.execute(codes.select().order_by(codes.c.case_id))
            ]
    return found


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """An engine on a file, at noon, with a key of its own."""
    settings = {"STOA_DATABASE_URL": f"sqlite:///{path}", "STOA_SECRET_KEYS": SECRET}
    with build(from_environment(settings), clock=MovableClock(NOON)) as engine:
        yield engine


def test_a_country_is_alike_on_each_database(models: dict[str, list[ModelCase]], database_url: str) -> None:
    settings = from_environment({"STOA_DATABASE_URL": database_url})
    with build(settings, clock=MovableClock(NOON)) as engine:
        before = indexes_of(engine)
        office = a_country(models, engine=engine)
        cases = all_cases(office)
        views = [office.engine.ask(ShowCase(case_id=case.id), actor=office.clerk) for case in cases]
        broken = [
            case.number
            for case in cases
            if first_broken_line(office.journal(view_of(case)), KEYS) is not None
        ]
        asked = next(one for view in views for one in view.service_tasks if view.case.status == "open")
        state = office.does(
            AnswerServiceTask(service_task_id=asked.id, data=CONFIRMED), actor=an_agency_actor(office.agency)
        )
        since = office.engine.clock.now() - timedelta(days=400)
        with engine.store.reading() as connection:
            kept = figures_store.figures_since(connection, office.branch.id, since.date())
            true = figures_store.counted_since(connection, office.branch.id, since)

        assert (len(views), broken) == (CASES, [])
        assert first_broken_line(office.journal(state), KEYS) is None
        assert kept == true
        assert indexes_of(engine) == before
        assert len(before) > 2 * len(TABLES)


_TOLD_BY = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
    "SELECT conrelid::regclass::text, conname || pg_get_constraintdef(oid) FROM pg_constraint",
}


def indexes_of(engine: Engine) -> list[tuple[str, str]]:
    """The indexes and references of the tables that a country fills, as the database tells of them."""
    with engine.store.reading() as connection:
        told = connection.exec_driver_sql(_TOLD_BY[connection.dialect.name]).all()
    return sorted((table, text) for table, text in told if table in TABLES)


def test_amounts_and_moments_without_end_stand_in_a_copy_as_in_its_model(office: Office) -> None:
    paid = played("food-business-notification")
    amounts = {row["amount"] for model in paid for moment in model.moments for row in moment.rows["payments"]}
    form = FORMATS["sqlite"]
    row_amounts, ends = set(), set()
    for model in paid:
        template = Template(
            model,
            model.moments[-1],
            version=(office.branch.id, 1),
            agencies={},
            zone=office.engine.zone,
            form=form,
        )
        place = list(metadata.tables["payments"].c.keys()).index("amount")
        values: dict[str, Any] = defaultdict(str, template.constants)
        row_amounts |= {cells(values)[place] for cells in template.rows.get("payments", [])}
        ends |= {str(value) for value in template.constants.values() if str(value).startswith("9999")}

    assert row_amounts == {int(amount * 100) for amount in amounts} != set()
    assert ends <= {"9999-01-01 00:00:00.000000"}


def test_a_table_that_many_rows_are_in_keeps_its_indexes(office: Office) -> None:
    tables = [metadata.tables["journal"], metadata.tables["tasks"]]
    with office.engine.store.begin() as connection:
        taken = bulk.lighten(connection, [metadata.tables["tasks"]])
        without = sa.inspect(connection).get_indexes("tasks")
        bulk.restore(connection, tables)
        again = sa.inspect(connection).get_indexes("tasks")
        kept = bulk.lighten(connection, tables)

    assert (taken, without) == (True, [])
    assert len(again) == len(metadata.tables["tasks"].indexes)
    assert kept is False


def all_cases(office: Office) -> list[Case]:
    """Every case, newest first."""
    found: list[Case] = []
    cursor = None
    while True:
        page = office.engine.ask(FindCases(part=Slice(limit=100, cursor=cursor)), actor=SYSTEM)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def view_of(case: Case) -> CaseState:
    return CaseState(case=case, tasks=(), service_tasks=())
