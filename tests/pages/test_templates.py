"""Texts of templates: in the language of each reader, whoever came before, and safe where they are filled."""

import pytest
from flask import Flask
from jinja2 import DictLoader

from api.pages.frame import templates
from api.pages.frame.language import ENGLISH, GREEK

PLAIN = '{{ _("Worklist") }}|{{ _("Worklist")|length }}|{{ [_("Worklist"), "_"]|join("-") }}'
FILLED = '{{ _("Forget the search “%(name)s”", name=name) }}'


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader(
        {"plain.html": PLAIN, "filled.html": FILLED, "signs.html": '{{ _("100%% <b>") }}'}
    )
    templates.install(app)
    return app


def shown(app: Flask, language: str, template: str, **values: str) -> str:
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
