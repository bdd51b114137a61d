"""Reception: how a citizen was received before a case was opened for them, and which papers they brought."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from engine.kernel.refusal import Invalid


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

    def told(self) -> dict[str, Any]:
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
    """The papers that a citizen is asked for.

    While `is_settled` is false, something is not known yet on which they depend: others may be asked for.
    """

    papers: tuple[Paper, ...]
    is_settled: bool = True


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
