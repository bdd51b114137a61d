"""What procedure.yaml says about a procedure: titles, codes, fee, term, papers and what its ends mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from engine.bundle.contract import OutcomeRule
from engine.bundle.description import DescriptionSchema, paper_source
from engine.bundle.fees import Fee, fee_list, fees_of
from engine.bundle.files import BundleFindings
from engine.bundle.party_rules import MOST_OF_ROLE, Identifier, PartyRule, SigningMeans, party_rules
from engine.bundle.shaped_yaml import read_shaped
from engine.bundle.strict_fields import (
    AT_LEAST_ONE,
    KEY,
    BilingualSchema,
    StrictFlag,
    StrictSchema,
    StrictText,
    distinct,
    says,
)
from engine.bundle.yaml_tree import YamlTree
from engine.kernel.vocabulary import CaseStatus, Channel, OpenedBy
from engine.terms.length import LONGEST
from engine.terms.term import UNITS, SupplementRule, Term, TermKind, terms_of

FILE: Final = "procedure.yaml"

MAX_FEE_CENTS = 10_000_000

_ROLE = Regexp(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z", error="Expected small Latin letters, digits and _.")
_FORM_ID = Regexp(r"[^/\s]+\Z", error="Expected the id of a form.")
_XML_ID = Regexp(r"[A-Za-z_][A-Za-z0-9_.-]*\Z", error="Expected the id of an element.")


class _Codes(StrictSchema):
    mitos = StrictText(validate=Regexp(r"[0-9]{6}\Z", error="Expected the 6 digits of the MITOS register."))
    kep = StrictText(validate=Regexp(r"[0-9]{4}\Z", error="Expected the 4 digits of the KEP service list."))


class _WorkingDays(fields.Integer):
    """A number of working days; or, beside `days`, whether these are worked, as earlier files say it."""

    def _deserialize(self, value: Any, *around: Any, **options: Any) -> Any:
        return value if isinstance(value, bool) else super()._deserialize(value, *around, **options)


_UNITS = Range(0, LONGEST)


class _Length(StrictSchema):
    """How long a term is, in one unit."""

    days = fields.Integer(strict=True, validate=_UNITS)
    working_days = _WorkingDays(strict=True, validate=_UNITS)
    weeks = fields.Integer(strict=True, validate=_UNITS)
    months = fields.Integer(strict=True, validate=_UNITS)
    years = fields.Integer(strict=True, validate=_UNITS)

    @validates_schema
    def _one_unit(self, written: Mapping[str, Any], **_options: Any) -> None:
        is_flag = isinstance(written.get("working_days"), bool)
        named = [unit for unit in UNITS if unit in written and not (is_flag and unit == "working_days")]
        if len(named) != 1 or (is_flag and named != ["days"]):
            raise ValidationError(f"Expected one of {', '.join(UNITS)}, found {', '.join(named) or 'none'}.")


class _FurtherTerm(_Length):
    law = StrictText()
    extension = fields.Nested(_Length)


class _Term(_FurtherTerm):
    supplement = StrictText(
        validate=OneOf(list(SupplementRule)),
        metadata=says("What becomes of the term while the citizen has something to bring."),
    )


class _Paper(StrictSchema):
    id = StrictText(
        required=True, validate=KEY, metadata=says("Its name in decisions and in what was presented.")
    )
    title = fields.Nested(BilingualSchema, required=True)
    obligatory = StrictFlag(required=True, metadata=says("Whether the application is not filed without it."))
    any_of = StrictText(validate=KEY, metadata=says("A group of papers of which one is enough."))
    source = paper_source()


class _PartyPaper(StrictSchema):
    """A paper that a party brings, besides those of the case."""

    id = StrictText(required=True, validate=KEY)
    title = fields.Nested(BilingualSchema, required=True)
    obligatory = StrictFlag(required=True)


class _Statement(StrictSchema):
    el = StrictText(required=True, most=2000, wraps=True)
    en = StrictText(required=True, most=2000, wraps=True)


class _Party(StrictSchema):
    """People of one role in the case."""

    role = StrictText(required=True, most=60, validate=_ROLE)
    title = fields.Nested(BilingualSchema, required=True)
    applicant = StrictFlag()
    min = fields.Integer(strict=True, validate=Range(0, MOST_OF_ROLE))
    max = fields.Integer(strict=True, validate=Range(1, MOST_OF_ROLE))
    identified_by = fields.List(
        StrictText(validate=OneOf(list(Identifier))), required=True, validate=[AT_LEAST_ONE, distinct]
    )
    signs = StrictFlag()
    consents = StrictFlag()
    statement = fields.Nested(_Statement)
    form = StrictText(validate=_FORM_ID)
    channels = fields.List(StrictText(validate=OneOf(list(SigningMeans))), validate=[AT_LEAST_ONE, distinct])
    papers = fields.List(fields.Nested(_PartyPaper), validate=Length(max=100))

    @validates_schema
    def _fits_together(self, written: Mapping[str, Any], **_options: Any) -> None:
        if written.get("min", 1) > written.get("max", max(1, written.get("min", 1))):
            raise ValidationError("Expected min to be at most max.", "min")
        asked = [name for name in ("signs", "consents") if written.get(name)]
        if len(asked) > 1:
            raise ValidationError("Expected either signs or consents, found both.", "consents")
        if asked and "statement" not in written:
            raise ValidationError("Expected the words that people of this role sign.", "statement")
        needless = [name for name in ("statement", "form", "channels") if name in written and not asked]
        for name in needless:
            raise ValidationError("Expected only where people of this role sign or consent.", name)


class _Outcome(StrictSchema):
    status = StrictText(required=True, validate=OneOf([CaseStatus.COMPLETED, CaseStatus.REJECTED]))
    text = fields.Nested(BilingualSchema, required=True)


class MetadataSchema(DescriptionSchema):
    """procedure.yaml."""

    key = StrictText(
        required=True,
        most=60,
        validate=KEY,
        metadata=says("The name of the procedure in addresses and files: that of its folder."),
    )
    title = fields.Nested(BilingualSchema, required=True, metadata=says("What the procedure is called."))
    summary = fields.Nested(
        BilingualSchema, required=True, metadata=says("What it is for, in a sentence or two.")
    )
    codes = fields.Nested(
        _Codes,
        required=True,
        metadata=says("Its numbers in the register MITOS and in the service list of the KEP."),
    )
    agency = StrictText(
        required=True, most=60, validate=KEY, metadata=says("The key of the agency that is competent.")
    )
    fees = fee_list()
    fee_cents = fields.Integer(
        strict=True,
        validate=Range(0, MAX_FEE_CENTS),
        metadata=says("The fee of a file of before; write fees."),
    )
    term = fields.Nested(
        _Term, metadata=says("The term of law. Without it there are 50 days (ν. 2690/1999 art. 4).")
    )
    service_term = fields.Nested(_Term, metadata=says("The term that the administration sets itself."))
    appeal = fields.Nested(_FurtherTerm, metadata=says("How long after a refusal somebody may appeal."))
    appeal_answer = fields.Nested(_FurtherTerm, metadata=says("How long an appeal may wait for its answer."))
    silence_act = fields.Nested(
        _FurtherTerm, metadata=says("How long after silent approval the act must be issued.")
    )
    process = StrictText(
        required=True, validate=_XML_ID, metadata=says("The id of the executable process that a case starts.")
    )
    channels = fields.List(
        StrictText(validate=OneOf(list(Channel))),
        required=True,
        validate=[AT_LEAST_ONE, distinct],
        metadata=says("By what ways an application may come."),
    )
    opened_by = StrictText(
        validate=OneOf(list(OpenedBy)),
        metadata=says("Who opens a case: people of a branch, or an administrator for their organisation."),
    )
    papers = fields.List(
        fields.Nested(_Paper),
        required=True,
        validate=Length(max=100),
        metadata=says("What somebody has to bring. Of the papers of one group (any_of), one is enough."),
    )
    papers_decision = StrictText(
        validate=_XML_ID,
        metadata=says("The id of the DMN decision that says which of the papers somebody needs."),
    )
    parties = fields.List(
        fields.Nested(_Party),
        validate=[AT_LEAST_ONE, Length(max=20)],
        metadata=says("The roles of people in a case of several people."),
    )
    outcomes = fields.Dict(
        keys=StrictText(validate=_XML_ID),
        values=fields.Nested(_Outcome),
        required=True,
        validate=AT_LEAST_ONE,
        metadata=says("What ending in an end event means, by its id."),
    )

    @validates_schema
    def _fees_once(self, written: Mapping[str, Any], **_options: Any) -> None:
        if ("fees" in written) == ("fee_cents" in written):
            raise ValidationError("Expected fees, an empty list where there are none.", "fees")

    @validates_schema(skip_on_field_errors=True)
    def _roles_known_apart(self, written: Mapping[str, Any], **_options: Any) -> None:
        declared = written.get("parties", ())
        roles = [party["role"] for party in declared]
        problems = {
            place: {"role": [f"Expected every role once, found {role} again."]}
            for place, role in enumerate(roles)
            if role in roles[:place]
        }
        if problems:
            raise ValidationError({"parties": problems})
        if declared and not any(party.get("applicant") for party in declared):
            raise ValidationError(
                "Expected applicant: true at the role, or the roles, that the applicant may be of.", "parties"
            )


_SCHEMA = MetadataSchema()


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """procedure.yaml, checked; `tree` has all of it, and the lines.

    `fees` are by their id, `outcomes` by the id of the end event that a case ends in. `papers_decision` is
    the id of the decision that says which of the papers somebody needs; None where everybody needs the same.
    `parties` are the roles of a case of several people; empty where there is the applicant only.
    """

    key: str
    title: str
    title_en: str
    process_id: str
    terms: Mapping[TermKind, Term]
    fees: Mapping[str, Fee]
    outcomes: Mapping[str, OutcomeRule]
    papers_decision: str | None
    tree: YamlTree
    parties: tuple[PartyRule, ...] = ()

    def place(self, *path: str | int) -> str:
        """Where something stands, for a finding: `line 12, outcomes.rejected`."""
        return self.tree.place(path)


def read_metadata(content: bytes | None, findings: BundleFindings) -> Metadata | None:
    """The metadata; None after noting why there are none."""
    read = read_shaped(FILE, content, _SCHEMA, findings, keyed={"outcomes"})
    if read is None:
        return None
    tree, values = read
    return _metadata(values, tree)


def _metadata(values: Mapping[str, Any], tree: YamlTree) -> Metadata:
    outcomes = {
        event: OutcomeRule(status=rule["status"], text=rule["text"]["el"], text_en=rule["text"]["en"])
        for event, rule in values["outcomes"].items()
    }
    return Metadata(
        key=values["key"],
        title=values["title"]["el"],
        title_en=values["title"]["en"],
        process_id=values["process"],
        terms=terms_of(values),
        fees=MappingProxyType({fee.id: fee for fee in fees_of(values)}),
        outcomes=MappingProxyType(outcomes),
        papers_decision=values.get("papers_decision"),
        tree=tree,
        parties=party_rules(values),
    )
