"""Settings: read once, checked at the start, and documented."""

from pathlib import Path

import pytest

from engine.jobs.connectors.address_rules import AddressRules
from engine.settings import SettingsRefused, from_environment, reference
from tests.office import ROOT


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


def test_a_secret_that_cannot_be_used_is_not_shown() -> None:
    with pytest.raises(SettingsRefused) as refused:
        from_environment({"STOA_SECRET_KEYS": "c2VjcmV0"})

    assert "STOA_SECRET_KEYS: expected keys of 32 bytes" in str(refused.value)
    assert "c2VjcmV0" not in str(refused.value)


def test_settings_do_not_show_their_secrets() -> None:
    secrets = {
        "STOA_SECRET_KEYS": "b2xk" * 10 + "b2w=",
        "STOA_LDAP_BIND_PASSWORD": "of the reader",
        "STOA_METRICS_TOKEN": "of the metrics",
    }

    shown = repr(from_environment(secrets))

    assert not any(secret in shown for secret in (*secrets.values(), "oldold"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[groups", "TOML"),
        ("[teams]", "\\[roles\\] and \\[groups\\] alone"),
        ("groups = 1", "\\[roles\\] and \\[groups\\] alone"),
        ("[groups]\na = 'x'", "a list of posts"),
        ("[groups]\na = [301]", "a list of posts"),
        ("[groups]\na = ['0301 boss']", "a post such as"),
        ("[roles]\nboss = 'king'", "one of the roles"),
        ("[roles]\nboss = 7", "one of the roles"),
        (None, "that can be read"),
    ],
)
def test_a_file_of_groups_that_cannot_be_used_stops_the_start(
    tmp_path: Path, text: str | None, problem: str
) -> None:
    path = tmp_path / "groups.toml"
    if text is not None:
        path.write_text(text)

    with pytest.raises(SettingsRefused, match=f"STOA_GROUP_FILE: expected .*{problem}"):
        from_environment({"STOA_GROUP_FILE": str(path)})


def test_patterns_and_a_file_make_one_rule(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text('[roles]\n"Προϊστάμενος" = "manager"\n[groups]\n"Γραφείο" = ["agency efka"]\n')
    environment = {"STOA_GROUP_FILE": str(path), "STOA_GROUP_PATTERNS": "kep-{branch}-{role}, ag-{agency}"}

    rule = from_environment(environment).group_rule

    assert rule is not None
    posts = rule.posts(["kep-0301-ΠΡΟΪΣΤΆΜΕΝΟΣ", "ΓΡΑΦΕΊΟ", "ag-aade", "others"]).posts
    assert {str(post) for post in posts} == {"0301 manager", "agency efka", "agency aade"}
    assert from_environment({}).group_rule is None
