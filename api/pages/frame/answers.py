"""Values of a case, in the words of the forms that asked for them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from api.pages.frame import dates
from api.pages.frame.form_sheet import in_english, is_sensitive
from api.pages.frame.language import ENGLISH, language
from api.pages.frame.language import gettext as _

Path = tuple[str, ...]
Schema = Mapping[str, Any]

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_LABELS = ("label", "dateLabel", "timeLabel")
_BROUGHT = ("supplement", "documents")
"""Where a case has the papers that were brought later."""


class Fact(NamedTuple):
    """A value of the case with what it is called; `parts` are the facts inside it."""

    name: str
    value: str
    parts: list["Fact"]


@dataclass(frozen=True, kw_only=True)
class FieldLabel:
    """What a form calls a value, and the labels of its options, by value as JSON.

    `is_sensitive` is what the form says of special categories of personal data (GDPR, article 9).
    """

    words: str
    options: Mapping[str, str] = field(default_factory=dict)
    is_sensitive: bool = False


FieldLabels = Mapping[Path, FieldLabel]
"""By path, without the numbers of entries in lists; the form that comes first names a value."""


def labels_of(forms: tuple[Schema, ...]) -> FieldLabels:
    """The labels of the forms' fields, in the reader's language."""
    found: dict[Path, FieldLabel] = {}
    for form in forms:
        in_language = in_english(form) if language() == ENGLISH else form
        for path, label in _labels_in(in_language, ()):
            found.setdefault(path, label)
    return found


def facts_in_words(
    told: Iterable[tuple[Path, Any]], labels: FieldLabels, documents: Mapping[str, str]
) -> list[Fact]:
    """What is told, each value with where the case has it, in the reader's language, without what is empty.

    `documents` are names by reference.
    """
    return [_fact(path, _named(value, documents), labels) for path, value in told if not is_empty(value)]


def _named(value: Any, documents: Mapping[str, str]) -> Any:
    """The value with document names in place of references."""
    if isinstance(value, Mapping):
        return {name: _named(one, documents) for name, one in value.items()}
    if isinstance(value, list):
        return [_named(one, documents) for one in value]
    return documents.get(value, value) if isinstance(value, str) else value


def _labels_in(holder: Mapping[str, Any], around: Path) -> Iterator[tuple[Path, FieldLabel]]:
    for component in holder.get("components", ()):
        name = component.get("key") or component.get("path") or ""
        path = around + tuple(part for part in name.split(".") if part)
        words = next((component[label] for label in _LABELS if component.get(label)), "")
        if words and path != around and not words.startswith("="):
            yield (
                path,
                FieldLabel(
                    words=words, options=dict(_options_of(component)), is_sensitive=is_sensitive(component)
                ),
            )
        yield from _labels_in(component, path)


def _options_of(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for option in component.get("values") or ():
        if isinstance(option, Mapping) and option.get("label"):
            yield json.dumps(option.get("value")), option["label"]


def _fact(path: Path, value: Any, labels: FieldLabels) -> Fact:
    if path == _BROUGHT and isinstance(value, list):
        # Of a document its name is enough here: what else is known of it stands beside the request.
        value = [one.get("name", "") if isinstance(one, Mapping) else one for one in value]
    label = labels.get(path) or FieldLabel(words=path[-1].replace("_", " ").capitalize())
    if isinstance(value, Mapping):
        return Fact(label.words, "", _parts(path, value, labels))
    if isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        return Fact(
            label.words, "", [_entry(number, one, path, labels) for number, one in enumerate(value, 1)]
        )
    values = value if isinstance(value, list) else [value]
    return Fact(label.words, ", ".join(_in_words(one, label) for one in values), [])


def _parts(path: Path, values: Mapping[str, Any], labels: FieldLabels) -> list[Fact]:
    return [_fact((*path, name), value, labels) for name, value in values.items() if not is_empty(value)]


def _entry(number: int, entry: Any, path: Path, labels: FieldLabels) -> Fact:
    """An entry of a list, named by its number."""
    if isinstance(entry, Mapping):
        return Fact(str(number), "", _parts(path, entry, labels))
    return _fact(path, entry, labels)._replace(name=str(number))


def _in_words(value: Any, label: FieldLabel) -> str:
    chosen = label.options.get(json.dumps(value))
    if chosen is not None:
        return chosen
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _date_in_words(value) or str(value)


def _date_in_words(value: object) -> str | None:
    """A date sent as YYYY-MM-DD in the reader's language; None for anything else."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return dates.plain_day(date.fromisoformat(value))
    except ValueError:
        return None


def is_empty(value: Any) -> bool:
    """Whether there is nothing to tell of a value."""
    return value is None or value in ("", [], {})
