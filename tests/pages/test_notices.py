"""Claims about messages to citizens on the desk: what was sent is shown, and who may be told is asked."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from api.pages.notices import facts
from engine.bootstrap import build_in_memory
from engine.cases.changeset import CaseState
from engine.cases.model import Notify
from engine.cases.queries import FindCases
from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.notices.channel import Sending, SendingOutcome, SendingResult
from engine.notices.model import NoticeState, Occasion
from tests.api.desk import a_desk
from tests.builders import NOON
from tests.office import MovableClock
from tests.pages.test_intake import ADDRESS, files
from tests.pages.visiting import OpenDesk, Visitor

SECTION = "//section[@aria-labelledby='notices']"
TOLD = Notify(sms="+306912345678")


class Provider:
    """A channel with the outcome that the test chose."""

    def __init__(self, result: SendingResult) -> None:
        self.outcome = SendingOutcome(result=result, detail="" if result is SendingResult.SENT else "No.")

    def send(self, sending: Sending) -> SendingOutcome:
        """What the test chose."""
        return self.outcome


def works(desk: OpenDesk, result: SendingResult) -> None:
    """The worker does everything that is due."""
    channels = {NoticeChannel.SMS: Provider(result)}
    Worker(desk.desk.office.engine, Connectors().deliver, channels=channels).run_once()


def case_told(desk: OpenDesk, maria: Visitor, result: SendingResult) -> CaseState:
    """A case whose citizen was to be told that it was filed, shown to Maria."""
    state = desk.desk.office.opens_case(notify=TOLD)
    works(desk, result)
    maria.opens(f"/desk/cases/{state.case.id}")
    return state


def test_the_case_file_says_what_was_sent_on_which_way_and_not_to_whom(
    desk: OpenDesk, maria: Visitor
) -> None:
    case_told(desk, maria, SendingResult.SENT)

    (section,) = maria.sees(SECTION)
    assert "The application was filed" in section
    assert "by SMS to •••678" in section
    assert "Sent" in section
    assert "6912345678" not in section
    assert any(
        "Told the citizen by SMS: “The application was filed”" in one for one in maria.sees("//ol//li")
    )


def test_what_could_not_be_delivered_is_handed_to_the_branch(desk: OpenDesk, maria: Visitor) -> None:
    case_told(desk, maria, SendingResult.REFUSED)

    (section,) = maria.sees(SECTION)
    assert "Not delivered" in section
    assert "told in another way" in section
    assert any("could not be told by SMS" in one for one in maria.sees("//ol//li[@class='late']"))


def test_what_is_tried_again_says_so(desk: OpenDesk, maria: Visitor) -> None:
    case_told(desk, maria, SendingResult.FAILED)

    assert "Tried again soon" in maria.sees(SECTION)[0]


def test_a_citizen_who_is_told_nothing_has_no_messages(desk: OpenDesk, maria: Visitor) -> None:
    state = desk.desk.office.opens_case()

    maria.opens(f"/desk/cases/{state.case.id}")

    assert maria.sees(SECTION) == []


def test_the_language_of_the_messages_is_kept(desk: OpenDesk, maria: Visitor) -> None:
    files(maria, by_sms="yes", sms="6900000000", notify_language="en")

    (case,) = desk.desk.office.engine.ask(FindCases(), actor=SYSTEM).items
    assert case.notify.language.value == "en"


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        (set(), set()),
        ({NoticeChannel.EMAIL}, {"by_email"}),
        (set(NoticeChannel), {"by_sms", "by_email"}),
    ],
)
def test_consent_is_asked_for_what_can_be_sent(there: set[NoticeChannel], asked: set[str]) -> None:
    clock = MovableClock(NOON)
    noticing = Noticing(channels=frozenset(there))
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"), noticing=noticing)
    desk = OpenDesk(desk=a_desk(engine, clock=clock))
    maria = desk.visit(desk.desk.office.clerk)

    maria.opens(ADDRESS)

    names = maria.sees("//section[@aria-labelledby='telling']//input[@type='checkbox']/@name")
    assert set(names) == asked


def test_consent_to_what_cannot_be_sent_is_not_kept() -> None:
    clock = MovableClock(NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    desk = OpenDesk(desk=a_desk(engine, clock=clock))

    files(desk.visit(desk.desk.office.clerk), by_sms="yes", sms="6900000000")

    (case,) = engine.ask(FindCases(), actor=SYSTEM).items
    assert case.notify == replace(TOLD, sms=None)


@pytest.mark.parametrize("language", ["el", "en"])
def test_every_occasion_way_and_state_has_a_word(still: OpenDesk, language: str) -> None:
    with still.desk.app.test_request_context(headers={"Accept-Language": language}):
        named = [
            *(facts.occasion_words(occasion) for occasion in Occasion),
            *(facts.way_words(channel) for channel in NoticeChannel),
            *(facts.state_mark(state, has_failed=True).words for state in NoticeState),
        ]

    assert all(named)
