"""One form-js component that asks for a value, into a field."""

from collections.abc import Mapping
from dataclasses import fields
from re import Pattern
from types import MappingProxyType
from typing import Any, Final

from engine.bundle.forms.checks import CHECKS, VALIDATION_TYPES, Check
from engine.bundle.forms.component import Component
from engine.bundle.forms.patterns import PatternRefused, read_pattern
from engine.bundle.forms.question import Constraints, Field, KeyPath, Kind, Offset, Options
from engine.feel import FeelExpression
from engine.kernel.vocabulary import PartyRole, Person

FIELD_TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "textfield": Kind.TEXT,
        "textarea": Kind.LONG_TEXT,
        "number": Kind.NUMBER,
        "checkbox": Kind.TICK,
        "radio": Kind.CHOICE,
        "select": Kind.CHOICE,
        "checklist": Kind.CHOICES,
        "taglist": Kind.CHOICES,
        "datetime": Kind.DATE_TIME,
        "filepicker": Kind.FILE,
        "expression": Kind.COMPUTED,
    }
)
"""The form-js component types that hold a value."""

_ROLES: Final = (PartyRole.APPLICANT, PartyRole.REPRESENTATIVE)
_DATE_KINDS: Final = {"date": Kind.DATE, "time": Kind.TIME, "datetime": Kind.DATE_TIME}
_RULES: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.TEXT: frozenset({"required", "minLength", "maxLength", "pattern", "validationType"}),
    Kind.LONG_TEXT: frozenset({"required", "minLength", "maxLength"}),
    Kind.NUMBER: frozenset({"required", "min", "max"}),
}
_ONLY_REQUIRED: Final = frozenset({"required"})
_TAKEN_FROM: Final = "stoa:from"
_SENSITIVE: Final = "stoa:sensitive"
_OWN_PROPERTIES: Final = frozenset(
    {"stoa:check", _TAKEN_FROM, _SENSITIVE, "stoa:label-en", "stoa:description-en", "stoa:text-en"}
)
_KNOWN: Final = frozenset((role.value, known.name) for role in _ROLES for known in fields(Person))
_TEXTS: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.DATE})
"""What the details of a person can be the answer to."""
_OPTION_EN: Final = "stoa:option-en:"


def read_field(component: Component, path: KeyPath, hidden_when: tuple[FeelExpression, ...]) -> Field:
    """The field; what it asks that is not understood is noted, never left out in silence."""
    kind = FIELD_TYPES[component.type]
    if component.type == "datetime":
        kind = _date_kind(component)
    _note_unknown(component, kind)
    return Field(
        id=component.id,
        path=path,
        kind=kind,
        hidden_when=hidden_when,
        required=component.part("validate").flag("required"),
        read_only=component.flag_or_expression("readonly") or component.flag("disabled"),
        constraints=_constraints(component, kind),
        options=_options(component) if kind in (Kind.CHOICE, Kind.CHOICES) else None,
        as_text=component.flag("serializeToString"),
        offset=_offset(component),
        formula=_formula(component) if kind is Kind.COMPUTED else None,
        taken_from=_taken_from(component, kind),
    )


def _date_kind(component: Component) -> Kind:
    subtype = component.text("subtype")
    if subtype not in _DATE_KINDS:
        component.note(f"Expected subtype to be date, time or datetime, found {subtype!r:.80}.")
    return _DATE_KINDS.get(subtype or "", Kind.DATE)


def _note_unknown(component: Component, kind: Kind) -> None:
    asked = component.source.get("validate")
    known = _RULES.get(kind, _ONLY_REQUIRED)
    for name in asked if isinstance(asked, Mapping) else ():
        if name not in known:
            component.note(f"Expected validate to have no {name}: it means nothing for a {component.type}.")
    properties = component.source.get("properties")
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        if name.startswith("stoa:") and name not in _OWN_PROPERTIES and not name.startswith(_OPTION_EN):
            component.note(f"Expected a property that this system knows, found {name}.")
        elif name == _SENSITIVE and value != "true":
            component.note(f"Expected {_SENSITIVE} to be true or left out, found {value!r:.80}.")


def _constraints(component: Component, kind: Kind) -> Constraints:
    rules = component.part("validate")
    return Constraints(
        min_length=rules.count("minLength"),
        max_length=rules.count("maxLength"),
        pattern=_pattern(rules),
        check=_check(component, kind),
        minimum=rules.bound("min"),
        maximum=rules.bound("max"),
        decimal_digits=component.count("decimalDigits"),
        not_past=component.flag("disallowPassedDates"),
    )


def _pattern(rules: Component) -> Pattern[str] | None:
    text = rules.text("pattern")
    if text is None:
        return None
    try:
        return read_pattern(text)
    except PatternRefused as refusal:
        rules.note(f"pattern: {refusal}.")
        return None


def _check(component: Component, kind: Kind) -> Check | None:
    name = component.part("properties").text("stoa:check")
    asked = component.part("validate").text("validationType")
    if name is not None:
        if kind is not Kind.TEXT or name not in CHECKS:
            known = ", ".join(CHECKS)
            component.note(f"Expected stoa:check, for a textfield, to be one of {known}, found {name!r:.80}.")
        return CHECKS.get(name)
    if asked in (None, "custom"):
        return None
    if asked not in VALIDATION_TYPES:
        component.note(f"Expected validationType to be email, phone or custom, found {asked!r:.80}.")
    return VALIDATION_TYPES.get(asked or "")


def _taken_from(component: Component, kind: Kind) -> KeyPath | None:
    text = component.part("properties").text(_TAKEN_FROM)
    if text is None:
        return None
    path = tuple(text.split("."))
    if path not in _KNOWN:
        known = "|".join(detail.name for detail in fields(Person))
        component.note(
            f"Expected {_TAKEN_FROM} as in applicant.{known}, or representative., found {text!r:.80}."
        )
    if kind not in _TEXTS or component.source.get("readonly") or component.source.get("disabled"):
        component.note(f"Expected {_TAKEN_FROM} at a text or a date that is not read-only besides.")
    return path


def _options(component: Component) -> Options:
    expression = component.expression("valuesExpression")
    key = component.text("valuesKey")
    if expression is not None:
        return Options(expression=expression)
    if key is not None:
        return Options(key=tuple(key.split(".")))
    values = tuple(_static_values(component))
    if not values:
        component.note("Expected options: values, valuesKey or valuesExpression.")
    return Options(values=values)


def _static_values(component: Component) -> list[Any]:
    values = []
    for option in component.items("values"):
        if isinstance(option, Mapping) and "value" in option:
            values.append(option["value"])
        else:
            component.note(f"Expected an option to have label and value, found {option!r:.80}.")
    return values


def _offset(component: Component) -> Offset:
    text = component.text("timeSerializingFormat")
    try:
        return Offset(text) if text else Offset.OFFSET
    except ValueError:
        component.note(f"Expected timeSerializingFormat to be one of form-js's, found {text!r:.80}.")
        return Offset.OFFSET


def _formula(component: Component) -> FeelExpression | None:
    formula = component.expression("expression")
    if formula is None and not component.source.get("expression"):
        component.note("Expected an expression.")
    return formula
