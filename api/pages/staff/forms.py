"""Fields of the forms about people, read with every problem at once, and refusals in words."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask import request

from api.http.context import engine
from api.pages.frame.language import gettext as _
from api.pages.frame.sessions import actor
from api.pages.frame.words import role_words
from api.pages.organisations.chooser import Asked, choices, chosen, looked_for
from api.pages.staff.words import place_name
from engine.kernel.actor import Role
from engine.kernel.refusal import Invalid, Refusal
from engine.kernel.vocabulary import search_form
from engine.people.register import ListOffers, Offer

Problems = dict[str, list[str]]
"""Sentences by the field that they are about."""

ORGANISATION: Final = Asked("organisation", None)
_MOST_SHOWN: Final = 100


def day_field(name: str, problems: Problems) -> date | None:
    """The day that was typed; None if nothing was, or if it is none, which is then among the problems."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems[name] = [name]
        return None


def role_field(problems: Problems) -> Role | None:
    """The role that was chosen; None if it is none, which is then among the problems."""
    text = request.form.get("role", "")
    if text in set(Role):
        return Role(text)
    problems["role"] = [text]
    return None


def organisation_field(problems: Problems) -> str:
    """The code of the organisation that was chosen; empty if none was, which is then among the problems."""
    code = chosen(ORGANISATION, request.form)
    if not code:
        problems["organisation"] = [looked_for(request.form, ORGANISATION.name)]
    return code


def named_organisations(text: str) -> list[tuple[str, str]]:
    """Code and name of organisations whose people the reader keeps, by words of their names or codes."""
    if actor().has(Role.ADMINISTRATOR, Role.OPERATOR):
        found = choices(ORGANISATION, {"organisation_text": text}).found
        return [(one.code, one.name) for one in found]
    wanted = search_form(text).split()
    offers = engine().ask(ListOffers(), actor=actor())
    return [(one.code, place_name(one.place)) for one in offers if wanted and _has_words(one, wanted)]


def _has_words(offer: Offer, wanted: Sequence[str]) -> bool:
    words = search_form(f"{offer.code} {offer.place.el} {offer.place.en}").split()
    return all(any(word.startswith(one) for word in words) for one in wanted)


def unclear_in_filter(found: Sequence[tuple[str, str]]) -> str:
    """Why a search found no organisation, or not only one, of the name or code that was written."""
    if found:
        return _("Choose one of the organisations that were found.")
    return _("There is no organisation of yours with this name or code.")


def choosable(offers: Sequence[Offer]) -> bool:
    """Whether the organisations are few enough to be shown all, and are not to be looked for."""
    return 0 < len(offers) <= _MOST_SHOWN


def role_options() -> list[tuple[str, str]]:
    """Every role, for a field of choice."""
    return [(role.value, role_words(role)) for role in Role]


def offered_roles(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """The roles that are given somewhere, every role where no organisation is offered in particular."""
    given = {role.value for one in offers for role in one.roles} or {role.value for role in Role}
    return [(value, words) for value, words in role_options() if value in given]


def problems_in_words(refused: Refusal) -> Problems:
    """What is wrong, in a sentence for each field."""
    sentences = {
        "organisation": _("Choose one of the organisations that were found."),
        "name": _("Give the first name and the surname."),
        "email": _("Give an e-mail address such as maria@example.gr, or leave it empty and print a slip."),
        "role": _("Nobody has this role in an organisation of this kind."),
        "position": _("Write the position in fewer words."),
        "valid_from": _("Give the first day as a date."),
        "valid_until": _(
            "Give a last day from the first day on, and not before today; a substitute needs one."
        ),
        "since": _("Give a first day, not before today."),
        "until": _("Give the first day back at work, after the first day away."),
        "reason": _("Say why: the reason stays in the record."),
        "username": _("They do not work in your branch."),
        "last_day": _("Give a last day from the first day on, and not before today."),
        "substitute_for": _("Give the user name of a colleague who has this role there on the first day."),
        "file": _("This is no CSV file that can be read. Save the sheet as CSV, with the headings below."),
    }
    if isinstance(refused, Invalid):
        return {field: [sentences.get(field, refused.message)] for field in refused.errors}
    of_code = {
        "already_exists": ("valid_from", _("They have this post on some of these days already.")),
        "own_post": ("organisation", _("Nobody gives themselves a post, or ends one of their own.")),
        "four_eyes": ("confirm", _("Whoever proposed a post does not confirm it.")),
        "post_over": ("last_day", _("This post is over already.")),
        "not_proposed": ("confirm", _("This post waits for nobody to confirm it.")),
        "not_permitted": ("role", _("Only an administrator of the ministry gives this role.")),
        "invitation_over": ("code", _("This invitation is over. Ask for another.")),
        "not_found": ("organisation", _("There is no organisation of yours with this code.")),
    }
    field, sentence = of_code.get(refused.code, ("organisation", refused.message))
    return {field: [sentence]}
