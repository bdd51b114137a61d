"""Claims about kept messages and the subscriptions that wait for one."""

from typing import Any

import pytest

from engine.cases.changeset_store import LockedCase
from engine.cases.model import Case
from engine.kernel.refusal import Conflict
from engine.kernel.senders import Receiver, Sender
from engine.kernel.vocabulary import CaseStatus
from engine.messages import store as messages_store
from engine.messages import subscription_store
from engine.messages.model import Message, Subscription, SubscriptionKind
from engine.storage import idempotency
from engine.storage.database import Database
from tests.builders import (
    A_CASE,
    NOON,
    a_clerk,
    a_message,
    a_receiver,
    a_subscription,
    a_task,
    an_agency,
    an_agency_actor,
    an_id,
    minutes_later,
)
from tests.stored_office import Office


def keep(store: Database, *messages: Message) -> None:
    with store.begin() as connection:
        for message in messages:
            messages_store.keep_message(connection, message)
        connection.commit()


def take(
    store: Database, name: str, correlation_key: str, at: float = 0, *, receiver: Receiver | None = None
) -> Message | None:
    with store.begin() as connection:
        taken = messages_store.take_message(
            connection, name, correlation_key, receiver=receiver or a_receiver(), now=minutes_later(at)
        )
        connection.commit()
    return taken


def test_the_oldest_subscription_of_an_open_case_is_found_with_its_case_locked(office: Office) -> None:
    younger, older = office.a_case(1), office.a_case(2)
    task = a_task(older)
    key = {"message": "paid", "correlation_key": "k"}
    first = a_subscription(older, created_at=minutes_later(1), **key)
    office.file(younger, new_subscriptions=(a_subscription(younger, created_at=minutes_later(2), **key),))
    office.file(older, new_tasks=(task,), new_subscriptions=(first,))

    with office.store.begin() as connection:
        found = messages_store.lock_awaiting_case(connection, "paid", "k", A_CASE)

    assert found == (first, LockedCase(case=older, tasks=(task,), service_tasks=()))


def test_nobody_waits_for_another_name_or_key(office: Office) -> None:
    case = office.a_case()
    office.file(case, new_subscriptions=(a_subscription(case, message="paid", correlation_key="k"),))

    with office.store.begin() as connection:
        assert messages_store.lock_awaiting_case(connection, "paid", "", A_CASE) is None
        assert messages_store.lock_awaiting_case(connection, "paid", "K", A_CASE) is None
        assert messages_store.lock_awaiting_case(connection, "unpaid", "k", A_CASE) is None


def test_a_suspended_case_does_not_wait_and_a_younger_open_one_does(office: Office) -> None:
    resting, waiting = office.a_case(1, status=CaseStatus.SUSPENDED), office.a_case(2)
    key = {"message": "paid", "correlation_key": "k"}
    office.file(resting, new_subscriptions=(a_subscription(resting, **key),))
    office.file(waiting, new_subscriptions=(a_subscription(waiting, created_at=minutes_later(5), **key),))

    with office.store.begin() as connection:
        found = messages_store.lock_awaiting_case(connection, "paid", "k", A_CASE)

    assert found is not None
    assert found[1].case == waiting


def a_signal_awaited(case: Case, *, minute: float = 0, signal: str = "open", **changes: Any) -> Subscription:
    kind = SubscriptionKind.SIGNAL
    at = minutes_later(minute)
    return a_subscription(
        case, message=signal, correlation_key="", kind=kind, created_at=at, id=an_id(at), **changes
    )


def test_a_signal_is_awaited_by_case_after_case_in_the_order_of_their_ids(office: Office) -> None:
    cases = [office.a_case(1), office.a_case(2, status=CaseStatus.SUSPENDED), office.a_case(3)]
    awaited = [a_signal_awaited(case, minute=minute) for minute, case in enumerate(cases)]
    for case, subscription in zip(cases, awaited, strict=True):
        office.file(case, new_subscriptions=(subscription,))

    found, after = [], None
    with office.store.begin() as connection:
        while waiting := messages_store.lock_case_awaiting_signal(
            connection, "open", after=after, before=minutes_later(9), thrown_by=None
        ):
            found.append((waiting[0], waiting[1].case))
            after = waiting[0].id

    assert found == list(zip(awaited, cases, strict=True))


def test_a_signal_passes_by_who_waits_for_something_else_or_since_later_or_threw_it(office: Office) -> None:
    thrower, other, late = (office.a_case(running) for running in (1, 2, 3))
    office.file(thrower, new_subscriptions=(a_signal_awaited(thrower),))
    other_ones = (
        a_signal_awaited(other, signal="closed"),
        a_subscription(other, message="open", correlation_key=""),
    )
    office.file(other, new_subscriptions=other_ones)
    office.file(late, new_subscriptions=(a_signal_awaited(late, minute=5),))

    with office.store.begin() as connection:
        found = messages_store.lock_case_awaiting_signal(
            connection, "open", after=None, before=minutes_later(5), thrown_by=thrower.id
        )

    assert found is None


def test_a_signal_that_is_awaited_is_no_message(office: Office) -> None:
    case = office.a_case()
    office.file(case, new_subscriptions=(a_signal_awaited(case),))

    with office.store.begin() as connection:
        assert messages_store.lock_awaiting_case(connection, "open", "", A_CASE) is None


def test_what_a_case_waits_for_is_told_oldest_first(office: Office) -> None:
    case = office.a_case()
    younger, older = a_signal_awaited(case, minute=2), a_subscription(case, created_at=minutes_later(1))
    office.file(case, new_subscriptions=(younger, older))

    with office.store.begin() as connection:
        waiting = subscription_store.subscriptions_of(connection, case.id)

    assert list(waiting) == [older, younger]


def test_a_token_of_a_case_waits_once(office: Office) -> None:
    case = office.a_case()
    subscription = a_subscription(case)

    with pytest.raises(Conflict):
        office.file(case, new_subscriptions=(subscription, a_subscription(case, token=subscription.token)))


def test_a_kept_message_is_taken_once_as_it_was(store: Database) -> None:
    message = a_message(data={"cents": 800, "paid": [True, None]})
    keep(store, message)

    assert take(store, message.name, message.correlation_key) == message
    assert take(store, message.name, message.correlation_key) is None


def test_the_oldest_of_several_messages_is_taken_first(store: Database) -> None:
    younger, older = a_message(created_at=minutes_later(2)), a_message(created_at=minutes_later(1))
    keep(store, younger, older)

    taken = [take(store, older.name, older.correlation_key) for _ in range(2)]

    assert taken == [older, younger]


def test_a_message_is_passed_over_if_its_sender_may_not_send_it_there(store: Database) -> None:
    agency = Sender.of(an_agency_actor(an_agency(key="registry")))
    strangers = [a_message(created_at=minutes_later(1), sender=agency) for _ in range(120)]
    unknown, expected = a_message(created_at=NOON, sender=None), a_message(created_at=minutes_later(2))
    keep(store, *strangers, unknown, expected)

    taken = [take(store, expected.name, expected.correlation_key) for _ in range(2)]

    assert taken == [expected, None]
    from_agency = a_receiver(senders=("agency:registry",))
    found = take(store, expected.name, expected.correlation_key, receiver=from_agency)
    assert found is not None
    assert found.sender == agency


def test_a_case_that_takes_nothing_from_the_sender_is_passed_over(office: Office) -> None:
    key = {"message": "paid", "correlation_key": "k"}
    waiting = [office.a_case(running) for running in range(1, 54)]
    for minute, case in enumerate(waiting):
        senders = ("role:clerk",) if case is waiting[-1] else None
        awaited = a_subscription(case, created_at=minutes_later(minute), senders=senders, **key)
        office.file(case, new_subscriptions=(awaited,))
    here, elsewhere = a_clerk(office.branch), a_clerk()

    with office.store.begin() as connection:
        found = messages_store.lock_awaiting_case(connection, "paid", "k", Sender.of(here))
        not_found = messages_store.lock_awaiting_case(connection, "paid", "k", Sender.of(elsewhere))

    assert found is not None
    assert (found[0].senders, found[1].case) == (("role:clerk",), waiting[-1])
    assert not_found is None


def test_a_message_of_another_name_or_key_or_past_its_time_is_not_taken(store: Database) -> None:
    message = a_message(expires_at=minutes_later(5))
    keep(store, message)

    assert take(store, "other", message.correlation_key) is None
    assert take(store, message.name, "other") is None
    assert take(store, message.name, message.correlation_key, at=5) is None
    assert take(store, message.name, message.correlation_key, at=4.9) == message


def test_a_message_taken_in_a_transaction_that_fails_is_still_kept(store: Database) -> None:
    message = a_message()
    keep(store, message)
    with store.begin() as connection:
        messages_store.take_message(
            connection, message.name, message.correlation_key, receiver=a_receiver(), now=NOON
        )

    assert take(store, message.name, message.correlation_key) == message


def test_expired_messages_and_keys_are_discarded_and_counted(store: Database) -> None:
    kept, expired = a_message(expires_at=minutes_later(6)), a_message(expires_at=minutes_later(5))
    keep(store, kept, expired)
    with store.begin() as connection:
        for key, minute in (("old", 4), ("older", 5), ("new", 6)):
            idempotency.remember(
                connection, owner="maria", key=key, fingerprint=b"f", until=minutes_later(minute)
            )
        connection.commit()

    with store.begin() as connection:
        assert messages_store.discard_expired(connection, minutes_later(5)) == 3
        assert messages_store.discard_expired(connection, minutes_later(5)) == 0
        connection.commit()

    with store.begin() as connection:
        remembered = [
            idempotency.remember(connection, owner="maria", key=key, fingerprint=b"g", until=minutes_later(9))
            for key in ("old", "older", "new")
        ]
    assert [found is not None for found in remembered] == [False, False, True]
    assert take(store, kept.name, kept.correlation_key) == kept
