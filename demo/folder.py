"""The demonstration's folder: used by one demonstration at a time, with a file of everybody's tokens."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.seed import Tokens
from engine.kernel.refusal import Conflict


@dataclass(frozen=True, kw_only=True)
class TokenFile:
    """A JSON file that only its owner may read."""

    path: Path

    def read(self) -> Tokens:
        """The tokens by name; none if there is no file, or something else in it."""
        try:
            kept = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {str(name): str(token) for name, token in kept.items()}

    def write(self, tokens: Tokens) -> None:
        # Created with these rights, because a file that is narrowed afterwards was open for a moment.
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(dict(tokens), file, indent=1)


@contextmanager
def only_one_in(folder: Path) -> Iterator[None]:
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
