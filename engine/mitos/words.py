"""The words between which the registry's forms choose, and what they are here."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.bundle.description import LifeEvent, OutputKind, PaperSource, Silence
from engine.kernel.vocabulary import Channel


class Kind(NamedTuple):
    """A kind of paper or cost: the beginning of the ids of such here, and its English name."""

    id: str
    english: str


OTHER: Final = "Άλλο"
"""None of the words between which a form chooses."""

PAPER_KINDS: Final[Mapping[str, Kind]] = {
    "Αίτηση": Kind("application", "Application"),
    "Άδεια Διαμονής": Kind("residence-permit", "Residence permit"),
    "Αποδεικτικό ανεργίας": Kind("proof-of-unemployment", "Proof of unemployment"),
    "Αποδεικτικό ΑΦΜ": Kind("proof-of-tax-number", "Proof of tax number"),
    "Αποδεικτικό διεύθυνσης κατοικίας": Kind("proof-of-address", "Proof of address"),
    "Αποδεικτικό έγγραφο εργασίας": Kind("proof-of-employment", "Proof of employment"),
    "Αποδεικτικό εισοδήματος": Kind("proof-of-income", "Proof of income"),
    "Άδεια Εργασίας": Kind("work-permit", "Work permit"),
    "Αποδεικτικό ιθαγένειας/υπηκοότητας": Kind("proof-of-citizenship", "Proof of citizenship"),
    "Αποδεικτικό συνταξιοδότησης": Kind("proof-of-pension", "Proof of pension"),
    "Αποδεικτικό τραπεζικού λογαρισμού": Kind("proof-of-bank-account", "Proof of bank account"),
    "Αντίγραφο ποινικού μητρώου": Kind("criminal-record", "Copy of the criminal record"),
    "Αποδεικτικό Σπουδών": Kind("proof-of-studies", "Proof of studies"),
    "Αποδεικτικά έγγραφα ασφάλισης": Kind("proof-of-insurance", "Proof of insurance"),
    "Αποδεικτικά έγγραφα προϋπηρεσίας": Kind("proof-of-experience", "Proof of previous service"),
    "Ασφαλιστική ενημερότητα": Kind("insurance-clearance", "Social insurance clearance certificate"),
    "Βεβαίωση": Kind("attestation", "Attestation"),
    "Δημοτικά πιστοποιητικά": Kind("municipal-certificate", "Municipal certificate"),
    "Δημοτική ενημερότητα": Kind("municipal-clearance", "Municipal clearance certificate"),
    "Εξουσιοδότηση": Kind("authorisation", "Authorisation"),
    "Ληξιαρχική πράξη": Kind("civil-registration", "Civil registration"),
    "Πιστοποιητικό": Kind("certificate", "Certificate"),
    "Πιστοποιητικό υγείας": Kind("health-certificate", "Health certificate"),
    "Πιστοποιητικό οικογενειακής κατάστασης": Kind("family-status", "Family status certificate"),
    "Πιστοποιητικό προϋπηρεσίας": Kind("experience-certificate", "Certificate of previous service"),
    "Συμβολαιογραφικό έγγραφο": Kind("notarial-deed", "Notarial deed"),
    "Ταυτοποιητικά έγγραφα (ταυτότητα, διαβατήριο, taxisnet)": Kind(
        "identity", "Identification (identity card, passport, TAXISnet)"
    ),
    "Υπεύθυνη Δήλωση": Kind("solemn-declaration", "Solemn declaration"),
    "Φορολογική ενημερότητα": Kind("tax-clearance", "Tax clearance certificate"),
    "Φωτογραφίες": Kind("photographs", "Photographs"),
    "Πιστοποιητικό κτηματολογικό": Kind("cadastre-certificate", "Certificate of the land registry"),
    "Πιστοποιητικά δικαστηρίων": Kind("court-certificate", "Certificate of a court"),
    "Νομιμοποιητικά έγγραφα νομικών προσώπων": Kind("legal-person-documents", "Documents of a legal person"),
    "Τίτλοι ιδιοκτησίας": Kind("title-deed", "Title deed"),
    "Πιστοποιητικό πολεοδομίας": Kind("planning-certificate", "Certificate of the planning office"),
    "Πιστοποιητικό Τοπογραφικό": Kind("survey-plan", "Survey plan"),
    "Αντίγραφο εγγράφου": Kind("copy", "Copy of a document"),
    "Φορολογικά πιστοποιητικά": Kind("tax-certificate", "Tax certificate"),
    "Απόφαση": Kind("decision", "Decision"),
    "Πιστοποιητικό ΟΤΑ": Kind("local-authority-certificate", "Certificate of a local authority"),
    "Πιστοποιητικό οικονομικών στοιχείων": Kind("financial-certificate", "Certificate of finances"),
    "Υπηρεσιακό έγγραφο": Kind("official-document", "Official document"),
    OTHER: Kind("paper", "Other paper"),
}

SUBMISSIONS: Final[Mapping[str, PaperSource]] = {
    "Αυτεπάγγελτη (ψηφιακά)": PaperSource.EX_OFFICIO,
    "Αυτεπάγγελτη (χειροκίνητα)": PaperSource.EX_OFFICIO,
    "Επίδειξη από τον αιτούντα": PaperSource.SHOWN,
    "Κατάθεση από τον αιτούντα (ψηφιακή)": PaperSource.DEPOSITED,
    "Κατάθεση από τον αιτούντα (χειροκίνητη)": PaperSource.DEPOSITED,
}
"""How a paper comes; of two words for one thing the last is written."""

SILENCES: Final[Mapping[str, Silence]] = {
    "Σιωπηρή έγκριση": Silence.APPROVAL,
    "Σιωπηρή απόρριψη": Silence.REJECTION,
    "Καταβολή ποσού": Silence.COMPENSATION,
}

TRIGGERS: Final[Mapping[str, Channel]] = {
    "Αίτηση (έντυπο)": Channel.COUNTER,
    "Αίτηση (ψηφιακά)": Channel.WEB,
    "Αίτηση (επιστολή)": Channel.POST,
    "Τηλεφωνική επικοινωνία": Channel.PHONE,
    "Βιντεοκλήση": Channel.VIDEO,
}

OUTPUTS: Final[Mapping[str, OutputKind]] = {
    "Διοικητική πράξη": OutputKind.DECISION,
    "Απόφαση": OutputKind.DECISION,
    "Ενημέρωση Μητρώου": OutputKind.REGISTRATION,
    "Παραγωγή Ψηφιακού εγγράφου": OutputKind.CERTIFICATE,
    "Παραγωγή εγγράφου": OutputKind.CERTIFICATE,
}
"""What comes of it; of two words for one thing the last is written."""

FURTHER_OUTPUTS: Final[Mapping[OutputKind, str]] = {
    OutputKind.LICENCE: "Διοικητική πράξη",
    OutputKind.CARD: "Παραγωγή εγγράφου",
    OutputKind.RECEIPT: "Παραγωγή εγγράφου",
}
"""What is written of the outputs for which the registry has no word of its own."""

ENGLISH_SPOKEN: Final = "Αγγλικά"

COST_KINDS: Final[Mapping[str, Kind]] = {
    "Παράβολο": Kind("administrative-fee", "Administrative fee"),
    "Πρόστιμο": Kind("fine", "Fine"),
    "Τέλος": Kind("charge", "Charge"),
    "Χαρτόσημο": Kind("stamp-duty", "Stamp duty"),
}
"""What may be paid."""

FEE: Final = "Παράβολο"
"""What is paid where the kind is not known."""

PROVISIONS: Final[Mapping[str, str]] = {
    "Νόμος": "ν.",
    "Νομοθετικό Διάταγμα": "ν.δ.",
    "Προεδρικό Διάταγμα": "π.δ.",
    "Βασιλικό Διάταγμα": "β.δ.",
    "Υπουργική Απόφαση": "υ.α.",
    "Κοινή Υπουργική Απόφαση": "κ.υ.α.",
}
"""How provisions are cited; others by their own name."""

CLERK: Final = "Υπάλληλος ΚΕΠ"
"""The official of a step that the office itself does."""

OFFICER: Final = "Αρμόδιος Υπάλληλος"
"""The official of a step that an agency does, where no more is known."""

LIFE_EVENTS: Final[Mapping[str, LifeEvent]] = {
    "Απόκτηση παιδιού": LifeEvent.HAVING_A_CHILD,
    "Εκπαίδευση": LifeEvent.EDUCATION,
    "Εργασία": LifeEvent.WORK,
    "Μετακόμιση": LifeEvent.MOVING,
    "Μεταφορές": LifeEvent.TRANSPORT,
    "Υγεία": LifeEvent.HEALTH,
    "Αναπηρία": LifeEvent.DISABILITY,
    "Συνταξιοδότηση": LifeEvent.RETIREMENT,
    "Απώλεια οικείου": LifeEvent.BEREAVEMENT,
    "Οικογένεια": LifeEvent.FAMILY,
    "Στράτευση": LifeEvent.MILITARY_SERVICE,
    "Δικαιοσύνη": LifeEvent.COURTS,
    "Πολίτης και κράτος": LifeEvent.CITIZEN_AND_STATE,
    "Έναρξη επιχείρησης": LifeEvent.STARTING_A_BUSINESS,
    "Λειτουργία επιχείρησης": LifeEvent.RUNNING_A_BUSINESS,
    "Εργασία στο εξωτερικό": LifeEvent.WORKING_ABROAD,
}
"""Moments of a life; the registry has more of them, which are told where they are met."""


def numbered(kind: Kind, taken: set[str]) -> str:
    """The id of the next paper or cost of a kind, numbered from the second on; it is taken then."""
    number, found = 1, kind.id
    while found in taken:
        number += 1
        found = f"{kind.id}-{number}"
    taken.add(found)
    return found


def kind_of(identifier: str, kinds: Mapping[str, Kind]) -> str | None:
    """The registry's word for the kind by whose id this one begins; None where there is none."""
    plain = re.sub(r"-[0-9]+\Z", "", identifier)
    return next((word for word, kind in kinds.items() if kind.id == plain), None)
