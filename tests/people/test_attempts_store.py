"""Claims about failed attempts as they are kept."""

from datetime import timedelta

from engine.people import attempts_store
from engine.people.attempts import Attempts, Subject, account_digest, of_device, of_network, of_strangers
from engine.storage.database import Database
from tests.builders import NOON, minutes_later

NETWORK = of_network("maria", "192.0.2.1")
STRANGERS = of_strangers("maria")


def counted(subject: Subject, failures: int = 1, minutes: int = 0) -> Attempts:
    return Attempts(
        digest=subject.digest, failures=failures, last_at=minutes_later(minutes), account=subject.account
    )


def keep(store: Database, *attempts: Attempts) -> None:
    with store.begin() as connection:
        attempts_store.save_attempts(connection, attempts)
        connection.commit()


def test_attempts_come_in_the_order_asked_and_are_zero_at_first(store: Database) -> None:
    kept = counted(NETWORK, 7, 3)
    keep(store, kept)

    with store.begin() as connection:
        found = attempts_store.lock_attempts(connection, [NETWORK, STRANGERS], NOON)
        turned = attempts_store.lock_attempts(connection, [STRANGERS, NETWORK], NOON)

    assert found == [kept, counted(STRANGERS, 0)]
    assert turned == [counted(STRANGERS, 0), kept]


def test_attempts_on_accounts_are_found_and_forgotten_in_all_places(store: Database) -> None:
    petros = counted(of_strangers("petros"))
    maria = [counted(NETWORK), counted(STRANGERS, 2), counted(of_device("maria", "x"), 3)]
    keep(store, petros, *maria)
    both = [account_digest("maria"), account_digest("petros")]

    with store.begin() as connection:
        before = attempts_store.attempts_on(connection, both)
        attempts_store.forget_attempts_on(connection, account_digest("maria"))
        after = attempts_store.attempts_on(connection, both)

    assert {one.digest: one for one in before} == {one.digest: one for one in (petros, *maria)}
    assert [one for one in after if one.failures] == [petros]


def test_what_was_last_attempted_long_ago_is_discarded(store: Database) -> None:
    late = counted(STRANGERS, minutes=60)
    keep(store, counted(NETWORK), late)

    with store.begin() as connection:
        discarded = attempts_store.discard_attempts(connection, NOON + timedelta(minutes=30))

        assert discarded == 1
        assert attempts_store.attempts_on(connection, [account_digest("maria")]) == [late]
