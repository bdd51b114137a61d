"""The vulnerability audit: asks the known databases about every locked component."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supply_chain.components import DEV, ROOT

_SECONDS = 300
_LONGEST_REASON = 200
"""Characters."""


class DatabaseUnreachable(Exception):
    """A database of vulnerabilities did not answer, or not as it should; nothing is known, then."""


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """A known vulnerability of a locked component: its number, and the versions that are free of it."""

    component: str
    version: str
    number: str
    free_of_it: str


def weaknesses_of_python(*, database: str | None = None, locked: Path = DEV) -> list[Weakness]:
    """What the OSV database knows of the packages that a lock file names, asked with pip-audit.

    `database` is the address of another one with the same interface. `DatabaseUnreachable` if it does not
    answer.
    """
    asked = ["--requirement", str(locked), "--disable-pip", "--vulnerability-service", "osv"]
    shown = ["--format", "json", "--progress-spinner", "off", "--desc", "off"]
    address = ["--osv-url", database] if database else []
    answer = _answer_of([sys.executable, "-m", "pip_audit", *asked, *shown, *address])
    return [
        Weakness(
            component=package["name"],
            version=package["version"],
            number=known["id"],
            free_of_it=", ".join(known["fix_versions"]),
        )
        for package in answer["dependencies"]
        for known in package.get("vulns", ())
    ]


def weaknesses_of_browsers(*, database: str | None = None, folder: Path = ROOT) -> list[Weakness]:
    """What the registry of npm knows of the packages that `package-lock.json` in a folder names.

    `database` is the address of another registry. `DatabaseUnreachable` if it does not answer.
    """
    address = ["--registry", database] if database else []
    npm = [str(Path(sys.executable).parent / "npm"), "audit", "--json", "--package-lock-only", "--audit"]
    answer = _answer_of([*npm, "--fetch-retries", "0", *address], folder=folder)
    if "vulnerabilities" not in answer:
        raise DatabaseUnreachable(str(answer.get("message", ""))[:_LONGEST_REASON])
    return [
        Weakness(
            component=name,
            version=found["range"],
            number=str(cause["url"]).rpartition("/")[2],
            free_of_it="",
        )
        for name, found in answer["vulnerabilities"].items()
        for cause in found["via"]
        if isinstance(cause, Mapping)  # A name in its place says that the cause is in that package.
    ]


def _answer_of(command: Sequence[str], *, folder: Path = ROOT) -> dict[str, Any]:
    """What a tool writes as JSON; both tools exit alike for a weakness and for a failure."""
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise DatabaseUnreachable(f"no answer within {_SECONDS} seconds") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        lines = done.stderr.strip().splitlines() or ["it says nothing"]
        raise DatabaseUnreachable(lines[-1][:_LONGEST_REASON]) from error
    return answer
