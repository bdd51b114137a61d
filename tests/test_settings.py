"""Settings: read once, checked at the start, and documented."""

from pathlib import Path

import pytest

from engine.connectors.address_rules import AddressRules
from engine.settings import SettingsRefused, from_environment, reference

ROOT = Path(__file__).resolve().parents[1]


def test_an_empty_environment_gives_the_embedded_defaults() -> None:
    settings = from_environment({"HOME": "/home/stoa", "LANG": "el_GR.UTF-8"})

    assert settings.uses_sqlite
    assert settings.zone.key == "Europe/Athens"
    assert settings.private_endpoints == AddressRules()


def test_every_wrong_variable_is_named_at_once() -> None:
    environment = {
        "STOA_PORT": "eighty",
        "STOA_DATABASE_URL": "mysql://localhost/stoa",
        "STOA_ZONE": "Europe/Sparta",
        "STOA_HTTPS_ONLY": "maybe",
        "STOA_WORKER_POLL_SECONDS": "0",
        "STOA_PROT": "8080",
        "STOA_PRIVATE_ENDPOINTS": "127.0.0.1:9000, 10.1.0.0/33",
    }

    with pytest.raises(SettingsRefused) as refused:
        from_environment(environment)

    assert len(refused.value.problems) == len(environment)
    assert all(any(problem.startswith(name) for problem in refused.value.problems) for name in environment)


def test_a_refusal_says_what_was_expected_and_what_was_found() -> None:
    with pytest.raises(
        SettingsRefused, match="STOA_PORT: expected a whole number from 1 to 65535, found '70000'"
    ):
        from_environment({"STOA_PORT": "70000"})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"STOA_LDAP_URL": "ldaps://ldap.example"}, "STOA_LDAP_SEARCH_BASE"),
        ({"STOA_LDAP_URL": "http://ldap.example"}, "STOA_LDAP_URL"),
        ({"STOA_LDAP_PERSON_FILTER": "(uid=*)"}, "STOA_LDAP_PERSON_FILTER"),
        ({"STOA_OIDC_ISSUER": "http://id.example"}, "STOA_OIDC_ISSUER"),
        ({"STOA_OIDC_ISSUER": "https://id.example", "STOA_OIDC_CLIENT_ID": "x"}, "STOA_OIDC_CLIENT_SECRET"),
    ],
)
def test_a_way_to_sign_in_that_cannot_work_stops_the_start(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        from_environment(given)

    assert [problem.partition(":")[0] for problem in refused.value.problems] == [named]


def test_the_reference_page_is_up_to_date() -> None:
    assert (ROOT / "docs/settings.md").read_text() == reference()
