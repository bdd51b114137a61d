"""What was used last is kept, what was used longest ago is made anew."""

from threading import Barrier, Thread

import pytest

from engine.kernel.recently_used import RecentlyUsed


def test_a_value_is_made_once() -> None:
    kept, made = RecentlyUsed[str, str](2), []

    def make() -> str:
        made.append(1)
        return "value"

    assert [kept.get("key", make) for _ in range(3)] == ["value"] * 3
    assert len(made) == 1


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    kept, made = RecentlyUsed[int, int](2), []

    def number(key: int) -> int:
        return kept.get(key, lambda: made.append(key) or key)

    for key in (1, 2, 1, 3):
        number(key)
    made.clear()

    assert [number(1), number(3), number(2)] == [1, 3, 2]
    assert made == [2]


def test_nothing_is_kept_of_what_could_not_be_made() -> None:
    kept = RecentlyUsed[str, str](2)

    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: str(1 / 0))

    assert kept.get("key", lambda: "made") == "made"


def test_two_threads_that_want_the_same_get_the_same() -> None:
    kept, together, got = RecentlyUsed[str, object](2), Barrier(2), []

    def make() -> object:
        together.wait()
        return object()

    threads = [Thread(target=lambda: got.append(kept.get("key", make))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got[0] is got[1]
