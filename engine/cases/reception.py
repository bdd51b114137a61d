"""Reception: how a citizen was received before a case was opened for them, and which papers they brought."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine import feel
from engine.bundle.contract import Form
from engine.bundle.fees import FeeDue, fees_due
from engine.bundle.party_rules import PartyRule, rule_of
from engine.bundle.procedure import Procedure
from engine.cases.offers import ShowOffer
from engine.context import QueryContext
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import Channel


class IdentityCheck(StrEnum):
    """How it was made sure who the citizen is."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"
    GOV_GR = "gov_gr"
    """By a document of gov.gr whose code was looked up."""
    QUESTIONS = "questions"
    """On the phone, by questions that the citizen answered."""


class Authorisation(StrEnum):
    """By what somebody acts for the applicant."""

    GOV_GR = "gov_gr"
    CERTIFIED_SIGNATURE = "certified_signature"
    POWER_OF_ATTORNEY = "power_of_attorney"
    LAWYER = "lawyer"
    PARENT_OR_GUARDIAN = "parent_or_guardian"


@dataclass(frozen=True, kw_only=True)
class Reception:
    """What the clerk saw: never the numbers of documents, which stay with the person or in the form.

    `papers` are the ids of the procedure's papers that were presented. `authorisation` is there when somebody
    acts for the applicant.
    """

    identity: IdentityCheck
    authorisation: Authorisation | None = None
    papers: frozenset[str] = frozenset()

    def as_detail(self) -> dict[str, Any]:
        """What the journal is told."""
        return {
            "identity": self.identity.value,
            "authorisation": self.authorisation.value if self.authorisation else None,
            "papers": sorted(self.papers),
        }


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper that a procedure asks for. Of the obligatory ones of one group (`any_of`), one is enough."""

    id: str
    title: str
    title_en: str
    obligatory: bool
    any_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """The papers that a citizen is asked for, and the fees.

    While `is_settled` is false, something is not known yet on which the papers depend: others may be asked
    for. A fee whose amount is None depends on something that is not known yet.
    """

    papers: tuple[Paper, ...]
    is_settled: bool = True
    fees: tuple[FeeDue, ...] = ()


def papers_of(metadata: Mapping[str, Any]) -> tuple[Paper, ...]:
    """The papers that procedure.yaml names, in its order."""
    return tuple(
        Paper(
            id=paper["id"],
            title=paper["title"]["el"],
            title_en=paper["title"]["en"],
            obligatory=paper["obligatory"],
            any_of=paper.get("any_of"),
        )
        for paper in metadata.get("papers", ())
    )


def decided_papers(declared: Iterable[Paper], decided: Iterable[Mapping[str, Any]]) -> tuple[Paper, ...]:
    """The papers that a decision names by `id`, in its order, obligatory where it says so.

    What they are called is declared in procedure.yaml; one that is not goes by its id.
    """
    known = {paper.id: paper for paper in declared}
    named: dict[str, Paper] = {}
    for row in decided:
        name = str(row.get("id"))
        paper = known.get(name, Paper(id=name, title=name, title_en=name, obligatory=False))
        earlier = named.get(name, paper)
        is_obligatory = row.get("obligatory") is True or (earlier is not paper and earlier.obligatory)
        named[name] = replace(paper, obligatory=is_obligatory)
    return tuple(named.values())


def missing_papers(wanted: Iterable[Paper], presented: frozenset[str]) -> tuple[tuple[Paper, ...], ...]:
    """What has to be brought: for each obligatory paper or group that is not there, what would do."""
    groups: dict[str, list[Paper]] = {}
    for paper in wanted:
        if paper.obligatory:
            groups.setdefault(f"any of {paper.any_of}" if paper.any_of else paper.id, []).append(paper)
    return tuple(
        tuple(group) for group in groups.values() if presented.isdisjoint(paper.id for paper in group)
    )


def require_papers(wanted: Checklist, presented: frozenset[str]) -> None:
    """Refuse unless every obligatory paper is there: without it the application is not filed.

    A paper that the procedure does not ask for is refused too, and so is a checklist that is not settled:
    nobody could say that the papers are complete.
    """
    if not wanted.is_settled:
        raise Invalid.field("reception.papers", "expected data from which it can be told what is needed")
    problems = [
        f"expected {' or '.join(paper.id for paper in group)}"
        for group in missing_papers(wanted.papers, presented)
    ]
    known = {paper.id for paper in wanted.papers}
    problems += [f"this procedure asks for no {paper}" for paper in sorted(presented - known)]
    if problems:
        raise Invalid("The papers are not complete.", {"reception.papers": problems}, code="papers_missing")


def known_at_reception(
    data: Mapping[str, Any],
    *,
    applicant: Mapping[str, Any],
    representative: Mapping[str, Any] | None,
    channel: Channel,
    now: datetime,
) -> dict[str, Any]:
    """What the decision on the papers may ask for, by name; `now` is local time.

    The fields of the start form, `applicant`, `representative` (null where nobody acts for them), and of
    `case` the entries `opened_on` and `channel`: the rest of a case is not known before it is filed.
    """
    case = {"opened_on": now.date().isoformat(), "channel": channel.value}
    return {**data, "applicant": applicant, "representative": representative, "case": case}


def checklist(
    procedure: Procedure, known: Mapping[str, Any], *, now: datetime, applicant_role: str | None = None
) -> Checklist:
    """The papers and fees for an applicant of that role, of whom this is known (`known_at_reception`).

    Where procedure.yaml names a `papers_decision`, that is taken; it is settled once the decision lacks
    nothing. The papers of the applicant's role come last.
    """
    found = _of_case(procedure, known, now=now)
    due = fees_due(procedure.metadata, known, decisions=procedure.decisions, now=now)
    rule = rule_of(applicant_role, procedure.parties)
    return replace(found, fees=due, papers=(*found.papers, *(of_role(rule) if rule else ())))


def of_role(rule: PartyRule) -> tuple[Paper, ...]:
    """The papers of everybody of a role."""
    return tuple(
        Paper(id=one.id, title=one.title.el, title_en=one.title.en, obligatory=one.obligatory)
        for one in rule.papers
    )


def _of_case(procedure: Procedure, known: Mapping[str, Any], *, now: datetime) -> Checklist:
    declared = papers_of(procedure.metadata)
    decision = procedure.metadata.get("papers_decision")
    bundle = procedure.decisions
    if decision is None or bundle is None:
        return Checklist(papers=declared)
    needed = bundle.decisions[decision].requires_inputs
    inputs = {name: known[name] for name in needed if name in known}
    try:
        outcome = bundle.decide(decision, inputs, now=now)
    except feel.FeelLimitError:
        return Checklist(papers=(), is_settled=False)
    rows = feel.to_json(outcome.value)
    named = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return Checklist(
        papers=decided_papers(declared, named),
        is_settled=isinstance(rows, list) and not outcome.problems,
    )


@dataclass(frozen=True, kw_only=True)
class PapersFor:
    """The papers and fees that a procedure on offer asks of somebody; everybody who is known may ask.

    `data` are the fields of the start form as far as they are filled in, `applicant` and `representative` the
    fields of a person, as far as they are known. `applicant_role` is what the applicant is among several
    people; the first that they may be where it is none of these.
    """

    procedure: str
    data: Mapping[str, Any] = field(default_factory=dict)
    applicant: Mapping[str, str | None] = field(default_factory=dict)
    representative: Mapping[str, str | None] | None = None
    channel: Channel = Channel.COUNTER
    applicant_role: str | None = None

    def answer(self, context: QueryContext) -> Checklist:
        """The papers and fees, settled or not; `Invalid` for a field that the form does not have."""
        procedure = ShowOffer(key=self.procedure).answer(context)
        now = context.now.astimezone(context.zone)
        known = known_at_reception(
            self._so_far(procedure.start_form),
            applicant=self.applicant,
            representative=self.representative,
            channel=self.channel,
            now=now,
        )
        roles = [rule.role for rule in procedure.parties if rule.may_be_applicant]
        role = self.applicant_role if self.applicant_role in roles else next(iter(roles), None)
        return checklist(procedure, known, now=now, applicant_role=role)

    def _so_far(self, form: Form | None) -> dict[str, Any]:
        scope = {"applicant": self.applicant, "representative": self.representative}
        try:
            return form.draft(self.data, scope=scope) if form is not None else {}
        except Invalid as refusal:
            errors = {f"data.{name}": problems for name, problems in refusal.errors.items()}
            raise Invalid(refusal.message, errors) from refusal
