"""Claims about the pages of supervision: figures in the words and numbers of their reader's language."""

import re

from engine.kernel.actor import Role
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
