"""What procedure.yaml says about a procedure: titles, codes, fee, term, papers and what its ends mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from engine.bundle.contract import OutcomeRule
from engine.bundle.fees import Fee, fee_list, fees_of
from engine.bundle.files import BundleFindings
from engine.bundle.party_rules import MOST_OF_ROLE, Identifier, PartyRule, SigningMeans, party_rules
from engine.bundle.shaped_yaml import read_shaped
from engine.bundle.strict_fields import AT_LEAST_ONE, StrictFlag, StrictText, distinct
from engine.bundle.yaml_tree import YamlTree
from engine.kernel.vocabulary import CaseStatus, Channel
from engine.terms.length import LONGEST
from engine.terms.term import UNITS, SupplementRule, Term, TermKind, terms_of

FILE: Final = "procedure.yaml"

MAX_FEE_CENTS = 10_000_000

_KEY = Regexp(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", error="Expected small Latin letters, digits and hyphens.")
_ROLE = Regexp(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z", error="Expected small Latin letters, digits and _.")
_FORM_ID = Regexp(r"[^/\s]+\Z", error="Expected the id of a form.")
_XML_ID = Regexp(r"[A-Za-z_][A-Za-z0-9_.-]*\Z", error="Expected the id of an element.")


class _Strict(Schema):
    """A part of the file in which every field is known."""

    class Meta:
        unknown = RAISE


class _Bilingual(_Strict):
    el = StrictText(required=True, most=500)
    en = StrictText(required=True, most=500)


class _Codes(_Strict):
    mitos = StrictText(validate=Regexp(r"[0-9]{6}\Z", error="Expected the 6 digits of the MITOS register."))
    kep = StrictText(validate=Regexp(r"[0-9]{4}\Z", error="Expected the 4 digits of the KEP service list."))


class _WorkingDays(fields.Integer):
    """A number of working days; or, beside `days`, whether these are worked, as earlier files say it."""

    def _deserialize(self, value: Any, *around: Any, **options: Any) -> Any:
        return value if isinstance(value, bool) else super()._deserialize(value, *around, **options)


_UNITS = Range(0, LONGEST)


class _Length(_Strict):
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
    supplement = StrictText(validate=OneOf(list(SupplementRule)))


class _Paper(_Strict):
    id = StrictText(required=True, validate=_KEY)
    title = fields.Nested(_Bilingual, required=True)
    obligatory = StrictFlag(required=True)
    any_of = StrictText(validate=_KEY)


class _PartyPaper(_Strict):
    """A paper that a party brings, besides those of the case."""

    id = StrictText(required=True, validate=_KEY)
    title = fields.Nested(_Bilingual, required=True)
    obligatory = StrictFlag(required=True)


class _Statement(_Strict):
    el = StrictText(required=True, most=2000, wraps=True)
    en = StrictText(required=True, most=2000, wraps=True)


class _Party(_Strict):
    """People of one role in the case."""

    role = StrictText(required=True, most=60, validate=_ROLE)
    title = fields.Nested(_Bilingual, required=True)
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


class _Outcome(_Strict):
    status = StrictText(required=True, validate=OneOf([CaseStatus.COMPLETED, CaseStatus.REJECTED]))
    text = fields.Nested(_Bilingual, required=True)


class _Metadata(_Strict):
    key = StrictText(required=True, most=60, validate=_KEY)
    title = fields.Nested(_Bilingual, required=True)
    summary = fields.Nested(_Bilingual, required=True)
    codes = fields.Nested(_Codes, required=True)
    agency = StrictText(required=True, most=60, validate=_KEY)
    fees = fee_list()
    fee_cents = fields.Integer(strict=True, validate=Range(0, MAX_FEE_CENTS))
    term = fields.Nested(_Term)
    service_term = fields.Nested(_Term)
    appeal = fields.Nested(_FurtherTerm)
    appeal_answer = fields.Nested(_FurtherTerm)
    silence_act = fields.Nested(_FurtherTerm)
    process = StrictText(required=True, validate=_XML_ID)
    channels = fields.List(
        StrictText(validate=OneOf(list(Channel))), required=True, validate=[AT_LEAST_ONE, distinct]
    )
    papers = fields.List(fields.Nested(_Paper), required=True, validate=Length(max=100))
    papers_decision = StrictText(validate=_XML_ID)
    parties = fields.List(fields.Nested(_Party), validate=[AT_LEAST_ONE, Length(max=20)])
    outcomes = fields.Dict(
        keys=StrictText(validate=_XML_ID),
        values=fields.Nested(_Outcome),
        required=True,
        validate=AT_LEAST_ONE,
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


_SCHEMA = _Metadata()


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
