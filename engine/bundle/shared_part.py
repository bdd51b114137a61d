"""A shared part as its files say it: shared.yaml, what it takes and gives, its contents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError, fields
from marshmallow.validate import OneOf, Range, Regexp

from engine import feel
from engine.bpmn.shared_parts import CASE_NAMES, FILE, PartName, ValueType, divided, part_name, uncalled
from engine.bundle.contents import Contents, read_contents
from engine.bundle.contract import Files, Form
from engine.bundle.files import BundleFindings
from engine.bundle.forms import FormReading
from engine.bundle.shaped_yaml import read_shaped
from engine.bundle.strict_fields import (
    AT_LEAST_ONE,
    BilingualSchema,
    StrictFlag,
    StrictSchema,
    StrictText,
    distinct,
)

_MOST_VERSION: Final = 9999


class _Output(StrictSchema):
    type = StrictText(required=True, validate=OneOf(list(ValueType)))
    title = fields.Nested(BilingualSchema, required=True)
    one_of = fields.List(StrictText(), validate=[AT_LEAST_ONE, distinct])


class _Input(_Output):
    needed = StrictFlag(required=True)


def _means_nothing_else(name: str) -> None:
    if name in (*CASE_NAMES, "stoa"):
        raise ValidationError(f"Expected a name of its own: {name} is there without being given.")
    if name in feel.FUNCTIONS:
        raise ValidationError(
            f"Expected a name of its own: {name} is a function of FEEL where it is missing."
        )


_VARIABLE = StrictText(
    most=60,
    validate=[
        Regexp(r"[a-z][a-z0-9_]*\Z", error="Expected a name of small Latin letters, digits and underscores."),
        _means_nothing_else,
    ],
)


class PartSchema(StrictSchema):
    """shared.yaml."""

    key = StrictText(required=True, most=60)
    version = fields.Integer(required=True, strict=True, validate=Range(1, _MOST_VERSION))
    title = fields.Nested(BilingualSchema, required=True)
    summary = fields.Nested(BilingualSchema, required=True)
    law = StrictText()
    inputs = fields.Dict(keys=_VARIABLE, values=fields.Nested(_Input), load_default=dict)
    outputs = fields.Dict(keys=_VARIABLE, values=fields.Nested(_Output), load_default=dict)


_SCHEMA = PartSchema()


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """shared.yaml, checked: what it is called, and the types of what it takes and gives, by name."""

    name: PartName
    inputs: Mapping[str, ValueType]
    outputs: Mapping[str, ValueType]


def read_declaration(
    content: bytes | None, findings: BundleFindings, *, folder: str | None = None
) -> Declaration | None:
    """The declaration; None after noting why there is none. `folder` is the one that the file is in."""
    read = read_shaped(FILE, content, _SCHEMA, findings, keyed={"inputs", "outputs"})
    if read is None:
        return None
    tree, values = read
    name = part_name(f"shared/{values['key']}@{values['version']}")
    if name is None:
        findings.add(FILE, tree.place(("key",)), "Expected small Latin letters, digits and hyphens.")
        return None
    if folder is not None and name.folder != folder:
        sentence = f"Expected the key and version of the folder {folder}, found {name.folder}."
        findings.add(FILE, tree.place(("key",)), sentence)
    return Declaration(name=name, inputs=_types(values["inputs"]), outputs=_types(values["outputs"]))


@dataclass(frozen=True, kw_only=True)
class PinnedPart:
    """A part as versions have it, the same for all that pin it; safe to share between threads.

    `forms` are those of `contents`, by id. `findings` are about its files, by their names inside.
    """

    contents: Contents
    forms: Mapping[str, Form]
    findings: Mapping[str, Sequence[str]]


ReadPart = Callable[[str, Files], PinnedPart]
"""Reads the part of that name from its files, or has read it."""


def read_part(name: str, files: Files, form_of: Callable[[FormReading], Form]) -> PinnedPart:
    """The part of that name (`shared/pickup@1`)."""
    findings = BundleFindings()
    read_declaration(files.get(FILE), findings, folder=name.rpartition("/")[2])
    contents = read_contents(files, FILE, findings)
    forms = {form.id: form_of(form) for form in contents.forms}
    return PinnedPart(contents=contents, forms=forms, findings=findings.by_file)


def check_part(files: Files, *, folder: str | None = None) -> Declaration:
    """The declaration of a sound part; `Invalid` with every finding by file name. `folder` is where it is.

    `files` are those of the part, and of the parts that it calls.
    """
    findings = BundleFindings()
    own, parts = divided(files)
    declaration = read_declaration(own.get(FILE), findings, folder=folder)
    contents = read_contents(own, FILE, findings)
    pinned: dict[str, Contents] = {}
    for name, inside in sorted(parts.items()):
        read_declaration(inside.get(FILE), findings.within(name), folder=name.rpartition("/")[2])
        pinned[name] = read_contents(inside, FILE, findings.within(name))
    _note_repeated_forms(contents, pinned, findings)
    findings.refuse_if_any("The shared part")
    if declaration is None:
        raise AssertionError("a shared part without findings has a declaration")
    return declaration


def read_pinned(
    files: Files, contents: Contents, findings: BundleFindings, *, read: ReadPart
) -> tuple[Contents, Mapping[str, Form]]:
    """The contents of a version with those of the parts that are pinned with it, and the parts' forms."""
    parts = {name: read(name, inside) for name, inside in sorted(divided(files)[1].items())}
    calls = {name: part.contents.outline.calls for name, part in parts.items()}
    for name in uncalled(contents.outline.calls, calls):
        findings.add(f"{name}/{FILE}", "", "Expected a shared part that is called; nothing calls this one.")
    for name, part in parts.items():
        findings.within(name).take(part.findings)
    pinned = {name: part.contents for name, part in parts.items()}
    _note_repeated_forms(contents, pinned, findings)
    forms = {form_id: form for part in parts.values() for form_id, form in part.forms.items()}
    # English names are known by the Greek ones; the procedure's own come last, and win.
    return sum(pinned.values(), Contents()) + contents, forms


def _note_repeated_forms(
    contents: Contents, pinned: Mapping[str, Contents], findings: BundleFindings
) -> None:
    """Note forms that two of the folders have by the same id: a task could get either."""
    seen = {form.id for form in contents.forms}
    for name, other in pinned.items():
        for use in other.outline.form_uses:
            if use.form_id in seen:
                sentence = f"Expected a form id of its own, found {use.form_id} elsewhere in the version too."
                findings.within(name).add(use.file, use.place, sentence)
        seen |= {form.id for form in other.forms}


def _types(written: Mapping[str, Any]) -> Mapping[str, ValueType]:
    return {name: ValueType(one["type"]) for name, one in written.items()}
