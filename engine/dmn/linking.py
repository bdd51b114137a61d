"""Resolves what the files of one bundle say of each other: imports, hrefs, and requirement cycles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.dmn.findings import DmnFindings
from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    DmnDefinitions,
    DrgElement,
    Import,
    InputData,
    Reference,
)

MAX_CHAIN: Final = 60
"""How many elements may require one another in a row: each of them takes some of Python's stack."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """An element that another one requires; `import_name` is None where both stand in the same file."""

    element: DrgElement
    definitions: DmnDefinitions
    import_name: str | None

    @property
    def path(self) -> str:
        """How a person names the element: by its name, below its import's."""
        name = self.element.name
        return f"{self.import_name}.{name}" if self.import_name else name


def visible_names(requirements: Iterable[Requirement]) -> frozenset[str]:
    """The names that an expression may use for what its element requires."""
    names: set[str] = set()
    for requirement in requirements:
        element = requirement.element
        names |= {element.variable.name, element.name, element.id}
        if requirement.import_name:
            names.add(requirement.import_name)
    return frozenset(names)


class Linked:
    """The files of a bundle by namespace, with every href resolved.

    Hrefs that lead nowhere, imports of files that are not in the bundle and requirement cycles are findings.
    """

    def __init__(self, files: Sequence[DmnDefinitions], findings: DmnFindings) -> None:
        self._findings = findings
        self._by_namespace: dict[str, DmnDefinitions] = {}
        for definitions in files:
            self._register(definitions)
        self.files: tuple[DmnDefinitions, ...] = tuple(self._by_namespace.values())
        self.imports: dict[str, tuple[tuple[str, DmnDefinitions], ...]] = {
            definitions.namespace: tuple(self._imported(definitions)) for definitions in self.files
        }

    def _register(self, definitions: DmnDefinitions) -> None:
        other = self._by_namespace.setdefault(definitions.namespace, definitions)
        if other is not definitions:
            self._findings.add(
                definitions.place,
                f"expected its own namespace, found {definitions.namespace!r}, that of {other.place.file}",
            )

    def _imported(self, definitions: DmnDefinitions) -> Iterator[tuple[str, DmnDefinitions]]:
        names: set[str] = set()
        for entry in definitions.imports:
            target = self._by_namespace.get(entry.namespace)
            if target is None:
                self._findings.add(
                    entry.place,
                    f"expected a file of namespace {entry.namespace!r} in the bundle, found {self._found()}",
                )
            elif self._imports_itself(entry, definitions):
                self._findings.add(entry.place, "expected an import of another file, found an import cycle")
            elif entry.name and entry.name in names:
                self._findings.add(
                    entry.place, f"expected a name of its own, found import {entry.name!r} twice"
                )
            else:
                names.add(entry.name)
                yield entry.name, target

    def _found(self) -> str:
        return ", ".join(repr(namespace) for namespace in self._by_namespace)

    def _imports_itself(self, entry: Import, definitions: DmnDefinitions) -> bool:
        pending, seen = [entry.namespace], set[str]()
        while pending:
            namespace = pending.pop()
            if namespace == definitions.namespace:
                return True
            if namespace not in seen and namespace in self._by_namespace:
                seen.add(namespace)
                pending.extend(other.namespace for other in self._by_namespace[namespace].imports)
        return False

    def requirement(self, reference: Reference, definitions: DmnDefinitions) -> Requirement | None:
        """What an href leads to; None if it leads nowhere (a finding, noted by `check`)."""
        if reference.namespace in (None, definitions.namespace):
            element = definitions.elements.get(reference.id)
            return None if element is None else Requirement(element, definitions, import_name=None)
        for name, target in self.imports[definitions.namespace]:
            if target.namespace == reference.namespace and reference.id in target.elements:
                return Requirement(target.elements[reference.id], target, import_name=name)
        return None

    def requirements(
        self, references: Sequence[Reference], definitions: DmnDefinitions
    ) -> tuple[Requirement, ...]:
        """What hrefs lead to, those left out that lead nowhere."""
        found = (self.requirement(reference, definitions) for reference in references)
        return tuple(requirement for requirement in found if requirement is not None)

    def check(self) -> None:
        """Notes hrefs that lead nowhere or to the wrong kind of element, and requirement cycles."""
        for definitions in self.files:
            for element in definitions.elements.values():
                for reference, kinds in _hrefs(element):
                    self._check_href(reference, kinds, definitions)
        _CycleSearch(self, self._findings).search()

    def _check_href(self, reference: Reference, kinds: tuple[type, ...], definitions: DmnDefinitions) -> None:
        requirement = self.requirement(reference, definitions)
        expected = " or ".join(_KIND_NAMES[kind] for kind in kinds)
        if requirement is None:
            self._findings.add(
                reference.place, f"expected an href to a {expected}, found nothing at {reference}"
            )
        elif not isinstance(requirement.element, kinds):
            found = _KIND_NAMES[type(requirement.element)]
            self._findings.add(
                reference.place, f"expected an href to a {expected}, found a {found} at {reference}"
            )


_KIND_NAMES: Mapping[type, str] = {
    InputData: "inputData",
    Decision: "decision",
    BusinessKnowledgeModel: "businessKnowledgeModel",
    DecisionService: "decisionService",
}


def _hrefs(element: DrgElement) -> Iterator[tuple[Reference, tuple[type, ...]]]:
    match element:
        case Decision():
            yield from ((reference, (Decision, InputData)) for reference in element.information)
            yield from (
                (reference, (BusinessKnowledgeModel, DecisionService)) for reference in element.knowledge
            )
        case BusinessKnowledgeModel():
            yield from (
                (reference, (BusinessKnowledgeModel, DecisionService)) for reference in element.knowledge
            )
        case DecisionService():
            for references in (element.outputs, element.encapsulated, element.input_decisions):
                yield from ((reference, (Decision,)) for reference in references)
            yield from ((reference, (InputData,)) for reference in element.input_data)
        case InputData():
            return


class _CycleSearch:
    """Looks for elements that require themselves through others (DMN 1.5, 6.2.2: graphs are acyclic).

    A knowledge model that requires itself directly is a recursive function and is allowed. Chains are
    measured too.
    """

    def __init__(self, linked: Linked, findings: DmnFindings) -> None:
        self._linked = linked
        self._findings = findings
        self._heights: dict[tuple[str, str], int] = {}

    def search(self) -> None:
        for definitions in self._linked.files:
            for element in definitions.elements.values():
                self._visit(element, definitions)

    def _visit(self, start: DrgElement, home: DmnDefinitions) -> None:
        path: list[DrgElement] = []
        on_path: set[tuple[str, str]] = set()
        pending = [(start, home, False)]
        while pending:
            element, definitions, left = pending.pop()
            key = (definitions.namespace, element.id)
            if left:
                path.pop()
                on_path.discard(key)
                self._measure(element, definitions)
            elif key in on_path:
                self._report(element, path)
            elif key not in self._heights:
                path.append(element)
                on_path.add(key)
                pending.append((element, definitions, True))
                pending.extend((*required, False) for required in self._required(element, definitions))

    def _measure(self, element: DrgElement, definitions: DmnDefinitions) -> None:
        below = (
            self._heights.get((home.namespace, required.id), 0)
            for required, home in self._required(element, definitions)
        )
        height = 1 + max(below, default=0)
        self._heights[definitions.namespace, element.id] = height
        if height == MAX_CHAIN + 1:
            self._findings.add(
                element.place,
                f"expected at most {MAX_CHAIN} elements that require one another in a row, found more",
            )

    def _required(
        self, element: DrgElement, definitions: DmnDefinitions
    ) -> Iterator[tuple[DrgElement, DmnDefinitions]]:
        for requirement in self._linked.requirements(_required_references(element), definitions):
            recursive = requirement.element is element and isinstance(element, BusinessKnowledgeModel)
            if not recursive:
                yield requirement.element, requirement.definitions

    def _report(self, element: DrgElement, path: Sequence[DrgElement]) -> None:
        cycle = [*path[path.index(element) :], element]
        names = " -> ".join(f"'{member.name}'" for member in cycle)
        self._findings.add(element.place, f"expected requirements without a cycle, found {names}")


def _required_references(element: DrgElement) -> tuple[Reference, ...]:
    match element:
        case Decision():
            return element.information + element.knowledge
        case BusinessKnowledgeModel():
            return element.knowledge
        case DecisionService():
            return element.outputs + element.encapsulated
        case InputData():
            return ()
