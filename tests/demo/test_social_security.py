"""The demonstration's social security registry: it searches at once, and gives out numbers that are sound."""

from datetime import timedelta
from typing import Any

import pytest
from stdnum.gr import amka

from demo.behaviour import Completed, Failed, Reaction, Request, react

PAUSE = timedelta(seconds=2)


def asked(topic: str, family_name: str = "Δημητρίου", **variables: Any) -> Reaction:
    """What the registry does for somebody of that name."""
    about = {"family_name": family_name, "given_name": "Ελένη", "birth": {"date": "1998-05-14"}, **variables}
    done = react(Request(service_task_id="0199-task", topic=topic, variables=about), pause=PAUSE)
    assert done is not None
    return done


def test_nobody_is_found_at_once() -> None:
    done = asked("social-security.search")

    assert done == Reaction(answer=Completed(data={"candidates": []}), after=None)


def test_a_namesake_is_found_with_a_sound_amka() -> None:
    done = asked("social-security.search", "Διπλάρη")

    assert isinstance(done.answer, Completed)
    [candidate] = done.answer.data["candidates"]
    assert (candidate["family_name"], candidate["given_name"]) == ("Διπλάρη", "Ελένη")
    assert amka.is_valid(candidate["amka"])


def test_an_amka_begins_with_the_day_of_birth_and_is_the_same_when_asked_again() -> None:
    first, second = (asked("social-security.register") for _ in range(2))

    assert isinstance(first.answer, Completed)
    assert first.answer.data["amka"].startswith("140598")
    assert amka.is_valid(first.answer.data["amka"])
    assert first == second
    assert first.after == PAUSE


def test_a_person_whose_birth_was_not_told_gets_a_sound_amka_all_the_same() -> None:
    done = asked("social-security.register", birth=None)

    assert isinstance(done.answer, Completed)
    assert amka.is_valid(done.answer.data["amka"])


@pytest.mark.parametrize(
    ("topic", "family_name", "code"),
    [
        ("social-security.search", "Σφαλιάρα", "REGISTRY_FAULT"),
        ("social-security.register", "Άρνη", "REFUSED"),
    ],
)
def test_the_name_chooses_the_trouble(topic: str, family_name: str, code: str) -> None:
    done = asked(topic, family_name)

    assert isinstance(done.answer, Failed)
    assert done.answer.code == code
