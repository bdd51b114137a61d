"""Item definitions as FEEL types: what a type reference means in a file, and values made to conform to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine import feel
from engine.dmn.allowed_values import AllowedValues, compile_allowed_values
from engine.dmn.findings import DmnFindings
from engine.dmn.linking import Linked
from engine.dmn.model import DmnDefinitions, DmnVariable, FunctionItem, ItemDefinition, UnaryTestsText
from engine.feel import conformance, types
from engine.feel.names import NameBook


class Mismatch:
    """The class of MISMATCH."""


MISMATCH: Final = Mismatch()
"""What `ItemType.conform` returns for a value of another type; null would be a value."""


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type reference, resolved; `text` is the reference as written."""

    text: str
    feel_type: types.FeelType
    names: types.Types
    exact: type | None

    def __str__(self) -> str:
        return self.text

    def conform(self, value: object) -> object:
        """The value by the implicit conversions of DMN 1.5, 10.3.2.9.4, or MISMATCH.

        A list of one value where one is asked for gives the value, one value where a list is asked for gives
        a list of it, a date where a date and time is asked for gives its midnight.
        """
        if type(value) is self.exact:
            return value
        try:
            return conformance.coerce(value, self.feel_type, self.names)
        except feel.FeelValueError:
            return MISMATCH


class ItemTypes:
    """The types that a file's references can name: built in, its own, and those of its imports by prefix."""

    def __init__(self, aliases: types.Types, canonical: types.Types, findings: DmnFindings) -> None:
        self._aliases = aliases
        self._canonical = canonical
        self._findings = findings
        self.names: types.Types = {**canonical, **aliases}
        """For FEEL texts of the file, in which `instance of` and typed parameters name types."""

    def find(self, variable: DmnVariable) -> ItemType | None:
        """The type of a variable, None where any value will do; an unknown name is a finding."""
        if variable.type_ref is None:
            return None
        feel_type = self.resolve(variable)
        resolved = conformance.resolve(feel_type, self._canonical)
        if isinstance(resolved, types.AnyType):
            return None
        return ItemType(
            text=variable.type_ref,
            feel_type=feel_type,
            names=self._canonical,
            exact=_EXACT.get(str(resolved)),
        )

    def result_of(self, variable: DmnVariable) -> ItemType | None:
        """The type of what a function returns, whose variable's type is that of the function itself.

        Files of DMN 1.1 and 1.2 give the variable the type of the result instead, so a type that is not a
        function's is taken as such.
        """
        found = self.find(variable)
        if found is None:
            return None
        resolved = conformance.resolve(found.feel_type, self._canonical)
        if not isinstance(resolved, types.FunctionType):
            return found
        if isinstance(resolved.result, types.AnyType):
            return None
        return ItemType(
            text=str(resolved.result), feel_type=resolved.result, names=self._canonical, exact=None
        )

    def allowed_values(self, type_ref: str | None) -> AllowedValues | None:
        """The allowed values of the type that a reference names, or of its elements if it is a collection."""
        named = self._aliases.get(type_ref or "")
        if named is None:
            return None
        resolved = conformance.resolve(named, self._canonical)
        if isinstance(resolved, types.ListType):
            resolved = conformance.resolve(resolved.element, self._canonical)
        if isinstance(resolved, types.ConstrainedType) and isinstance(resolved.accepts, AllowedValues):
            return resolved.accepts
        return None

    def resolve(self, variable: DmnVariable) -> types.FeelType:
        """The type that a variable's reference stands for, its names those that hold in the whole bundle."""
        text = variable.type_ref
        if text is None:
            return types.ANY
        known = self._aliases.get(text) or types.BUILT_IN_TYPES.get(text) or _EARLIER_TYPES.get(text)
        if known is not None:
            return known
        try:
            return _qualified(feel.parse_type(text, NameBook(self._aliases)), self._aliases)
        except (feel.FeelSyntaxError, feel.FeelLimitError, _UnknownType):
            self._findings.add_if_strict(
                variable.place, f"expected a type that is built in, defined or imported, found {text!r}"
            )
            return types.ANY


_EARLIER_TYPES: Final[types.Types] = dict.fromkeys(("double", "integer", "long"), types.SimpleType("number"))
"""Names that files of DMN 1.1 give to numbers; they say nothing of whether a number is whole."""

_EXACT: Final[Mapping[str, type]] = {"string": str, "boolean": bool}
"""Types whose values are of one Python class, so that a look at the class decides."""


class _UnknownType(Exception):
    """A type text names a type that no file defines."""


def _qualified(feel_type: types.FeelType, aliases: types.Types) -> types.FeelType:
    match feel_type:
        case types.NamedType(name):
            if name not in aliases:
                raise _UnknownType(name)
            return aliases[name]
        case types.ListType(element):
            return types.ListType(_qualified(element, aliases))
        case types.RangeType(element):
            return types.RangeType(_qualified(element, aliases))
        case types.ContextType(entries):
            return types.ContextType(tuple((name, _qualified(entry, aliases)) for name, entry in entries))
        case types.FunctionType(parameters, result):
            return types.FunctionType(
                tuple(_qualified(parameter, aliases) for parameter in parameters), _qualified(result, aliases)
            )
        case _:
            return feel_type


def item_types(linked: Linked, findings: DmnFindings) -> dict[str, ItemTypes]:
    """The types of each file of a bundle, by the file's namespace (DMN 1.5, 7.3.2)."""
    canonical: dict[str, types.FeelType] = {}
    found = {
        definitions.namespace: ItemTypes(dict(_aliases(definitions, linked)), canonical, findings)
        for definitions in linked.files
    }
    for definitions in linked.files:
        reader = _ItemDefinitionReader(found[definitions.namespace], findings)
        for item in definitions.item_definitions:
            canonical[_canonical_name(definitions, item)] = reader.feel_type(item)
    _refuse_endless(linked, canonical, findings)
    for file_types in found.values():
        file_types.names = {**canonical, **file_types.names}
    return found


def _canonical_name(definitions: DmnDefinitions, item: ItemDefinition) -> str:
    return f"{definitions.place.file}#{item.name}"


def _aliases(definitions: DmnDefinitions, linked: Linked) -> Iterator[tuple[str, types.FeelType]]:
    for prefix, imported in linked.imports[definitions.namespace]:
        for item in imported.item_definitions:
            named = types.NamedType(_canonical_name(imported, item))
            yield f"{prefix}.{item.name}" if prefix else item.name, named
            yield f"{{{imported.namespace}}}{item.name}", named
    for item in definitions.item_definitions:
        named = types.NamedType(_canonical_name(definitions, item))
        yield item.name, named
        yield f"{{{definitions.namespace}}}{item.name}", named


def _refuse_endless(linked: Linked, canonical: types.Types, findings: DmnFindings) -> None:
    for definitions in linked.files:
        for item in definitions.item_definitions:
            try:
                conformance.resolve(types.NamedType(_canonical_name(definitions, item)), canonical)
            except feel.FeelValueError:
                findings.add(
                    item.place, f"expected a type made of others, found {item.name!r} defined by itself"
                )


class _ItemDefinitionReader:
    """Turns the item definitions of one file into FEEL types."""

    def __init__(self, file_types: ItemTypes, findings: DmnFindings) -> None:
        self._types = file_types
        self._findings = findings

    def feel_type(self, item: ItemDefinition) -> types.FeelType:
        """Allowed values hold for each element of a collection, a type constraint for the collection."""
        element = self._constrained(self._unconstrained(item), item.allowed, item.name)
        whole = types.ListType(element) if item.is_collection else element
        return self._constrained(whole, item.constraint, item.name)

    def _unconstrained(self, item: ItemDefinition) -> types.FeelType:
        if item.components:
            return types.ContextType(
                tuple((component.name, self.feel_type(component)) for component in item.components)
            )
        if item.function is not None:
            return self._function(item.function, item)
        return self._types.resolve(DmnVariable(item.name, item.type_ref, item.place))

    def _function(self, function: FunctionItem, item: ItemDefinition) -> types.FunctionType:
        return types.FunctionType(
            tuple(self._types.resolve(parameter) for parameter in function.parameters),
            self._types.resolve(DmnVariable(item.name, function.output_type_ref, item.place)),
        )

    def _constrained(self, base: types.FeelType, tests: UnaryTestsText | None, name: str) -> types.FeelType:
        if tests is None:
            return base
        return types.ConstrainedType(
            name=name, base=base, accepts=compile_allowed_values(tests, self._findings)
        )
