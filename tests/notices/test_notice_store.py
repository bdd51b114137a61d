"""Claims about notices: kept whole, dropped while they wait, told newest first."""

from engine.cases.model import Case
from engine.kernel.noticing import NoticeChannel
from engine.notices import store as notices_store
from engine.notices.model import Notice, NoticeState, Occasion
from tests.builders import a_notice, an_id, minutes_later
from tests.stored_office import Office


def write(office: Office, *notices: Notice) -> None:
    with office.store.begin() as connection:
        notices_store.add_notices(connection, notices)
        connection.commit()


def listed(office: Office, case: Case, *, limit: int = 10) -> list[Notice]:
    with office.store.reading() as connection:
        return list(notices_store.notices_of(connection, case.id, limit=limit))


def test_a_notice_comes_back_as_it_was(office: Office) -> None:
    case = office.file(office.a_case())
    waiting = a_notice(case)
    given_up = a_notice(case, channel=NoticeChannel.EMAIL, occasion=Occasion.REJECTED).given_up(
        minutes_later(3), error="The mail server answered 550.", attempts=4
    )

    write(office, waiting, given_up)

    with office.store.begin() as connection:
        assert [notices_store.notice(connection, one.id) for one in (waiting, given_up)] == [
            waiting,
            given_up,
        ]
        assert notices_store.notice(connection, an_id()) is None


def test_every_occasion_channel_and_state_can_be_kept(office: Office) -> None:
    case = office.file(office.a_case())
    notices = [
        *(a_notice(case, occasion=occasion) for occasion in Occasion),
        *(a_notice(case, channel=channel) for channel in NoticeChannel),
        *(a_notice(case, state=state) for state in NoticeState),
    ]

    write(office, *notices)

    assert {one.id for one in listed(office, case, limit=100)} == {one.id for one in notices}


def test_a_changed_notice_is_kept_as_it_has_become(office: Office) -> None:
    case = office.file(office.a_case())
    notice, other = a_notice(case), a_notice(case)
    write(office, notice, other)
    sent = notice.sent(minutes_later(1), attempts=2)

    with office.store.begin() as connection:
        notices_store.save_notice(connection, sent)
        connection.commit()

    with office.store.begin() as connection:
        assert [notices_store.notice(connection, one.id) for one in (notice, other)] == [sent, other]


def test_notices_are_told_newest_first_and_not_those_of_other_cases(office: Office) -> None:
    case, other = office.file(office.a_case(1)), office.file(office.a_case(2))
    oldest, middle, newest = (a_notice(case, created_at=minutes_later(minute)) for minute in (1, 2, 3))
    write(office, middle, newest, oldest, a_notice(other))

    assert listed(office, case) == [newest, middle, oldest]
    assert listed(office, case, limit=2) == [newest, middle]


def test_only_what_still_waits_on_those_occasions_of_that_case_is_dropped(office: Office) -> None:
    case, other = office.file(office.a_case(1)), office.file(office.a_case(2))
    waiting = a_notice(case, occasion=Occasion.READY_FOR_PICKUP)
    untouched = [
        a_notice(case, occasion=Occasion.COMPLETED),
        a_notice(case, occasion=Occasion.READY_FOR_PICKUP).sent(minutes_later(1), attempts=1),
        a_notice(other, occasion=Occasion.READY_FOR_PICKUP),
    ]
    write(office, waiting, *untouched)

    with office.store.begin() as connection:
        notices_store.drop_notices(
            connection, case.id, {Occasion.READY_FOR_PICKUP, Occasion.FILED}, minutes_later(5)
        )
        connection.commit()

    with office.store.begin() as connection:
        assert notices_store.notice(connection, waiting.id) == waiting.dropped(minutes_later(5))
        assert [notices_store.notice(connection, one.id) for one in untouched] == untouched
