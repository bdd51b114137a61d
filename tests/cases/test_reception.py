"""Claims about reception: what has to be brought, and what is refused without it."""

import pytest

from engine.cases.reception import (
    Checklist,
    Paper,
    decided_papers,
    missing_papers,
    papers_of,
    require_papers,
)
from engine.kernel.refusal import Invalid


def a_paper(name: str, *, obligatory: bool = True, any_of: str | None = None) -> Paper:
    return Paper(id=name, title=name, title_en=name, obligatory=obligatory, any_of=any_of)


IDENTITY = a_paper("identity")
BILL, STATEMENT = a_paper("bill", any_of="evidence"), a_paper("statement", any_of="evidence")
PHOTO = a_paper("photo", obligatory=False)
WANTED = (IDENTITY, BILL, STATEMENT, PHOTO)


def test_one_paper_of_a_group_is_enough() -> None:
    missing = missing_papers(WANTED, frozenset({"identity", "statement"}))

    assert missing == ()


def test_what_is_missing_is_told_with_everything_that_would_do() -> None:
    missing = missing_papers(WANTED, frozenset({"photo"}))

    assert missing == ((IDENTITY,), (BILL, STATEMENT))


def test_an_application_without_its_papers_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        require_papers(Checklist(papers=WANTED), frozenset({"bill"}))

    assert refused.value.code == "papers_missing"
    assert refused.value.errors == {"reception.papers": ["expected identity"]}


def test_a_paper_that_nobody_asks_for_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        require_papers(Checklist(papers=(IDENTITY,)), frozenset({"identity", "passport"}))

    assert refused.value.errors == {"reception.papers": ["this procedure asks for no passport"]}


def test_papers_are_read_from_the_metadata_in_their_order() -> None:
    title = {"el": "Ταυτότητα", "en": "Identity card"}
    metadata = {"papers": [{"id": "identity", "title": title, "obligatory": True}]}

    papers = papers_of(metadata)

    assert papers == (Paper(id="identity", title="Ταυτότητα", title_en="Identity card", obligatory=True),)


def test_a_decision_says_which_papers_are_asked_for_and_which_are_obligatory() -> None:
    decided = [{"id": "photo", "obligatory": True}, {"id": "bill", "obligatory": False}]

    papers = decided_papers(WANTED, decided)

    assert [(paper.id, paper.obligatory) for paper in papers] == [("photo", True), ("bill", False)]


def test_a_paper_that_two_rules_name_is_asked_for_once_and_obligatory_if_either_says_so() -> None:
    papers = decided_papers(WANTED, [{"id": "bill", "obligatory": True}, {"id": "bill", "obligatory": False}])

    assert [(paper.id, paper.obligatory) for paper in papers] == [("bill", True)]


def test_nothing_is_filed_before_it_is_settled_what_has_to_be_brought() -> None:
    with pytest.raises(Invalid, match="papers"):
        require_papers(Checklist(papers=(), is_settled=False), frozenset())
