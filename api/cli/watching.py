"""Looks again and again whether files have changed, and says which folders are to be worked on anew."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

SECONDS = 0.3
"""How long it waits between two looks."""

Stamp = frozenset[tuple[Path, int, int]]
"""What is there: each file with its time of change and its size."""


def rounds() -> Iterator[None]:
    """Goes on until somebody interrupts it."""
    while True:
        yield
        time.sleep(SECONDS)


def changes(
    folders: Sequence[Path], homes: Callable[[Path], Iterable[Path]], looks: Iterable[None]
) -> Iterator[list[Path]]:
    """First all folders; then, after each look that finds some whose files have changed, these.

    `homes` are the files and folders that a folder's files come from. A file that is gone has changed too.
    """
    known: dict[Path, Stamp] = {}
    for _ in looks:
        found = {folder: stamp(homes(folder)) for folder in folders}
        changed = [folder for folder in folders if known.get(folder) != found[folder]]
        known = found
        if changed:
            yield changed


def stamp(homes: Iterable[Path]) -> Stamp:
    """The state of every file in these places, hidden ones left out, which editors write as they go."""
    return frozenset(
        (file, status.st_mtime_ns, status.st_size)
        for home in homes
        for file in ([home] if home.is_file() else home.rglob("*"))
        if not any(part.startswith(".") for part in file.relative_to(home).parts)
        and (status := _status(file)) is not None
    )


def _status(file: Path) -> os.stat_result | None:
    """None for a file that has gone since it was listed."""
    try:
        return file.stat() if file.is_file() else None
    except OSError:
        return None
