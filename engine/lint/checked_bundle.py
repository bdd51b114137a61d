"""The files of one procedure as rules see them that ask about forms and decisions too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine import dmn
from engine.lint import json_places
from engine.lint.choices import Choices
from engine.lint.file_index import FileIndex, forms_in
from engine.lint.finding import Text
from engine.lint.json_places import Way
from engine.lint.value_flow import ScopeFlow, of_diagram
from engine.lint.value_types import Types, of_variables

if TYPE_CHECKING:
    from engine.lint.rule import CheckedDiagram

Component = Mapping[str, Any]
"""A component of a form, as form-js writes it."""


@dataclass(frozen=True)
class Spot:
    """A place in a file that is no diagram: a component of a form, a rule of a table.

    `what` names it as its author would; `text`, from `line` on, is what is wrong.
    """

    file: str
    line: int
    what: Text
    element_id: str | None = None
    text: str = ""


@dataclass(frozen=True)
class CheckedForm:
    """A form in a file of its own."""

    file: str
    id: str
    content: Mapping[str, Any]
    source: str

    @cached_property
    def _lines(self) -> Mapping[Way, int]:
        return json_places.lines_of(self.source)

    def components(self) -> Iterator[tuple[Way, Component]]:
        """Every component with the way to it, those in groups included, in the order of the file."""
        waiting: list[tuple[Way, object]] = [(("components",), self.content.get("components"))]
        while waiting:
            way, listed = waiting.pop(0)
            inside: list[tuple[Way, object]] = []
            for number, part in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(part, dict):
                    yield (*way, number), part
                    inside.append(((*way, number, "components"), part.get("components")))
            waiting = [*inside, *waiting]

    def spot(self, way: Way, component: Component, text: str = "") -> Spot:
        """The place of a value in a component."""
        identifier = str(component.get("id") or component.get("key") or "") or None
        label = str(component.get("label") or component.get("text") or "").split("\n")[0][:60]
        kind = component.get("type", "component")
        called = f'{kind} "{label}" ({identifier})' if label else f"{kind} ({identifier})"
        line = next(
            (self._lines[way[:end]] for end in range(len(way), -1, -1) if way[:end] in self._lines), 1
        )
        return Spot(self.file, line, Text(el=called, en=called), identifier, text)


@dataclass(frozen=True)
class CheckedBundle:
    """The files of one procedure, or of one shared part, read; `decisions` is None where none can be read."""

    files: Mapping[str, bytes]
    index: FileIndex
    diagrams: "tuple[CheckedDiagram, ...]"
    decisions: dmn.Bundle | None

    @cached_property
    def forms(self) -> tuple[CheckedForm, ...]:
        return tuple(
            CheckedForm(name, form_id, form, self.files[name].decode("utf-8", errors="replace"))
            for name, form_id, form in forms_in(self.files)
        )

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of the variables that a case can have, by all of its diagrams."""
        return frozenset().union(*(diagram.variables for diagram in self.diagrams))

    @cached_property
    def variables_complete(self) -> bool:
        """Whether no variable of another name can come in; false where there is no diagram."""
        return bool(self.diagrams) and all(diagram.variables_complete for diagram in self.diagrams)

    @cached_property
    def types(self) -> Types:
        """Of which type the variables are, as far as the forms tell."""
        forms = {form.id: form.content for form in self.forms}
        return of_variables(self.diagrams, forms, frozenset(self.index.part.types) if self.index.part else ())

    @cached_property
    def choices(self) -> Choices:
        """What its fields let choose from."""
        return Choices(self.types)

    @cached_property
    def flows(self) -> "Mapping[CheckedDiagram, tuple[ScopeFlow, ...]]":
        """What can happen in the scopes of each diagram, by these choices."""
        return {diagram: of_diagram(diagram, self.choices) for diagram in self.diagrams}

    @cached_property
    def decision_names(self) -> frozenset[str]:
        """The names by which decisions are read by others."""
        known = self.decisions.decisions.values() if self.decisions is not None else ()
        return frozenset(name for decision in known for name in (decision.name, decision.id))
