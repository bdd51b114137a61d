"""The files of a procedure as it is deployed, from folders or from an archive that somebody sent."""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.bpmn.shared_parts import FILE as PART_FILE
from engine.bpmn.shared_parts import FOLDER as SHARED
from engine.bpmn.shared_parts import PartName, called_parts, part_name
from engine.bundle.contract import Files
from engine.kernel.refusal import Invalid, NotFound


def keys(processes: Path) -> tuple[str, ...]:
    """The keys of all procedures in a `processes/` folder, sorted."""
    return tuple(sorted(path.parent.name for path in processes.glob("*/procedure.yaml")))


def folder(processes: Path, forms: Path, key: str) -> Files:
    """The files of one procedure: what is in `processes/<key>`, and its forms as `forms/<name>.form`.

    With them are the shared parts that it calls, and those that these call, as `shared/<key>@<version>/…`,
    but for their scenarios. One that is not there is left out, which the linter says. Hidden files, which
    editors and file managers leave behind, are not the procedure's. Raises `NotFound` if there is no such
    folder, `Invalid` for a shared part that is not kept as it must be.
    """
    home = processes / key
    if not (home / "procedure.yaml").is_file():
        raise NotFound(f"Expected {home / 'procedure.yaml'}, but there is no such file.")
    return _with_parts(_gathered(home, forms / key), processes, forms)


def part_keys(processes: Path) -> tuple[str, ...]:
    """The folders of all shared parts in a `processes/` folder (`pickup@1`), sorted."""
    return tuple(sorted(path.parent.name for path in processes.glob(f"{SHARED}/*/{PART_FILE}")))


def part_folder(processes: Path, forms: Path, name: str) -> Files:
    """The files of one shared part, as `folder` has those of a procedure; `name` is `pickup@1`."""
    home = processes / SHARED / name
    if part_name(f"{SHARED}/{name}") is None:
        raise Invalid.field(
            f"{SHARED}/{name}",
            f"Expected a folder that is called {SHARED}/<key>@<version>, found {name!r:.80}.",
        )
    if not (home / PART_FILE).is_file():
        raise NotFound(f"Expected {home / PART_FILE}, but there is no such file.")
    return _with_parts(_part_files(processes, forms, name), processes, forms)


def _gathered(home: Path, forms: Path) -> dict[str, bytes]:
    files = {name.as_posix(): (home / name).read_bytes() for name in _names(home)}
    for name in _names(forms):
        files[f"forms/{name.as_posix()}"] = (forms / name).read_bytes()
    return files


def _with_parts(own: dict[str, bytes], processes: Path, forms: Path) -> Files:
    """The files with those of every shared part that is called from them."""
    files = dict(own)
    seen: set[PartName] = set()
    waiting = called_parts(own)
    while waiting:
        seen |= waiting
        found: set[PartName] = set()
        for name in waiting:
            part = _part_files(processes, forms, name.folder)
            pinned = {file: part[file] for file in part if not file.startswith("scenarios/")}
            files.update({f"{name}/{file}": content for file, content in pinned.items()})
            found |= called_parts(part)
        waiting = frozenset(found - seen)
    return files


def _part_files(processes: Path, forms: Path, name: str) -> dict[str, bytes]:
    """The files of one shared part; none if it is not there, `Invalid` if something in it is a link."""
    homes = (processes / SHARED / name, forms / SHARED / name)
    for home in homes:
        for path in (home.parent, home, *home.rglob("*")):
            if path.is_symlink():
                shown = path.relative_to(home.parent.parent).as_posix()
                raise Invalid.field(
                    shown, "Expected a file or folder, found a link: a part is pinned as it is."
                )
    return _gathered(*homes) if homes[0].is_dir() else {}


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


class BundleFindings:
    """Sentences by file name, each beginning with the place in the file that it is about."""

    def __init__(self, by_file: dict[str, list[str]] | None = None, folder: str = "") -> None:
        self._by_file: dict[str, list[str]] = {} if by_file is None else by_file
        self._folder = folder

    def within(self, folder: str) -> "BundleFindings":
        """The same findings, for whoever reads the files of a folder by their names in there."""
        return BundleFindings(self._by_file, f"{self._folder}{folder}/")

    def add(self, file: str, place: str, sentence: str) -> None:
        """Note a finding; `place` is a line, element, component or field, empty for the file as a whole."""
        self._by_file.setdefault(self._folder + file, []).append(
            f"{place}: {sentence}" if place else sentence
        )

    @property
    def by_file(self) -> Mapping[str, Sequence[str]]:
        """The sentences so far."""
        return self._by_file

    def take(self, by_file: Mapping[str, Sequence[str]]) -> None:
        """Note what was found in these files before."""
        for file, sentences in by_file.items():
            self._by_file.setdefault(self._folder + file, []).extend(sentences)

    def __len__(self) -> int:
        return sum(len(sentences) for sentences in self._by_file.values())

    def refuse_if_any(self, what: str) -> None:
        """Raise `Invalid` with every finding, if any; `what` begins its sentence ("The procedure")."""
        if self._by_file:
            count = f"{len(self)} findings" if len(self) > 1 else "one finding"
            raise Invalid(f"{what} cannot be used: {count}.", self._by_file, code="unsound_procedure")


MAX_ARCHIVE_BYTES = 10_000_000
MAX_ENTRIES = 200
MAX_FILE_BYTES = 5_000_000
MAX_TOTAL_BYTES = 20_000_000
MAX_NAME_LENGTH = 150

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_NAME = re.compile(
    rf"{_SEGMENT}(?:/{_SEGMENT}){{0,3}}|(?:{_SEGMENT}/)?{SHARED}/{_SEGMENT}@[0-9]+(?:/{_SEGMENT}){{1,2}}"
)


def is_file_name(name: str) -> bool:
    """Whether a file of a procedure may be called so."""
    return len(name) <= MAX_NAME_LENGTH and _NAME.fullmatch(name) is not None


_LEFT_BY_MACOS = ("__MACOSX/",)
_ENCRYPTED = 0x1
_SYMLINK = 0o120000
_FILE_TYPE = 0o170000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def from_zip(content: bytes) -> Files:
    """The files of a zipped procedure folder; one folder around everything is taken off.

    `Invalid` with every finding if it is no zip archive, if it holds more than the limits of this module
    allow (what unpacks is counted, not what the archive claims), or a name that could leave the folder.
    """
    if len(content) > MAX_ARCHIVE_BYTES:
        found = f"expected at most {MAX_ARCHIVE_BYTES:,} bytes, found {len(content):,}"
        raise Invalid.field("archive", found)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _without_common_folder(_unpacked(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Invalid.field("archive", f"expected a zip archive that can be read, found: {error}") from error


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """The files as an archive that `from_zip` reads; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith(_LEFT_BY_MACOS)
    ]
    _refuse_unless_sound(entries)
    files: dict[str, bytes] = {}
    left = MAX_TOTAL_BYTES
    for entry in entries:
        allowed = min(MAX_FILE_BYTES, left)
        with archive.open(entry) as packed:
            unpacked = packed.read(allowed + 1)
        if len(unpacked) > allowed:
            raise Invalid.field(entry.filename, f"expected to unpack to at most {allowed:,} bytes")
        left -= len(unpacked)
        files[entry.filename] = unpacked
    return files


def _refuse_unless_sound(entries: list[zipfile.ZipInfo]) -> None:
    findings = BundleFindings()
    if not 1 <= len(entries) <= MAX_ENTRIES:
        findings.add("archive", "", f"Expected from 1 to {MAX_ENTRIES} files, found {len(entries)}.")
    seen: set[str] = set()
    for entry in entries[:MAX_ENTRIES]:
        for sentence in _problems_of(entry, seen):
            findings.add(entry.filename[:MAX_NAME_LENGTH], "", sentence)
        seen.add(entry.filename.casefold())
    findings.refuse_if_any("The archive")


def _problems_of(entry: zipfile.ZipInfo, seen: set[str]) -> list[str]:
    problems = []
    # `orig_filename` is the name before Python cut it at a NUL byte.
    if entry.orig_filename != entry.filename or not _NAME.fullmatch(entry.filename):
        problems.append("Expected a relative name of Latin letters, digits, dots and hyphens.")
    if len(entry.filename) > MAX_NAME_LENGTH:
        problems.append(f"Expected a name of at most {MAX_NAME_LENGTH} characters.")
    if entry.filename.casefold() in seen:
        problems.append("Expected one file of that name, found two (capitals make no difference).")
    if entry.flag_bits & _ENCRYPTED:
        problems.append("Expected a file that is not encrypted.")
    if entry.external_attr >> 16 & _FILE_TYPE == _SYMLINK:
        problems.append("Expected a file, found a link.")
    if entry.compress_type not in _METHODS:
        problems.append("Expected a file that is stored or deflated.")
    return problems


def _without_common_folder(files: dict[str, bytes]) -> Files:
    if "procedure.yaml" in files:
        return files
    folders = {name.partition("/")[0] for name in files}
    if len(folders) == 1 and all("/" in name for name in files):
        return {name.partition("/")[2]: content for name, content in files.items()}
    return files
