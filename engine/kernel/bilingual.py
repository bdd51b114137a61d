"""Sentences that are said to people in Greek or in English, whichever they read."""

from enum import StrEnum


class Language(StrEnum):
    """The languages in which people are spoken to."""

    EL = "el"
    EN = "en"


class Bilingual(str):
    """A sentence: itself in one of the two languages, and `el` and `en`, so that who shows it can choose."""

    el: str
    en: str

    def __new__(cls, text: str, *, el: str, en: str) -> "Bilingual":
        """The sentence that reads `text` to whoever does not choose."""
        said = super().__new__(cls, text)
        said.el, said.en = el, en
        return said
