"""Claims about the pages of supervision: figures in the words and numbers of their reader's language."""

import re

from engine.kernel.actor import Role
from tests.builders import a_branch
from tests.organisations import save_branch
from tests.pages.visiting import OpenDesk


def test_figures_are_in_the_words_and_numbers_of_the_readers_language() -> None:
    desk = OpenDesk()
    desk.desk.engages("eva", desk.desk.office.branch, Role.SUPERVISOR)
    desk.desk.office.opens_case()

    pages = {}
    for language in ("el", "en"):
        eva = desk.visit(desk.person("eva"), language=language)
        eva.opens("/admin/supervision")
        pages[language] = eva.text

    assert "Έκλεισαν" in pages["el"]
    assert "Έληξε" not in pages["el"]
    assert re.search(r"\b0,\d σε εξέλιξη ο καθένας", pages["el"])
    assert re.search(r"\b0\.\d running each", pages["en"])


def test_the_branches_of_a_country_come_fifty_at_a_time() -> None:
    desk = OpenDesk()
    desk.desk.engages("eva", desk.desk.office.branch, Role.SUPERVISOR)
    with desk.desk.office.engine.store.begin() as connection:
        for number in range(60):
            save_branch(connection, a_branch(code=f"{7000 + number}"))
        connection.commit()
    eva = desk.visit(desk.person("eva"))
    codes = "//table[contains(@class, 'supervised')]/tbody/tr/td[1]/span/span"

    eva.opens("/admin/supervision")
    first, number = eva.sees(codes), eva.sees("//h2[@id='branches']/span")
    (following,) = eva.sees("//nav[@class='pages']/a[@rel='next']/@href")
    eva.opens(following)
    second, onward = eva.sees(codes), eva.sees("//nav[@class='pages']/a[@rel='next']")

    assert (len(first), number, onward) == (50, ["62"], [])
    assert len({*first, *second}) == 62
    for strange in ("-1", "x", "9" * 30, "\u0663"):
        eva.opens(f"/admin/supervision?cursor={strange}")
        assert eva.page is not None
        assert eva.page.status_code == 200
