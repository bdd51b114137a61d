"""Claims about notices: what they say to whom, and what they keep to themselves."""

import pytest

from engine.cases.model import Notify
from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel
from engine.notices.model import NoticeState, Occasion, address_of, masked
from engine.notices.text import notice_text
from tests.builders import a_case, a_notice, minutes_later

NUMBER = "0009-26-000123-4"
ADDRESS = "https://kep.example.gr/track"
TWO_PARTS_OF_UCS2 = 2 * 67
"""Letters of an SMS in two parts (3GPP TS 23.040, section 9.2.3.24.1)."""


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("language", Language)
def test_an_sms_takes_at_most_two_parts(occasion: Occasion, language: Language) -> None:
    said = notice_text(
        occasion, channel=NoticeChannel.SMS, language=language, number=NUMBER, tracking_address=ADDRESS
    )

    assert len(said.text) <= TWO_PARTS_OF_UCS2
    assert said.subject == ""


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("channel", NoticeChannel)
def test_a_notice_names_the_case_and_where_to_look(
    occasion: Occasion, language: Language, channel: NoticeChannel
) -> None:
    said = notice_text(occasion, channel=channel, language=language, number=NUMBER, tracking_address=ADDRESS)

    assert NUMBER in said.text
    assert ADDRESS in said.text


def test_every_occasion_says_something_else() -> None:
    texts = {
        notice_text(
            occasion, channel=NoticeChannel.SMS, language=language, number=NUMBER, tracking_address=""
        ).text
        for occasion in Occasion
        for language in Language
    }

    assert len(texts) == len(Occasion) * len(Language)


def test_without_an_address_to_track_at_a_notice_ends_with_its_sentence() -> None:
    said = notice_text(
        Occasion.FILED,
        channel=NoticeChannel.SMS,
        language=Language.EL,
        number=NUMBER,
        tracking_address="",
    )

    assert said.text == f"Υπόθεση {NUMBER}: Η αίτησή σας κατατέθηκε."


def test_an_e_mail_says_in_its_subject_what_it_is_about() -> None:
    said = notice_text(
        Occasion.READY_FOR_PICKUP,
        channel=NoticeChannel.EMAIL,
        language=Language.EN,
        number=NUMBER,
        tracking_address=ADDRESS,
    )

    assert said.subject == f"Case {NUMBER}: Your document is ready"


def test_a_citizen_is_told_only_where_they_agreed_to_it() -> None:
    notify = Notify(sms="+306900000000")

    assert address_of(notify, NoticeChannel.SMS) == "+306900000000"
    assert address_of(notify, NoticeChannel.EMAIL) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [("+306912345678", "•••678"), ("eleni@example.org", "e•••@example.org"), ("", "•••")],
)
def test_of_a_number_or_address_others_see_a_part(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_notice_that_was_given_up_may_be_sent_later_and_one_that_was_sent_may_not() -> None:
    waiting = a_notice(a_case())
    given_up = waiting.given_up(minutes_later(1), error="Nobody there.", attempts=10)
    sent = given_up.sent(minutes_later(2), attempts=1)

    assert [one.may_be_sent for one in (waiting, given_up, sent)] == [True, True, False]
    assert (sent.state, sent.settled_at, sent.last_error) == (NoticeState.SENT, minutes_later(2), None)
    assert not waiting.dropped(minutes_later(1)).may_be_sent
