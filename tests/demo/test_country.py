"""Claims about the made-up country: its cases are like those that the engine runs, and go on as such."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from demo.country.loading import Year, load_year
from demo.country.model_cases import ModelCase, model_cases
from demo.country.places import BRANCHES, MUNICIPALITIES, branches, municipality_names
from demo.country.stamp import Place
from engine.cases import figures_store
from engine.cases.changeset import CaseState
from engine.cases.model import Case
from engine.cases.queries import FindCases, ShowCase
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.pages import Slice
from engine.kernel.vocabulary import CaseStatus
from engine.procedures.store import version_on_offer
from engine.runtime.closed_snapshots import COMPACT
from engine.sealing.chain import first_broken_line
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.keyring import Keyring
from engine.service_tasks.answer import AnswerServiceTask
from tests.builders import NOON, an_agency_actor
from tests.office import CONFIRMED, ROOT, MovableClock, Office, an_office

CASES = 120
KEYS = JournalKeys(Keyring([b"\x01" * 32]))


@pytest.fixture(scope="module")
def models() -> dict[str, list[ModelCase]]:
    found = defaultdict(list)
    keys = ("residence-certificate",)
    for model in model_cases(ROOT / "processes", ROOT / "forms", weekdays=(0,), only=keys):
        found[model.procedure].append(model)
    return dict(found)


def a_country(models: dict[str, list[ModelCase]], *, seed: int = 7) -> Office:
    """The office of the tests with a year of residence certificates that end at noon."""
    office = an_office(clock=MovableClock(NOON))
    office.engine = replace(office.engine, journal_keys=KEYS)
    with office.engine.store.reading() as connection:
        version = version_on_offer(connection, "residence-certificate", NOON)
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
        versions={version.key: version},
        places=[place],
        weights=[1],
        agencies={"municipality.residence": (office.agency.id, office.agency.key)},
        until=office.clock.now(),
        seed=seed,
    )
    load_year(office.engine, year, CASES, progress=lambda _done, _of: None)
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


def test_the_same_seed_makes_the_same_country(models: dict[str, list[ModelCase]]) -> None:
    pictures = [
        [
            (case.number, case.opened_at, case.status, case.id)
            for case in all_cases(a_country(models, seed=seed))
        ]
        for seed in (3, 3, 4)
    ]

    assert pictures[0] == pictures[1] != pictures[2]


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
