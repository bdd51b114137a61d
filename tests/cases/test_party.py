"""How persons are found: by Greek or Latin letters, whatever the accents and the case."""

import pytest

from engine.cases.party import search_words, words_of
from engine.kernel.vocabulary import search_form
from tests.builders import a_case, a_party, a_person


@pytest.mark.parametrize(
    "text", ["Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδοπουλοσ", "Papadopoulos", " papadopoulos "]
)
def test_a_name_is_found_however_it_is_typed(text: str) -> None:
    assert search_form(text) == "papadopoulos"


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("Ευτυχία", "eftychia"),
        ("Ευγενία", "evgenia"),
        ("Παύλος", "pavlos"),
        ("Μπάμπης", "bampis"),
        ("Άγγελος", "angelos"),
        ("Ψυχάρης", "psycharis"),
        ("Προΐστιος", "proistios"),
        ("Θεοδώρα-Ζωή", "theodora zoi"),
    ],
)
def test_greek_is_written_in_latin_letters_as_in_a_passport(greek: str, latin: str) -> None:
    assert search_form(greek) == latin


def test_a_case_is_found_by_names_codes_and_phone() -> None:
    person = a_person(
        given_name="Ελένη", family_name="Δημητρίου", amka="01019912345", phone="+30 210 1234567"
    )

    words = words_of([a_party(a_case(), person=person)])

    assert words == {"eleni", "dimitriou", "094014201", "01019912345", "2101234567"}


@pytest.mark.parametrize(
    "typed", ["6941234567", "694 123 4567", "+30 694-1234567", "0030 (694) 1234567", "694 12"]
)
def test_a_phone_number_is_found_however_it_is_typed(typed: str) -> None:
    known = words_of([a_party(a_case(), person=a_person(phone="+30 694 123 4567"))])

    (word,) = search_words(typed)

    assert any(found.startswith(word) for found in known)


def test_two_numbers_are_two_words() -> None:
    assert search_words("094014201 01018012345") == ("094014201", "01018012345")
