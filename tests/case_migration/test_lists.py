"""Claims about lists: they say which version a case is on, and find those of one version."""

import pytest

from engine.cases.queries import FindCases
from engine.tasks.queries import ListTasks
from engine.tasks.worklist_model import ProcedureInWork
from engine.tasks.worklist_queries import ListProceduresInWork
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import KEY, publish
from tests.office import Office, an_office
from tests.pages.visiting import OpenDesk


@pytest.fixture
def office() -> Office:
    office = an_office()
    office.opens_case()
    publish(office, with_five_more_days())
    office.opens_case()
    return office


def test_tasks_and_cases_are_found_of_every_version_and_of_one(office: Office) -> None:
    def numbers(version: int | None) -> list[list[str]]:
        tasks = office.engine.ask(ListTasks(procedure=KEY, version=version), actor=office.clerk)
        cases = office.engine.ask(FindCases(procedure=KEY, version=version), actor=office.clerk)
        return [
            sorted(task.case_number for task in tasks.items),
            sorted(case.number for case in cases.items),
        ]

    everything = numbers(None)
    assert [len(found) for found in everything] == [2, 2]
    assert numbers(1) == [found[:1] for found in everything]
    assert numbers(2) == [found[1:] for found in everything]
    assert numbers(3) == [[], []]


def test_the_versions_on_which_cases_are_under_way_can_be_chosen(office: Office) -> None:
    (found,) = office.engine.ask(ListProceduresInWork(), actor=office.clerk)

    assert isinstance(found, ProcedureInWork)
    assert (found.key, found.versions) == (KEY, (1, 2))


@pytest.mark.parametrize(("language", "words"), [("en", "version"), ("el", "έκδοση")])
def test_the_worklist_says_the_version_of_each_row_and_narrows_to_one(language: str, words: str) -> None:
    desk = OpenDesk()
    office = desk.desk.office
    office.opens_case()
    publish(office, with_five_more_days())
    office.opens_case()
    maria = desk.visit(desk.person("maria"), language=language)
    rows = "//tr[starts-with(@id,'row-')]//td[4]/span"

    maria.opens("/desk?tab=branch")
    of_all, offered = maria.sees(rows), maria.sees("//select[@name='procedure']/option/@value")
    maria.opens(f"/desk?tab=branch&procedure={KEY}%401")

    assert sorted(row.rsplit(" · ")[-1] for row in of_all) == [f"{words} 1", f"{words} 2"]
    assert offered == ["", KEY, f"{KEY}@1", f"{KEY}@2"]
    assert [row.rsplit(" · ")[-1] for row in maria.sees(rows)] == [f"{words} 1"]
    chosen = maria.sees("//select[@name='procedure']/option[@selected]/@value")
    assert chosen == [f"{KEY}@1"]
