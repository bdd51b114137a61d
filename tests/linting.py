"""The same files are linted once in a run: what is wrong with them depends on their bytes and nothing else.

Nearly every test puts one of a few procedures on offer, and most of what that takes is the linter.
"""

from collections.abc import Iterator
from functools import lru_cache

import pytest

from engine.lint import checking
from engine.lint.checking import Files, check
from engine.lint.finding import Report


@lru_cache(maxsize=256)
def _linted(files: tuple[tuple[str, bytes], ...]) -> Report:
    return check(dict(files))


def _check(files: Files) -> Report:
    return _linted(tuple(sorted(files.items())))


@pytest.fixture(scope="session", autouse=True)
def _lint_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "check", _check)
        yield
