"""The language of a page: Greek unless its reader asks for English, and the catalogues.

Texts are written in English where they are used; `<subject>/el.po` has the Greek. The catalogues are read
when the first page is shown, so nothing has to be compiled.
"""

import gettext as standard
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from io import BytesIO
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Response, g, request

from engine.kernel.bilingual import Bilingual

GREEK, ENGLISH = "el", "en"
LANGUAGES = (GREEK, ENGLISH)
NAMES = {GREEK: "Ελληνικά", ENGLISH: "English"}
COOKIE = "stoa_language"
PAGES = Path(__file__).parents[1]

P = ParamSpec("P")
R = TypeVar("R")

_YEAR_SECONDS = 365 * 24 * 3600


def language() -> str:
    """The language of the present request: from its address, its cookie or its browser, else Greek."""
    try:
        found = g.language
    except AttributeError:
        found = g.language = _asked() or request.accept_languages.best_match(LANGUAGES, default=GREEK)
    return cast(str, found)


def gettext(text: str, **shown: object) -> str:
    """The text in the reader's language, with `%(name)s` filled in."""
    found = translations().gettext(text)
    return found % shown if shown else found


def ngettext(one: str, many: str, number: int, **shown: object) -> str:
    """The text for one or for many, with `%(num)s` and the other names filled in."""
    return translations().ngettext(one, many, number) % {"num": number, **shown}


def localized_pair(greek: str, english: str) -> str:
    """One of two texts by the reader's language; the Greek one where there is no English."""
    return english if language() == ENGLISH and english else greek


def localized(text: str) -> str:
    """A text of the engine in the reader's language, where it has both."""
    if not isinstance(text, Bilingual):
        return text
    return text.el if language() == GREEK else text.en


def in_each_language(words: Callable[P, R]) -> Callable[P, R]:
    """A function of words that keeps what it gave in each language: for arguments of which there are few."""

    @lru_cache(maxsize=1024)
    def kept(_language: str, *arguments: Any) -> Any:
        return words(*arguments)  # type: ignore[call-arg]  # they are those of `in_language`

    @wraps(words)
    def in_language(*arguments: P.args, **_named: P.kwargs) -> R:
        found: R = kept(language(), *arguments)
        return found

    return in_language


def address_in(wanted: str) -> str:
    """The address of the present page in another language."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*arguments, ('lang', wanted)])}"


def translations() -> standard.NullTranslations:
    return catalogue(language())


@cache
def catalogue(of: str) -> standard.NullTranslations:
    """The texts of all subjects in one language; the English ones are those in the code."""
    if of == ENGLISH:
        return standard.NullTranslations()
    merged = Catalog(locale=of)
    for path in sorted(PAGES.glob(f"*/{of}.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale=of):
            if message.id:
                merged.add(message.id, message.string, context=message.context)
    machine_readable = BytesIO()
    write_mo(machine_readable, merged)
    machine_readable.seek(0)
    return standard.GNUTranslations(machine_readable)


def _asked() -> str | None:
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return None


def keep_choice(response: Response) -> Response:
    """The response with the cookie that remembers which language its reader chose."""
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and response.mimetype == "text/html":
        response.set_cookie(
            COOKIE, wanted, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
