"""Templates in the language of their reader: each is compiled once for a language, with its texts in it."""

from collections.abc import Hashable, Iterable, MutableMapping
from typing import Any, ClassVar, cast

from flask import Flask, current_app
from flask.templating import Environment as FlaskEnvironment
from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro

from api.pages.frame.language import ENGLISH, GREEK, catalogue, language, translations

_EXTENSION = "stoa_templates"
_PLAIN_TEXT = ("name", "lparen", "string", "rparen")


class PageEnvironment(FlaskEnvironment):
    """Its templates have what all of them see in one dictionary.

    Jinja would lay several over one another, and looks through all of them whenever a template imports from
    another: some sixteen times in the page of a case.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template sees that it is not given; settled when it is loaded."""
        return {**self.globals, **(d or {})}


class _TextsInPlace(Extension):
    """Writes the translation where a template says `_("…")` and fills nothing into it.

    Most texts of a page are of that kind, and to look each of them up takes as long as everything else that a
    template does. One that is filled in (`_("… %(name)s", name=…)`) is looked up when the page is shown.
    """

    code: ClassVar[str]

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens with a string that is not escaped, as `_` would give it, for each of its calls."""
        texts, tokens, place = catalogue(self.code), tuple(stream), 0
        while place < len(tokens):
            found = tokens[place : place + len(_PLAIN_TEXT)]
            first = found[0]
            if first.value == "_" and tuple(token.type for token in found) == _PLAIN_TEXT:
                yield Token(first.lineno, "string", texts.gettext(found[2].value) % {})
                yield Token(first.lineno, "pipe", "|")
                yield Token(first.lineno, "name", "safe")
                place += len(found)
            else:
                yield first
                place += 1


class _GreekInPlace(_TextsInPlace):
    code = GREEK


class _EnglishInPlace(_TextsInPlace):
    code = ENGLISH


class Drawn:
    """Calls macros, each once for the same value: many rows of a list have the same mark or the same day."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, Hashable], str] = {}

    def __call__(self, macro: Macro, value: Hashable) -> str:
        """What the macro makes of the value."""
        found = self._drawn.get((macro.name, value))
        if found is None:
            found = self._drawn[macro.name, value] = macro(value)
        return found


def install(app: Flask) -> None:
    """Let templates use `_("…")` and `ngettext("…", "…", n)`, in an environment for each language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: translations().gettext(text),
        lambda one, many, number: translations().ngettext(one, many, number),
        newstyle=True,
    )
    app.extensions[_EXTENSION] = {
        texts.code: app.jinja_env.overlay(extensions=[texts]) for texts in (_GreekInPlace, _EnglishInPlace)
    }


def render(template: str, **shown: Any) -> str:
    """The page that a template makes of `shown`, in the language of the present request."""
    current_app.update_template_context(shown)
    environments = cast(dict[str, Environment], current_app.extensions[_EXTENSION])
    return environments[language()].get_template(template).render(shown)
