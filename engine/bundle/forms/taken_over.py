"""What a form takes over of the people of a case, whose details are known, instead of asking again."""

from collections.abc import Mapping
from typing import Any

from engine.bundle.forms.nested import MISSING, put_at, value_at
from engine.bundle.forms.question import Field, Question


def taken_over(
    questions: tuple[Question, ...], data: Mapping[str, Any], scope: Mapping[str, Any]
) -> dict[str, Any]:
    """The data with what `scope` knows for fields that are taken over and were left alone."""
    filled = dict(data)
    for question in questions:
        known = known_for(question, scope)
        around = value_at(filled, question.path[:-1])
        is_open = isinstance(around, Mapping) or around in (MISSING, None)
        if known is not None and is_open and value_at(filled, question.path) in (MISSING, None, ""):
            put_at(filled, question.path, known)
    return filled


def known_for(question: Question, scope: Mapping[str, Any]) -> Any:
    """What is taken over for a field, as it is kept; None where it is not, or nothing is known."""
    if not isinstance(question, Field) or question.taken_from is None:
        return None
    known = value_at(scope, question.taken_from)
    if known in (MISSING, None, ""):
        return None
    check = question.constraints.check
    return (check.canonical(known) if check and isinstance(known, str) else None) or known
