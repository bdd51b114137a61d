"""The forms of a draft: what a record says nothing about is left for the analyst to add."""

import json
from typing import Any, Final

CHECK: Final = "check-application"
"""The form of the clerk's first step."""

STEP: Final = "step"
"""That of the other steps of the clerk."""

ANSWER: Final = "answer"
"""That of an agency's answers."""

_ABOUT: Final = "### {{applicant.family_name}} {{applicant.given_name}}\n\n"


def check_form() -> bytes:
    """Papers and conditions are ticked off; their titles come from procedure.yaml."""
    return _form(
        CHECK,
        _about(),
        _ticked("Προσκομίστηκαν", "Presented", "presented", "papers"),
        _ticked("Πληρούνται", "Fulfilled", "fulfilled", "conditions"),
        _choice(
            "Τα δικαιολογητικά είναι",
            "The papers are",
            "papers_verdict",
            ("complete", "Πλήρη", "Complete"),
            ("incomplete", "Ελλιπή: η αίτηση δεν υποβάλλεται", "Incomplete: the application is not filed"),
        ),
    )


def step_form() -> bytes:
    """What was done, in words."""
    return _form(STEP, _about(), _text("Σημειώσεις", "Notes", "notes"))


def answer_form() -> bytes:
    """Granted, or refused with reasons."""
    reason = _text("Αιτιολογία", "Reasons", "refusal_reason")
    reason["validate"] = {"required": True, "minLength": 3, "maxLength": 1000}
    reason["conditional"] = {"hide": '=not(decision = "refuse")'}
    return _form(
        ANSWER,
        _choice(
            "Απόφαση",
            "Decision",
            "decision",
            ("grant", "Εγκρίνεται", "Granted"),
            ("refuse", "Απορρίπτεται", "Refused"),
        ),
        reason,
    )


def _about() -> dict[str, Any]:
    return {
        "type": "text",
        "id": "Text_about",
        "text": f"{_ABOUT}Υπόθεση {{{{case.number}}}}",
        "properties": {"stoa:text-en": f"{_ABOUT}Case {{{{case.number}}}}"},
    }


def _ticked(label: str, english: str, key: str, listed: str) -> dict[str, Any]:
    each = "{label: one.el, label_en: one.en, value: one.id}"
    return {
        "type": "checklist",
        "id": f"Field_{key}",
        "key": key,
        "label": label,
        "properties": {"stoa:label-en": english},
        "valuesExpression": f"=for one in {listed} return {each}",
    }


def _choice(label: str, english: str, key: str, *options: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "type": "radio",
        "id": f"Field_{key}",
        "key": key,
        "label": label,
        "values": [{"label": greek, "value": value} for value, greek, _ in options],
        "validate": {"required": True},
        "properties": {
            "stoa:label-en": english,
            **{f"stoa:option-en:{value}": english for value, _, english in options},
        },
    }


def _text(label: str, english: str, key: str) -> dict[str, Any]:
    return {
        "type": "textarea",
        "id": f"Field_{key}",
        "key": key,
        "label": label,
        "validate": {"maxLength": 1000},
        "properties": {"stoa:label-en": english},
    }


def _form(form_id: str, *components: dict[str, Any]) -> bytes:
    placed = [
        {**component, "layout": {"row": f"Row_{number:02}", "columns": None}}
        for number, component in enumerate(components, start=1)
    ]
    form = {
        "components": placed,
        "type": "default",
        "id": form_id,
        "executionPlatform": "Camunda Cloud",
        "executionPlatformVersion": "8.6.0",
        "schemaVersion": 18,
    }
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()
