"""The files of a procedure as it is deployed, gathered from a checkout's folders, and their fingerprint."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from engine.bundle.contract import Files
from engine.kernel.refusal import NotFound


def keys(processes: Path) -> tuple[str, ...]:
    """The keys of all procedures in a `processes/` folder, sorted."""
    return tuple(sorted(path.parent.name for path in processes.glob("*/procedure.yaml")))


def folder(processes: Path, forms: Path, key: str) -> Files:
    """The files of one procedure: what is in `processes/<key>`, and its forms as `forms/<name>.form`.

    Hidden files, which editors and file managers leave behind, are not the procedure's. Raises `NotFound` if
    there is no such folder.
    """
    home = processes / key
    if not (home / "procedure.yaml").is_file():
        raise NotFound(f"Expected {home / 'procedure.yaml'}, but there is no such file.")
    files = {name.as_posix(): (home / name).read_bytes() for name in _names(home)}
    own_forms = forms / key
    for name in _names(own_forms):
        files[f"forms/{name.as_posix()}"] = (own_forms / name).read_bytes()
    return files


def _names(home: Path) -> list[Path]:
    found = (path.relative_to(home) for path in sorted(home.rglob("*")) if path.is_file())
    return [name for name in found if not any(part.startswith(".") for part in name.parts)]


def fingerprint(files: Mapping[str, bytes]) -> str:
    """What identifies a version: SHA-256 over the names and contents of its files, in the order of the names.

    Each is preceded by its length, so that no two sets of files run together to the same text.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
