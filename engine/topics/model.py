"""A topic: a kind of work that agencies are asked for, what they are handed, and what they answer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.kernel.bilingual import Bilingual
from engine.kernel.vocabulary import search_form

MOST_FIELDS = 60

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_NEEDED = "needed"


class FieldType(StrEnum):
    """What a value is; lists and contexts are handed over and never answered."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DOCUMENT = "document"
    LIST = "list"
    CONTEXT = "context"


ANSWERED_TYPES = (
    FieldType.TEXT,
    FieldType.NUMBER,
    FieldType.BOOLEAN,
    FieldType.DATE,
    FieldType.DOCUMENT,
)


@dataclass(frozen=True, kw_only=True)
class TopicField:
    """A value that an agency is handed, or answers with."""

    name: str
    type: FieldType
    needed: bool = False

    @property
    def line(self) -> str:
        """As people write it: `certificate_number text needed`."""
        return f"{self.name} {self.type.value}" + (f" {_NEEDED}" if self.needed else "")


@dataclass(frozen=True, kw_only=True)
class TopicVersion:
    """A topic as it was from one moment until its next version.

    `inputs` are what its agency is handed, `answer` what it answers with; an empty one says nothing. `note`
    says what changed, `by` is the name of who changed it.
    """

    topic: str
    number: int
    name: str
    name_en: str
    description: str
    description_en: str
    inputs: tuple[TopicField, ...]
    answer: tuple[TopicField, ...]
    note: str
    at: datetime
    by: str

    @property
    def called(self) -> Bilingual:
        """Its name in both languages; the Greek one twice if it has no English one."""
        return Bilingual(self.name, el=self.name, en=self.name_en or self.name)

    @property
    def described(self) -> Bilingual:
        return Bilingual(self.description, el=self.description, en=self.description_en or self.description)

    @property
    def search_text(self) -> str:
        return search_form(" ".join((self.topic, self.name, self.name_en)))

    @property
    def answer_schema(self) -> Mapping[str, Any] | None:
        """The form-js form that an answer must fit where a procedure has none; None if any will do."""
        if not self.answer:
            return None
        components = [_component(field) for field in self.answer]
        return {"id": f"{self.topic}@{self.number}", "type": "default", "components": components}


_COMPONENTS: Mapping[FieldType, Mapping[str, Any]] = {
    FieldType.TEXT: {"type": "textfield"},
    FieldType.NUMBER: {"type": "number"},
    FieldType.BOOLEAN: {
        "type": "radio",
        "values": [{"label": "Ναι", "value": True}, {"label": "Όχι", "value": False}],
        "properties": {"stoa:option-en:true": "Yes", "stoa:option-en:false": "No"},
    },
    FieldType.DATE: {"type": "datetime", "subtype": "date"},
    FieldType.DOCUMENT: {"type": "filepicker"},
}


def _component(field: TopicField) -> Mapping[str, Any]:
    """A field of a form; its label is its name in words, as nobody gave it another."""
    words = field.name.replace("_", " ").capitalize()
    label = {"dateLabel": words} if field.type is FieldType.DATE else {"label": words}
    drawn = _COMPONENTS[field.type]
    return {
        **drawn,
        **label,
        "id": f"Field_{field.name}",
        "key": field.name,
        "validate": {"required": field.needed},
        "properties": {**drawn.get("properties", {}), "stoa:label-en": words},
    }


_TYPES_OF_COMPONENTS: Mapping[str, tuple[FieldType, ...]] = {
    "textfield": (FieldType.TEXT,),
    "textarea": (FieldType.TEXT,),
    "number": (FieldType.NUMBER,),
    "checkbox": (FieldType.BOOLEAN,),
    "datetime": (FieldType.DATE,),
    "filepicker": (FieldType.DOCUMENT,),
}
"""What a component of form-js gives; one that is not here, such as a choice, may give anything."""


def disagreements(answer: Sequence[TopicField], form: Mapping[str, Any]) -> list[Bilingual]:
    """What the form of a procedure asks of an answer that the topic does not promise, in sentences.

    The form may leave out what the topic has. Fields in groups with a path, and lists, are left to the form.
    """
    promised = {field.name: field for field in answer}
    problems: list[Bilingual] = []
    for component in _asking(form):
        name = component["key"]
        field = promised.get(name)
        if field is None:
            en = f"{name}: expected a field of the topic's answer ({_named(answer)}), found none."
            el = f"{name}: η απάντηση του θέματος δεν έχει τέτοιο πεδίο, έχει μόνο {_named(answer)}."
            problems.append(Bilingual(en, el=el, en=en))
            continue
        types = _TYPES_OF_COMPONENTS.get(component.get("type", ""), tuple(FieldType))
        if field.type not in types:
            kind = component.get("type")
            en = f"{name}: expected {field.type.value}, as the topic has it, found {kind}."
            el = f"{name}: το θέμα ορίζει {field.type.value}, η φόρμα έχει {kind}."
            problems.append(Bilingual(en, el=el, en=en))
        required = component.get("validate", {}).get("required") and not component.get("conditional")
        if required and not field.needed:
            en = f"{name}: the form requires it, but the topic lets an agency leave it out."
            el = f"{name}: η φόρμα το απαιτεί, ενώ το θέμα επιτρέπει στον φορέα να το παραλείψει."
            problems.append(Bilingual(en, el=el, en=en))
    return problems


def _asking(form: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for component in form.get("components", ()):
        if component.get("key") and not component.get("disabled") and not component.get("readonly"):
            yield component
        elif component.get("type") == "group" and not component.get("path"):
            yield from _asking(component)


def missing_inputs(inputs: Sequence[TopicField], handed: frozenset[str]) -> list[str]:
    """The names of what the topic's agency needs and is not handed."""
    roots = {name.partition(".")[0] for name in handed}
    return [field.name for field in inputs if field.needed and field.name not in roots]


def _named(fields: Sequence[TopicField]) -> str:
    return ", ".join(field.name for field in fields)


def read_fields(lines: Iterable[str], types: Sequence[FieldType]) -> tuple[tuple[TopicField, ...], list[str]]:
    """The fields of lines such as `certificate_number text needed`, and what is wrong, in sentences."""
    fields: list[TopicField] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words:
            continue
        problem = _line_problem(words, types, {field.name for field in fields})
        if problem is not None:
            problems.append(f"line {number}: {problem}")
            continue
        fields.append(TopicField(name=words[0], type=FieldType(words[1]), needed=len(words) == 3))
    if len(fields) > MOST_FIELDS:
        problems.append(f"expected at most {MOST_FIELDS} fields, found {len(fields)}")
    return tuple(fields), problems


def _line_problem(words: Sequence[str], types: Sequence[FieldType], known: set[str]) -> str | None:
    if not _FIELD.fullmatch(words[0]):
        return f"expected a name of small Latin letters, digits and underscores, found {words[0]!r:.70}"
    if words[0] in known:
        return f"expected each name once, found {words[0]} again"
    kinds = ", ".join(types)
    if len(words) < 2 or words[1] not in list(types):
        return f"expected what {words[0]} is ({kinds}), found {' '.join(words[1:]) or 'nothing'!r:.70}"
    if words[2:] not in ([], [_NEEDED]):
        return f"expected {_NEEDED} or nothing after {words[1]}, found {' '.join(words[2:])!r:.70}"
    return None
