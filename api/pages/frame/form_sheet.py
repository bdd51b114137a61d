"""The input of a form island: the form in the reader's language, its values and its problems."""

import json
from collections.abc import Mapping
from typing import Any

from flask import request

from api.http.arguments import read_json
from api.http.problems import Problem
from api.pages.frame.language import ENGLISH, language, localized, localized_pair
from api.pages.frame.language import gettext as _
from engine.bundle import messages
from engine.bundle.messages import Sentence
from engine.kernel.refusal import FieldErrors

Values = Mapping[str, Any]

_OPTION_EN = "stoa:option-en:"
_TAKEN_FROM = "stoa:from"
_SENSITIVE = "stoa:sensitive"
_COLUMN_EN = "stoa:column-en:"
_LABELS = ("label", "dateLabel", "timeLabel")

MESSAGES: Mapping[str, Sentence] = {
    "required": messages.REQUIRED,
    "must_be_ticked": messages.MUST_BE_TICKED,
    "too_long": messages.TOO_LONG,
    "too_short": messages.TOO_SHORT,
    "pattern": messages.PATTERN,
    "expected_number": messages.EXPECTED_NUMBER,
    "too_small": messages.TOO_SMALL,
    "too_large": messages.TOO_LARGE,
    "too_precise": messages.TOO_PRECISE,
    "afm": messages.NOT_AN_AFM,
    "amka": messages.NOT_AN_AMKA,
    "iban": messages.NOT_AN_IBAN,
    "gr-postcode": messages.NOT_A_POSTCODE,
    "gr-phone": messages.NOT_A_GREEK_PHONE,
    "phone": messages.NOT_A_PHONE,
    "email": messages.NOT_AN_EMAIL,
}
"""What the browser says of an answer, by the name under which the island looks it up."""


def sheet(
    schema: Mapping[str, Any],
    data: Values,
    *,
    errors: FieldErrors | None = None,
    read_only: bool = False,
    uploads: str | None = None,
) -> dict[str, Any]:
    """The sheet, as JSON. `errors` are by path (`evidence.kind`); `uploads` is where its files go."""
    plain = _with_taken_over(_with_options_by_path(schema))
    spoken = in_english(plain) if language() == ENGLISH else plain
    return {
        "schema": _with_sensitive(spoken),
        "data": data,
        "errors": {
            field: [localized(one) for one in sentences] for field, sentences in (errors or {}).items()
        },
        "readOnly": read_only,
        "messages": {name: localized_pair(sentence.el, sentence.en) for name, sentence in MESSAGES.items()},
        "words": _words(),
        "uploads": uploads,
    }


def in_english(schema: Any) -> Any:
    """The form with its English texts (`stoa:*-en`) in place of the Greek ones, where there are any."""
    if isinstance(schema, list):
        return [in_english(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    translated = _with_options_in_english({name: in_english(part) for name, part in schema.items()})
    english = schema.get("properties")
    if not isinstance(english, Mapping):
        return translated
    for name in ("text", "description", "content", "alt"):
        if f"stoa:{name}-en" in english:
            translated[name] = english[f"stoa:{name}-en"]
    if "stoa:label-en" in english:
        named = next((name for name in _LABELS if schema.get(name)), "label")
        translated[named] = english["stoa:label-en"]
    if isinstance(schema.get("values"), list):
        translated["values"] = [_option_in_english(option, english) for option in schema["values"]]
    if isinstance(schema.get("columns"), list):
        translated["columns"] = [_column_in_english(column, english) for column in schema["columns"]]
    return translated


def typed_data() -> dict[str, Any]:
    """What the island put into the field `data` of the page's form; `Problem` if that is no object."""
    try:
        data = read_json(request.form.get("data", "{}").encode() or b"{}")
    except ValueError as error:
        raise Problem("bad_request", "Expected the field `data` to hold JSON.") from error
    if not isinstance(data, dict):
        raise Problem("bad_request", "Expected the field `data` to hold an object.")
    return data


def merged(before: Any, typed: Any) -> Any:
    """What a form starts with: what was typed, and otherwise what was there before."""
    if isinstance(before, Mapping) and isinstance(typed, Mapping):
        return {**before, **{name: merged(before.get(name), value) for name, value in typed.items()}}
    return typed


def _with_options_in_english(component: dict[str, Any]) -> dict[str, Any]:
    """A component whose computed options use their `label_en` as label, where they have one.

    An option that is a plain text has no properties in FEEL, and stays as it is.
    """
    expression = component.get("valuesExpression")
    if not isinstance(expression, str):
        return component
    labelled = "{label: option.label_en, value: option.value}"
    chosen = f"if option.label_en = null then option else {labelled}"
    return {**component, "valuesExpression": f"=for option in ({expression[1:]}) return {chosen}"}


def _with_options_by_path(schema: Any) -> Any:
    """The form with each `valuesKey` as an expression: unlike the server, form-js takes no path for one."""
    if isinstance(schema, list):
        return [_with_options_by_path(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {name: _with_options_by_path(part) for name, part in schema.items() if name != "valuesKey"}
    return {**plain, "valuesExpression": f"={schema['valuesKey']}"} if schema.get("valuesKey") else plain


def _with_taken_over(schema: Any) -> Any:
    """The form; fields whose value is taken over are read-only while it is known, and say so."""
    if isinstance(schema, list):
        return [_with_taken_over(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {name: _with_taken_over(part) for name, part in schema.items()}
    source = taken_from(schema)
    if source is None:
        return plain
    words = _("Taken over from the person's details.")
    description = f"{{{{#if {source} != null}}}}{words}{{{{/if}}}}"
    return {**plain, "readonly": f"={source} != null", "description": description}


def _with_sensitive(schema: Any) -> Any:
    """The form; fields for special categories of personal data say so after their description."""
    if isinstance(schema, list):
        return [_with_sensitive(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {name: _with_sensitive(part) for name, part in schema.items()}
    if not is_sensitive(schema):
        return plain
    words = _("Sensitive personal data (GDPR, article 9).")
    return {**plain, "description": " · ".join(filter(None, (plain.get("description"), words)))}


def is_sensitive(component: Mapping[str, Any]) -> bool:
    """Whether a field is marked as one for special categories of personal data."""
    return _property(component, _SENSITIVE) is not None


def taken_from(component: Mapping[str, Any]) -> str | None:
    """From where a field takes over its value (`applicant.birth_date`); None if it asks for it."""
    return _property(component, _TAKEN_FROM)


def _property(component: Mapping[str, Any], name: str) -> str | None:
    properties = component.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None


def _option_in_english(option: Any, english: Mapping[str, str]) -> Any:
    if not isinstance(option, Mapping):
        return option
    value = option.get("value")
    name = value if isinstance(value, str) else json.dumps(value)
    label = english.get(f"{_OPTION_EN}{name}")
    return {**option, "label": label} if label else option


def _column_in_english(column: Any, english: Mapping[str, str]) -> Any:
    label = english.get(f"{_COLUMN_EN}{column.get('key')}") if isinstance(column, Mapping) else None
    return {**column, "label": label} if label else column


def _words() -> dict[str, str]:
    """The island's own words, and the Greek of what form-js says, by its English text."""
    return {
        "correct": _("Correct the following:"),
        "draft_kept": _("What you typed is kept (%(at)s).", at="{at}"),
        "draft_not_kept": _("What you typed could not be kept. It is still here; we try again as you go on."),
        "session_ended": _(
            "Your session ended. What you typed is still here: sign in in another window, then go on."
        ),
        "sign_in": _("Sign in in another window"),
        "keep_mine": _("Keep what this window holds"),
        "take_theirs": _("Show what the other window kept"),
        "uploading": _("The file is being sent…"),
        "upload_failed": _("The file could not be kept."),
        "files_kept": _("Files kept: %(count)s", count="{count}"),
        "files_later": _("Files can be added once the case is open."),
        "choose_file": _("Choose a file"),
        "choose_files": _("Choose files"),
        "Search": _("Search"),
        "Select": _("Select"),
        "No results": _("No results"),
        "All values selected": _("All values selected"),
        "Nothing to show.": _("Nothing to show."),
        "Add new": _("Add another"),
        "Remove tag": _("Remove"),
        "Increment": _("Increase"),
        "Decrement": _("Decrease"),
        "Skip to search": _("Skip to the search"),
        "Remove list item {number}": _("Remove entry %(number)s", number="{number}"),
        "Expand all ({number})": _("Show all (%(number)s more)", number="{number}"),
        "Collapse": _("Show fewer"),
        "This is an image placeholder": _("There is no picture here."),
        "Click to sort by {column} descending": _("Sort by %(column)s, descending", column="{column}"),
        "Click to sort by {column} ascending": _("Sort by %(column)s, ascending", column="{column}"),
        "Click to remove sorting": _("Put back into the first order"),
        "of": _("of"),
        "Previous page": _("Previous page"),
        "Next page": _("Next page"),
    }
