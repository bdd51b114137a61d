"""What an agency was given, in the words of the procedure's own forms."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from api.pages.frame.answers import Fact, FieldLabel, FieldLabels, Path, facts_in_words, labels_of
from api.pages.frame.language import gettext as _
from engine.kernel.vocabulary import Person
from engine.service_tasks.answer_sheets import RequestSheet

_SUPPLEMENT = "supplement"
_IN_ONE = "request"
"""The input in which `shared/round-trip@1` hands over all that the agency is told: its parts are shown."""
_PAPERS = ("papers",)
"""The input in which it hands over the documents that the agency may read."""
_OF_A_PERSON = frozenset(known.name for known in fields(Person))


def facts_of(sheet: RequestSheet, documents: Mapping[str, str] | None = None) -> list[Fact]:
    """What the agency was given, in the reader's language, without what is empty.

    `documents` are names by reference, of those that the agency may read.
    """
    called: FieldLabels = {_PAPERS: FieldLabel(words=_("Documents"))}
    labels = {**called, **labels_of(sheet.forms), **_own_labels()}
    return facts_in_words(_told(sheet), labels, documents or {})


def _told(sheet: RequestSheet) -> Iterator[tuple[Path, Any]]:
    """What the agency was given, each with where the case has it."""
    for name, value in sheet.task.variables.items():
        if name == _IN_ONE and isinstance(value, Mapping):
            for part, inner in value.items():
                yield (("applicant", part) if part in _OF_A_PERSON else (part,)), inner
        else:
            yield tuple(sheet.answer.sources.get(name, name).split(".")), value


def answer_of(sheet: RequestSheet, documents: Mapping[str, str]) -> list[Fact]:
    """What was kept of the answer, in the words of its form; `documents` are names by reference."""
    forms = (sheet.form, *sheet.forms) if sheet.form else sheet.forms
    told = (((name,), value) for name, value in (sheet.task.answer or {}).items())
    return facts_in_words(told, labels_of(forms), documents)


def _own_labels() -> FieldLabels:
    """Labels of what the engine itself puts into a case: its people, and what was brought later."""
    person = {
        "given_name": _("Given name"),
        "family_name": _("Family name"),
        "patronymic": _("Father's name"),
        "matronymic": _("Mother's name"),
        "birth_name": _("Name at birth"),
        "birth_date": _("Born"),
        "afm": _("AFM"),
        "amka": _("AMKA"),
        "identity_document": _("Identity document"),
        "phone": _("Telephone"),
        "email": _("E-mail"),
        "address": _("Address"),
    }
    labels: dict[Path, FieldLabel] = {
        (role, name): FieldLabel(words=words)
        for role in ("applicant", "representative")
        for name, words in person.items()
    }
    return {
        **labels,
        (_SUPPLEMENT,): FieldLabel(words=_("Supplement")),
        (_SUPPLEMENT, "note"): FieldLabel(words=_("Note")),
        (_SUPPLEMENT, "documents"): FieldLabel(words=_("Documents")),
    }
