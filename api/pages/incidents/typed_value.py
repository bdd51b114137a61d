"""Values of variables as people write them: of which kind a value is, how it is shown, and how it is read."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from api.http import strict_json
from api.http.problems import Problem
from api.pages.frame.language import gettext as _
from engine.kernel.refusal import Invalid

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?", re.ASCII)
_LONGEST = 10_000


class ValueKind(StrEnum):
    """What a person may write."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable, or an entry of a context inside one: its path, as `applicant.afm`, and its value."""

    path: str
    value: Any

    @property
    def kind(self) -> ValueKind:
        """The kind in which it is corrected."""
        return kind_of(self.value)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return self.value is None or self.value in ("", [], {})

    @property
    def shown(self) -> str:
        """The value for reading."""
        if self.is_empty:
            return _("nothing")
        if isinstance(self.value, bool):
            return _("yes") if self.value else _("no")
        return self.written

    @property
    def written(self) -> str:
        """The value as it stands in a field."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)


def variables_in(values: Mapping[str, Any], *, within: str = "") -> Iterator[Variable]:
    """Every value that can be corrected, by path: the entries of contexts one by one, lists as a whole.

    A context with a name that no path can say, because it has a full stop in it, is one value.
    """
    for name, value in sorted(values.items()):
        path = f"{within}{name}"
        if isinstance(value, dict) and value and not any(not key or "." in key for key in value):
            yield from variables_in(value, within=f"{path}.")
        elif "." not in name and name:
            yield Variable(path=path, value=value)


def kind_of(value: Any) -> ValueKind:
    """The kind in which people write such a value."""
    if isinstance(value, bool):
        return ValueKind.YES_NO
    if isinstance(value, int | float):
        return ValueKind.NUMBER
    if isinstance(value, str):
        return ValueKind.DATE if _DATE.fullmatch(value) else ValueKind.TEXT
    return ValueKind.JSON if isinstance(value, list | dict) else ValueKind.TEXT


def value_kind_words(kind: ValueKind) -> str:
    """What a kind is called."""
    return {
        ValueKind.TEXT: _("Text"),
        ValueKind.NUMBER: _("Number"),
        ValueKind.YES_NO: _("Yes or no"),
        ValueKind.DATE: _("Date"),
        ValueKind.JSON: _("List (JSON)"),
    }[kind]


def read(text: str, kind: ValueKind) -> Any:
    """The value that was written; `Invalid` for the field `value` says what to write instead."""
    if len(text) > _LONGEST or strict_json.unstorable(text):
        raise Invalid.field("value", _("Write at most 10,000 letters, none of them invisible."))
    readers = {
        ValueKind.TEXT: _text,
        ValueKind.NUMBER: _number,
        ValueKind.YES_NO: _truth,
        ValueKind.DATE: _day,
        ValueKind.JSON: _json,
    }
    return readers[kind](text.replace("\r\n", "\n"))


def _text(text: str) -> str:
    return text


def _number(text: str) -> int | float:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise Invalid.field("value", _("Write a number, such as 12 or 12.50, without a unit."))
    plain = plain.replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _truth(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Invalid.field("value", _("Choose yes or no."))
    return text == "yes"


def _day(text: str) -> str:
    """The date as forms give it: YYYY-MM-DD."""
    plain = text.strip()
    try:
        if _DATE.fullmatch(plain):
            return date.fromisoformat(plain).isoformat()
    except ValueError as wrong:
        raise Invalid.field("value", _("There is no such day. Write it as YYYY-MM-DD.")) from wrong
    raise Invalid.field("value", _("Write the day as YYYY-MM-DD."))


def _json(text: str) -> Any:
    try:
        return strict_json.read(text.encode())
    except Problem as wrong:
        raise Invalid.field("value", _('That is not JSON. A list of texts is ["a", "b"].')) from wrong
