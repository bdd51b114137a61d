"""YAML as people write procedures and scenarios: plain JSON values, each with the line it stands on.

Only what JSON can say is read. `no`, `on` and dates stay texts (YAML 1.2's core schema), and what makes a
file say something else than it seems to (anchors, tags, a key written twice) is refused.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import yaml

MAX_BYTES = 200_000
MAX_DEPTH = 30

Path = tuple[str | int, ...]
"""Where a value is: the keys and list positions that lead to it."""

_SAID: Final = re.compile(r"line (?P<line>\d+)\b(?:, (?P<path>[^:\s]+))?")
"""How a sentence begins that names its line, and the path to what it is about."""

_UNKNOWN: Final = "Unknown field."
"""How a sentence ends that is about a name, and not what is said there."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})\.[0-9]{1,30}")
_WORDS: Final[Mapping[str, bool | None]] = {
    "null": None,
    "~": None,
    "": None,
    "true": True,
    "false": False,
}


class YamlRefused(ValueError):
    """The text is not YAML that is read here; the sentence names the line."""


@dataclass(frozen=True)
class YamlTree:
    """What a file says, as JSON, and on which line each part of it begins, from 1."""

    value: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest thing around it that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def place(self, path: Path) -> str:
        """Where a value is, for a finding: `line 12, outcomes.rejected`."""
        line = f"line {self.line(path)}"
        return f"{line}, {'.'.join(str(part) for part in path)}" if path else line


@dataclass(frozen=True)
class YamlSpan:
    """A part of one line: from `column` on, before `end`, counted from 1; 0 where it is elsewhere."""

    line: int
    column: int
    end: int = 0


@dataclass(frozen=True)
class YamlPlaces:
    """Where the values of a file stand, and the names of those that have one."""

    values: dict[Path, YamlSpan] = field(default_factory=dict)
    names: dict[Path, YamlSpan] = field(default_factory=dict)

    def of(self, written: str, *, name: bool = False) -> YamlSpan | None:
        """What `YamlTree.place` wrote as a path, or its `name`; None where the file has no such.

        Of a list, a mapping and a text of several lines it is the name.
        """
        path = self._paths.get(written)
        if path is None:
            return None
        value, named = self.values[path], self.names.get(path)
        return (named or value) if name or not value.end else value

    def said(self, sentence: str) -> YamlSpan | None:
        """What a sentence is about that begins as `YamlTree.place` writes; None where it names no line.

        Column 0 where it names only the line, or what is not there.
        """
        named = _SAID.match(sentence)
        if named is None:
            return None
        inside = self.of(named["path"] or "", name=sentence.endswith(_UNKNOWN)) if named["path"] else None
        return inside or YamlSpan(int(named["line"]), 0)

    def around(self, path: Path) -> YamlSpan:
        """Where a value is, or the nearest thing around it that the file has."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, YamlSpan(1, 1))

    def first_on(self, line: int) -> int:
        """The column of the first value that begins on a line; 0 where none does."""
        return min((span.column for span in self.values.values() if span.line == line), default=0)

    @cached_property
    def _paths(self) -> Mapping[str, Path]:
        return {".".join(str(part) for part in path): path for path in self.values}


def places_in(content: bytes) -> YamlPlaces:
    """Where everything in a file stands, as far as it is YAML that is read here."""
    places = YamlPlaces()
    builder = _Builder(places=places)
    try:
        for event in yaml.parse(content.decode("utf-8"), Loader=yaml.CSafeLoader):
            builder.take(event)
    except (UnicodeDecodeError, yaml.YAMLError, YamlRefused):
        return places
    return places


def read_yaml(content: bytes) -> YamlTree:
    """Read one document; `YamlRefused` says what was expected and what was found on which line."""
    if len(content) > MAX_BYTES:
        raise YamlRefused(f"expected at most {MAX_BYTES:,} bytes, found {len(content):,}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise YamlRefused(f"expected UTF-8 text: {error.reason} at byte {error.start}") from error
    try:
        return _built(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        # The parser in C is ten times as fast as the one in Python, which says better what it expected.
        return _built_or_refused(text)


def _built(text: str, parser: type[yaml.SafeLoader | yaml.CSafeLoader]) -> YamlTree:
    builder = _Builder()
    for event in yaml.parse(text, Loader=parser):
        builder.take(event)
    return YamlTree(builder.value, builder.lines)


def _built_or_refused(text: str) -> YamlTree:
    try:
        return _built(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlRefused(f"line {line}: {error.problem or 'expected YAML'}") from error
    except yaml.YAMLError as error:
        raise YamlRefused(f"expected YAML: {error}") from error


@dataclass
class _Open:
    """A list or mapping whose end is not read yet."""

    path: Path
    items: list[Any] | dict[str, Any]
    key: str | None = None


@dataclass
class _Builder:
    """Builds the value from the parser's events, without recursion."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    places: YamlPlaces | None = None
    """Noted where somebody asks for more than lines."""
    _open: list[_Open] = field(default_factory=list)
    _documents: int = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise YamlRefused(f"line {line}: expected no anchors or aliases")
        if (tag := getattr(event, "tag", None)) is not None:
            raise YamlRefused(f"line {line}: expected no tags, found {tag}")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlRefused(f"line {line}: expected one document")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(dict if isinstance(event, yaml.MappingStartEvent) else list, event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        innermost = self._open[-1] if self._open else None
        if innermost is not None and isinstance(innermost.items, dict) and innermost.key is None:
            if event.value in innermost.items:
                raise YamlRefused(f"line {line}: expected {event.value} once, found it again")
            innermost.key = event.value
            if self.places is not None:
                self.places.names[(*innermost.path, event.value)] = _span(event)
            return
        path = self._put(_plain(event.value) if event.implicit[0] else event.value, line)
        if self.places is not None:
            self.places.values[path] = _span(event)

    def _begin(self, kind: Callable[[], list[Any] | dict[str, Any]], event: yaml.Event, line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise YamlRefused(f"line {line}: expected at most {MAX_DEPTH} levels")
        items = kind()
        path = self._put(items, line)
        if self.places is not None:
            self.places.values[path] = replace(_span(event), end=0)
        self._open.append(_Open(path, items))

    def _put(self, value: Any, line: int) -> Path:
        path: Path = ()
        if not self._open:
            self.value = value
        else:
            innermost = self._open[-1]
            if isinstance(innermost.items, list):
                path = (*innermost.path, len(innermost.items))
                innermost.items.append(value)
            elif innermost.key is None:
                raise YamlRefused(f"line {line}: expected a text as a key")
            else:
                path = (*innermost.path, innermost.key)
                innermost.items[innermost.key] = value
                innermost.key = None
        self.lines[path] = line
        return path


def _span(event: yaml.Event) -> YamlSpan:
    """Where a scalar is written, with its quotes, or a list begins; the end only on the same line."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return YamlSpan(1, 1)
    on_one_line = end.line == start.line and end.column > start.column
    return YamlSpan(start.line + 1, start.column + 1, end.column + 1 if on_one_line else 0)


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
