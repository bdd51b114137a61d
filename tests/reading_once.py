"""Files are linted and read once in a run: what comes of it depends on their bytes and nothing else.

Nearly every test puts one of a few procedures on offer, and most of what that takes is the linter and the
reading. Each catalogue judges by its own clock what people fill in, so the forms are its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from engine.bpmn.shared_parts import divided
from engine.bundle import catalogue
from engine.bundle.contract import Form
from engine.bundle.forms import FormReading
from engine.bundle.procedure import Procedure, read_procedure
from engine.bundle.shared_part import PinnedPart, ReadPart, read_part
from engine.lint import checking
from engine.lint.checking import Files, check
from engine.lint.finding import Report

Sorted = tuple[tuple[str, bytes], ...]
FormOf = Callable[[Any], Form]


@lru_cache(maxsize=256)
def _linted(files: Sorted) -> Report:
    return check(dict(files))


@lru_cache(maxsize=64)
def _read(files: Sorted) -> Procedure:
    """The procedure, with what was read of each form where a catalogue has the form."""
    return read_procedure(
        dict(files),
        read_part=lambda name, part: _read_part(name, tuple(sorted(part.items()))),
        form_of=_as_read,
    )


@lru_cache(maxsize=64)
def _read_part(name: str, files: Sorted) -> PinnedPart:
    return read_part(name, dict(files), _as_read)


def _as_read(reading: FormReading) -> Any:
    return reading


def _check(files: Files, *, served: frozenset[str] | None = None) -> Report:
    return _linted(tuple(sorted(files.items()))) if served is None else check(files, served=served)


def _procedure(files: Files, *, read_part: ReadPart, form_of: FormOf) -> Procedure:
    read = _read(tuple(sorted(files.items())))
    forms: dict[str, Form] = {}
    for name, part in divided(files)[1].items():
        forms |= read_part(name, part).forms
    forms |= {form_id: form_of(reading) for form_id, reading in read.forms.items() if form_id not in forms}
    return replace(
        read,
        forms=forms,
        start_form=forms[read.start_form.id] if read.start_form else None,
        answer_forms={element: forms[reading.id] for element, reading in read.answer_forms.items()},
    )


def _part(name: str, files: Files, form_of: FormOf) -> PinnedPart:
    read = _read_part(name, tuple(sorted(files.items())))
    return replace(read, forms={form_id: form_of(reading) for form_id, reading in read.forms.items()})


@pytest.fixture(scope="session", autouse=True)
def _once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "check", _check)
        patch.setattr(catalogue, "read_procedure", _procedure)
        patch.setattr(catalogue, "read_part", _part)
        yield
