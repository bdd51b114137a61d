"""Under which names an element sees what it requires (DMN 1.5, 10.4)."""

from collections.abc import Iterable

from engine.dmn.decision_run import NamedValues
from engine.dmn.linking import Requirement


def put(scope: NamedValues, requirement: Requirement, value: object) -> None:
    """Makes a required value visible under its variable's name, if it is imported below its import's name.

    The element's own name and its id stand for it too where nothing else has them: modelers let the names of
    element and variable differ, and refer to tables by id.
    """
    own: NamedValues = scope
    if requirement.import_name:
        imported = scope.setdefault(requirement.import_name, {})
        own = imported if isinstance(imported, dict) else {}
    element = requirement.element
    own[element.variable.name] = value
    own.setdefault(element.name, value)
    own.setdefault(element.id, value)


def visible_names(requirements: Iterable[Requirement]) -> frozenset[str]:
    """The names that an expression may use for what its element requires."""
    names: set[str] = set()
    for requirement in requirements:
        element = requirement.element
        names |= {element.variable.name, element.name, element.id}
        if requirement.import_name:
            names.add(requirement.import_name)
    return frozenset(names)


def path(requirement: Requirement) -> str:
    """How a person names a required element: by its name, below its import's."""
    name = requirement.element.name
    return f"{requirement.import_name}.{name}" if requirement.import_name else name
