"""The marshmallow schema of a form: the shape of its answers, and what each must be by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from engine.bundle import messages
from engine.bundle.forms.answers import answer
from engine.bundle.forms.question import Field, KeyPath, Question
from engine.bundle.messages import Say

MAX_ENTRIES = 200


@dataclass
class _Level:
    """The fields of one level, and the levels below it, while they are gathered."""

    members: dict[str, fields.Field[Any]] = field(default_factory=dict)
    below: dict[str, "_Level"] = field(default_factory=dict)

    def at(self, path: KeyPath) -> "_Level":
        level = self
        for key in path:
            level = level.below.setdefault(key, _Level())
        return level


def form_schema(questions: Iterable[Question], say: Say) -> Schema:
    """A schema that refuses unknown fields and takes every known one as it is, missing ones included."""
    top = _Level()
    for question in questions:
        key = question.path[-1]
        level = top.at(question.path[:-1])
        level.members[key] = (
            answer(question, say) if isinstance(question, Field) else _entries(key, question.questions, say)
        )
    return _schema(top, say)


def _entries(key: str, questions: tuple[Question, ...], say: Say) -> fields.Field[Any]:
    def not_too_many(entries: list[Any]) -> None:
        if len(entries) > MAX_ENTRIES:
            raise ValidationError(say(messages.TOO_MANY, most=MAX_ENTRIES, found=len(entries)))

    entry = fields.Nested(form_schema(questions, say), error_messages=_shape_messages(say))
    return fields.List(
        entry,
        data_key=key,
        attribute=key,
        allow_none=True,
        validate=not_too_many,
        error_messages={"invalid": say(messages.EXPECTED_LIST)},
    )


def _schema(level: _Level, say: Say) -> Schema:
    members = dict(level.members)
    for key, below in level.below.items():
        members[key] = fields.Nested(
            _schema(below, say), data_key=key, attribute=key, error_messages=_shape_messages(say)
        )
    # The attribute names are our own, because a form may call a field `Meta`, which marshmallow would take.
    numbered = {f"field_{number}": member for number, member in enumerate(members.values())}
    schema = Schema.from_dict(numbered)(unknown=RAISE)
    schema.error_messages = {**schema.error_messages, **_shape_messages(say)}
    return schema


def _shape_messages(say: Say) -> dict[str, Any]:
    expected = say(messages.EXPECTED_FIELDS)
    return {"unknown": say(messages.UNKNOWN_FIELD), "type": expected, "null": expected, "invalid": expected}
