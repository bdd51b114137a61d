"""A small whole procedure to begin with, which passes check and test: a clerk serves or refuses."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from string import Template
from typing import Final

_TITLE: Final = re.compile(r"[^\W\d_][\w ()«»./-]{2,199}")


def is_plain_title(title: str) -> bool:
    """Whether a title needs no quotes in YAML and XML."""
    return _TITLE.fullmatch(title) is not None


def small_procedure(key: str, *, title: str, title_en: str, agency: str) -> Mapping[str, bytes]:
    """The files of the small procedure by name, under its own key and plain titles."""
    values = {
        "key": key,
        "process": key.replace("-", "_"),
        "title": title,
        "title_en": title_en,
        "agency": agency,
    }
    found: dict[str, bytes] = {}
    for path, source in _sources(files("engine.bundle") / "skeleton", PurePosixPath()):
        name = f"{key}.bpmn" if path.suffix == ".bpmn" else path.as_posix()
        found[name] = Template(source.read_text(encoding="utf-8")).substitute(values).encode()
    return dict(sorted(found.items()))


def _sources(folder: Traversable, around: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for entry in folder.iterdir():
        path = around / entry.name
        if entry.is_dir():
            yield from _sources(entry, path)
        else:
            yield path, entry
