"""Claims about the pages of texts and of supervision: written by one, authorised by another, and read."""

import pytest

from engine.cases.figures_upkeep import FoldTallies
from engine.kernel.actor import SYSTEM, Role
from tests.pages.visiting import OpenDesk, Visitor

FORM = {
    "kind": "announcement",
    "key": "hours",
    "title_el": "Νέο ωράριο",
    "text_el": "Από **Δευτέρα**.",
    "title_en": "New hours",
    "text_en": "From **Monday**. <b>x</b>",
    "must_read": "yes",
}


@pytest.fixture
def author(desk: OpenDesk) -> Visitor:
    return desk.visit(desk.desk.engages("eva", desk.desk.office.branch, Role.SUPERVISOR))


@pytest.fixture
def other(desk: OpenDesk) -> Visitor:
    return desk.visit(desk.desk.engages("sofia", desk.desk.office.branch, Role.SUPERVISOR))


def test_a_text_goes_from_its_author_over_somebody_else_to_the_worklist(
    author: Visitor, other: Visitor, maria: Visitor
) -> None:
    author.opens("/admin/content/new")
    author.sends("/admin/content/new", **FORM)
    assert author.page is not None
    address = author.page.request.path
    author.sends(f"{address}/submit")
    assert author.sends(f"{address}/authorise").status_code == 403
    assert "somebody else has to authorise it" in author.text

    other.opens(address)
    other.sends(f"{address}/authorise")
    other.sends(f"{address}/push")

    maria.opens("/desk")
    assert "One text must be read New hours" in maria.text
    (link,) = maria.sees("//section[contains(@class, 'to-read')]//a/@href")
    maria.opens(link)
    assert maria.sees("//div[contains(@class, 'prose')]//strong") == ["Monday"]
    assert "<b>x</b>" in maria.text
    maria.sends(link)
    assert "It is noted that you have read it." in maria.text
    maria.opens("/desk")
    assert "must be read" not in maria.text
    other.opens(f"{address}/readers")
    assert other.sees("//tbody/tr[1]/td[2]") == ["1 / 11"]


def test_a_wrong_form_is_shown_again_with_what_was_typed(author: Visitor) -> None:
    author.opens("/admin/content/new")

    shown = author.sends("/admin/content/new", **{**FORM, "key": "Big Key", "title_en": ""})

    assert shown.status_code == 422
    assert author.sees("//input[@name='key']/@value") == ["Big Key"]
    assert "Give an English title of at most 200 letters." in author.text


def test_help_stands_beside_the_work(author: Visitor, other: Visitor, maria: Visitor) -> None:
    author.opens("/admin/content/new")
    author.sends("/admin/content/new", **{**FORM, "kind": "help", "key": "intake.papers", "must_read": ""})
    assert author.page is not None
    address = author.page.request.path
    author.sends(f"{address}/submit")
    other.opens(address)
    other.sends(f"{address}/authorise")
    other.sends(f"{address}/push")

    maria.opens("/desk/open/residence-certificate")

    assert maria.sees("//aside[contains(@class, 'beside')]//summary") == ["New hours"]


def test_each_figure_of_the_room_leads_to_as_many_cases(desk: OpenDesk, author: Visitor) -> None:
    office = desk.desk.office
    for _ in range(3):
        office.opens_case()
    office.does(FoldTallies(limit=1), actor=SYSTEM)

    author.opens("/admin/supervision?q=0009")
    row = "//table[contains(@class, 'supervised')]/tbody/tr"
    shown = author.sees(f"{row}//td[2]/a"), author.sees(f"{row}//td[3]/a")
    (address,) = author.sees(f"{row}//td[3]/a/@href")
    author.opens(address)

    assert shown == (["3"], ["3"])
    assert len(author.sees("//table/tbody/tr")) == 3
    assert "Δημητρίου" not in author.text
