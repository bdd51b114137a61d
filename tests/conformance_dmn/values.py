"""Reads the kit's typed values: xsd types, lists and components become FEEL values."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from lxml import etree

from engine import feel

_NAMESPACE: Final = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a value of the kit that this runner cannot read; no computed value is the same."""

    reason: str


def read_value(parent: etree._Element) -> object:
    """The value below an input node, an expected result, a list item or a component."""
    if parent.get(f"{_INSTANCE}nil") == "true":
        return None
    components = parent.findall(f"{_NAMESPACE}component")
    if components:
        return {component.get("name", ""): read_value(component) for component in components}
    items = parent.find(f"{_NAMESPACE}list")
    if items is not None:
        return _list(items)
    value = parent.find(f"{_NAMESPACE}value")
    return None if value is None else _simple(value)


def _list(element: etree._Element) -> object:
    if element.get(f"{_INSTANCE}nil") == "true":
        return None
    return [read_value(item) for item in element.iterfind(f"{_NAMESPACE}item")]


def _simple(element: etree._Element) -> object:
    if element.get(f"{_INSTANCE}nil") == "true":
        return None
    kind = element.get(f"{_INSTANCE}type", "xsd:string").rpartition(":")[2]
    text = "".join(str(part) for part in element.itertext())
    try:
        return _READERS[kind](text)
    except (KeyError, ArithmeticError, feel.FeelValueError) as error:
        return Unreadable(f"line {element.sourceline}, a value of type {kind}: {error}")


def _temporal(parse: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: parse(text.strip())


def _number(text: str) -> Decimal:
    return Decimal(text.strip())


def _boolean(text: str) -> bool:
    return text.strip() in ("true", "1")


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "string": str,
    "boolean": _boolean,
    "decimal": _number,
    "double": _number,
    "float": _number,
    "integer": _number,
    "int": _number,
    "long": _number,
    "date": _temporal(feel.parse_date),
    "time": _temporal(feel.parse_time),
    "dateTime": _temporal(feel.parse_datetime),
    "duration": _temporal(feel.parse_duration),
    "dayTimeDuration": _temporal(feel.parse_duration),
    "yearMonthDuration": _temporal(feel.parse_duration),
}
