"""The words between which the registry's forms choose, and what they are here."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.bundle.description import LifeEvent, OutputKind, PaperSource, Silence
from engine.kernel.vocabulary import Channel


class PaperKind(NamedTuple):
    """A kind of paper: the beginning of its id here, and its English name."""

    id: str
    english: str


OTHER: Final = "Άλλο"
"""None of the words between which a form chooses."""

PAPER_KINDS: Final[Mapping[str, PaperKind]] = {
    "Αίτηση": PaperKind("application", "Application"),
    "Άδεια Διαμονής": PaperKind("residence-permit", "Residence permit"),
    "Αποδεικτικό ανεργίας": PaperKind("proof-of-unemployment", "Proof of unemployment"),
    "Αποδεικτικό ΑΦΜ": PaperKind("proof-of-tax-number", "Proof of tax number"),
    "Αποδεικτικό διεύθυνσης κατοικίας": PaperKind("proof-of-address", "Proof of address"),
    "Αποδεικτικό έγγραφο εργασίας": PaperKind("proof-of-employment", "Proof of employment"),
    "Αποδεικτικό εισοδήματος": PaperKind("proof-of-income", "Proof of income"),
    "Άδεια Εργασίας": PaperKind("work-permit", "Work permit"),
    "Αποδεικτικό ιθαγένειας/υπηκοότητας": PaperKind("proof-of-citizenship", "Proof of citizenship"),
    "Αποδεικτικό συνταξιοδότησης": PaperKind("proof-of-pension", "Proof of pension"),
    "Αποδεικτικό τραπεζικού λογαρισμού": PaperKind("proof-of-bank-account", "Proof of bank account"),
    "Αντίγραφο ποινικού μητρώου": PaperKind("criminal-record", "Copy of the criminal record"),
    "Αποδεικτικό Σπουδών": PaperKind("proof-of-studies", "Proof of studies"),
    "Αποδεικτικά έγγραφα ασφάλισης": PaperKind("proof-of-insurance", "Proof of insurance"),
    "Αποδεικτικά έγγραφα προϋπηρεσίας": PaperKind("proof-of-experience", "Proof of previous service"),
    "Ασφαλιστική ενημερότητα": PaperKind("insurance-clearance", "Social insurance clearance certificate"),
    "Βεβαίωση": PaperKind("attestation", "Attestation"),
    "Δημοτικά πιστοποιητικά": PaperKind("municipal-certificate", "Municipal certificate"),
    "Δημοτική ενημερότητα": PaperKind("municipal-clearance", "Municipal clearance certificate"),
    "Εξουσιοδότηση": PaperKind("authorisation", "Authorisation"),
    "Ληξιαρχική πράξη": PaperKind("civil-registration", "Civil registration"),
    "Πιστοποιητικό": PaperKind("certificate", "Certificate"),
    "Πιστοποιητικό υγείας": PaperKind("health-certificate", "Health certificate"),
    "Πιστοποιητικό οικογενειακής κατάστασης": PaperKind("family-status", "Family status certificate"),
    "Πιστοποιητικό προϋπηρεσίας": PaperKind("experience-certificate", "Certificate of previous service"),
    "Συμβολαιογραφικό έγγραφο": PaperKind("notarial-deed", "Notarial deed"),
    "Ταυτοποιητικά έγγραφα (ταυτότητα, διαβατήριο, taxisnet)": PaperKind(
        "identity", "Identification (identity card, passport, TAXISnet)"
    ),
    "Υπεύθυνη Δήλωση": PaperKind("solemn-declaration", "Solemn declaration"),
    "Φορολογική ενημερότητα": PaperKind("tax-clearance", "Tax clearance certificate"),
    "Φωτογραφίες": PaperKind("photographs", "Photographs"),
    "Πιστοποιητικό κτηματολογικό": PaperKind("cadastre-certificate", "Certificate of the land registry"),
    "Πιστοποιητικά δικαστηρίων": PaperKind("court-certificate", "Certificate of a court"),
    "Νομιμοποιητικά έγγραφα νομικών προσώπων": PaperKind(
        "legal-person-documents", "Documents of a legal person"
    ),
    "Τίτλοι ιδιοκτησίας": PaperKind("title-deed", "Title deed"),
    "Πιστοποιητικό πολεοδομίας": PaperKind("planning-certificate", "Certificate of the planning office"),
    "Πιστοποιητικό Τοπογραφικό": PaperKind("survey-plan", "Survey plan"),
    "Αντίγραφο εγγράφου": PaperKind("copy", "Copy of a document"),
    "Φορολογικά πιστοποιητικά": PaperKind("tax-certificate", "Tax certificate"),
    "Απόφαση": PaperKind("decision", "Decision"),
    "Πιστοποιητικό ΟΤΑ": PaperKind("local-authority-certificate", "Certificate of a local authority"),
    "Πιστοποιητικό οικονομικών στοιχείων": PaperKind("financial-certificate", "Certificate of finances"),
    "Υπηρεσιακό έγγραφο": PaperKind("official-document", "Official document"),
    OTHER: PaperKind("paper", "Other paper"),
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
    "Απόφαση": OutputKind.DECISION,
    "Διοικητική πράξη": OutputKind.LICENCE,
    "Ενημέρωση Μητρώου": OutputKind.REGISTRATION,
    "Παραγωγή Ψηφιακού εγγράφου": OutputKind.CERTIFICATE,
    "Παραγωγή εγγράφου": OutputKind.CERTIFICATE,
}

ENGLISH_SPOKEN: Final = "Αγγλικά"

COSTS: Final[Mapping[str, str]] = {
    "Παράβολο": "Administrative fee",
    "Πρόστιμο": "Fine",
    "Τέλος": "Charge",
    "Χαρτόσημο": "Stamp duty",
}
"""What may be paid, and its English name."""

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
