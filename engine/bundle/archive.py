"""A procedure from a zip archive that somebody sent: nothing in it is trusted."""

import io
import re
import zipfile
import zlib

from engine.bundle.contract import Files
from engine.bundle.findings import Findings
from engine.kernel.refusal import Invalid

MAX_ARCHIVE_BYTES = 10_000_000
MAX_ENTRIES = 200
MAX_FILE_BYTES = 5_000_000
MAX_TOTAL_BYTES = 20_000_000
MAX_NAME_LENGTH = 150

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}")
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
    findings = Findings()
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
