"""Claims about words: every text has its Greek, and every act of the engine its sentence."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from api.pages.cases.journal import SENTENCES
from api.pages.frame import dates, words
from api.pages.frame.flash import flash_message
from api.pages.worklist.search import Tab, nothing_words, order_words, tab_words
from engine.kernel.actor import Role
from engine.kernel.calendar import WorkingCalendar
from engine.kernel.vocabulary import CaseStatus, Channel, Flag, PartyRole
from engine.tasks.worklist_model import TaskOrder
from tests.office import ROOT
from tests.pages.journal_actions import actions_of_the_engine
from tests.pages.visiting import OpenDesk

PAGES = ROOT / "api" / "pages"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
Text = str | tuple[str, ...]


def texts_in_use() -> dict[Text, str]:
    """Every text that a page says, with a file that says it."""
    found: dict[Text, str] = {}
    sources = [("python", path) for path in PAGES.rglob("*.py")]
    sources += [("jinja2.ext:babel_extract", path) for path in PAGES.rglob("*.html")]
    for method, path in sources:
        for _, text, _, _ in extract_from_file(method, str(path), keywords=KEYWORDS):
            found[tuple(text) if isinstance(text, (list, tuple)) else text] = path.name
    return found


def greek() -> Iterator[tuple[Text, Message, Path]]:
    """Every message of the Greek catalogues."""
    for path in PAGES.glob("*/el.po"):
        for message in read_po(BytesIO(path.read_bytes()), locale="el"):
            if message.id:
                key = tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id
                yield key, message, path


def test_every_text_has_its_greek() -> None:
    translated = {key for key, message, _ in greek() if _whole(message)}

    missing = {text: where for text, where in texts_in_use().items() if text not in translated}

    assert missing == {}


def test_no_greek_text_is_left_over_or_doubtful() -> None:
    used = texts_in_use()

    spare = [(path.name, key) for key, message, path in greek() if key not in used or message.fuzzy]

    assert spare == []


def test_no_text_is_translated_twice() -> None:
    keys = [key for key, _, _ in greek()]

    assert sorted(map(str, keys)) == sorted(map(str, set(keys)))


def test_a_translation_fills_in_what_its_text_fills_in() -> None:
    wrong = [key for key, message, _ in greek() if _places(message.id) != _places(message.string)]

    assert wrong == []


@pytest.mark.parametrize("action", sorted(actions_of_the_engine()))
def test_every_act_of_the_engine_has_its_sentence(action: str) -> None:
    assert action in SENTENCES


def test_the_search_for_acts_finds_those_that_are_known_to_be_there() -> None:
    assert {
        "case_opened",
        "task_claimed",
        "task_completed",
        "service_task_failed",
        "timer_fired",
        "note_added",
    } <= actions_of_the_engine()


@pytest.mark.parametrize("language", ["el", "en"])
def test_everything_that_the_engine_names_has_a_word(still: OpenDesk, language: str) -> None:
    with still.desk.app.test_request_context(headers={"Accept-Language": language}):
        named = [
            *(words.status_mark(status).words for status in CaseStatus),
            *(words.flag_mark(flag).words for flag in Flag),
            *(words.channel_words(channel) for channel in Channel),
            *(words.party_words(role) for role in PartyRole),
            *(words.role_words(role) for role in Role),
            *(tab_words(tab) for tab in Tab),
            *(nothing_words(tab) for tab in Tab),
            *(order_words(order) for order in TaskOrder),
        ]

    assert all(named)


@pytest.mark.parametrize(
    ("hours", "said_in_greek", "tone"),
    [
        (-49, "2 ημέρες καθυστέρηση", "late"),
        (-25, "1 ημέρα καθυστέρηση", "late"),
        (-1, "έληξε σήμερα", "late"),
        (2, "σήμερα", "today"),
        (24, "αύριο", "soon"),
        (48, "σε 2 εργάσιμες", "soon"),
        (72, "σε 3 εργάσιμες", "calm"),
        (24 * 8, "σε 6 εργάσιμες", "calm"),
        (24 * 40, "έως 18 Απρ", "calm"),
    ],
)
def test_a_term_is_told_in_words(still: OpenDesk, hours: int, said_in_greek: str, tone: str) -> None:
    moment = still.desk.office.clock.now() + timedelta(hours=hours)
    with still.desk.app.test_request_context(headers={"Accept-Language": "el"}):
        told = dates.due(moment, WorkingCalendar())

    assert told is not None
    assert (told.words, told.tone) == (said_in_greek, tone)


def test_the_days_that_a_branch_is_closed_are_not_counted(still: OpenDesk) -> None:
    moment = still.desk.office.clock.now() + timedelta(hours=72)
    closed = WorkingCalendar(closures=frozenset({datetime(2026, 3, 11, tzinfo=UTC).date()}))
    with still.desk.app.test_request_context(headers={"Accept-Language": "en"}):
        told = dates.due(moment, closed)

    assert told is not None
    assert told.words == "in 2 working days"


def test_a_term_that_ends_at_midnight_ends_the_day_before(still: OpenDesk) -> None:
    midnight = datetime(2026, 3, 10, 0, 0, tzinfo=still.desk.office.engine.zone)
    with still.desk.app.test_request_context(headers={"Accept-Language": "en"}):
        told = dates.due(midnight, WorkingCalendar())

    assert told is not None
    assert (told.words, told.day) == ("today", "Monday, March 9, 2026")


def test_what_is_said_is_one_of_our_sentences_and_never_the_addresss_own(still: OpenDesk) -> None:
    with still.desk.app.test_request_context("/desk?said=<b>hello</b>"):
        foreign = flash_message()
    with still.desk.app.test_request_context("/desk?said=given&n=3", headers={"Accept-Language": "en"}):
        ours = flash_message()

    assert foreign is None
    assert ours is not None
    assert ours.words == "3 tasks given."


def _whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)


def _places(text: object) -> set[str]:
    texts = text if isinstance(text, (list, tuple)) else [text]
    return {place for one in texts for place in re.findall(r"%\((\w+)\)s", str(one))}
