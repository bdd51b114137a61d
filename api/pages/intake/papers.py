"""The checklist of papers as pages show it: grouped, ticked where presented, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.frame.language import gettext as _
from api.pages.frame.language import of_two
from engine.cases.reception import Checklist, Paper, missing_papers


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A paper as the checklist shows it."""

    id: str
    words: str
    is_obligatory: bool
    is_there: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Papers of which one is enough, or a single one (`words` is then None)."""

    words: str | None
    papers: Sequence[Choice]


def groups(checklist: Checklist, presented: frozenset[str]) -> list[Group]:
    """The checklist, in its order; papers of which one is enough stand together."""
    by_group: dict[str, list[Paper]] = {}
    for paper in checklist.papers:
        by_group.setdefault(paper.any_of or f"only {paper.id}", []).append(paper)
    return [
        Group(
            words=_("One of these") if len(members) > 1 else None,
            papers=[
                Choice(
                    id=paper.id,
                    words=paper_words(paper),
                    is_obligatory=paper.obligatory,
                    is_there=paper.id in presented,
                )
                for paper in members
            ],
        )
        for members in by_group.values()
    ]


def to_bring(checklist: Checklist, presented: frozenset[str]) -> list[list[str]]:
    """What has to be brought: for each paper that is missing, what would do."""
    missing = missing_papers(checklist.papers, presented)
    return [[paper_words(paper) for paper in group] for group in missing]


def if_there(checklist: Checklist, presented: frozenset[str]) -> list[str]:
    """What may be brought besides: papers that are not obligatory and were not presented."""
    return [
        paper_words(paper) for paper in checklist.papers if not paper.obligatory and paper.id not in presented
    ]


def missing_words(group: Sequence[str]) -> str:
    """What the citizen is to bring, as a sentence; `group` are papers of which one is enough."""
    if len(group) == 1:
        return _("Missing, and to be brought: %(paper)s.", paper=group[0])
    return _("Missing, and to be brought, one of: %(papers)s.", papers="· ".join(group))


def paper_words(paper: Paper) -> str:
    """What a paper is called."""
    return of_two(paper.title, paper.title_en)
