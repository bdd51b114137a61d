"""Texts of templates: in the language of each reader, whoever came before, and safe where they are filled."""

import pytest
from flask import Flask
from jinja2 import DictLoader

from api.app import app_without_engine
from api.pages.frame import templates, words
from api.pages.frame.language import ENGLISH, GREEK
from engine.kernel.vocabulary import Flag

PLAIN = '{{ _("Worklist") }}|{{ _("Worklist")|length }}|{{ [_("Worklist"), "_"]|join("-") }}'
FILLED = '{{ _("Forget the search “%(name)s”", name=name) }}'


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader(
        {
            "plain.html": PLAIN,
            "filled.html": FILLED,
            "signs.html": '{{ _("100%% <b>") }}',
            "drawn.html": "{% macro a(x) %}<a>{{ x }}</a>{% endmacro %}"
            "{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}"
            "{% for x in several %}{{ drawn(a, x) }}{{ drawn(b, x) }}{% endfor %}",
        }
    )
    templates.install(app)
    return app


def shown(app: Flask, language: str, template: str, **values: object) -> str:
    with app.test_request_context(f"/?lang={language}"):
        return templates.render(template, **values)


def test_each_reader_gets_their_language_whoever_came_before(app: Flask) -> None:
    english = "Worklist|8|Worklist-_"
    greek = "Λίστα εργασιών"
    for _ in range(2):
        assert shown(app, ENGLISH, "plain.html") == english
        assert shown(app, GREEK, "plain.html").startswith(f"{greek}|{len(greek)}|{greek}-_")


def test_what_a_text_is_filled_with_is_escaped_and_the_text_is_not(app: Flask) -> None:
    assert "&lt;i&gt;" in shown(app, GREEK, "filled.html", name="<i>")
    assert shown(app, ENGLISH, "signs.html") == "100% <b>"


def test_what_is_drawn_once_is_what_its_own_macro_makes_of_each_value(app: Flask) -> None:
    several = [("<i>",), "x", ("<i>",), "x"]

    html = shown(app, ENGLISH, "drawn.html", several=several, drawn=templates.Drawn())

    pair = "<a>(&#39;&lt;i&gt;&#39;,)</a><b>(&#39;&lt;i&gt;&#39;,)</b><a>x</a><b>x</b>"
    assert html == pair * 2


def test_what_templates_of_the_application_see_is_in_one_dictionary() -> None:
    template = app_without_engine().jinja_env.get_template("frame/base.html")

    assert type(template.globals) is dict
    assert {"request", "url_for", "csrf_field"} <= template.globals.keys()


def test_kept_words_are_those_of_each_reader(app: Flask) -> None:
    said = {}
    for language in (GREEK, ENGLISH, GREEK):
        with app.test_request_context(f"/?lang={language}"):
            said[language] = words.flag_mark(Flag.OVERDUE).words, words.version_words(2)

    assert said[ENGLISH] == ("Overdue", "version 2")
    assert said[GREEK][0] != "Overdue"
    assert "2" in said[GREEK][1]
