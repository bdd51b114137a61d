"""Invented people, the same for the same seed: names by chance, numbers that pass their checks."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final

from engine.cases.party import search_words
from engine.kernel.vocabulary import Person

WOMEN: Final = (
    "Μαρία", "Ελένη", "Κατερίνα", "Βασιλική", "Σοφία", "Αγγελική", "Γεωργία", "Δήμητρα", "Κωνσταντίνα",
    "Παρασκευή", "Άννα", "Ιωάννα", "Ευαγγελία", "Χριστίνα", "Αναστασία", "Φωτεινή", "Ειρήνη", "Ζωή",
    "Καλλιόπη",
    "Σταυρούλα", "Χρυσούλα", "Θεοδώρα", "Αθανασία", "Ευτυχία", "Μαγδαληνή",
)  # fmt: skip
MEN: Final = (
    "Γεώργιος", "Ιωάννης", "Κωνσταντίνος", "Δημήτριος", "Νικόλαος", "Παναγιώτης", "Βασίλειος", "Χρήστος",
    "Αθανάσιος", "Μιχαήλ", "Ευάγγελος", "Σπυρίδων", "Αντώνιος", "Αναστάσιος", "Θεόδωρος", "Ανδρέας",
    "Στέφανος", "Ηλίας", "Σταύρος", "Εμμανουήλ", "Φώτιος", "Απόστολος", "Λάμπρος", "Γρηγόριος", "Ραφαήλ",
)  # fmt: skip
_STEMS: Final = (
    "Παπαδ", "Γεωργ", "Δημητρ", "Νικολα", "Αντων", "Θεοδωρ", "Κωνσταντιν", "Βασιλ", "Αναγνωστ", "Καραγιανν",
    "Λαμπρ", "Μακρ", "Οικονομ", "Παναγιωτ", "Ραπτ", "Σταματ", "Τσακαλ", "Φωτ", "Χρηστ", "Ψαρρ", "Αλεξ",
    "Ζαχαρ", "Ηλι", "Ιωανν", "Κατσαρ", "Μιχαλ", "Ξενικ", "Πετρ", "Σωτηρ", "Τριανταφυλλ",
)  # fmt: skip
_ENDINGS: Final = (
    ("όπουλος", "οπούλου"), ("ίδης", "ίδου"), ("άκης", "άκη"), ("άκος", "άκου"), ("έας", "έα"),
    ("ιάδης", "ιάδου"), ("άτος", "άτου"), ("όγλου", "όγλου"), ("ούδης", "ούδη"), ("έλλης", "έλλη"),
)  # fmt: skip


def invented_person(chance: Random, *, amka_begins: str | None) -> Person:
    """A person; the AMKA begins with the given birth date, where one is wanted."""
    is_woman = chance.random() < 0.53
    stem, (his, hers) = chance.choice(_STEMS), chance.choice(_ENDINGS)
    return Person(
        given_name=chance.choice(WOMEN if is_woman else MEN),
        family_name=stem + (hers if is_woman else his),
        patronymic=chance.choice(MEN),
        matronymic=chance.choice(WOMEN),
        afm=_afm(chance.randrange(10**8)),
        amka=_amka(amka_begins, chance.randrange(10**4)) if amka_begins else None,
        phone=f"+3069{chance.randrange(10**8):08}",
        email=f"polites{chance.randrange(10**7)}@example.org",
    )


def words_of(person: Person) -> frozenset[str]:
    """The words by which a case of the person is found."""
    words = {*_words(person.given_name), *_words(person.family_name)}
    words |= {number for number in (person.afm, person.amka) if number}
    if person.phone:
        words.add(person.phone.removeprefix("+30"))
    return frozenset(words)


@lru_cache(maxsize=4096)
def _words(name: str) -> Sequence[str]:
    return search_words(name)


def _afm(number: int) -> str:
    digits = f"{number or 1:08}"
    check = sum(int(digit) << (8 - place) for place, digit in enumerate(digits)) % 11 % 10
    return f"{digits}{check}"


def _amka(begins: str, number: int) -> str:
    digits = f"{begins}{number:04}"
    doubled = (int(digit) * 2 if place % 2 else int(digit) for place, digit in enumerate(digits))
    total = sum(one - 9 if one > 9 else one for one in doubled)
    return f"{digits}{-total % 10}"
