"""Claims about how an agency is connected: what could not be called or signed is refused when it is saved."""

from dataclasses import replace

import pytest

from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Invalid
from engine.organisation import store as organisation_store
from engine.organisation.registers import SaveAgency
from tests.office import Office, an_office
from tests.organisations import TODAY


@pytest.fixture
def office() -> Office:
    return an_office()


def connect(office: Office, *, endpoint: str | None, secrets: tuple[str, ...]) -> None:
    agency = replace(office.agency, endpoint=endpoint, secrets=secrets)
    office.does(SaveAgency(agency=agency), actor=SYSTEM)


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://agency.example/in", "Expected https"),
        ("https://10.0.0.7/in", "Expected a public address"),
        ("https://agency.example:8443/in", "Expected port 443"),
        ("municipality", "Expected a URL of one of these kinds: http, https"),
        ("queue://agency.example/in", "Expected a URL of one of these kinds: http, https"),
    ],
)
def test_an_endpoint_that_may_not_be_called_is_not_saved(
    office: Office, endpoint: str, expected: str
) -> None:
    with pytest.raises(Invalid) as refused:
        connect(office, endpoint=endpoint, secrets=(new_secret(),))

    assert expected in refused.value.errors["endpoint"][0]
    with office.engine.store.reading() as connection:
        assert organisation_store.agency_keyed(connection, office.agency.key, on=TODAY) == office.agency


def test_a_secret_that_cannot_sign_is_not_saved_and_not_quoted(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        connect(office, endpoint="https://agency.example/in", secrets=(new_secret(), "whsec_c2hvcnQ="))

    assert refused.value.errors == {"secrets": ["Expected a key of 24 to 64 bytes, but found 5."]}


def test_an_endpoint_needs_a_secret(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        connect(office, endpoint="https://agency.example/in", secrets=())

    assert list(refused.value.errors) == ["secrets"]


def test_every_problem_is_told_at_once(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        connect(office, endpoint="http://agency.example/in", secrets=("secret",))

    assert set(refused.value.errors) == {"endpoint", "secrets"}


def test_an_agency_that_asks_by_itself_needs_neither(office: Office) -> None:
    connect(office, endpoint=None, secrets=())

    with office.engine.store.reading() as connection:
        found = organisation_store.agency_keyed(connection, office.agency.key, on=TODAY)
    assert found is not None
    assert (found.endpoint, found.secrets) == (None, ())
