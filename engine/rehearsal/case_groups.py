"""Groups of cases that decision tables tell apart: the parts of each column, a value of each, and words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from engine import feel
from engine.feel.syntax import Argument, Call, Comparison, Literal, Name
from engine.lint.finding import Text
from engine.lint.regions import Range
from engine.lint.value_types import dotted

ALL = Text(el="Όλες οι υποθέσεις", en="All cases")

_OPTION_EN = "stoa:option-en:"
_TRUTH = {True: Text(el="ναι", en="yes"), False: Text(el="όχι", en="no")}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What the cells of a column are about: `path` as FEEL reads it, and the parts of its values.

    `labels` are what single values are called, where a form offers them. With `there` the column reads
    whether there is something by that path: it holds what it reads then.
    """

    path: str
    called: Text
    parts: tuple[Range, ...]
    labels: Mapping[object, Text]
    there: bool | None = None

    def put(self, values: dict[str, Any], part: int) -> None:
        """Write a value of a part by the path into values; nothing where none can be made."""
        sample = sample_of(self.parts[part])
        *around, last = self.path.split(".")
        inside = values
        for name in around:
            inside = inside.setdefault(name, {})
        if self.there is None:
            if sample is not None:
                inside[last] = sample
        elif sample is self.there:
            inside.setdefault(last, {})
        else:
            inside[last] = None

    def in_words(self, chosen: frozenset[int]) -> Text:
        """The values of some of the parts, as in “age 80 or more”."""
        in_turn = groupby(enumerate(sorted(chosen)), lambda place: place[1] - place[0])
        runs = [[self.parts[part] for _, part in run] for _, run in in_turn]
        found = [one for run in runs for one in _run_in_words(run, self.labels)]
        colon = ":" if isinstance(self.parts[0].low, bool) else ""
        return Text(
            el=f"{self.called.el}{colon} {' ή '.join(one.el for one in found)}",
            en=f"{self.called.en}{colon} {' or '.join(one.en for one in found)}",
        )


def read_of(text: str) -> tuple[str, bool | None]:
    """The path that an input expression reads, and what it is where it asks whether there is something.

    A name or path, `get value(a, "b")`, `a = null` and `a != null`; the path is empty for anything else.
    """
    try:
        node = feel.expression(" ".join(text.split())).node
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return "", None
    match node:
        case Call(
            function=Name(name="get value"),
            arguments=(Argument(value=about), Argument(value=Literal(value=str() as key))),
        ):
            around = dotted(about)
            return (f"{around}.{key}" if around and "." not in key else ""), None
        case Comparison(operator="=" | "!=" as operator, left=left, right=Literal(value=None)):
            return dotted(left), operator == "!="
    return dotted(node), None


Box = tuple[frozenset[int], ...]
"""Some cases: the chosen parts of each fact, in the order of the facts."""


def boxes_of(cells: Sequence[tuple[int, ...]]) -> list[Box]:
    """As few boxes as one pass over each fact makes of these cells; each cell has a part of each fact."""
    boxes: list[Box] = [tuple(frozenset({part}) for part in cell) for cell in cells]
    for place in range(len(cells[0]) if cells else 0):
        joined: dict[Box, frozenset[int]] = {}
        for box in boxes:
            rest = (*box[:place], *box[place + 1 :])
            joined[rest] = joined.get(rest, frozenset()) | box[place]
        boxes = [(*rest[:place], chosen, *rest[place:]) for rest, chosen in joined.items()]
    return boxes


def group_in_words(facts: Sequence[Fact], boxes: Sequence[Box]) -> Text:
    """What the cases of these boxes have in common; `ALL` where that is nothing."""
    told = [_box_in_words(facts, box) for box in boxes]
    if not all(told):
        return ALL
    return Text(
        el="· ή ".join(", ".join(one.el for one in box) for box in told),
        en="; or ".join(", ".join(one.en for one in box) for box in told),
    )


def _box_in_words(facts: Sequence[Fact], box: Box) -> list[Text]:
    return [
        fact.in_words(chosen)
        for fact, chosen in zip(facts, box, strict=True)
        if len(chosen) < len(fact.parts)
    ]


def names_of_fields(schemas: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Text, dict[object, Text]]]:
    """What the fields of forms are called, by their paths, with what their options are."""
    found: dict[str, tuple[Text, dict[object, Text]]] = {}
    for schema in schemas:
        for path, component in _fields(schema.get("components"), ()):
            label = next((component[name] for name in _LABELS if component.get(name)), None)
            if isinstance(label, str):
                english = (component.get("properties") or {}).get("stoa:label-en")
                named = Text(el=label, en=english if isinstance(english, str) else label)
                found.setdefault(path, (named, dict(_options(component))))
    return found


_LABELS = ("label", "dateLabel", "timeLabel")


def _fields(components: object, around: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for component in components if isinstance(components, list) else ():
        own = component.get("key") or component.get("path") or ""
        path = (*around, *(part for part in str(own).split(".") if part))
        if component.get("key"):
            yield ".".join(path), component
        yield from _fields(component.get("components"), path)


def _options(component: Mapping[str, Any]) -> Iterator[tuple[object, Text]]:
    english = component.get("properties") or {}
    for one in component.get("values") or ():
        value, label = one.get("value"), one.get("label")
        if isinstance(value, str) and isinstance(label, str):
            yield value, Text(el=label, en=english.get(f"{_OPTION_EN}{value}", label))


def sample_of(part: Range) -> object:
    """A value in the range; None for one without bounds, or of which no value can be made."""
    low, high = part.low, part.high
    if part.with_low:
        return low
    known = low if low is not None else high
    if isinstance(known, Decimal):
        step: Any = Decimal(1)
    elif isinstance(known, date | timedelta):
        step = timedelta(days=1)
    else:
        return None
    if high is None:
        return low + step
    if low is None or low + step < high:
        return high - step
    return None if type(known) is date else low + (high - low) / 2


def _run_in_words(run: Sequence[Range], labels: Mapping[object, Text]) -> list[Text]:
    """Parts that follow each other: texts one by one, anything with an order as one range."""
    first, last = run[0], run[-1]
    if isinstance(first.low, str | bool):
        return [_value_in_words(one, labels) for one in run]
    return [_range_in_words(Range(first.low, last.high, first.with_low, last.with_high))]


def _range_in_words(part: Range) -> Text:
    low, high = (_shown(bound) if bound is not None else "" for bound in (part.low, part.high))
    if part.low is not None and part.low == part.high:
        return Text(el=f"ακριβώς {low}", en=f"exactly {low}")
    if part.high is None:
        return (
            Text(el=f"από {low} και πάνω", en=f"{low} or more")
            if part.with_low
            else Text(el=f"πάνω από {low}", en=f"over {low}")
        )
    upper = (
        Text(el=f"έως και {high}", en=f"up to {high}")
        if part.with_high
        else Text(el=f"κάτω από {high}", en=f"under {high}")
    )
    if part.low is None:
        return upper
    if part.with_low:
        joined = "έως και" if part.with_high else "έως κάτω από"
        return Text(
            el=f"από {low} {joined} {high}", en=f"from {low} to {'' if part.with_high else 'under '}{high}"
        )
    both = Text(el=" ", en=", ") if part.with_high else Text(el=" και ", en=" and ")
    return Text(el=f"πάνω από {low}{both.el}{upper.el}", en=f"over {low}{both.en}{upper.en}")


def _value_in_words(part: Range, labels: Mapping[object, Text]) -> Text:
    value = part.low
    if isinstance(value, bool):
        return _TRUTH[value]
    label = labels.get(value, Text(el=value, en=value))
    return Text(el=f"«{label.el}»", en=f"“{label.en}”")


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return feel.temporal_text(value)
