"""Context functions (DMN 1.5, 10.3.4.10)."""

from __future__ import annotations

from engine.feel.builtins.table import row
from engine.feel.limits import FeelLimitError
from engine.feel.problems import FeelValueError
from engine.feel.python_values import MAX_DATA_DEPTH
from engine.feel.values import Value, kind_of

Entries = dict[str, Value]


def get_value(entries: Entries, key: str) -> Value:
    """An entry's value, null where there is none."""
    return entries.get(key)


def get_value_at(entries: Entries, keys: list[Value]) -> Value:
    """The value at the end of a path of keys, null where it breaks off."""
    value: Value = entries
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = value.get(key)
    return value if keys else None


def get_entries(entries: Entries) -> list[Value]:
    """A list of contexts with a key and a value each."""
    return [{"key": key, "value": value} for key, value in entries.items()]


def context(entries: list[Value]) -> Entries:
    """A context from a list of contexts with a key and a value each."""
    made: Entries = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str):
            raise FeelValueError(
                f"expected contexts with a string 'key' and a 'value', found {kind_of(entry)}"
            )
        key = str(entry["key"])
        if key in made:
            raise FeelValueError(f"the key '{key}' is there twice")
        made[key] = entry["value"]
    return made


def context_put(entries: Entries, key: str, value: Value) -> Entries:
    """With an entry more, or another value for one."""
    return {**entries, key: value}


def context_put_at(entries: Entries, keys: list[Value], value: Value) -> Entries:
    """The same at the end of a path of keys."""
    if not keys:
        raise FeelValueError("expected at least one key, found none")
    if len(keys) > MAX_DATA_DEPTH:
        raise FeelLimitError("nesting of data", MAX_DATA_DEPTH)
    key, rest = keys[0], keys[1:]
    if not isinstance(key, str):
        raise FeelValueError(f"expected string keys, found {kind_of(key)}")
    if not rest:
        return context_put(entries, key, value)
    inner = entries.get(key)
    if not isinstance(inner, dict):
        raise FeelValueError(f"expected a context at '{key}', found {kind_of(inner)}")
    return context_put(entries, key, context_put_at(inner, rest, value))


def context_merge(contexts: list[Value]) -> Entries:
    """All entries of several contexts; of equal keys the last one counts."""
    merged: Entries = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise FeelValueError(f"expected contexts, found {kind_of(each)}")
        merged.update(each)
    return merged


FUNCTIONS = (
    row("get value(m: context, key: string)", get_value),
    row("get value(m: context, keys: list)", get_value_at),
    row("get entries(m: context)", get_entries),
    row("context(entries: list)", context),
    row("context put(context: context, key: string, value)", context_put),
    row("context put(context: context, keys: list, value)", context_put_at),
    row("context merge(contexts: list)", context_merge),
)
