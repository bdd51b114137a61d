"""A procedure of one task whose form has a field of every kind: what is typed into it, and what is kept."""

from collections.abc import Mapping
from typing import Any

from engine.cases.changeset import CaseState
from tests.bundle.samples import a_component, a_group, form_json
from tests.messages.drawn import drawn
from tests.office import Office, offer_files
from tests.runtime.diagrams import chain, end, script, start, user

KEY = "every-field"

_LOOKED_UP = """{
  municipalities: [{label: "Δήμος Αθηναίων", label_en: "Athens", value: "athens"},
                   {label: "Δήμος Πατρέων", label_en: "Patras", value: "patras"}],
  offices: [{name: "ΚΕΠ Αθηναίων", telephone: "2101234567"}, {name: "ΚΕΠ Πατρέων", telephone: "2610123456"}]
}"""


def _labelled(type_: str, key: str, greek: str, english: str, **settings: Any) -> dict[str, Any]:
    properties = {"stoa:label-en": english, **settings.pop("properties", {})}
    name = settings.pop("label_as", "label")
    return a_component(type_, key, **{name: greek}, properties=properties, **settings)


def _checked(check: str, greek: str, english: str) -> dict[str, Any]:
    return _labelled("textfield", check.replace("-", "_"), greek, english, properties={"stoa:check": check})


def _moment(subtype: str, greek: str, english: str) -> dict[str, Any]:
    name = "timeLabel" if subtype == "time" else "dateLabel"
    zone = {"timeSerializingFormat": "no_timezone"} if subtype != "date" else {}
    return _labelled("datetime", subtype, greek, english, label_as=name, subtype=subtype, **zone)


def _options(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for value, label in pairs]


COMPONENTS: tuple[dict[str, Any], ...] = (
    {
        "type": "text",
        "id": "Text_about",
        "text": "Κάθε είδος πεδίου, μία φορά.",
        "properties": {"stoa:text-en": "Every kind of field, once."},
    },
    {"type": "html", "id": "Html_about", "content": "<p>Από τον <strong>νόμο</strong>.</p>"},
    {"type": "image", "id": "Image_seal", "alt": "Σφραγίδα", "source": ""},
    {"type": "separator", "id": "Separator_1"},
    {"type": "spacer", "id": "Spacer_1", "height": 20},
    _labelled(
        "textfield",
        "name",
        "Όνομα",
        "Name",
        validate={"required": True, "minLength": 2, "maxLength": 12, "pattern": "^[Α-Ω]"},
    ),
    _labelled("textarea", "remarks", "Παρατηρήσεις", "Remarks", validate={"maxLength": 40}),
    _labelled(
        "number",
        "copies",
        "Αντίγραφα",
        "Copies",
        validate={"required": True, "min": 1, "max": 9},
        decimalDigits=0,
    ),
    _labelled("number", "sum", "Ποσό", "Sum", decimalDigits=2, serializeToString=True),
    _labelled("textfield", "language", "Γλώσσα", "Language", defaultValue="ελληνικά"),
    _labelled("textfield", "number", "Αριθμός μητρώου", "Register number", readonly=True),
    _checked("afm", "ΑΦΜ συζύγου", "Spouse's AFM"),
    _checked("amka", "ΑΜΚΑ συζύγου", "Spouse's AMKA"),
    _checked("iban", "IBAN", "IBAN of the account"),
    _checked("gr-postcode", "Ταχυδρομικός κώδικας", "Postcode"),
    _checked("gr-phone", "Τηλέφωνο στην Ελλάδα", "Greek telephone"),
    _labelled("textfield", "phone", "Τηλέφωνο", "Telephone", validate={"validationType": "phone"}),
    _labelled("textfield", "email", "Ηλεκτρονική διεύθυνση", "E-mail", validate={"validationType": "email"}),
    _labelled("checkbox", "declared", "Δηλώνει υπεύθυνα", "Declares", validate={"required": True}),
    _labelled(
        "checklist",
        "brought",
        "Προσκομίστηκαν",
        "Brought",
        values=_options(("card", "Ταυτότητα"), ("bill", "Λογαριασμός")),
        properties={"stoa:option-en:card": "Identity card"},
        validate={"required": True},
    ),
    _labelled("radio", "kind", "Είδος", "Kind", values=_options(("new", "Νέο"), ("renewed", "Ανανέωση"))),
    _labelled(
        "textfield",
        "old_number",
        "Αριθμός παλαιού",
        "Number of the old one",
        conditional={"hide": '=kind != "renewed"'},
        validate={"required": True},
    ),
    _labelled("select", "colour", "Χρώμα", "Colour", values=_options(("blue", "Μπλε"), ("red", "Κόκκινο"))),
    _labelled("select", "municipality", "Δήμος", "Municipality", valuesKey="looked_up.municipalities"),
    _labelled(
        "taglist", "served_in", "Υπηρετεί σε", "Serves in", valuesExpression="=looked_up.municipalities"
    ),
    _moment("date", "Ημερομηνία", "Date"),
    _moment("time", "Ώρα", "Time"),
    _moment("datetime", "Ραντεβού", "Appointment"),
    a_group(
        _labelled("textfield", "street", "Οδός", "Street", validate={"required": True}),
        path="home",
        label="Κατοικία",
        properties={"stoa:label-en": "Home"},
    ),
    {
        "type": "dynamiclist",
        "id": "List_lines",
        "path": "lines",
        "label": "Γραμμές",
        "properties": {"stoa:label-en": "Lines"},
        "defaultRepetitions": 1,
        "allowAddRemove": True,
        "components": [
            _labelled("textfield", "what", "Τι", "What", validate={"required": True}),
            _labelled("number", "price", "Τιμή", "Price", validate={"min": 0}),
        ],
    },
    {
        "type": "table",
        "id": "Table_offices",
        "label": "Καταστήματα",
        "dataSource": "=looked_up.offices",
        "rowCount": 10,
        "columns": [{"key": "name", "label": "Κατάστημα"}, {"key": "telephone", "label": "Τηλέφωνο"}],
        "properties": {"stoa:label-en": "Offices", "stoa:column-en:name": "Office"},
    },
    _labelled("filepicker", "scan", "Αντίγραφο", "Copy", accept=".pdf"),
    {"type": "expression", "id": "Field_total", "key": "total", "expression": "=copies * 2"},
)

KEPT: Mapping[str, Any] = {
    "name": "Ελένη",
    "remarks": "Δύο\nγραμμές",
    "copies": 3,
    "sum": "12.50",
    "language": "ελληνικά",
    "afm": "094014201",
    "amka": "01013099997",
    "iban": "GR1601101250000000012300695",
    "gr_postcode": "10434",
    "gr_phone": "+302103252312",
    "phone": "+442079460958",
    "email": "eleni@example.gr",
    "declared": True,
    "brought": ["card"],
    "kind": "renewed",
    "old_number": "Β-118",
    "colour": "red",
    "municipality": "patras",
    "served_in": ["athens"],
    "date": "2026-03-09",
    "time": "09:30",
    "datetime": "2026-03-10T12:15",
    "home": {"street": "Πατησίων"},
    "lines": [{"what": "Φάκελος", "price": 2}, {"what": "Γραμματόσημο", "price": 0.9}],
    "total": 6,
}
"""What the engine keeps of the form, filled in as the journey does; besides it keeps the file's reference."""


def opens_every_field(office: Office) -> CaseState:
    """A case whose first task has the form, and whose second shows everything that was kept."""
    definition = '<zeebe:formDefinition formId="everything"/><zeebe:userTask/>'
    files = drawn(
        KEY,
        start(),
        script("look_up", _LOOKED_UP, "looked_up"),
        script("numbered", '"ΜΤ-42"', "number"),
        user("fill_in", extensions=definition, name="Συμπλήρωση"),
        user("look", name="Έλεγχος"),
        end("done"),
        chain("start", "look_up", "numbered", "fill_in", "look", "done"),
    )
    files["forms/everything.form"] = form_json(*COMPONENTS, form_id="everything")
    version = offer_files(office.engine, files)
    return office.opens_case(procedure=version.key, data={})
