"""Claims about telling citizens: what becomes a notice, what is dropped, and what the record says of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.cases.lifecycle import WithdrawCase
from engine.cases.model import Notify
from engine.kernel.actor import SYSTEM
from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.kernel.refusal import NotFound
from engine.notices.queries import ListNotices
from engine.office_settings.change import ApproveSetting, ProposeSetting
from engine.operations.queries import ListJobs
from engine.outbox.model import RETRY_DELAYS, JobState
from engine.service_tasks.deliveries import ReplayJob
from engine.supplements.supplement import AskSupplement, BringSupplement
from tests.builders import a_branch, a_clerk
from tests.notices.telling import BY_SMS, FAILED, REFUSED, SENT, Telling
from tests.office import HANDED_OVER

ATHENS = ZoneInfo("Europe/Athens")
WANTED = "Αντίγραφο λογαριασμού."


@pytest.fixture
def telling() -> Telling:
    return Telling()


# What is told


def test_a_citizen_is_told_that_the_case_was_filed_and_where_to_look(telling: Telling) -> None:
    state = telling.opens()

    (sending,) = telling.sends()

    assert sending.recipient == "+306912345678"
    assert state.case.number in sending.text
    assert "https://kep.example.gr/track" in sending.text
    assert telling.office.code_of(state.case) not in sending.text
    assert telling.told(state) == [("filed", "sent")]


def test_on_the_way_of_a_case_each_thing_is_told_once(telling: Telling) -> None:
    state = telling.makes_ready()
    done = telling.office.completes(state.tasks[0], HANDED_OVER)

    assert [occasion for occasion, _ in telling.told(done)] == ["filed", "ready_for_pickup", "completed"]


def test_a_citizen_who_agreed_to_both_is_told_both_ways(telling: Telling) -> None:
    telling.opens(Notify(sms="+306912345678", email="eleni@example.org"))

    sent = telling.sends()

    assert {one.channel: one.recipient for one in sent} == {
        NoticeChannel.SMS: "+306912345678",
        NoticeChannel.EMAIL: "eleni@example.org",
    }


def test_a_citizen_who_did_not_agree_is_told_nothing(telling: Telling) -> None:
    state = telling.makes_ready(Notify())

    assert telling.told(state) == []
    assert telling.sends() == []


def test_on_a_way_that_is_not_there_nobody_is_told() -> None:
    telling = Telling(noticing=Noticing(channels=frozenset({NoticeChannel.EMAIL})))

    state = telling.opens(BY_SMS)

    assert telling.told(state) == []


def test_a_citizen_is_spoken_to_in_the_language_they_asked_for(telling: Telling) -> None:
    telling.opens(replace(BY_SMS, language=Language.EN))

    (sending,) = telling.sends()

    assert "We have received your application." in sending.text


def test_every_supplement_that_is_asked_for_is_told(telling: Telling) -> None:
    asked = telling.asks_municipality().service_tasks[0]
    ask = AskSupplement(service_task_id=asked.id, wanted=WANTED)
    bring = BringSupplement(service_task_id=asked.id)
    telling.office.does(ask, actor=telling.municipality)
    telling.sends()
    telling.office.does(bring)

    state = telling.office.does(ask, actor=telling.municipality)

    assert telling.told(state) == [
        ("filed", "sent"),
        ("awaiting_citizen", "sent"),
        ("awaiting_citizen", "waiting"),
    ]


# What is dropped


def test_what_was_collected_is_not_told_to_be_ready(telling: Telling) -> None:
    state = telling.makes_ready()

    done = telling.office.completes(state.tasks[0], HANDED_OVER)
    sent = telling.sends()

    assert telling.told(done) == [
        ("filed", "dropped"),
        ("ready_for_pickup", "dropped"),
        ("completed", "sent"),
    ]
    assert ["ολοκληρώθηκε" in one.text for one in sent] == [True]


def test_a_citizen_who_withdraws_is_told_nothing_any_more(telling: Telling) -> None:
    state = telling.opens()

    telling.office.does(WithdrawCase(case_id=state.case.id, reason="Δεν το χρειάζεται."))

    assert telling.sends() == []
    assert telling.told(state) == [("filed", "dropped")]


def test_a_supplement_that_was_brought_is_not_asked_for(telling: Telling) -> None:
    asked = telling.asks_municipality().service_tasks[0]
    telling.sends()
    telling.office.does(AskSupplement(service_task_id=asked.id, wanted=WANTED), actor=telling.municipality)

    state = telling.office.does(BringSupplement(service_task_id=asked.id))

    assert telling.told(state) == [("filed", "sent"), ("awaiting_citizen", "dropped")]


# What is tried again


def test_a_failed_attempt_is_made_again_with_the_same_id(telling: Telling) -> None:
    state = telling.opens()
    (first,) = telling.sends(FAILED)
    (waiting,) = telling.notices(state)
    telling.clock.advance(timedelta(seconds=10))

    (second,) = telling.sends()

    assert (waiting.attempts, waiting.last_error) == (1, FAILED.detail)
    assert second.notice_id == first.notice_id
    assert telling.told(state) == [("filed", "sent")]


def test_after_the_last_attempt_it_is_given_up(telling: Telling) -> None:
    state = telling.opens()
    for delay in (*RETRY_DELAYS, timedelta(0)):
        telling.clock.advance(delay * 2)
        telling.sends(FAILED)

    (notice,) = telling.notices(state)

    assert (notice.state.value, notice.attempts) == ("given_up", len(RETRY_DELAYS))
    assert telling.office.journal(state)[-1].action == "notice_given_up"


def test_a_number_that_can_never_be_reached_is_given_up_at_once(telling: Telling) -> None:
    state = telling.opens()

    telling.sends(REFUSED)

    (notice,) = telling.notices(state)
    (job,) = telling.office.engine.ask(ListJobs(), actor=SYSTEM).items
    assert (notice.state.value, notice.last_error) == ("given_up", REFUSED.detail)
    assert job.state is JobState.DEAD


def test_one_that_was_given_up_can_be_sent_after_all(telling: Telling) -> None:
    state = telling.opens()
    telling.sends(REFUSED)
    (job,) = telling.office.engine.ask(ListJobs(), actor=SYSTEM).items

    telling.office.does(ReplayJob(job_id=job.id), actor=SYSTEM)
    telling.sends()

    assert telling.told(state) == [("filed", "sent")]


def test_one_that_is_sent_after_all_says_nothing_that_is_no_longer_so(telling: Telling) -> None:
    state = telling.opens()
    telling.sends(REFUSED)
    (job,) = telling.office.engine.ask(ListJobs(), actor=SYSTEM).items
    telling.office.does(WithdrawCase(case_id=state.case.id, reason="Δεν το χρειάζεται."))

    telling.office.does(ReplayJob(job_id=job.id), actor=SYSTEM)

    assert telling.sends() == []
    assert telling.told(state) == [("filed", "dropped")]


def test_a_worker_that_dies_between_sending_and_saying_so_repeats_the_same_notice(telling: Telling) -> None:
    state = telling.opens()
    (job_id,) = telling.leases()
    first = telling.prepares(job_id)
    telling.clock.advance(timedelta(minutes=3))

    again = telling.sends()

    assert first is not None
    assert [one.notice_id for one in again] == [first.notice_id]
    assert telling.told(state) == [("filed", "sent")]
    assert telling.sends() == []


def test_one_that_was_under_way_when_it_was_dropped_was_sent(telling: Telling) -> None:
    state = telling.opens()
    (job_id,) = telling.leases()
    telling.prepares(job_id)
    telling.office.does(WithdrawCase(case_id=state.case.id, reason="Δεν το χρειάζεται."))

    telling.records(job_id, SENT)

    assert telling.told(state) == [("filed", "sent")]


# What is said of it


def test_the_journal_says_what_was_sent_and_not_to_whom(telling: Telling) -> None:
    state = telling.opens()

    telling.sends()

    line = telling.office.journal(state)[-1]
    assert (line.action, dict(line.detail)) == ("notice_sent", {"by": "sms", "occasion": "filed"})
    assert not any("912345678" in str(one) for one in telling.office.journal(state))


def test_who_sees_the_case_sees_what_its_citizen_was_told(telling: Telling) -> None:
    state = telling.opens()
    telling.sends()

    (shown,) = telling.office.engine.ask(ListNotices(case_id=state.case.id), actor=telling.office.clerk)

    (notice,) = telling.notices(state)
    assert (shown.recipient, shown.state.value, shown.at) == ("•••678", "sent", notice.settled_at)


def test_who_does_not_see_the_case_is_told_of_no_notices(telling: Telling) -> None:
    state = telling.opens()
    stranger = a_clerk(a_branch(code="0017"))

    with pytest.raises(NotFound):
        telling.office.engine.ask(ListNotices(case_id=state.case.id), actor=stranger)


# Quiet hours


def test_no_sms_is_sent_in_the_hours_that_officials_keep_quiet(telling: Telling) -> None:
    engine, clock = telling.office.engine, telling.office.clock
    for key, value in (("quiet_from", "22:00"), ("quiet_until", "08:00")):
        change = engine.carry_out(ProposeSetting(key=key, value=value, reason="Απόφαση."), actor=SYSTEM)
        engine.carry_out(ApproveSetting(change_id=change.id), actor=SYSTEM)
    clock.move_to(datetime(2026, 3, 9, 23, tzinfo=ATHENS))
    telling.opens(Notify(sms="+306912345678", email="eleni@example.org"))

    at_night = telling.sends()
    clock.move_to(datetime(2026, 3, 10, 8, 0, 1, tzinfo=ATHENS))
    in_the_morning = telling.sends()

    assert [one.channel for one in at_night] == [NoticeChannel.EMAIL]
    assert [one.channel for one in in_the_morning] == [NoticeChannel.SMS]
