"""Which values conform to which types, and what is converted without being asked (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from engine.feel.functions import FeelFunction, Signature
from engine.feel.problems import FeelValueError
from engine.feel.temporal.parts import is_date, make_datetime, split_date
from engine.feel.types import (
    ANY,
    AnyType,
    ConstrainedType,
    ContextType,
    FeelType,
    FunctionType,
    ListType,
    NamedType,
    RangeType,
    SimpleType,
    Types,
)
from engine.feel.values import Range, Value, kind_of

MAX_TYPE_DEPTH = 60


def resolve(feel_type: FeelType, types: Types) -> FeelType:
    """The type that a name stands for, or the type itself.

    Raises FeelValueError for a name that `types` does not have.
    """
    for _ in range(MAX_TYPE_DEPTH):
        if type(feel_type) is not NamedType:
            return feel_type
        known = types.get(feel_type.name)
        if known is None:
            raise FeelValueError(f"there is no type '{feel_type.name}'")
        feel_type = known
    raise FeelValueError(f"the type '{feel_type}' is defined by itself")


def is_instance(value: Value, feel_type: FeelType, types: Types) -> bool:
    """Whether a value is an instance of a type; null is one of Null alone, and allowed values do not count.

    DMN 1.5, 10.3.2.9.4. Raises FeelValueError for an unknown type name.
    """
    if value is None:
        return resolve(feel_type, types) == SimpleType("null")
    return _Check(types, constrained=False).holds(value, feel_type, 0)


def conforms(value: Value, feel_type: FeelType, types: Types) -> bool:
    """Whether a value may stand where the type is asked for; null may stand anywhere.

    Raises FeelValueError for an unknown type name, or when types and values nest too deep.
    """
    return _Check(types, constrained=True).holds(value, feel_type, 0)


@dataclass(frozen=True, slots=True)
class _Check:
    """One look at a value; `constrained` says whether allowed values count."""

    types: Types
    constrained: bool

    def holds(self, value: Value, feel_type: FeelType, depth: int) -> bool:
        if depth > MAX_TYPE_DEPTH:
            raise FeelValueError(f"the type '{feel_type}' nests too deep")
        if value is None:
            return True
        match resolve(feel_type, self.types):
            case AnyType():
                return True
            case SimpleType(kind):
                return kind_of(value) == kind
            case ListType(element):
                return type(value) is list and all(self.holds(each, element, depth + 1) for each in value)
            case ContextType(entries):
                return type(value) is dict and all(
                    name in value and self.holds(value[name], entry, depth + 1) for name, entry in entries
                )
            case RangeType(element):
                return isinstance(value, Range) and all(
                    self.holds(end, element, depth + 1) for end in (value.start, value.end)
                )
            case FunctionType() as wanted:
                return isinstance(value, FeelFunction) and any(
                    _signature_conforms(signature, wanted, self.types) for signature in value.signatures
                )
            case ConstrainedType(base=base, accepts=accepts):
                return self.holds(value, base, depth + 1) and (not self.constrained or accepts(value))
            case NamedType():  # resolve() gives no name back
                return False


def _signature_conforms(signature: Signature, wanted: FunctionType, types: Types) -> bool:
    """Same number of parameters, each as wide as asked, and a result as narrow as asked.

    A result of which nothing is known is taken on trust.
    """
    declared = [parameter.type or ANY for parameter in signature.parameters]
    if len(declared) != len(wanted.parameters):
        return False
    result = signature.result or signature.inferred
    return (result is None or type_conforms(result, wanted.result, types)) and all(
        type_conforms(given, own, types) for given, own in zip(wanted.parameters, declared, strict=True)
    )


def type_conforms(narrow: FeelType, wide: FeelType, types: Types, depth: int = 0) -> bool:
    """Whether every value of `narrow` conforms to `wide` (DMN 1.5, 10.3.2.9.2)."""
    narrow, wide = unconstrained(narrow, types), unconstrained(wide, types)
    if isinstance(wide, AnyType) or narrow in (wide, SimpleType("null")):
        return True
    if depth > MAX_TYPE_DEPTH:
        raise FeelValueError(f"the type '{wide}' nests too deep")
    match narrow, wide:
        case (ListType(inner), ListType(outer)) | (RangeType(inner), RangeType(outer)):
            return type_conforms(inner, outer, types, depth + 1)
        case ContextType(given), ContextType(asked):
            own = dict(given)
            return all(
                name in own and type_conforms(own[name], entry, types, depth + 1) for name, entry in asked
            )
        case FunctionType(given_parameters, given_result), FunctionType(asked_parameters, asked_result):
            return (
                len(given_parameters) == len(asked_parameters)
                and type_conforms(given_result, asked_result, types, depth + 1)
                and all(
                    type_conforms(asked_one, given_one, types, depth + 1)
                    for given_one, asked_one in zip(given_parameters, asked_parameters, strict=True)
                )
            )
    return False


def unconstrained(feel_type: FeelType, types: Types) -> FeelType:
    """The type behind names and constraints."""
    for _ in range(MAX_TYPE_DEPTH):
        feel_type = resolve(feel_type, types)
        if not isinstance(feel_type, ConstrainedType):
            return feel_type
        feel_type = feel_type.base
    raise FeelValueError(f"the type '{feel_type}' nests too deep")


def coerce(value: Value, feel_type: FeelType, types: Types) -> Value:
    """The value as the type, by the implicit conversions of DMN 1.5, 10.3.2.9.4.

    A list of one element gives its element, a value gives a list of one, a date gives midnight in UTC.
    Raises FeelValueError when none of these conforms; the specification's answer is then null.
    """
    if conforms(value, feel_type, types):
        return value
    wanted = unconstrained(feel_type, types)
    if isinstance(wanted, ListType) and type(value) is not list:
        converted: Value = [value]
    elif type(value) is list and len(value) == 1:
        converted = value[0]
    elif is_date(value) and wanted == SimpleType("date and time"):
        converted = make_datetime(split_date(value), 0, UTC)
    else:
        raise _mismatch(value, feel_type)
    if conforms(converted, feel_type, types):
        return converted
    raise _mismatch(value, feel_type)


def _mismatch(value: Value, feel_type: FeelType) -> FeelValueError:
    return FeelValueError(f"expected {feel_type}, found {kind_of(value)}")
