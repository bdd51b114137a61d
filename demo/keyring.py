"""The demonstration's keyring: the file in which everybody's token lies between one start and the next."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from demo.seed import Tokens


@dataclass(frozen=True, kw_only=True)
class Keyring:
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
        """Keep the tokens."""
        # Created with these rights, because a file that is narrowed afterwards was open for a moment.
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(dict(tokens), file, indent=1)
