"""Claims about languages: a reader of English meets Greek only where people wrote it."""

import re
from collections.abc import Iterator

import pytest

from tests.journeys.serving import NAMES, Served
from tests.journeys.test_reach import PAGES

GREEK = re.compile("[α-ωά-ώΑ-ΩΆ-Ώ]+")
WRITTEN_BY_PEOPLE = (
    *(name for person in NAMES for name in person[:2]),
    *("Ευαγγελία", "Ρήγα", "Σπυρίδων", "Καραγιαννόπουλος"),
    *(
        "Μαρία",
        "Παπαδοπούλου",
        "Νίκος",
        "Γεωργίου",
        "Πέτρος",
        "Αντωνίου",
        "Στέλιος",
        "Μαρκάκης",
        "Δανάη",
        "Λάμπρου",
    ),
    *("Αθηναίων", "Πατρέων", "Αθήνα", "Πατησίων", "ΔΕΗ", "ΚΕΠ"),
    *["Το", "ζήτησε", "η", "πολίτης", "στο", "γκισέ", "Πρόσφατος", "λογαριασμός", "ρεύματος", "ΥΑ"],
    *("ημέρες", "χωρίς", "απάντηση"),
)
"""Names, addresses, reasons and decrees, and the name of a timer, which nobody translates."""

OF_DECISION_TABLES = {
    *("Απαιτούμενα", "δικαιολογητικά", "Δικαιολογητικά", "που", "λείπουν", "την", "ημέρα", "της", "αίτησης"),
    *("Ποιος", "ενεργεί", "για", "τον", "αιτούντα", "Κατηγορία", "Ηλικία", "Με", "εξουσιοδότηση"),
    *("Ο", "ασυνόδευτος", "ανήλικος", "έχει", "επίτροπο", "δεν", "δικαιοπρακτική", "ικανότητα"),
}
"""What an analyst calls decisions, columns and rules: DMN has one name for each."""

OWN_NAMES_OF_LANGUAGES = {"Ελληνικά"}
"""A language that is offered is called as its speakers call it."""


def greek_on(served: Served, who: str | None, address: str) -> Iterator[str]:
    """Every Greek word that an English reader sees on a page, in its text or in what is read out of it."""
    person = served.person(who)
    visitor = served.desk.visit(person) if person else served.desk.anybody()
    visitor.opens(served.addresses().get(address.strip("{}"), address))
    for text in visitor.sees("//main//text()[not(ancestor::script)] | //main//@aria-label | //title/text()"):
        yield from GREEK.findall(text)


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_has_greek_only_where_people_wrote_it(filled: Served, name: str) -> None:
    who, address = PAGES[name]

    written = {*WRITTEN_BY_PEOPLE, *OWN_NAMES_OF_LANGUAGES}
    if address.startswith("{decision") or "/decisions/" in address:
        written |= OF_DECISION_TABLES
    assert set(greek_on(filled, who, address)) <= written
