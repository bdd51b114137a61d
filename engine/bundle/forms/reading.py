"""form-js JSON, as Camunda Modeler writes it, into the questions that a form asks."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.bundle.files import BundleFindings
from engine.bundle.forms.component import Component
from engine.bundle.forms.field_reading import FIELD_TYPES, read_field
from engine.bundle.forms.question import Field, KeyPath, Question, RepeatedPart
from engine.feel import FeelExpression

MAX_BYTES = 1_000_000
MAX_COMPONENTS = 500
MAX_DEPTH = 20

_SHOWN_ONLY: Final = frozenset(
    {"text", "html", "image", "spacer", "separator", "table", "iframe", "button", "documentPreview"}
)
"""Components that show something and ask nothing."""

_KEY_PART: Final = "a name of letters, digits and underscores"


@dataclass(frozen=True)
class FormReading:
    """A form as it was read: its JSON, and what it asks."""

    id: str
    schema: Mapping[str, Any]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class _Around:
    """What groups put around their components."""

    path: KeyPath = ()
    hidden_when: tuple[FeelExpression, ...] = ()
    depth: int = 0


def read_form(
    form_id: str, file: str, content: bytes, findings: BundleFindings, *, says_id: bool = True
) -> FormReading | None:
    """The form of that id, not to be used if there were findings; None after noting why it cannot be read.

    `says_id` is false for a form in a diagram, which is known by the id of its element there.
    """
    schema = _json(file, content, findings)
    if schema is None:
        return None
    if says_id and schema.get("id") != form_id:
        findings.add(
            file,
            "",
            f'Expected "id" to be "{form_id}", as the file is named, found {schema.get("id")!r:.80}.',
        )
    reader = _Reader(file, findings)
    questions = tuple(reader.questions(schema.get("components"), _Around()))
    reader.note_clashes(questions)
    return FormReading(form_id, schema, questions)


def _json(file: str, content: bytes, findings: BundleFindings) -> Mapping[str, Any] | None:
    if len(content) > MAX_BYTES:
        findings.add(file, "", f"Expected at most {MAX_BYTES:,} bytes, found {len(content):,}.")
        return None
    try:
        schema = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        findings.add(file, "", f"Expected JSON: {error}.")
        return None
    if not isinstance(schema, dict) or schema.get("type") != "default":
        findings.add(file, "", 'Expected a form-js form: an object with "type": "default".')
        return None
    return schema


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")


class _Reader:
    """Walks through the components of one form."""

    def __init__(self, file: str, findings: BundleFindings) -> None:
        self._file = file
        self._findings = findings
        self._ids: set[str] = set()
        self._count = 0

    def questions(self, components: object, around: _Around) -> Iterator[Question]:
        """The questions in document order, those in groups included."""
        if not isinstance(components, list):
            self._findings.add(self._file, "", "Expected components to be a list.")
            return
        if around.depth > MAX_DEPTH:
            self._findings.add(self._file, "", f"Expected at most {MAX_DEPTH} levels of groups.")
            return
        for source in components:
            if not isinstance(source, dict):
                self._findings.add(self._file, "", f"Expected a component, found {source!r:.50}.")
                continue
            component = Component(file=self._file, source=source, findings=self._findings)
            if self._is_countable(component):
                yield from self._read(component, around)

    def note_clashes(self, questions: tuple[Question, ...]) -> None:
        """Note keys that are asked for twice, and keys inside a value that is no group."""
        owners: dict[KeyPath, str] = {}
        for question in questions:
            if question.path in owners:
                self._note_clash(question, question.path, owners)
            owners.setdefault(question.path, question.id)
        for question in questions:
            around = (question.path[:length] for length in range(1, len(question.path)))
            owned = next((path for path in around if path in owners), None)
            if owned is not None:
                self._note_clash(question, owned, owners)
            if isinstance(question, RepeatedPart):
                self.note_clashes(question.questions)

    def _note_clash(self, question: Question, path: KeyPath, owners: Mapping[KeyPath, str]) -> None:
        sentence = f"Expected a key of its own: {owners[path]} has {'.'.join(path)}."
        self._findings.add(self._file, f"component {question.id}", sentence)

    def _is_countable(self, component: Component) -> bool:
        self._count += 1
        if self._count > MAX_COMPONENTS:
            if self._count == MAX_COMPONENTS + 1:
                self._findings.add(self._file, "", f"Expected at most {MAX_COMPONENTS} components.")
            return False
        if not component.id or component.id in self._ids:
            component.note("Expected an id of its own.")
        self._ids.add(component.id)
        return True

    def _read(self, component: Component, around: _Around) -> Iterator[Question]:
        if component.type in _SHOWN_ONLY:
            component.part("conditional").expression("hide")
            return
        hide = component.part("conditional").expression("hide")
        hidden_when = (*around.hidden_when, hide) if hide else around.hidden_when
        if component.type == "group":
            yield from self._group(component, around, hidden_when)
        elif component.type == "dynamiclist":
            path = self._key(component, "path")
            inner = tuple(self.questions(component.source.get("components"), _Around(depth=around.depth + 1)))
            if any(isinstance(question, Field) and question.taken_from for question in inner):
                component.note("Expected no field of a list to be taken over: of each person there is one.")
            yield RepeatedPart(
                id=component.id, path=around.path + path, questions=inner, hidden_when=hidden_when
            )
        elif component.type in FIELD_TYPES:
            path = around.path + self._key(component, "key")
            yield read_field(component, path, hidden_when)
        else:
            component.note(f"Expected a type that this system knows, found {component.type!r:.80}.")

    def _group(
        self, component: Component, around: _Around, hidden_when: tuple[FeelExpression, ...]
    ) -> Iterator[Question]:
        path = self._key(component, "path") if component.source.get("path") else ()
        inside = _Around(around.path + path, hidden_when, around.depth + 1)
        yield from self.questions(component.source.get("components"), inside)

    def _key(self, component: Component, name: str) -> KeyPath:
        text = component.text(name) or ""
        parts = tuple(text.split("."))
        if not all(part.isidentifier() for part in parts):
            component.note(f"Expected {name} to be {_KEY_PART}, found {text!r:.80}.")
        return parts
