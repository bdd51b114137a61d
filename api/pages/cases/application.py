"""What was applied for, in the words of the form with which the case was opened."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.pages.frame.answers import Fact, FieldLabels, Path, facts_in_words, is_empty, labels_of
from api.pages.frame.language import gettext as _
from engine.cases.application import Application


def applied_for(application: Application | None, documents: Mapping[str, str]) -> list[Fact]:
    """The answers in the order of the form, without empty ones; `documents` are names by reference.

    Of sensitive personal data only that there is some: it is read where it is needed, in the tasks.
    """
    if application is None:
        return []
    labels = labels_of((application.form,))
    return facts_in_words(_told(application.values, labels), labels, documents)


def _told(values: Mapping[str, Any], labels: FieldLabels) -> Iterator[tuple[Path, Any]]:
    for name in dict.fromkeys(path[0] for path in labels):
        yield (name,), _shown((name,), values.get(name), labels)


def _shown(path: Path, value: Any, labels: FieldLabels) -> Any:
    """What is told of a value: nothing that the form does not ask for, and nothing sensitive."""
    label = labels.get(path)
    if label is not None and label.is_sensitive and not is_empty(value):
        return _("sensitive, not shown here")
    if isinstance(value, list):
        return [_shown(path, one, labels) for one in value]
    if isinstance(value, Mapping):
        asked = dict.fromkeys(inner[len(path)] for inner in labels if _is_within(inner, path))
        return {name: _shown((*path, name), value.get(name), labels) for name in asked}
    return value


def _is_within(inner: Path, outer: Path) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer
