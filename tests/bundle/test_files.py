"""The files of a procedure come from a checkout's folders or from an archive that nobody trusts."""

import io
import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from engine.bundle import folder, from_zip, keys
from engine.bundle.files import MAX_ENTRIES, MAX_FILE_BYTES, MAX_TOTAL_BYTES, fingerprint
from engine.kernel.refusal import Invalid, NotFound
from tests.bundle.samples import a_catalogue, procedure_files


def an_archive(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def refusal_of(content: bytes) -> Invalid:
    """How an archive is refused."""
    with pytest.raises(Invalid) as refusal:
        from_zip(content)
    return refusal.value


def a_checkout(root: Path) -> tuple[Path, Path]:
    """The folders `processes` and `forms` of a checkout with one procedure in it."""
    processes, forms = root / "processes", root / "forms"
    for name, content in procedure_files({"scenarios/issued.yaml": b"x"}).items():
        home = forms if name.startswith("forms/") else processes
        file = home / "certificate" / name.removeprefix("forms/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return processes, forms


def test_a_procedure_is_gathered_from_its_two_folders(tmp_path: Path) -> None:
    processes, forms = a_checkout(tmp_path)
    (processes / "certificate" / ".hidden").write_text("x")

    files = folder(processes, forms, "certificate")

    assert files == procedure_files({"scenarios/issued.yaml": b"x"})


def test_a_procedure_may_have_no_forms(tmp_path: Path) -> None:
    processes, _ = a_checkout(tmp_path)

    files = folder(processes, tmp_path / "nowhere", "certificate")

    assert not any(name.startswith("forms/") for name in files)


def test_the_folders_with_metadata_are_procedures(tmp_path: Path) -> None:
    processes, _ = a_checkout(tmp_path)
    (processes / "notes").mkdir()

    assert keys(processes) == ("certificate",)


def test_a_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        folder(tmp_path, tmp_path, "missing")


def test_the_fingerprint_covers_names_and_contents_whatever_their_order() -> None:
    files = {"a": b"1", "b": b"2"}

    assert fingerprint(files) == fingerprint(dict(reversed(files.items())))
    assert (
        len(
            {
                fingerprint(one)
                for one in (files, {"a": b"12", "b": b""}, {"a": b"1"}, {"ab": b"12"}, {"a": b"2", "b": b"1"})
            }
        )
        == 5
    )


def test_an_archive_of_a_procedure_is_the_procedure() -> None:
    files = from_zip(an_archive(procedure_files()))

    assert a_catalogue().check(files).key == "certificate"


def test_the_folder_around_everything_is_taken_off() -> None:
    inside = {f"certificate/{name}": content for name, content in procedure_files().items()}

    files = from_zip(an_archive({**inside, "__MACOSX/certificate/x": b"x"}))

    assert files == procedure_files()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../b",
        "/etc/passwd",
        "C:/x",
        "a\\b",
        "a//b",
        "./a",
        "-x",
        ".hidden",
        "a/b/c/d/e",
        "ά",
        "a b",
        "x" * 151,
    ],
)
def test_a_name_that_could_leave_the_folder_is_refused(name: str) -> None:
    assert "Expected a" in str(refusal_of(an_archive({name: b"x"})).errors)


def test_names_that_a_file_system_takes_for_one_are_refused() -> None:
    refusal = refusal_of(an_archive({"a.dmn": b"x", "A.dmn": b"y"}))

    assert refusal.errors == {
        "A.dmn": ["Expected one file of that name, found two (capitals make no difference)."]
    }


def test_the_same_name_twice_is_refused() -> None:
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")

    assert "found two" in str(refusal_of(content.getvalue()).errors)


def test_a_link_is_refused() -> None:
    content = io.BytesIO()
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(link, b"/etc/passwd")

    assert refusal_of(content.getvalue()).errors == {"link": ["Expected a file, found a link."]}


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    bomb = an_archive({"a.bpmn": b"0" * (MAX_FILE_BYTES + 1)})

    assert len(bomb) < 10_000
    assert "unpack" in str(refusal_of(bomb).errors["a.bpmn"])


def test_files_that_together_unpack_to_too_much_are_refused() -> None:
    count = MAX_TOTAL_BYTES // MAX_FILE_BYTES + 1

    refusal = refusal_of(an_archive({f"{number}.dmn": b"0" * MAX_FILE_BYTES for number in range(count)}))

    assert list(refusal.errors) == [f"{count - 1}.dmn"]


def test_the_size_that_an_archive_claims_is_not_believed() -> None:
    bomb = bytearray(an_archive({"a.bpmn": b"0" * (MAX_FILE_BYTES + 1)}))
    honest = (MAX_FILE_BYTES + 1).to_bytes(4, "little")
    while honest in bomb:
        place = bomb.index(honest)
        bomb[place : place + 4] = (10).to_bytes(4, "little")

    refusal_of(bytes(bomb))


def test_too_many_files_are_refused() -> None:
    refusal = refusal_of(an_archive({f"{number}.dmn": b"" for number in range(MAX_ENTRIES + 1)}))

    assert refusal.errors["archive"] == ["Expected from 1 to 200 files, found 201."]


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", an_archive({"a": b"x" * 100})[:-30], b"\0" * 10_000_001],
    ids=["nothing", "text", "cut off", "zeros"],
)
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    assert list(refusal_of(content).errors) == ["archive"]


def test_damaged_contents_are_refused() -> None:
    content = bytearray(an_archive({"a.dmn": bytes(range(256)) * 4}, method=zipfile.ZIP_STORED))
    content[100] ^= 0xFF

    assert "CRC" in str(refusal_of(bytes(content)).errors)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int) -> None:
    assert "stored or deflated" in str(refusal_of(an_archive({"a": b"x"}, method=method)).errors)
