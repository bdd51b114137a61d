"""Members: what stands behind a dot is there in a value of that type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine import feel
from engine.feel.reads import children
from engine.feel.syntax import (
    Call,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    PathExpression,
    Quantified,
    SyntaxNode,
)
from engine.lint import form_texts, value_types
from engine.lint.checked_bundle import CheckedBundle, Spot
from engine.lint.expressions import Purpose
from engine.lint.finding import Text
from engine.lint.rule import Violation, Violations, bundle_rule, resembling
from engine.lint.value_types import ANY, Types, ValueType
from engine.lint.variables import STOA_FUNCTIONS

_KINDS: Mapping[str, Text] = {
    "context": Text(el="μια ομάδα στοιχείων", en="a group of values"),
    "list": Text(el="μια λίστα", en="a list"),
    "string": Text(el="ένα κείμενο", en="a text"),
    "number": Text(el="ένας αριθμός", en="a number"),
    "boolean": Text(el="ένα ναι ή όχι", en="a yes or no"),
}
_ELSE = Text(el="μια χρονική τιμή", en="a value of time")
_DID_YOU_MEAN = Text(el="(μήπως «{near}»;)", en="(did you mean {near}?)")
_IT_HAS = Text(el="(έχει: {names})", en="(it has: {names})")
_IT_HAS_NONE = Text(el="(δεν έχει τίποτε πίσω από τελεία)", en="(nothing stands behind a dot there)")
_DATE_TEXT = Text(
    el="Μια ημερομηνία από φόρμα είναι κείμενο· γράψτε date({source}).{member}.",
    en="A date from a form is a text; write date({source}).{member}.",
)


@bundle_rule(
    "member-known",
    source="DMN 1.5, 10.3.2.15; the engine: a member that is not there is null",
    says_el="Το {source} στο {what} είναι {kind}, και δεν έχει «{name}» {known}.",
    says_en="{source} in {what} is {kind}, and has no {name} {known}.",
    why_el="Ένα στοιχείο που δεν υπάρχει είναι κενό, και μια συνθήκη που το διαβάζει σταματά την υπόθεση.",
    why_en="A member that is not there is null, and a condition that reads it stops the case.",
    remedy_el="Διορθώστε το όνομα πίσω από την τελεία.",
    remedy_en="Correct the name behind the dot.",
)
def member_known(bundle: CheckedBundle) -> Violations:
    """Yields members that values of that type do not have, in diagrams, forms and decisions."""
    for place, node, known in (*_in_diagrams(bundle), *_in_forms(bundle), *_in_tables(bundle)):
        yield from (_breach(wrong, place) for wrong in _wrong_in(node, known))


_Written = tuple[Violation, SyntaxNode, Types]
"""An expression: the place where it stands, its syntax tree, and the types of the names in it."""


def _in_diagrams(bundle: CheckedBundle) -> Iterator[_Written]:
    for diagram in bundle.diagrams:
        for found in diagram.expressions:
            if found.parsed is not None and found.purpose is not Purpose.RESULT:
                place = Violation(element=found.element, file=diagram.file)
                yield place, found.parsed.node, bundle.types


def _in_forms(bundle: CheckedBundle) -> Iterator[_Written]:
    for form in bundle.forms:
        known = {**value_types.of_form(form.content), **bundle.types}
        for written in form_texts.expressions_of(form):
            if written.parsed is not None and not written.in_loop:
                place = Violation(spot=form.spot(written.way, written.component))
                yield place, written.parsed.node, known


def _in_tables(bundle: CheckedBundle) -> Iterator[_Written]:
    known = {**bundle.types, **_functions(bundle)}
    for decision, table in bundle.decisions.tables if bundle.decisions is not None else ():
        for column in table.inputs:
            place = column.expression.place
            try:
                parsed = feel.expression(column.expression.text)
            except (feel.FeelSyntaxError, feel.FeelLimitError):
                continue
            what = Text(el=f"decision ({decision.id})", en=f"decision ({decision.id})")
            yield Violation(spot=Spot(place.file, place.line, what, decision.id)), parsed.node, known


def _functions(bundle: CheckedBundle) -> Types:
    """What decisions call by the names of variables is a value of their own, of which nothing is known."""
    return dict.fromkeys(bundle.decision_names, ANY)


@dataclass(frozen=True)
class _Wrong:
    """A path whose last member is not there: its source in words, and of what type that is."""

    source: str
    member: str
    type: ValueType


def _breach(wrong: _Wrong, violation: Violation) -> Violation:
    of_type = wrong.type.element or wrong.type
    names = of_type.member_names
    near = resembling(wrong.member, names)
    remedy = None
    if of_type.is_date_text and wrong.member in value_types.DATE_MEMBERS:
        remedy = _DATE_TEXT.filled({"source": wrong.source, "member": wrong.member})
    return replace(
        violation,
        text=f"{wrong.source}.{wrong.member}" if "(" not in wrong.source else f".{wrong.member}",
        values={
            "source": wrong.source,
            "name": wrong.member,
            "kind": _KINDS.get(of_type.kind, _ELSE),
            "known": _known(near, names),
        },
        remedy=remedy,
        cause=f"no member {wrong.source}.{wrong.member}",
    )


def _known(near: str, names: tuple[str, ...]) -> Text:
    if near:
        return _DID_YOU_MEAN.filled({"near": near})
    return _IT_HAS.filled({"names": ", ".join(names)}) if names else _IT_HAS_NONE


def _wrong_in(node: SyntaxNode, known: Types) -> Iterator[_Wrong]:
    """The paths that lead to no member; of names that the text itself binds nothing is known."""
    if isinstance(node, PathExpression):
        source = value_types.type_of(node.source, known)
        path = value_types.dotted(node)
        if path not in STOA_FUNCTIONS and source.kind and source.member(node.member) is None:
            written = value_types.dotted(node.source) or _called(node.source)
            yield _Wrong(written, node.member, source)
    if isinstance(node, Filter):
        yield from _wrong_in(node.source, known)
        yield from _wrong_in(node.condition, {})
        return
    bound: tuple[str, ...] = ()
    if isinstance(node, For | Quantified):
        bound = (*(each.name for each in node.iterators), "partial")
    elif isinstance(node, FunctionLiteral):
        bound = tuple(parameter.name for parameter in node.parameters)
    elif isinstance(node, ContextLiteral):
        bound = tuple(name for name, _ in node.entries)
    inner = {**known, **dict.fromkeys(bound, ANY)} if bound else known
    for child in children(node):
        yield from _wrong_in(child, inner)


def _called(node: SyntaxNode) -> str:
    """A source that is no path, as it is named: a call by its function."""
    return f"{value_types.dotted(node.function)}(…)" if isinstance(node, Call) else "…"
