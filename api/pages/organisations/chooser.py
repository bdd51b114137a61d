"""Choosing an organisation in a form: found by words of its name or by its code, one of those found is taken.

A form has the field `<name>_text` with what was looked for, and radio buttons `<name>` with the codes of what
was found. A script asks for them while one types; without scripts a button of the form does.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from api.pages.frame.sessions import actor
from api.pages.organisations.words import called, kind_words
from engine.kernel.refusal import NotFound
from engine.organisation.organisation import OrganisationKind, OrganisationStatus
from engine.organisation.queries import Listed, ListOrganisations, ShowOrganisation

SHOWN = 10
"""How many are shown of those found."""
_LONGEST = 200
_TEXT = "_text"
LOOK = "look"
"""The button that looks, where no script does: its value is the name of the field."""


class Option(NamedTuple):
    """One that can be taken."""

    code: str
    name: str
    kind: str


class Choices(NamedTuple):
    """What was looked for and found: `number` in all, of which some are shown; `chosen` is a code."""

    name: str
    text: str
    found: Sequence[Option]
    number: int
    chosen: str


def looked_for(typed: Mapping[str, str], name: str) -> str:
    """The words that stand in the field."""
    return typed.get(name + _TEXT, "").strip()[:_LONGEST]


class Asked(NamedTuple):
    """The field of a form, and which organisations may be chosen in it: of any kind, where `kinds` is None.

    `but` is the code of the one that the form is about.
    """

    name: str
    kinds: Collection[OrganisationKind] | None
    but: str | None = None


def choices(asked: Asked, typed: Mapping[str, str]) -> Choices:
    """What a form offers to choose from; the one chosen before stands first, found again or not."""
    name = asked.name
    text, chosen = looked_for(typed, name), typed.get(name, "").strip()
    found, number = _found(text, asked) if text else ((), 0)
    if chosen and all(one.code != chosen for one in found):
        kept = _coded(chosen)
        found = (*((kept,) if kept else ()), *found)
        number += len(found) - min(number, SHOWN)
    return Choices(name=name, text=text, found=found, number=number, chosen=chosen)


def chosen(asked: Asked, typed: Mapping[str, str]) -> str:
    """The code that a form says: of the one taken, written, or the only one found; else empty."""
    name = asked.name
    code, text = typed.get(name, "").strip(), looked_for(typed, name)
    if code or not text:
        return code
    found, number = _found(text, asked)
    written = [one.code for one in found if one.code == text]
    if written or number == 1:
        return written[0] if written else found[0].code
    return ""


def unclear_words(choice: Choices) -> str:
    """Why nothing was taken, although words were written."""
    if choice.number:
        return _("Choose one of the organisations that were found.")
    return _("No organisation that may stand there has these words. Look for others.")


def is_looking(typed: Mapping[str, str], name: str) -> bool:
    """Whether the form was sent by the button that looks, and nothing is to be done yet."""
    return typed.get(LOOK) == name


def only_choices(choice: Choices) -> Response:
    """The part of the page with what was found, for the script that asks while one types."""
    return page("organisations/choices.html", choice=choice)


def _found(text: str, asked: Asked) -> tuple[tuple[Option, ...], int]:
    question = ListOrganisations(
        text=text, kinds=asked.kinds, but=asked.but, status=OrganisationStatus.OPEN, limit=SHOWN
    )
    answer = engine().ask(question, actor=actor())
    return tuple(_option(one) for one in answer.items), answer.number


def _coded(code: str) -> Option | None:
    try:
        shown = engine().ask(ShowOrganisation(code=code), actor=actor()).shown
    except NotFound:
        return None
    return _option(Listed(organisation=shown.organisation, particulars=shown.particulars))


def _option(one: Listed) -> Option:
    return Option(code=one.code, name=called(one.particulars), kind=kind_words(one.organisation.kind))
