"""What the values of a procedure's files are called by people who read neither YAML nor XML."""

from collections.abc import Mapping
from typing import Final

from engine.lint.finding import Text

_TERMS: Final = {
    "term": Text(el="νόμιμη προθεσμία", en="term of law"),
    "service_term": Text(el="προθεσμία εξυπηρέτησης", en="service norm"),
    "appeal": Text(el="προθεσμία ένστασης", en="term to appeal"),
    "appeal_answer": Text(el="προθεσμία απάντησης σε ένσταση", en="term to answer an appeal"),
    "silence_act": Text(el="προθεσμία έκδοσης μετά από σιωπή", en="term to issue after silence"),
    "days": Text(el="ημέρες", en="days"),
    "working_days": Text(el="εργάσιμες ημέρες", en="working days"),
    "weeks": Text(el="εβδομάδες", en="weeks"),
    "months": Text(el="μήνες", en="months"),
    "years": Text(el="έτη", en="years"),
    "law": Text(el="διάταξη", en="law"),
    "extension": Text(el="παράταση", en="extension"),
    "supplement": Text(el="όσο αναμένεται συμπλήρωση", en="while a supplement is awaited"),
}
_METADATA: Final = {
    "title": Text(el="τίτλος", en="title"),
    "summary": Text(el="περιγραφή", en="summary"),
    "keywords": Text(el="λέξεις-κλειδιά", en="keywords"),
    "codes": Text(el="κωδικοί", en="codes"),
    "mitos": Text(el="κωδικός ΜΙΤΟΣ", en="MITOS code"),
    "kep": Text(el="κωδικός ΚΕΠ", en="KEP code"),
    "agency": Text(el="αρμόδιος φορέας", en="competent agency"),
    "agencies": Text(el="εμπλεκόμενοι φορείς", en="involved agencies"),
    "life_events": Text(el="γεγονότα ζωής", en="life events"),
    "legal_basis": Text(el="νομική βάση", en="legal basis"),
    "conditions": Text(el="προϋποθέσεις", en="conditions"),
    "silence": Text(el="σιωπή της διοίκησης", en="silence"),
    "channels": Text(el="τρόποι υποβολής", en="channels"),
    "languages": Text(el="γλώσσες", en="languages"),
    "outputs": Text(el="τι εκδίδεται", en="outputs"),
    "retention": Text(el="διατήρηση του φακέλου", en="retention"),
    "then": Text(el="μετά τη διατήρηση", en="after retention"),
    "data_classes": Text(el="κατηγορίες δεδομένων", en="data classes"),
    "papers": Text(el="δικαιολογητικά", en="papers"),
    "papers_decision": Text(el="πίνακας των δικαιολογητικών", en="decision on the papers"),
    "fees": Text(el="παράβολα", en="fees"),
    "fee_cents": Text(el="παράβολο σε λεπτά", en="fee in cents"),
    "amount": Text(el="ποσό", en="amount"),
    "decision": Text(el="πίνακας απόφασης", en="decision"),
    "beneficiary": Text(el="υπέρ", en="beneficiary"),
    "exemptions": Text(el="απαλλαγές", en="exemptions"),
    "code": Text(el="κωδικός", en="code"),
    "obligatory": Text(el="υποχρεωτικό", en="obligatory"),
    "any_of": Text(el="αρκεί ένα από την ομάδα", en="one of the group is enough"),
    "source": Text(el="προέλευση", en="source"),
    "kind": Text(el="είδος", en="kind"),
    "parties": Text(el="ενδιαφερόμενα πρόσωπα", en="parties"),
    "outcomes": Text(el="εκβάσεις", en="outcomes"),
    "process": Text(el="διαδικασία του διαγράμματος", en="process of the diagram"),
    "key": Text(el="κλειδί", en="key"),
    "id": Text(el="αναγνωριστικό", en="id"),
    "el": Text(el="ελληνικά", en="Greek"),
    "en": Text(el="αγγλικά", en="English"),
    "value": Text(el="τιμή", en="value"),
}
_FORMS: Final = {
    "type": Text(el="είδος πεδίου", en="type"),
    "subtype": Text(el="είδος τιμής", en="subtype"),
    "text": Text(el="κείμενο", en="text"),
    "description": Text(el="επεξήγηση", en="description"),
    "validate": Text(el="έλεγχοι", en="checks"),
    "conditional": Text(el="πότε κρύβεται", en="when it is hidden"),
    "values": Text(el="επιλογές", en="options"),
    "valuesExpression": Text(el="υπολογισμός των επιλογών", en="how options are worked out"),
    "properties": Text(el="αγγλικά κείμενα και ιδιότητες", en="English texts and properties"),
    "path": Text(el="θέση στα δεδομένα", en="place in the data"),
    "showOutline": Text(el="πλαίσιο", en="outline"),
    "dateLabel": Text(el="ετικέτα ημερομηνίας", en="label of the date"),
    "timeLabel": Text(el="ετικέτα ώρας", en="label of the time"),
    "accept": Text(el="είδη αρχείων", en="kinds of files"),
    "multiple": Text(el="πολλαπλή επιλογή", en="several"),
    "readonly": Text(el="μόνο για ανάγνωση", en="read only"),
    "disabled": Text(el="ανενεργό", en="disabled"),
    "defaultValue": Text(el="αρχική τιμή", en="default value"),
    "expression": Text(el="υπολογισμός", en="expression"),
    "decimalDigits": Text(el="δεκαδικά ψηφία", en="decimal digits"),
    "isRepeating": Text(el="επαναλαμβάνεται", en="repeats"),
    "allowAddRemove": Text(el="προσθήκη και αφαίρεση γραμμών", en="rows may be added and removed"),
    "defaultRepetitions": Text(el="αρχικές γραμμές", en="rows at first"),
}
_DRAWN: Final = {
    "settings": Text(el="ρυθμίσεις", en="settings"),
    "condition": Text(el="συνθήκη", en="condition"),
    "logic": Text(el="λογική", en="logic"),
    "columns": Text(el="στήλες", en="columns"),
    "hit policy": Text(el="πολιτική κανόνων", en="hit policy"),
    "row": Text(el="γραμμή", en="row"),
}
_NAMES: Final[Mapping[str, Text]] = {**_FORMS, **_TERMS, **_METADATA, **_DRAWN}


def fact_name(name: str) -> Text:
    """What a value is called that the files call so; as it is where there is no other name."""
    return _NAMES.get(name, Text(el=name, en=name))
