"""Plays diagrams in several processes at once, each on a store of its own."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.queues import Queue
from queue import Empty

from tests.difference.differing import Part, play_all
from tests.difference.stores import in_memory_branches, postgresql_branches
from tests.processes import PROCESSES

DIAGRAMS_IN_A_PART = 100
MOST_SHRUNK = 2
"""How many differences of a part are made small; the others are told as they are."""


def played_parts(seeds: range, urls: Sequence[str | None]) -> Iterator[Part]:
    """What came of the diagrams, some at a time, on these databases; None is one in memory.

    Each database is worked on by a process of its own, a single one by this process.
    """
    return _in_processes(seeds, urls) if len(urls) > 1 else _parts(seeds, urls[0])


def _in_processes(seeds: range, urls: Sequence[str | None]) -> Iterator[Part]:
    done: Queue[Part | None] = PROCESSES.Queue()
    shares = [seeds[first :: len(urls)] for first in range(len(urls))]
    workers = [
        PROCESSES.Process(target=_work, args=(done, share, url))
        for share, url in zip(shares, urls, strict=True)
    ]
    for worker in workers:
        worker.start()
    try:
        working = len(workers)
        while working:
            with suppress(Empty):
                part = done.get(timeout=1)
                if part is None:
                    working -= 1
                else:
                    yield part
                continue
            if any(worker.exitcode for worker in workers):
                raise RuntimeError("A process has ended before it was done; what it raised is above.")
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _work(done: "Queue[Part | None]", seeds: range, url: str | None) -> None:
    """Play one process's share."""
    # Looking for garbage takes a tenth of the time, and at length would count as the time of one diagram.
    gc.freeze()
    gc.set_threshold(50_000, 50, 10_000)
    for part in _parts(seeds, url):
        done.put(part)
        gc.collect()
    done.put(None)


def _parts(seeds: range, url: str | None) -> Iterator[Part]:
    branches = in_memory_branches() if url is None else postgresql_branches(url)
    for first in range(0, len(seeds), DIAGRAMS_IN_A_PART):
        yield play_all(seeds[first : first + DIAGRAMS_IN_A_PART], branches, shrinks=MOST_SHRUNK)
