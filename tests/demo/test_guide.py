"""Claims about what the demonstration tells at the end: everything can be read and copied."""

import re
from pathlib import Path

import pytest

from demo.guide import guide
from demo.people import AGENCIES, OFFICERS, OFFICIALS, STAFF
from demo.seed import Seeded
from demo.walk import JournalText

TOKENS = {name: f"stoa_{name}-token" for name in (*(one.username for one in STAFF), "social-security")}


def told() -> str:
    return guide(
        site="http://127.0.0.1:8080",
        seeded=Seeded(tokens=TOKENS, secrets={}, password="abcd-efgh"),
        walked={"number": "0009-26-000001-6", "tracking_code": "K7QX9PAB"},
        notices=Path("var/notices"),
    )


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_stands_apart_from_the_name_it_belongs_to(name: str) -> None:
    assert re.search(rf"^  {name} +{TOKENS[name]}$", told(), re.MULTILINE)


def test_everybody_who_may_sign_in_is_named_with_what_they_do() -> None:
    lines = told().splitlines()

    for one in (*STAFF, *OFFICERS, *OFFICIALS):
        assert any(line.split()[:1] == [one.username] and one.display_name in line for line in lines)


def test_the_citizens_page_is_named_with_the_receipt_of_the_case() -> None:
    assert "http://127.0.0.1:8080/track?number=0009-26-000001-6&code=K7QX9PAB" in told()


def test_the_folder_of_the_messages_to_citizens_is_named() -> None:
    assert "var/notices" in told()


@pytest.mark.parametrize("key", [partner.key for partner in AGENCIES])
def test_what_an_agency_does_stands_apart_from_its_name(key: str) -> None:
    entry = {
        "action": "service_task_completed",
        "at": "2026-03-09T12:00:00+00:00",
        "actor": {"name": key},
        "branch": None,
        "detail": {"service_task": "1", "name": "Έλεγχος"},
    }

    assert f"{key}  " in JournalText().line(entry)
