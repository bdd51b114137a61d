"""Claims about opening a case for a citizen who was received by a clerk."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.cases.case_details import EarlierApplicant, FindEarlierApplicant
from engine.cases.reception import Authorisation, Checklist, IdentityCheck, PapersFor, Reception
from engine.kernel.refusal import Invalid
from tests.builders import a_branch, a_clerk, a_person
from tests.office import Office, an_office, offer

COMPLETE = frozenset({"identity", "utility-bill"})
NEWBORN: Mapping[str, Any] = {
    "person": {"category": "newborn", "nationality": "Ελληνική", "sex": "female"},
    "birth": {"date": "2026-03-01", "place": "Αθήνα", "country": "Ελλάδα"},
    "declared": True,
}
OF_NEWBORN = frozenset({"birth-certificate", "parent-identity"})


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def amka_office(office: Office) -> Office:
    """An office with the AMKA on offer, whose papers depend on what is filled in."""
    offer(office.engine, "amka-issue")
    return office


def a_reception(**changes: object) -> Reception:
    return Reception(**{"identity": IdentityCheck.PASSPORT, "papers": COMPLETE, **changes})  # type: ignore[arg-type]


def test_the_journal_says_how_the_citizen_was_received(office: Office) -> None:
    state = office.opens_case(reception=a_reception())

    detail = office.journal(state)[0].detail
    assert detail["identity"] == "passport"
    assert detail["papers"] == ["identity", "utility-bill"]
    assert detail["authorisation"] is None


def test_a_case_whose_papers_are_missing_is_not_opened(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.opens_case(reception=a_reception(papers=frozenset({"identity"})))

    assert list(refused.value.errors) == ["reception.papers"]


def test_nobody_acts_for_another_without_an_authorisation(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.opens_case(reception=a_reception(), representative=a_person(given_name="Άννα"))

    assert list(refused.value.errors) == ["reception.authorisation"]


def test_somebody_acts_for_another_by_an_authorisation(office: Office) -> None:
    state = office.opens_case(
        reception=a_reception(authorisation=Authorisation.LAWYER), representative=a_person(given_name="Άννα")
    )

    assert office.journal(state)[0].detail["authorisation"] == "lawyer"


def test_papers_are_not_judged_where_nobody_received_the_citizen(office: Office) -> None:
    state = office.opens_case(reception=None)

    assert "papers" not in office.journal(state)[0].detail


def test_which_papers_are_missing_depends_on_what_was_filled_in(amka_office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        amka_office.opens_case(
            procedure="amka-issue", data=NEWBORN, reception=a_reception(papers=frozenset({"parent-identity"}))
        )

    assert refused.value.errors == {"reception.papers": ["expected birth-certificate"]}


def test_a_paper_that_is_asked_of_others_only_is_refused(amka_office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        amka_office.opens_case(
            procedure="amka-issue", data=NEWBORN, reception=a_reception(papers=OF_NEWBORN | {"seasonal-visa"})
        )

    assert refused.value.errors == {"reception.papers": ["this procedure asks for no seasonal-visa"]}


def test_what_was_seen_at_the_reception_is_not_asked_again(amka_office: Office) -> None:
    state = amka_office.opens_case(
        procedure="amka-issue", data=NEWBORN, reception=a_reception(papers=OF_NEWBORN)
    )

    (task,) = state.tasks
    assert task.prefill["presented"] == ["birth-certificate", "parent-identity"]
    assert task.prefill["identity_checked"] is True


def test_the_papers_are_told_before_anything_is_filed(amka_office: Office) -> None:
    def asked(data: Mapping[str, Any]) -> Checklist:
        return amka_office.engine.ask(PapersFor(procedure="amka-issue", data=data), actor=amka_office.clerk)

    nothing, category, whole = asked({}), asked({"person": {"category": "greek_minor"}}), asked(NEWBORN)

    assert (nothing.papers, nothing.is_settled) == ((), False)
    assert ([paper.id for paper in category.papers], category.is_settled) == (["birth-certificate"], False)
    assert {paper.id for paper in whole.papers if paper.obligatory} == OF_NEWBORN
    assert whole.is_settled


def test_papers_that_depend_on_nothing_are_told_at_once(office: Office) -> None:
    told = office.engine.ask(PapersFor(procedure="residence-certificate"), actor=office.clerk)

    assert told.is_settled
    assert {paper.id for paper in told.papers} >= COMPLETE


def test_a_field_that_the_form_does_not_have_decides_nothing(amka_office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        amka_office.engine.ask(PapersFor(procedure="amka-issue", data={"shoe": 42}), actor=amka_office.clerk)

    assert list(refused.value.errors) == ["data.shoe"]


ELENI = a_person(afm="094014201", patronymic="Γεώργιος")


def earlier(office: Office, **numbers: str) -> EarlierApplicant | None:
    return office.engine.ask(FindEarlierApplicant(**numbers), actor=office.clerk)


def test_a_citizen_who_was_here_before_is_found_by_either_number(office: Office) -> None:
    office.opens_case(applicant=ELENI)
    office.clock.advance(timedelta(days=1))
    newest = office.opens_case(applicant=ELENI).case

    found = earlier(office, afm="094014201")

    assert found is not None
    assert (found.case_id, found.person) == (newest.id, ELENI)
    assert earlier(office, afm="094014201", amka="01018012345") is not None
    assert earlier(office, amka="01018012345") is None


def test_who_only_acted_for_somebody_is_not_taken_for_the_citizen(office: Office) -> None:
    acting = a_person(given_name="Άννα", afm="123456783")
    reception = a_reception(authorisation=Authorisation.LAWYER)
    office.opens_case(applicant=ELENI, representative=acting, reception=reception)

    assert earlier(office, afm="123456783") is None


def test_a_case_of_another_branch_tells_nothing(office: Office) -> None:
    office.opens_case(applicant=ELENI)
    elsewhere = a_clerk(a_branch(code="0010"))

    found = office.engine.ask(FindEarlierApplicant(afm="094014201"), actor=elsewhere)

    assert found is None


def test_the_journal_says_from_where_details_were_taken_over(office: Office) -> None:
    before = office.opens_case(applicant=ELENI).case

    state = office.opens_case(applicant=ELENI, taken_over_from=before.id)

    lines = {line.action: line.detail for line in office.journal(state)}
    assert lines["details_taken_over"] == {"from": before.number}


def test_details_are_not_taken_over_from_somebody_elses_case(office: Office) -> None:
    before = office.opens_case(applicant=ELENI).case

    with pytest.raises(Invalid) as refused:
        office.opens_case(applicant=a_person(afm="123456783"), taken_over_from=before.id)

    assert list(refused.value.errors) == ["taken_over_from"]
