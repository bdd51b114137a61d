"""The diagrams, decisions and forms in a folder, of a procedure or of a shared part, read together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.bpmn.diagram import is_diagram
from engine.bpmn.shared_parts import home_of
from engine.bundle.contract import Files
from engine.bundle.diagrams import FormUse, Outline, outline
from engine.bundle.files import BundleFindings
from engine.bundle.forms import FormReading, read_form

_FORM = re.compile(r"forms/([^/]+)\.form")
NOTES = "notes.md"
"""What the authors of a procedure note for each other; nothing reads it."""

_SCENARIO = re.compile(r"scenarios/[^/]+\.yaml")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What the diagrams say, and the forms, those in the diagrams themselves included."""

    outline: Outline = field(default_factory=Outline)
    forms: tuple[FormReading, ...] = ()

    def __add__(self, other: "Contents") -> "Contents":
        return Contents(outline=self.outline + other.outline, forms=self.forms + other.forms)


def read_contents(
    files: Files, metadata: str, findings: BundleFindings, *, more_uses: Iterable[FormUse] = ()
) -> Contents:
    """The contents of a folder; notes what does not belong there.

    `metadata` is the name of its YAML file, `more_uses` are the forms that it names.
    """
    for name in files:
        if not (
            name in (metadata, NOTES)
            or is_executable(name)
            or _FORM.fullmatch(name)
            or _SCENARIO.fullmatch(name)
        ):
            sentence = f"Expected only {metadata}, *.bpmn, *.dmn, forms/*.form, scenarios/*.yaml, {NOTES}."
            findings.add(name, "", sentence)
        if not _is_utf8(files[name]):
            findings.add(name, "", "Expected text in UTF-8.")
    diagrams = _outline(files, metadata, findings)
    forms = (*_forms(files, findings), *_embedded(diagrams, findings))
    _check_forms(diagrams, files, findings, more_uses)
    return Contents(outline=diagrams, forms=forms)


def is_executable(name: str) -> bool:
    """Whether a file is a diagram or decisions, beside the metadata of a procedure or of a shared part.

    Those in folders below are not read.
    """
    home = home_of(name)
    inside = name if home is None else name.removeprefix(f"{home}/")
    return "/" not in inside and (is_diagram(inside) or inside.endswith(".dmn"))


def _outline(files: Files, metadata: str, findings: BundleFindings) -> Outline:
    names = [name for name in sorted(files) if "/" not in name and is_diagram(name)]
    if not names:
        findings.add(metadata, "", "Expected a diagram (*.bpmn) beside this file, found none.")
    return sum((outline(name, files[name], findings) for name in names), Outline())


def _forms(files: Files, findings: BundleFindings) -> Iterator[FormReading]:
    named = ((name, match.group(1)) for name in sorted(files) if (match := _FORM.fullmatch(name)))
    readings = (read_form(form_id, name, files[name], findings) for name, form_id in named)
    return (reading for reading in readings if reading is not None)


def _embedded(diagrams: Outline, findings: BundleFindings) -> Iterator[FormReading]:
    """The forms in the diagrams."""
    readings = (
        read_form(form.form_id, form.file, form.content, findings, says_id=False)
        for form in diagrams.embedded_forms
    )
    return (reading for reading in readings if reading is not None)


def _check_forms(
    diagrams: Outline, files: Files, findings: BundleFindings, more_uses: Iterable[FormUse]
) -> None:
    used = set()
    embedded: set[str] = set()
    for form in diagrams.embedded_forms:
        if form.form_id in embedded or f"forms/{form.form_id}.form" in files:
            sentence = f"Expected one form with the id {form.form_id}, found another one."
            findings.add(form.file, f"line {form.line}", sentence)
        embedded.add(form.form_id)
    for use in (*diagrams.form_uses, *more_uses):
        name = f"forms/{use.form_id}.form"
        used.add(name)
        if name not in files and use.form_id not in embedded:
            findings.add(use.file, use.place, f"Expected the form {name}, but there is no such file.")
    for name in files:
        if _FORM.fullmatch(name) and name not in used:
            findings.add(name, "", "Expected a form that a diagram names; no diagram names this one.")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
