"""A form of a procedure: what may be sent for it, and what is then kept."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cached_property
from math import isfinite
from typing import Any

from marshmallow import Schema, ValidationError

from engine.bundle import messages
from engine.bundle.contract import AcceptedAnswer, IsFiled, nothing_filed
from engine.bundle.forms.answers import MAX_CHOICES, MAX_TEXT, text_problem
from engine.bundle.forms.filling import Filling, merged, taken_over
from engine.bundle.forms.form_schema import MAX_ENTRIES, form_schema
from engine.bundle.forms.question import Question, RepeatedPart
from engine.bundle.forms.reading import FormReading
from engine.bundle.messages import Say, speaker
from engine.bundle.strict_fields import flat
from engine.bundle.yaml_tree import Path
from engine.kernel.bilingual import Language
from engine.kernel.clock import Clock
from engine.kernel.refusal import Invalid

_Problems = dict[Path, list[str]]


class ReadForm:
    """A form-js form, which fills the port `Form`; safe to share between threads."""

    def __init__(self, reading: FormReading, *, clock: Clock, zone: tzinfo, language: Language) -> None:
        self._reading = reading
        self._clock = clock
        self._zone = zone
        self._say = speaker(language)

    @cached_property
    def _answers(self) -> Schema:
        """Built for the first answer: few forms of a version are answered soon after it is read."""
        return form_schema(self._reading.questions, self._say)

    @cached_property
    def _known(self) -> "_Known":
        return _known_keys(self._reading.questions)

    @property
    def id(self) -> str:
        """The id that diagrams name it by."""
        return self._reading.id

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the form asks, in the order of the page."""
        return self._reading.questions

    @property
    def schema(self) -> Mapping[str, Any]:
        return self._reading.schema

    def accept(
        self, data: Mapping[str, Any], *, scope: Mapping[str, Any], is_filed: IsFiled = nothing_filed
    ) -> dict[str, Any]:
        """The values of the form; `Invalid` with every problem by field (`evidence.kind`, `lines.0.sum`).

        A field left out is unanswered: null, an unticked box, an empty list. A hidden field is not asked, and
        what `scope` has for it stays. Codes such as an AFM come back in the one way in which they are kept.
        Variables that are contexts keep the entries that `scope` has and the form does not ask for.
        """
        given, errors = self._loaded(taken_over(self._reading.questions, data, scope))
        answers, problems = self._filled(given, errors, scope, is_filed)
        _refuse_if_any(problems)
        return answers

    def accept_answer(
        self, data: Mapping[str, Any], *, scope: Mapping[str, Any], is_filed: IsFiled = nothing_filed
    ) -> AcceptedAnswer:
        """As `accept`, but what the form does not have is left out of an answer that is sound besides."""
        given, errors = self._loaded(taken_over(self._reading.questions, data, scope))
        unknown = {path: said for path, said in errors.items() if said == [self._say(messages.UNKNOWN_FIELD)]}
        others = {path: said for path, said in errors.items() if path not in unknown}
        answers, problems = self._filled(given, others, scope, is_filed)
        _refuse_if_any({**problems, **unknown} if problems else {})
        return AcceptedAnswer(values=answers, left_out=tuple(sorted(map(_dotted, unknown))))

    def _loaded(self, data: Mapping[str, Any]) -> tuple[Mapping[str, Any], _Problems]:
        """What can be read of the data, and what is wrong with the rest."""
        try:
            return self._answers.load(dict(data)), {}
        except ValidationError as refusal:
            given = refusal.valid_data if isinstance(refusal.valid_data, dict) else {}
            return given, flat(refusal)

    def _filled(
        self, given: Mapping[str, Any], errors: _Problems, scope: Mapping[str, Any], is_filed: IsFiled
    ) -> tuple[dict[str, Any], _Problems]:
        """The values that the form comes to, and all problems, `errors` among them."""
        now = self._clock.now()
        today = now.astimezone(self._zone).date()
        filling = Filling(say=self._say, now=now, today=today, is_filed=is_filed, errors=errors)
        answers = filling.answers(self._reading.questions, given, scope=scope, names={})
        values = {name: merged(scope.get(name), value) for name, value in answers.items()}
        return values, filling.errors

    def draft(self, data: Mapping[str, Any], *, scope: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values so far; `Invalid` for an unknown field, and for what cannot be kept at all."""
        errors: dict[Path, list[str]] = {}
        _look_through(data, self._known, (), self._say, errors)
        _refuse_if_any(errors)
        return taken_over(self._reading.questions, data, scope or {})


_Known = dict[str, Any]
"""The keys of a level: a nested level for a group, a list of one for a list's entries, None for a field."""


def _known_keys(questions: tuple[Question, ...]) -> _Known:
    known: _Known = {}
    for question in questions:
        level = known
        for key in question.path[:-1]:
            level = level.setdefault(key, {})
        inner = [_known_keys(question.questions)] if isinstance(question, RepeatedPart) else None
        level[question.path[-1]] = inner
    return known


def _look_through(value: Any, known: Any, path: Path, say: Say, errors: dict[Path, list[str]]) -> None:
    if isinstance(value, Mapping) and isinstance(known, dict):
        for key, inner in value.items():
            if key in known:
                _look_through(inner, known[key], (*path, key), say, errors)
            else:
                errors[(*path, str(key)[:100])] = [say(messages.UNKNOWN_FIELD)]
    elif isinstance(value, list) and isinstance(known, list) and len(value) <= MAX_ENTRIES:
        for number, entry in enumerate(value):
            _look_through(entry, known[0], (*path, number), say, errors)
    elif value is not None and (problem := _draft_problem(value, known, say)):
        errors[path] = [problem]


def _draft_problem(value: Any, known: Any, say: Say) -> str | None:
    if isinstance(known, dict):
        return say(messages.EXPECTED_FIELDS)
    if isinstance(known, list):
        return say(messages.EXPECTED_LIST)
    if isinstance(value, list) and len(value) <= MAX_CHOICES:
        return next((problem for item in value if (problem := _leaf_problem(item, say))), None)
    return _leaf_problem(value, say)


def _leaf_problem(value: Any, say: Say) -> str | None:
    if isinstance(value, str):
        return text_problem(value, wraps=True, most=MAX_TEXT, say=say)
    if isinstance(value, Mapping | list):
        return say(messages.EXPECTED_TEXT)
    return say(messages.EXPECTED_NUMBER) if isinstance(value, float) and not isfinite(value) else None


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _refuse_if_any(errors: Mapping[Path, list[str]]) -> None:
    if errors:
        by_field = {_dotted(path): sentences for path, sentences in errors.items()}
        count = f"{len(by_field)} fields have" if len(by_field) > 1 else "one field has"
        raise Invalid(f"The form cannot be taken: {count} a problem.", by_field)
