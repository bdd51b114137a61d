"""What is said to people about the answers they gave, in Greek and in English."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.kernel.bilingual import Bilingual, Language


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One thing to say, with places for values (`{found}`)."""

    el: str
    en: str


Say: TypeAlias = Callable[..., Bilingual]
"""Says a sentence with its values: `say(TOO_LONG, most=20, found=25)`."""


def speaker(language: Language) -> Say:
    """Who says sentences in that language; what is said knows the other one too."""

    def say(sentence: Sentence, **values: object) -> Bilingual:
        el, en = sentence.el.format(**values), sentence.en.format(**values)
        return Bilingual(el if language is Language.EL else en, el=el, en=en)

    return say


REQUIRED: Final = Sentence(en="An answer is required.", el="Η απάντηση είναι υποχρεωτική.")
MUST_BE_TICKED: Final = Sentence(en="This must be ticked.", el="Πρέπει να επιλεγεί.")
UNKNOWN_FIELD: Final = Sentence(en="The form has no such field.", el="Η φόρμα δεν έχει τέτοιο πεδίο.")
NOT_ASKED: Final = Sentence(
    en="Expected no answer: with the other answers, this is not asked.",
    el="Δεν αναμενόταν απάντηση: με τις υπόλοιπες απαντήσεις το πεδίο δεν εμφανίζεται.",
)
READ_ONLY: Final = Sentence(
    en="Expected the value as it was shown: it cannot be changed here.",
    el="Αφήστε την τιμή όπως εμφανίστηκε: δεν αλλάζει εδώ.",
)
GIVEN_OTHERWISE: Final = Sentence(
    en="Expected what was given with the person's details: it is taken over from there.",
    el="Αφήστε ό,τι δηλώθηκε στα στοιχεία του προσώπου: συμπληρώνεται από εκεί.",
)
EXPECTED_TEXT: Final = Sentence(en="Expected a text.", el="Γράψτε κείμενο.")
EXPECTED_NUMBER: Final = Sentence(en="Expected a number.", el="Γράψτε αριθμό.")
EXPECTED_TICK: Final = Sentence(en="Expected true or false.", el="Πρέπει να είναι true ή false.")
EXPECTED_LIST: Final = Sentence(en="Expected a list.", el="Πρέπει να είναι κατάλογος.")
EXPECTED_FIELDS: Final = Sentence(
    en="Expected an object with the fields of this part.",
    el="Πρέπει να είναι αντικείμενο με τα πεδία αυτού του μέρους.",
)
EXPECTED_DATE: Final = Sentence(
    en="Expected a date such as 2026-03-09.", el="Γράψτε ημερομηνία όπως 2026-03-09."
)
EXPECTED_TIME: Final = Sentence(en="Expected a time such as {example}.", el="Γράψτε ώρα όπως {example}.")
EXPECTED_DATE_TIME: Final = Sentence(
    en="Expected a date and time such as {example}.", el="Γράψτε ημερομηνία και ώρα όπως {example}."
)
EXPECTED_FILE: Final = Sentence(
    en="Expected the reference of a file.", el="Πρέπει να είναι η αναφορά ενός αρχείου."
)
NOT_A_DOCUMENT: Final = Sentence(
    en="Expected a file that is among the documents of this case.",
    el="Επιλέξτε αρχείο που υπάρχει στα έγγραφα της υπόθεσης.",
)
ONE_LINE: Final = Sentence(en="Expected a single line.", el="Γράψτε το σε μία γραμμή.")
UNREADABLE_CHARACTER: Final = Sentence(
    en="The text holds a character that cannot be written.",
    el="Το κείμενο περιέχει χαρακτήρα που δεν γράφεται.",
)
TOO_LONG: Final = Sentence(
    en="Expected at most {most} characters, found {found}.",
    el="Επιτρέπονται έως {most} χαρακτήρες, βρέθηκαν {found}.",
)
TOO_SHORT: Final = Sentence(
    en="Expected at least {least} characters, found {found}.",
    el="Απαιτούνται τουλάχιστον {least} χαρακτήρες, βρέθηκαν {found}.",
)
TOO_MANY: Final = Sentence(
    en="Expected at most {most} entries, found {found}.",
    el="Επιτρέπονται έως {most} εγγραφές, βρέθηκαν {found}.",
)
REPEATED: Final = Sentence(en="Expected every choice once.", el="Κάθε επιλογή δηλώνεται μία φορά.")
PATTERN: Final = Sentence(
    en="The text does not look as expected here.", el="Το κείμενο δεν έχει τη μορφή που απαιτείται."
)
TOO_SMALL: Final = Sentence(
    en="Expected at least {least}, found {found}.", el="Η ελάχιστη τιμή είναι {least}, βρέθηκε {found}."
)
TOO_LARGE: Final = Sentence(
    en="Expected at most {most}, found {found}.", el="Η μέγιστη τιμή είναι {most}, βρέθηκε {found}."
)
TOO_PRECISE: Final = Sentence(
    en="Expected at most {most} decimal places.", el="Επιτρέπονται έως {most} δεκαδικά ψηφία."
)
NUMBER_OUT_OF_BOUNDS: Final = Sentence(
    en="Expected a number of at most 34 digits.", el="Επιτρέπονται αριθμοί έως 34 ψηφίων."
)
NOT_AN_OPTION: Final = Sentence(
    en="Expected one of the options offered.", el="Επιλέξτε μία από τις διαθέσιμες επιλογές."
)
UNDECIDABLE: Final = Sentence(
    en="What is allowed here could not be worked out from the other answers.",
    el="Το τι επιτρέπεται εδώ δεν προκύπτει από τις υπόλοιπες απαντήσεις.",
)
PAST_DATE: Final = Sentence(
    en="Expected today or a later day.", el="Επιλέξτε τη σημερινή ή μεταγενέστερη ημέρα."
)
NOT_AN_AFM: Final = Sentence(
    en="Expected a tax number (AFM) of 9 digits whose check digit is right.",
    el="Ο ΑΦΜ πρέπει να έχει 9 ψηφία, με σωστό ψηφίο ελέγχου.",
)
NOT_AN_AMKA: Final = Sentence(
    en="Expected a social security number (AMKA) of 11 digits that begins with a date of birth.",
    el="Ο ΑΜΚΑ πρέπει να έχει 11 ψηφία και να αρχίζει από την ημερομηνία γέννησης.",
)
NOT_AN_IBAN: Final = Sentence(
    en="Expected an IBAN whose check digits are right.", el="Ο IBAN πρέπει να έχει σωστά ψηφία ελέγχου."
)
NOT_A_POSTCODE: Final = Sentence(
    en="Expected a Greek postcode of 5 digits.", el="Ο ταχυδρομικός κώδικας πρέπει να έχει 5 ψηφία."
)
NOT_A_GREEK_PHONE: Final = Sentence(
    en="Expected a Greek phone number.", el="Γράψτε ελληνικό αριθμό τηλεφώνου."
)
NOT_A_PHONE: Final = Sentence(
    en="Expected a phone number with its country's code.",
    el="Γράψτε τον αριθμό τηλεφώνου με τον κωδικό της χώρας.",
)
NOT_AN_EMAIL: Final = Sentence(
    en="Expected an e-mail address.", el="Γράψτε διεύθυνση ηλεκτρονικού ταχυδρομείου."
)
