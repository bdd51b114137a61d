"""The expressions in forms: where each stands, what names it sees besides variables, parsed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine import feel
from engine.lint.checked_bundle import CheckedForm, Component
from engine.lint.json_places import Way

_TEMPLATES = frozenset({"text", "label", "description", "content", "timeLabel", "dateLabel"})
_EXPRESSIONS = frozenset(
    {"valuesExpression", "expression", "readonly", "disabled", "dataSource", "source", "url"}
)
_MARKED = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_ENGLISH = re.compile(r"stoa:(?:label|description|text|column)-en(?::.*)?")


@dataclass(frozen=True)
class FormExpression:
    """An expression of a form; `parsed` is None where it is no FEEL, and `problem` says why.

    `in_loop` says that it stands within a `{{#loop …}}` of a text, where names may be entries of the list.
    """

    form: CheckedForm
    way: Way
    component: Component = field(repr=False)
    text: str
    in_loop: bool = False
    parsed: feel.FeelExpression | None = None
    problem: str = ""


def expressions_of(form: CheckedForm) -> Iterator[FormExpression]:
    """Every expression of a form, in the order of the file."""
    for way, component in form.components():
        for inner, text, in_loop in _written(component):
            parsed, problem = None, ""
            try:
                parsed = feel.expression(text)
            except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
                problem = str(error)
            yield FormExpression(form, (*way, *inner), component, text, in_loop, parsed, problem)


def _written(component: Component) -> Iterator[tuple[Way, str, bool]]:
    for name, value in component.items():
        if name in _TEMPLATES and isinstance(value, str):
            yield from _in_template((name,), value)
        elif name in _EXPRESSIONS and isinstance(value, str) and value.startswith("="):
            yield (name,), value[1:].strip(), False
    for part in ("conditional", "validate", "properties", "appearance"):
        settings = component.get(part)
        for name, value in settings.items() if isinstance(settings, Mapping) else ():
            if not isinstance(value, str):
                continue
            if part == "properties":
                if _ENGLISH.fullmatch(name):
                    yield from _in_template((part, name), value)
            elif value.startswith("="):
                yield (part, name), value[1:].strip(), False


def _in_template(way: Way, text: str) -> Iterator[tuple[Way, str, bool]]:
    """The expressions between double braces; a text that begins with `=` is one as a whole."""
    if text.startswith("="):
        yield way, text[1:].strip(), False
        return
    depth = 0
    for found in _MARKED.finditer(text):
        inside = found.group(1).strip()
        if inside.startswith("/"):
            depth -= inside == "/loop"
        elif inside.startswith("#loop"):
            yield way, inside.removeprefix("#loop").strip(), depth > 0
            depth += 1
        else:
            yield way, inside.removeprefix("#if").strip(), depth > 0


def keys_of(form: CheckedForm) -> frozenset[str]:
    """The first names of every key and path in a form, those in groups and lists included."""
    found = {"this", "parent", "i"}
    for _, component in form.components():
        for name in ("key", "path"):
            key = component.get(name)
            if isinstance(key, str) and key:
                found.add(key.partition(".")[0])
    return frozenset(found)
