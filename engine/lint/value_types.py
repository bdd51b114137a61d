"""Of which type the variables of a procedure are, as far as its forms tell, and what has which members."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from engine.bpmn.diagram import DATA, Diagram, extension, form_of, mappings, property_of
from engine.feel.syntax import (
    AtLiteral,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    If,
    ListLiteral,
    Literal,
    Name,
    PathExpression,
    SyntaxNode,
)
from engine.feel.values import kind_of
from engine.kernel.vocabulary import Person
from engine.lint.variables import ANSWER_FORM

DATE_MEMBERS: Final = ("year", "month", "day", "weekday")
_TIME: Final = ("hour", "minute", "second", "time offset", "timezone")
_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "string": (),
    "number": (),
    "boolean": (),
    "date": DATE_MEMBERS,
    "time": _TIME,
    "date and time": (*DATE_MEMBERS, *_TIME),
    "days and time duration": ("days", "hours", "minutes", "seconds"),
    "years and months duration": ("years", "months"),
}
"""The members that values have which are no contexts (DMN 1.5, 10.3.2.15)."""


@dataclass(frozen=True)
class ValueType:
    """What is known of a value: `kind` as FEEL names it, empty where it may be anything.

    A context has `members`, and no others; a list has values of the type `element`. `options` are the values
    that a form lets choose from. `is_date_text` marks the text that a form makes of a date, `is_whole` a
    number without decimals.
    """

    kind: str = ""
    members: "Mapping[str, ValueType]" = field(default_factory=dict)
    element: "ValueType | None" = None
    options: tuple[object, ...] = ()
    is_date_text: bool = False
    is_whole: bool = False

    def member(self, name: str) -> "ValueType | None":
        """The type of a member; None where there is no such member."""
        if self.kind == "context":
            return self.members.get(name)
        if self.kind == "list":
            inner = self.element.member(name) if self.element is not None else ANY
            return None if inner is None else ValueType("list", element=inner)
        if self.kind in _MEMBERS:
            return ValueType("number") if name in _MEMBERS[self.kind] else None
        return ANY

    @property
    def member_names(self) -> tuple[str, ...]:
        if self.kind == "list" and self.element is not None:
            return self.element.member_names
        return tuple(self.members) if self.kind == "context" else _MEMBERS.get(self.kind, ())


ANY: Final = ValueType()
_TEXT: Final = ValueType("string")

PERSON: Final = ValueType("context", members={one.name: _TEXT for one in fields(Person)})
CASE: Final = ValueType(
    "context",
    members=dict.fromkeys(
        ("number", "branch", "branch_name", "municipality", "channel", "opened_on", "due_on"), _TEXT
    ),
)
PARTY: Final = ValueType(
    "context",
    members=dict.fromkeys(
        (
            "id",
            "role",
            "name",
            "given_name",
            "family_name",
            "afm",
            "amka",
            "identity_document",
            "state",
            "signed_on",
        ),
        ANY,
    ),
)

PAPER: Final = ValueType("context", members=dict.fromkeys(("id", "el", "en", "obligatory", "any_of"), ANY))
CONDITION: Final = ValueType("context", members=dict.fromkeys(("id", "el", "en"), _TEXT))

Types = Mapping[str, ValueType]

GIVEN_TYPES: Final[Types] = {"applicant": PERSON, "representative": PERSON, "case": CASE}
"""The variables that every case has from its beginning."""

_CALLS: Final[Types] = {
    "stoa.fee": ValueType("number"),
    "stoa.parties": ValueType("list", element=PARTY),
    "stoa.papers": ValueType("list", element=PAPER),
    "stoa.paper": PAPER,
    "stoa.conditions": ValueType("list", element=CONDITION),
    "stoa.working_days": ValueType("date and time"),
    "stoa.months": ValueType("date and time"),
    "stoa.term_end": ValueType("date and time"),
    "date": ValueType("date"),
    "today": ValueType("date"),
    "time": ValueType("time"),
    "date and time": ValueType("date and time"),
    "now": ValueType("date and time"),
    "string": _TEXT,
    "upper case": _TEXT,
    "lower case": _TEXT,
    "substring": _TEXT,
    "number": ValueType("number"),
    "count": ValueType("number"),
    "sum": ValueType("number"),
    "string length": ValueType("number"),
    "contains": ValueType("boolean"),
    "not": ValueType("boolean"),
    "list contains": ValueType("boolean"),
}
"""What functions give that always give the same type."""

_OF_FIELDS: Final[Types] = {
    "textfield": _TEXT,
    "textarea": _TEXT,
    "checkbox": ValueType("boolean"),
    "radio": _TEXT,
    "select": _TEXT,
    "checklist": ValueType("list", element=_TEXT),
    "taglist": ValueType("list", element=_TEXT),
    "datetime": ValueType("string", is_date_text=True),
}
"""What the fields of form-js write; any other may write anything."""


def of_form(form: Mapping[str, Any]) -> Types:
    """The types of the variables that a form writes, those in groups as members of contexts."""
    return _of_components(form.get("components"))


def _of_components(components: object) -> dict[str, ValueType]:
    found: dict[str, ValueType] = {}
    for part in components if isinstance(components, list) else ():
        if not isinstance(part, dict):
            continue
        match part.get("type"):
            case "group":
                inner = _of_components(part.get("components"))
                path = part.get("path")
                if isinstance(path, str) and path:
                    _put(found, path.split("."), ValueType("context", members=inner))
                else:
                    for name, value in inner.items():
                        _put(found, [name], value)
            case "dynamiclist":
                item = ValueType("context", members=_of_components(part.get("components")))
                _put(found, str(part.get("path") or "").split("."), ValueType("list", element=item))
            case kind:
                key = part.get("key")
                if isinstance(key, str) and key:
                    _put(found, key.split("."), _of_field(str(kind), part))
    return found


def _of_field(kind: str, component: Mapping[str, Any]) -> ValueType:
    written = component.get("values")
    options: tuple[object, ...] = ()
    if kind in {"radio", "select"}:
        if not isinstance(written, list):
            return ANY
        options = tuple(one.get("value") for one in written if isinstance(one, dict))
        kinds = {kind_of(one) if isinstance(one, str | bool) else "" for one in options}
        kind = kinds.pop() if len(kinds) == 1 else ""
        return ValueType(kind, options=options) if kind else ANY
    if kind == "number":
        return ValueType("number", is_whole=component.get("decimalDigits") == 0)
    return _OF_FIELDS.get(kind, ANY)


def _put(found: dict[str, ValueType], path: list[str], value: ValueType) -> None:
    """Note the type of a path, together with what is known of it."""
    head, *rest = path
    if rest:
        inner: dict[str, ValueType] = {}
        _put(inner, rest, value)
        value = ValueType("context", members=inner)
    found[head] = together(found[head], value) if head in found else value


def together(one: ValueType, other: ValueType) -> ValueType:
    """What is known of a value that is of one type or of the other."""
    if one == other:
        return one
    if one.kind == other.kind == "context":
        members = dict(one.members)
        for name, value in other.members.items():
            members[name] = together(members[name], value) if name in members else value
        return ValueType("context", members=members)
    if one.kind != other.kind or not one.kind:
        return ANY
    if one.options and other.options:
        return replace(one, options=tuple(dict.fromkeys((*one.options, *other.options))))
    return ValueType(one.kind, element=one.element if one.element == other.element else None)


def of_variables(
    diagrams: Iterable[Diagram], forms: Mapping[str, Mapping[str, Any]], given: Iterable[str] = ()
) -> Types:
    """The types of the variables that forms alone write; one that something else writes may be anything.

    `given` are variables that come from outside besides.
    """
    of_forms = {form_id: of_form(form) for form_id, form in forms.items()}
    found: dict[str, ValueType] = {}
    for name, value in _written(diagrams, of_forms):
        found[name] = together(found[name], value) if name in found else value
    return {**found, **dict.fromkeys(given, ANY), **GIVEN_TYPES}


def _written(diagrams: Iterable[Diagram], of_forms: Mapping[str, Types]) -> Iterator[tuple[str, ValueType]]:
    for diagram in diagrams:
        for node in diagram.nodes:
            element = node.element
            outputs = mappings(element, "output")
            answer = of_forms.get(property_of(element, ANSWER_FORM) or "", {})
            own: dict[str, ValueType] = {**of_forms.get(form_of(element) or "", {}), **answer}
            if not outputs:
                yield from own.items()
            for mapping in outputs:
                target, source = mapping.get("target", ""), mapping.get("source", "").strip()
                taken = own.get(source[1:].strip(), ANY) if source.startswith("=") else _TEXT
                yield target.partition(".")[0].strip(), taken if "." not in target else ANY
            for mapping in mappings(element, "input"):
                target, source = mapping.get("target", ""), mapping.get("source", "").strip()
                if source != f"={target}":
                    yield target.partition(".")[0].strip(), ANY
            for kind, name in (("script", "resultVariable"), ("calledDecision", "resultVariable")):
                part = extension(element, kind)
                if part is not None:
                    yield part.get(name, ""), ANY
        for part in diagram.extensions("loopCharacteristics"):
            yield from ((part.get(name, ""), ANY) for name in ("inputElement", "outputCollection"))
        for data in diagram.elements(*DATA):
            yield from ((data.get(name, ""), ANY) for name in ("id", "name") if data.get(name))


def type_of(node: SyntaxNode, known: Types) -> ValueType:
    """The type of an expression, where names are of these types; ANY where it may be anything."""
    match node:
        case Literal(value=value):
            return ValueType(kind_of(value)) if isinstance(value, str | bool) else _number(value)
        case Name(name=name):
            return known.get(name, ANY)
        case PathExpression(source=source, member=member):
            return type_of(source, known).member(member) or ANY
        case Call(function=function):
            return _CALLS.get(dotted(function), ANY)
        case Filter(source=source):
            filtered = type_of(source, known)
            return filtered if filtered.kind == "context" else ANY
        case If(consequence=consequence, alternative=alternative):
            return together(type_of(consequence, known), type_of(alternative, known))
        case ContextLiteral(entries=entries):
            return ValueType("context", members={name: type_of(value, known) for name, value in entries})
        case Comparison():
            return ValueType("boolean")
        case ListLiteral() | AtLiteral():
            return ANY
    return ANY


def _number(value: object) -> ValueType:
    return ValueType("number") if value is not None and kind_of(value) == "number" else ANY


def dotted(node: SyntaxNode) -> str:
    """`a.b.c` as it is written; empty for what is no path from a name."""
    names: list[str] = []
    while isinstance(node, PathExpression):
        names.append(node.member)
        node = node.source
    return ".".join([node.name, *reversed(names)]) if isinstance(node, Name) else ""
