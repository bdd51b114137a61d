"""Shared parts: processes that several procedures call, each in a folder that has the name it is called by.

`shared/pickup@1` is version 1 of the part `pickup`. A checkout has it as `processes/shared/pickup@1` and
`forms/shared/pickup@1`, the files of a procedure's version as `shared/pickup@1/…`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.bpmn.diagram import Diagram, extension, is_diagram
from engine.kernel.xml import Element, Unreadable, XmlLimits

FOLDER: Final = "shared"
FILE: Final = "shared.yaml"

CASE_NAMES: Final = ("applicant", "representative", "reception", "case")
"""The variables with the parties and the case, which a shared part has without being given them."""

_PREFIX: Final = f"{FOLDER}/"
_NAME: Final = re.compile(r"shared/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)@([1-9][0-9]{0,3})")
_LONGEST: Final = 60
_LIMITS: Final = XmlLimits()

Files = Mapping[str, bytes]


class ValueType(StrEnum):
    """What an input or output of a part is, as shared.yaml says it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date-time"
    DURATION = "duration"
    LIST = "list"
    CONTEXT = "context"
    FEE = "fee"
    """The id of a fee of the procedure that calls, as text."""


@dataclass(frozen=True, kw_only=True, order=True)
class PartName:
    """A shared part and its version, from 1 to 9999."""

    key: str
    version: int

    def __str__(self) -> str:
        return f"{_PREFIX}{self.key}@{self.version}"

    @property
    def folder(self) -> str:
        """The name of its folder: `pickup@1`."""
        return f"{self.key}@{self.version}"


def part_name(text: str) -> PartName | None:
    """The part that a call names by `shared/<key>@<version>`; None for any other text."""
    match = _NAME.fullmatch(text)
    if match is None or len(match[1]) > _LONGEST:
        return None
    return PartName(key=match[1], version=int(match[2]))


def means_part(called: str) -> bool:
    """Whether a call is meant for a shared part, rightly named or not."""
    return called.lstrip("./\\ ").lower().startswith(_PREFIX)


def home_of(file: str) -> str | None:
    """The part that a file of a procedure's version belongs to: `shared/pickup@1`; None for its own files."""
    name = "/".join(file.split("/", 2)[:2])
    return name if file != name and part_name(name) is not None else None


def divided(files: Files) -> tuple[dict[str, bytes], dict[str, dict[str, bytes]]]:
    """The files that are a version's own, and those of each part by its name, as they are called in there."""
    own: dict[str, bytes] = {}
    parts: dict[str, dict[str, bytes]] = {}
    for file, content in files.items():
        home = home_of(file)
        if home is None:
            own[file] = content
        else:
            parts.setdefault(home, {})[file.removeprefix(f"{home}/")] = content
    return own, parts


def called_process(activity: Element) -> str:
    """What a call activity calls: empty for nothing, FEEL where it begins with `=`."""
    named = extension(activity, "calledElement")
    if named is not None:
        return (named.get("processId") or "").strip()
    return (activity.get("calledElement") or "").rpartition(":")[2]


def called_parts(files: Files) -> frozenset[PartName]:
    """The parts that the diagrams among these files call; those of a file that cannot be read are unknown."""
    return frozenset(_called_parts(files))


def _called_parts(files: Files) -> Iterator[PartName]:
    for file in (file for file in files if is_diagram(file)):
        try:
            diagram = Diagram.read(file, files[file], _LIMITS)
        except Unreadable:
            continue
        yield from parts_called_in(diagram)


def parts_called_in(diagram: Diagram) -> Iterator[PartName]:
    """The parts that a diagram calls, one of them as often as it is called."""
    for activity in diagram.elements("callActivity"):
        name = part_name(called_process(activity))
        if name is not None:
            yield name


def uncalled(calls: Iterable[PartName], parts: Mapping[str, Iterable[PartName]]) -> Sequence[str]:
    """The parts of a version that it calls neither itself nor through other parts, sorted.

    `calls` are its own calls, `parts` those of each part by its name.
    """
    reached: set[str] = set()
    waiting = [str(name) for name in calls]
    while waiting:
        name = waiting.pop()
        if name in parts and name not in reached:
            reached.add(name)
            waiting.extend(str(called) for called in parts[name])
    return sorted(parts.keys() - reached)
