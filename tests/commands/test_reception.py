"""Claims about opening a case for a citizen who was received by a clerk."""

import pytest

from engine.domain.reception import Authorisation, IdentityCheck, Reception
from engine.domain.refusal import Invalid
from tests.builders import a_person
from tests.office import Office, an_office

COMPLETE = frozenset({"identity", "utility-bill"})


@pytest.fixture
def office() -> Office:
    return an_office()


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
