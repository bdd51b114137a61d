"""The bodies of a case that several subjects answer with, and of what opens one."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields
from stdnum.gr import amka, vat

from api.http.fields import Choice, FreeData, Moment, Shape, Sorted, Text
from api.rest.service_tasks import WaitingServiceTask
from engine.cases.entered_parties import MOST_PARTIES, EnteredParty
from engine.cases.reception import Authorisation, IdentityCheck, Reception
from engine.kernel.bilingual import Language
from engine.kernel.vocabulary import CaseStatus, Channel, Flag, Person
from engine.tasks.model import TaskState
from engine.terms.term import TermState

APPLICANT = {
    "given_name": "Ελένη",
    "family_name": "Δημητρίου",
    "patronymic": "Γεώργιος",
    "afm": "094014201",
    "phone": "+302103252312",
}
NEW_CASE: dict[str, Any] = {
    "procedure": "residence-certificate",
    "channel": "counter",
    "applicant": APPLICANT,
    "data": {"evidence": "utility_bill"},
    "notify": {"sms": "+306900000000"},
}
CASE: dict[str, Any] = {
    "id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "number": "0009-26-000123-4",
    "procedure": "residence-certificate",
    "version": 1,
    "branch": "0009",
    "channel": "counter",
    "status": "open",
    "flags": ["awaiting_agency"],
    "opened_at": "2026-03-09T10:00:00Z",
    "due_at": "2026-03-16T22:00:00Z",
    "suspended_at": None,
    "term_rests_since": None,
    "term_ended_at": None,
    "term_state": "runs",
    "closed_at": None,
    "outcome": None,
}
TASK: dict[str, Any] = {
    "id": "01936b2e-8000-7aaa-8bbb-0123456789ab",
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "case_number": "0009-26-000123-4",
    "procedure": "residence-certificate",
    "element": "check_papers",
    "name": "Έλεγχος δικαιολογητικών",
    "state": "open",
    "form": "check-papers",
    "flag": None,
    "priority": 50,
    "created_at": "2026-03-09T10:00:00Z",
    "due_at": None,
    "follow_up_at": None,
    "candidate_groups": ["clerk"],
    "candidate_users": [],
    "assignee": "maria",
    "closed_at": None,
}
OPENED: dict[str, Any] = {**CASE, "tasks": [], "service_tasks": [], "tracking_code": "K7QX-9PAB-2MRT-4WZE"}

_OF_THE_STATE = ("tracking_code", "tasks", "service_tasks", "parties", "incidents")
"""What a case's state or view holds itself; everything else is its case's."""


def _sound_afm(number: str) -> None:
    if not re.fullmatch(r"[0-9]{9}", number) or not vat.is_valid(number) or number == "000000000":
        raise ma.ValidationError("Expected an AFM: 9 digits, of which the last checks the others.")


def _sound_amka(number: str) -> None:
    if not re.fullmatch(r"[0-9]{11}", number) or not amka.is_valid(number):
        raise ma.ValidationError("Expected an AMKA: a birth date as DDMMYY, 4 digits and a check digit.")


_AFM = fields.String(
    allow_none=True, validate=_sound_afm, metadata={"pattern": "^[0-9]{9}$", "description": "Tax number."}
)
_AMKA = fields.String(
    allow_none=True,
    validate=_sound_amka,
    metadata={"pattern": "^[0-9]{11}$", "description": "Social security number."},
)
_MOBILE = ma.validate.Regexp(
    r"\+[1-9][0-9]{6,14}\Z", error="Expected a number in E.164, such as +306900000000."
)
_EMAIL = ma.validate.Regexp(
    r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+\Z", error="Expected an e-mail address such as eleni@example.gr."
)


class PersonBody(ma.Schema):
    """A person in the words of the Core Person vocabulary."""

    given_name = Text(most=100, required=True, example="Ελένη")
    family_name = Text(most=100, required=True, example="Δημητρίου")
    patronymic = Text(most=100, allow_none=True)
    matronymic = Text(most=100, allow_none=True)
    birth_name = Text(most=100, allow_none=True)
    birth_date = fields.Date(allow_none=True, metadata={"description": "ISO 8601."})
    afm = _AFM
    amka = _AMKA
    identity_document = Text(most=50, allow_none=True, means="Kind and number of the document.")
    phone = Text(most=30, allow_none=True)
    email = fields.String(allow_none=True, validate=[ma.validate.Length(max=254), _EMAIL])
    address = Text(most=300, allow_none=True)

    @ma.post_load
    def _date_as_text(self, person: dict[str, Any], **_: Any) -> dict[str, Any]:
        birth_date = person.get("birth_date")
        return {**person, "birth_date": birth_date.isoformat()} if birth_date else person


class NotifyBody(ma.Schema):
    """How the citizen wants to be told."""

    sms = fields.String(
        allow_none=True,
        validate=_MOBILE,
        metadata={"description": "A mobile number in E.164.", "pattern": r"^\+[1-9][0-9]{6,14}$"},
    )
    email = fields.String(allow_none=True, validate=[ma.validate.Length(max=254), _EMAIL])
    language = Choice(Language, load_default=Language.EL, means="The language of the messages.")


class ReceptionBody(ma.Schema):
    """How a citizen was received: kinds only, and never the numbers of documents."""

    identity = Choice(IdentityCheck, required=True, means="How it was made sure who the citizen is.")
    authorisation = Choice(
        Authorisation,
        allow_none=True,
        load_default=None,
        means="By what the representative acts; demanded with one, and only then.",
    )
    papers = fields.List(
        Text(most=60),
        load_default=list,
        validate=ma.validate.Length(max=100),
        metadata={"description": "The ids of the procedure's papers that were presented."},
    )

    @ma.post_load
    def _reception(self, reception: dict[str, Any], **_: Any) -> Reception:
        return Reception(**{**reception, "papers": frozenset(reception["papers"])})


class EnteredPartyBody(ma.Schema):
    """Somebody besides the applicant, in a role that the procedure declares."""

    role = Text(most=60, required=True, means="A role of the procedure's parties.", example="seller")
    person = fields.Nested(PersonBody, required=True)
    papers = fields.List(
        Text(most=60),
        load_default=list,
        validate=ma.validate.Length(max=100),
        metadata={"description": "The ids of the papers of their role that were presented."},
    )

    @ma.post_load
    def _entered(self, entered: dict[str, Any], **_: Any) -> EnteredParty:
        return EnteredParty(
            role=entered["role"], person=Person(**entered["person"]), papers=frozenset(entered["papers"])
        )


class NewCase(ma.Schema):
    """What opens a case."""

    procedure = Text(
        most=64, required=True, means="The key of a procedure on offer.", example="residence-certificate"
    )
    channel = Choice(Channel, required=True, means="How the citizen came.")
    applicant = fields.Nested(PersonBody, required=True)
    representative = fields.Nested(PersonBody, allow_none=True, load_default=None)
    applicant_role = Text(
        most=60,
        allow_none=True,
        load_default=None,
        means="What the applicant is in a case of several people; needed where it can be more than one role.",
    )
    parties = fields.List(
        fields.Nested(EnteredPartyBody),
        load_default=list,
        validate=ma.validate.Length(max=MOST_PARTIES),
        metadata={"description": "The others in a case of several people."},
    )
    branch = fields.String(
        allow_none=True,
        load_default=None,
        validate=ma.validate.Regexp(r"[0-9]{4}\Z", error="Expected 4 digits."),
        metadata={"pattern": "^[0-9]{4}$", "description": "The code of a branch; your own if left out."},
    )
    data = FreeData(means="The fields of the procedure's start form.", load_default=dict)
    notify = fields.Nested(NotifyBody, load_default=dict)
    reception = fields.Nested(
        ReceptionBody,
        allow_none=True,
        load_default=None,
        metadata={
            "description": "How the citizen was received. With it, nothing is filed without its papers."
        },
    )


class ListedTask(Shape):
    """A task as a worklist shows it."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    procedure = fields.String(required=True, attribute="procedure_key")
    element = fields.String(
        required=True, attribute="element_id", metadata={"description": "Its id in the diagram."}
    )
    name = fields.String(required=True)
    state = Choice(TaskState, required=True)
    form = fields.String(required=True, allow_none=True, attribute="form_id")
    flag = Choice(Flag, required=True, allow_none=True, means="The flag of the case while the task is open.")
    priority = fields.Integer(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    follow_up_at = Moment(required=True, allow_none=True)
    candidate_groups = fields.List(fields.String(), required=True)
    candidate_users = fields.List(fields.String(), required=True)
    assignee = fields.String(required=True, allow_none=True, attribute="assignee_name")
    closed_at = Moment(required=True, allow_none=True)


class ListedCase(Shape):
    """A case without what is in it."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    procedure = fields.String(required=True, attribute="procedure_key")
    version = fields.Integer(required=True, attribute="version_number")
    branch = fields.String(required=True, attribute="branch_code")
    channel = Choice(Channel, required=True)
    status = Choice(CaseStatus, required=True)
    flags = Sorted(Choice(Flag), required=True)
    opened_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True, means="When the term of law ends.")
    suspended_at = Moment(required=True, allow_none=True)
    term_rests_since = Moment(
        required=True,
        allow_none=True,
        means="While it is suspended or, if the law says so, the citizen is awaited.",
    )
    term_ended_at = Moment(required=True, allow_none=True, means="When what the term asks for was done.")
    term_state = Choice(TermState, required=True, means="`overdue` is not done yet, `late` is.")
    closed_at = Moment(required=True, allow_none=True)
    outcome = fields.String(
        required=True, allow_none=True, metadata={"description": "The end event it reached."}
    )


class CaseBody(ListedCase):
    """A case after a command: itself, and what is open in it."""

    tasks = fields.List(fields.Nested(ListedTask), required=True)
    service_tasks = fields.List(fields.Nested(WaitingServiceTask), required=True)

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        """What is open comes from the state, everything else from its case."""
        if field_name not in _OF_THE_STATE:
            field_obj.attribute = f"case.{field_obj.attribute or field_name}"


class OpenedCase(CaseBody):
    """A new case, with the code that stands on the citizen's receipt."""

    tracking_code = fields.String(required=True)
