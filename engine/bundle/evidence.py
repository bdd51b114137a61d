"""What playing a procedure's scenarios proves, and what a version still lacks before it may be submitted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.bundle.contract import Files
from engine.lint.finding import Text


class Lack(StrEnum):
    """What kind of thing a version lacks."""

    ERROR = "error"
    SCENARIO = "scenario"
    NODE = "node"
    FLOW = "flow"
    RULE = "rule"
    METADATA = "metadata"
    LANGUAGE = "language"
    NOTE = "note"
    """An open point that an import left for the analyst."""


@dataclass(frozen=True, kw_only=True)
class GateFinding:
    """One thing that keeps a version from being submitted.

    `where` is the file and line (`issued.yaml:12`), with the column where that is known, or the element.
    """

    lack: Lack
    where: str
    message: Text


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found when the files with that fingerprint were checked and played.

    `document` is JSON: what was played and how it ended, what was covered, and what lacks. It is kept with
    the version. Nothing in it depends on when or where it was gathered.
    """

    sha256: str
    findings: tuple[GateFinding, ...]
    document: Mapping[str, Any]

    @property
    def passes(self) -> bool:
        """Whether the version may be submitted."""
        return not self.findings

    def by_place(self) -> dict[str, list[str]]:
        """The findings in English by where they are, as a refusal lists them."""
        found: dict[str, list[str]] = {}
        for finding in self.findings:
            found.setdefault(finding.where, []).append(finding.message.en)
        return found


EvidenceOf = Callable[[Files], Evidence]
"""Checks and plays the files of a version; never raises for what is wrong with them.

It takes seconds the first time, and is remembered for the same files: whoever is about to submit asks once
before the transaction is opened.
"""
