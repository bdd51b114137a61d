"""Calling a function: which signature fits, what each parameter gets, and the call (DMN 1.5, 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from engine.feel.conformance import coerce
from engine.feel.functions import FeelFunction, FormalParameter, Signature
from engine.feel.problems import FeelCallError, FeelValueError
from engine.feel.python_values import deep
from engine.feel.temporal.parts import is_date, make_datetime, split_date
from engine.feel.types import Types
from engine.feel.values import KINDS, Value, kind_of

if TYPE_CHECKING:
    from engine.feel.evaluator import Evaluator


def invoke(
    evaluator: Evaluator, function: FeelFunction, values: Sequence[Value], names: Sequence[str] | None
) -> Value:
    """The result of a call with arguments by position, or by name where `names` is given.

    Raises FeelCallError when no signature has these parameters, FeelValueError when none takes these values
    or the function cannot answer, and FeelLimitError.
    """
    evaluator.charge(1)
    refusal = ""
    for signature in function.signatures:
        in_order = ordered(signature, values, names)
        if in_order is None:
            continue
        try:
            arguments = _accepted(signature, in_order, evaluator.types)
        except FeelValueError as error:
            refusal = refusal or f": {error}"
            continue
        result = signature.implementation(evaluator, arguments)
        if signature.foreign:
            result = deep(result, evaluator.charge)
        if signature.result is not None:
            result = coerce(result, signature.result, evaluator.types)
        return result
    mismatch = _mismatch(function, values, names)
    raise FeelValueError(mismatch + refusal) if refusal else FeelCallError(mismatch)


def _mismatch(function: FeelFunction, values: Sequence[Value], names: Sequence[str] | None) -> str:
    expected = " or ".join(f"{function.name}{signature}" for signature in function.signatures)
    if names is None:
        found = ", ".join(kind_of(value) for value in values)
    else:
        found = ", ".join(f"{name}: {kind_of(value)}" for name, value in zip(names, values, strict=True))
    return f"expected {expected}, found {function.name}({found})"


def ordered(
    signature: Signature, values: Sequence[Value], names: Sequence[str] | None
) -> Sequence[Value] | None:
    """A value for each parameter, or None when number or names do not fit."""
    if names is not None:
        return _ordered_by_name(signature, values, names)
    parameters = signature.parameters
    if signature.takes_rest:
        fixed = len(parameters) - 1
        if len(values) <= fixed:
            return None
        return [*values[:fixed], list(values[fixed:])]
    if len(values) == len(parameters):
        return values
    if signature.fewest <= len(values) < len(parameters):
        return [*values, *[None] * (len(parameters) - len(values))]
    return None


def _ordered_by_name(
    signature: Signature, values: Sequence[Value], names: Sequence[str]
) -> Sequence[Value] | None:
    given = dict(zip(names, values, strict=True))
    if len(given) != len(names) or not given.keys() <= {parameter.name for parameter in signature.parameters}:
        return None
    needed = [
        parameter for parameter in signature.parameters if signature.names_all and not parameter.optional
    ]
    if any(parameter.name not in given for parameter in needed):
        return None
    return [given.get(parameter.name) for parameter in signature.parameters]


def _accepted(signature: Signature, values: Sequence[Value], types: Types) -> Sequence[Value]:
    """The values converted to the parameters' types; raises FeelValueError for one that does not fit."""
    accepted = []
    for parameter, value in zip(signature.parameters, values, strict=True):
        accepts = parameter.accepts
        if accepts is not None:
            accepted.append(value if type(value) in accepts else _converted(parameter, accepts, value))
        elif parameter.type is not None:
            accepted.append(_coerced(parameter, value, types))
        else:
            accepted.append(value)
    return accepted


def _coerced(parameter: FormalParameter, value: Value, types: Types) -> Value:
    if parameter.type is None:
        return value
    try:
        return coerce(value, parameter.type, types)
    except FeelValueError as error:
        raise FeelValueError(f"parameter '{parameter.name}' {error}") from error


def _converted(parameter: FormalParameter, accepts: frozenset[type], value: Value) -> Value:
    """What a built-in function's parameter makes of a value of another class (DMN 1.5, 10.3.2.9.4)."""
    if list in accepts and value is not None:
        return [value]
    if isinstance(value, list) and len(value) == 1 and type(value[0]) in accepts:
        return value[0]
    kinds = {KINDS[each] for each in accepts if each in KINDS}
    if kinds == {"date and time"} and is_date(value):
        return make_datetime(split_date(value), 0, UTC)
    wanted = " or ".join(sorted(kinds - {"null"})) or "function"
    raise FeelValueError(f"parameter '{parameter.name}' expected {wanted}, found {kind_of(value)}")
