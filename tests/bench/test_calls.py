"""The way of a completion over REST stays short, for who reads it and for the server that walks it."""

from bench.calls import by_file, counted_on

MOST_CALLS, MOST_FILES = 650, 51
"""Of our own, counted when everything is warm. Whoever needs more looks first for what can go.

The last file is `sealing/chain.py`, by which journals and the records of certification are chained alike.
"""


def test_a_completion_makes_few_calls_through_few_files(database_url: str) -> None:
    calls = counted_on(database_url)["complete a task"]

    assert calls.total() <= MOST_CALLS
    assert len(by_file(calls)) <= MOST_FILES, sorted(by_file(calls))
