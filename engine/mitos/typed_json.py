"""JSON of others, read field by field: a wrong type is a problem by its path, the rest is left."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson

from engine.kernel.money import NotMoney, exact

_DURATION: Final = re.compile(
    r"P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?"
)
_SHOWN: Final = 60


@dataclass(frozen=True, kw_only=True)
class Left:
    """Something of a record that nobody asked for: where it is, and what it says."""

    path: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Duration:
    """A duration of ISO 8601, as it is written and by its units, each at least 0."""

    text: str
    units: Mapping[str, int]


@dataclass
class Notes:
    """What is found while a document is read: problems by path, and what was left."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def add(self, path: str, expected: str, found: Any) -> None:
        """Note that something else was expected at a path."""
        self.problems.setdefault(path, []).append(f"expected {expected}, found {kind_shown(found)}")


def _plain(text: str) -> str | None:
    """The text on one line, without what cannot be printed; None where nothing is left."""
    printed = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printed.split()) or None


def kind_shown(value: Any) -> str:
    """A value as a sentence tells it: an object or a list as such, else as JSON writes it, shortened."""
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else shown(value)


def shown(value: Any, most: int = _SHOWN) -> str:
    """A value as JSON writes it, shortened."""
    written = orjson.dumps(value).decode()
    return written if len(written) <= most else f"{written[: most - 1]}…"


class JsonPart:
    """An object of a document; each field is asked for by its name and its type.

    A field that is not there, is null, or is empty gives None, or an empty list. Whatever is not asked for by
    the time of `leave` is left.
    """

    def __init__(self, value: Mapping[str, Any], path: str, notes: Notes) -> None:
        self.path = path
        self._value = value
        self._notes = notes
        self._asked: set[str] = set()

    @classmethod
    def of(cls, value: Any, path: str, notes: Notes) -> "JsonPart":
        """The object; an empty one after noting that it is none."""
        if not isinstance(value, Mapping):
            notes.add(path, "an object", value)
            value = {}
        return cls(value, path, notes)

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field says anything."""
        return self._value.get(name) not in (None, "", [], {})

    def text(self, name: str) -> str | None:
        """A text with the space in it made plain; of an object its title, of a bilingual one its Greek."""
        value = self._take(name)
        if isinstance(value, Mapping):
            return JsonPart(value, self.at(name), self._notes).named()
        if value is not None and not isinstance(value, str):
            self._notes.add(self.at(name), "a text", value)
            return None
        return _plain(value) if value else None

    def named(self) -> str | None:
        """What an object is called: its `title`, else its `el`."""
        for name in ("title", "el"):
            if self.has(name):
                called = self.text(name)
                self.leave()
                return called
        self._notes.add(self.path, "a text or an object with a title", self._value)
        return None

    def number_as_text(self, name: str) -> str | None:
        """A number of something, which may be written as a text or as a whole number."""
        value = self._take(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            self._notes.add(self.at(name), "a text or a whole number", value)
            return None
        return value.strip() or None if value else None

    def flag(self, name: str) -> bool:
        """True or false; false where nothing is said."""
        value = self._take(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            self._notes.add(self.at(name), "true or false", value)
            return False
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self._take(name)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        found: list[str] = []
        for number, one in enumerate(listed):
            path = f"{self.at(name)}[{number}]" if isinstance(value, list) else self.at(name)
            if isinstance(one, Mapping):
                called = JsonPart(one, path, self._notes).named()
                found += [called] if called else []
            elif isinstance(one, str):
                found += [text] if (text := _plain(one)) else []
            else:
                self._notes.add(path, "a text", one)
        return tuple(found)

    def euros(self, name: str) -> Decimal | None:
        """An amount: a number, or a text with one, with a point or a comma."""
        value = self._take(name)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise InvalidOperation
            return exact(Decimal(str(value).strip().replace(",", ".")))
        except (InvalidOperation, NotMoney):
            self._notes.add(self.at(name), "an amount in euros, such as 12.50", value)
            return None

    def duration(self, name: str) -> Duration | None:
        """A duration as ISO 8601 writes it."""
        value = self._take(name)
        if value is None:
            return None
        match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None or not any(part is not None for part in match.groups()):
            self._notes.add(self.at(name), "a duration of ISO 8601, such as P10D", value)
            return None
        units = {unit: int(part) for unit, part in match.groupdict().items() if part is not None}
        return Duration(text=match[0], units=units)

    def part(self, name: str) -> "JsonPart":
        """An object in this one; an empty one where there is none."""
        return JsonPart.of(self._take(name) or {}, self.at(name), self._notes)

    def parts(self, name: str) -> Iterator["JsonPart"]:
        """The objects of a list."""
        value = self._take(name)
        if value is None:
            return
        if not isinstance(value, list):
            self._notes.add(self.at(name), "a list", value)
            return
        for number, one in enumerate(value):
            yield JsonPart.of(one, f"{self.at(name)}[{number}]", self._notes)

    def problem(self, name: str, expected: str) -> None:
        """Note that a field, whose type is right, says something that cannot be."""
        self._notes.add(self.at(name), expected, self._value.get(name))

    def leave(self, *known: str) -> None:
        """Nothing else is asked for; what is `known` and means nothing here is passed over."""
        for name, value in self._value.items():
            if name not in self._asked and name not in known and value not in (None, "", [], {}):
                self._notes.left.append(Left(path=self.at(str(name)), value=value))

    def _take(self, name: str) -> Any:
        self._asked.add(name)
        value = self._value.get(name)
        return None if value in ("", [], {}) else value


def load(content: bytes, *, most: int) -> Any:
    """The document; `ValueError` says why it is none."""
    if len(content) > most:
        raise ValueError(f"expected at most {most:,} bytes, found {len(content):,}")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"expected JSON: {error}") from error
