"""Claims about reception: what has to be brought, and what is refused without it."""

import pytest

from engine.domain.reception import Paper, missing_papers, papers_of, require_papers
from engine.domain.refusal import Invalid


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
        require_papers(WANTED, frozenset({"bill"}))

    assert refused.value.code == "papers_missing"
    assert refused.value.errors == {"reception.papers": ["expected identity"]}


def test_a_paper_that_nobody_asks_for_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        require_papers((IDENTITY,), frozenset({"identity", "passport"}))

    assert refused.value.errors == {"reception.papers": ["this procedure asks for no passport"]}


def test_papers_are_read_from_the_metadata_in_their_order() -> None:
    title = {"el": "Ταυτότητα", "en": "Identity card"}
    metadata = {"papers": [{"id": "identity", "title": title, "obligatory": True}]}

    papers = papers_of(metadata)

    assert papers == (Paper(id="identity", title="Ταυτότητα", title_en="Identity card", obligatory=True),)
