"""One demonstration at a time in a folder: a second one would move the agencies away from the first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.kernel.refusal import Conflict


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder for the length of the block; `Conflict` if somebody else holds it.

    The system lets go of it when the process ends, however that happens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Conflict(f"A demonstration is running in {folder} already.", code="demo_running") from held
        yield
