"""A file that only grows: every anchor as a line of JSON, followed by a line for each of its leaves.

It is worth most on another machine, or where the system lets nobody shorten it (`chattr +a`, a WORM share).
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from engine.anchors.model import Anchor, Leaf, NotHandedOver, anchor_of_statement

_BYTES_AT_A_TIME = 1 << 20


@dataclass(frozen=True)
class AnchorFile:
    """Fills the port `AnchorPlace`. Several processes may append; whole blocks follow one another."""

    path: Path

    @property
    def name(self) -> str:
        return "file"

    def hand_over(self, anchor: Anchor, leaves: Callable[[], Iterable[Leaf]]) -> None:
        """Append the anchor, and return when it is on the disk (fsync(2))."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            is_new = not self.path.exists()
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "wb", buffering=_BYTES_AT_A_TIME) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(_head_of(anchor))
                file.writelines(leaf.content() + b"\n" for leaf in leaves())
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as problem:
            raise NotHandedOver(
                f"The file of anchors cannot be written: {type(problem).__name__}."
            ) from problem

    def records(self, *, after: int = 0) -> Iterator[tuple[int, Anchor | Leaf]]:
        """The anchors in the file from a byte on, each followed by its leaves, and where each begins.

        Lines that are neither are passed over: an interrupted writer leaves one, and its anchor comes again.
        `OSError` if the file cannot be read.
        """
        with self.path.open("rb") as file:
            # What is appended from now on is left out: half of it could be there.
            fcntl.flock(file, fcntl.LOCK_SH)
            end = os.fstat(file.fileno()).st_size
            fcntl.flock(file, fcntl.LOCK_UN)
            file.seek(after)
            at = after
            for line in file:
                if at >= end:
                    return
                record = _record_in(line)
                if record is not None:
                    yield at, record
                at += len(line)


def _head_of(anchor: Anchor) -> bytes:
    """It begins a line of its own even where the one before was cut off in the middle."""
    statement = json.loads(anchor.statement())
    line = json.dumps({"anchor": statement, "signature": anchor.signature}, ensure_ascii=False)
    return f"\n{line}\n".encode()


def _record_in(line: bytes) -> Anchor | Leaf | None:
    try:
        found = json.loads(line)
        if isinstance(found, dict):
            return anchor_of_statement(json.dumps(found["anchor"]), found["signature"])
        case_id, case_number, length, hashed = found
        return Leaf(case_id=UUID(case_id), case_number=case_number, length=length, hash=hashed)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
