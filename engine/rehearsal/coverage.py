"""What the scenarios of a procedure cover: nodes, flows, decision rules, form fields and error codes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from engine import dmn
from engine.bpmn.diagram import FLOW_NODES, Diagram, extension, is_diagram, property_of
from engine.bpmn.shared_parts import FILE as PART_FILE
from engine.bpmn.shared_parts import divided
from engine.bundle.contents import Contents, read_contents
from engine.bundle.contract import Files
from engine.bundle.files import BundleFindings
from engine.bundle.forms.question import Field, Kind, Question, RepeatedPart
from engine.bundle.metadata import FILE
from engine.bundle.steps import LIMITS
from engine.kernel.xml import Element
from engine.lint.finding import Text
from engine.lint.places import Source
from engine.lint.rules.soundness import out_of_reach
from engine.rehearsal.trace import Trace


class Measure(StrEnum):
    """What is counted."""

    NODES = "nodes"
    FLOWS = "flows"
    RULES = "rules"
    FIELDS = "fields"
    ERRORS = "errors"


@dataclass(frozen=True, kw_only=True)
class Coverable:
    """One thing that a scenario can cover.

    `place` and `id` are as a `Trace` has them: the diagram and the element, the DMN file and the rule, the
    form and the field, the element and the error code. `file`, `line` and `column` are where it is written,
    the column 0 where it is not known, `called` what it is called. `scenarios` are the names of those that
    cover it. `cannot` says why none ever will; None for what can be covered as far as it can be told.
    """

    measure: Measure
    place: str
    id: str
    file: str
    line: int
    called: Text
    scenarios: tuple[str, ...] = ()
    cannot: Text | None = None
    column: int = 0

    @property
    def is_covered(self) -> bool:
        """Whether a scenario covers it."""
        return bool(self.scenarios)

    @property
    def where(self) -> str:
        """The file, line and column, where it is known; of a form that is written in a diagram its id."""
        if not self.file:
            return self.place
        return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")

    @property
    def is_missing(self) -> bool:
        """Whether no scenario covers it although one could."""
        return not self.scenarios and self.cannot is None

    def is_in(self, trace: Trace) -> bool:
        """Whether what was gone through has it."""
        if self.measure is Measure.RULES:
            return self.id in trace.rules
        return (self.place, self.id) in getattr(trace, self.measure.value)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Everything that can be covered in the files of a procedure or a shared part, and what covers it."""

    items: tuple[Coverable, ...]

    def of(self, measure: Measure) -> tuple[Coverable, ...]:
        """What is counted by one measure, in the order of the files."""
        return tuple(item for item in self.items if item.measure is measure)

    def missing(self, *measures: Measure) -> tuple[Coverable, ...]:
        """What could be covered and is not, by these measures or by all."""
        return tuple(
            item for item in self.items if item.is_missing and (not measures or item.measure in measures)
        )

    def with_traces(self, traces: Mapping[str, Trace]) -> "Coverage":
        """The same, covered by what the scenarios of these names went through."""
        return Coverage(
            items=tuple(
                replace(item, scenarios=tuple(name for name, trace in traces.items() if item.is_in(trace)))
                for item in self.items
            )
        )

    def as_json(self) -> dict[str, Any]:
        """By measure how many there are and are covered, and each of them."""
        return {measure.value: self._counted(measure) for measure in Measure}

    def _counted(self, measure: Measure) -> dict[str, Any]:
        items = self.of(measure)
        return {
            "total": sum(item.cannot is None for item in items),
            "covered": sum(item.is_covered for item in items),
            "items": [
                {
                    "place": item.place,
                    "id": item.id,
                    "file": item.file,
                    "line": item.line,
                    "column": item.column,
                    "name": {"el": item.called.el, "en": item.called.en},
                    "scenarios": list(item.scenarios),
                    "cannot": None if item.cannot is None else {"el": item.cannot.el, "en": item.cannot.en},
                }
                for item in items
            ],
        }


_NO_WAY: Final = Text(
    el="Καμία ροή δεν οδηγεί εκεί από την αρχή.", en="No flow leads there from where a case begins."
)
_NOT_RUN: Final = Text(
    el="Η διαδικασία αυτή ούτε ξεκινά ούτε καλείται.", en="This process is neither started nor called."
)


def coverable(files: Files) -> Coverage:
    """What can be covered in the files, nothing of it covered yet.

    What the shared parts among them have is covered by their own scenarios, and not counted.
    """
    own, _parts = divided(files)
    metadata = PART_FILE if PART_FILE in own else FILE
    contents = read_contents(own, metadata, BundleFindings())
    diagrams = [
        Diagram.read(name, own[name], LIMITS) for name in sorted(own) if "/" not in name and is_diagram(name)
    ]
    return Coverage(
        items=(
            *_in_diagrams(diagrams, own),
            *_rules(own),
            *_fields(contents, own),
            *_errors(contents, diagrams),
        )
    )


def _in_diagrams(diagrams: list[Diagram], own: Files) -> Iterator[Coverable]:
    for diagram in diagrams:
        cannot, source = _out_of_reach(diagram, diagrams), Source.of(own[diagram.file])
        for measure, kinds in ((Measure.NODES, FLOW_NODES), (Measure.FLOWS, ("sequenceFlow",))):
            for element in diagram.root.within(*kinds):
                identifier = element.get("id", "")
                line, column = source.place(element)
                yield Coverable(
                    measure=measure,
                    place=diagram.file,
                    id=identifier,
                    file=diagram.file,
                    line=line,
                    column=column,
                    called=_called(element),
                    cannot=cannot.get(identifier),
                )


def _called(element: Element) -> Text:
    identifier = element.get("id", "")
    name = " ".join(element.get("name", "").split())
    if not name and element.kind == "sequenceFlow":
        name = f"{element.get('sourceRef', '?')} → {element.get('targetRef', '?')}"
    return Text(el=name or identifier, en=property_of(element, "stoa:name-en") or name or identifier)


def _out_of_reach(diagram: Diagram, diagrams: list[Diagram]) -> dict[str, Text]:
    """Why elements of a diagram can never be passed, by id; the others are not there."""
    called = {
        calls.get("processId", "")
        for one in diagrams
        for activity in one.elements("callActivity")
        if (calls := extension(activity, "calledElement")) is not None
    }
    is_dynamic = any(name.startswith("=") for name in called)
    found: dict[str, Text] = {}
    for scope in diagram.scopes:
        if scope.parent is None and not (scope.executable or is_dynamic or scope.id in called):
            drawn = scope.element.within(*FLOW_NODES, "sequenceFlow")
            found.update({element.get("id", ""): _NOT_RUN for element in drawn})
            continue
        beyond = out_of_reach(scope)
        found.update({node.id: _NO_WAY for node in beyond})
        found.update({flow.id: _NO_WAY for flow in scope.flows if flow.source in beyond})
    return found


def _rules(own: Files) -> Iterator[Coverable]:
    tables = {name: content for name, content in own.items() if "/" not in name and name.endswith(".dmn")}
    sources = {name: Source.of(content) for name, content in tables.items()}
    for rule in dmn.read(tables).rules if tables else ():
        named = f"{rule.element}, {rule.number}: {' | '.join(rule.inputs)} → {' | '.join(rule.outputs)}"
        yield Coverable(
            measure=Measure.RULES,
            place=rule.file,
            id=rule.id,
            file=rule.file,
            line=rule.line,
            column=sources[rule.file].whole(rule.line).column,
            called=Text(el=named, en=named),
        )


def _fields(contents: Contents, own: Files) -> Iterator[Coverable]:
    for form in contents.forms:
        file = f"forms/{form.id}.form"
        labels = dict(_labels(form.schema.get("components"), ()))
        for path in _asked(form.questions, ""):
            yield Coverable(
                measure=Measure.FIELDS,
                place=form.id,
                id=path,
                file=file if file in own else "",
                line=1,
                called=labels.get(path, Text(el=path, en=path)),
            )


def _asked(questions: Iterable[Question], around: str) -> Iterator[str]:
    """The paths of what somebody fills in: neither what is only shown nor what is computed or taken over."""
    for question in questions:
        path = ".".join((*([around] if around else []), *question.path))
        if isinstance(question, RepeatedPart):
            yield path
            yield from _asked(question.questions, path)
        elif _is_filled_in(question):
            yield path


def _is_filled_in(question: Field) -> bool:
    return question.kind is not Kind.COMPUTED and question.read_only is not True and not question.taken_from


def _labels(components: object, around: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    """What the components of a form are called, by the paths of their fields."""
    for component in components if isinstance(components, list) else ():
        if not isinstance(component, dict):
            continue
        own = component.get("key") or component.get("path") or ""
        path = (*around, *(part for part in str(own).split(".") if part))
        label = component.get("label")
        if isinstance(label, str) and label and component.get("key", component.get("path")):
            english = (component.get("properties") or {}).get("stoa:label-en")
            yield ".".join(path), Text(el=label, en=english if isinstance(english, str) else label)
        yield from _labels(component.get("components"), path)


def _errors(contents: Contents, diagrams: list[Diagram]) -> Iterator[Coverable]:
    """The error codes that are caught where an agency answers, each at its service task."""
    for element_id, sheet in contents.outline.answer_sheets.items():
        diagram, element = _element(element_id, diagrams)
        for code, name in sheet.refusals.items():
            yield Coverable(
                measure=Measure.ERRORS,
                place=element_id,
                id=code,
                file=diagram,
                line=element.line if element is not None else 1,
                called=Text(el=name or code, en=name or code),
            )


def _element(element_id: str, diagrams: list[Diagram]) -> tuple[str, Element | None]:
    for diagram in diagrams:
        found = diagram.named(element_id)
        if found is not None:
            return diagram.file, found
    return "", None
