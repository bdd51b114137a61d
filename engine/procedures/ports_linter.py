"""What the engine needs to know what may not be certified."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Linter(Protocol):
    """Judges the files of a procedure before anything runs."""

    def errors(self, files: Mapping[str, bytes]) -> Mapping[str, Sequence[str]]:
        """Every error by file name, each a sentence with line, element and remedy; empty if all is well."""
