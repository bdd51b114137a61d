"""Claims about `--watch`: what has changed is worked on again, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli.checking import homes_of
from api.cli.watching import changes


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two procedures with a form each, and a shared part."""
    for name in (
        "processes/one/procedure.yaml",
        "processes/two/procedure.yaml",
        "processes/shared/pickup@1/shared.yaml",
        "forms/one/intake.form",
        "forms/two/intake.form",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def watched(checkout: Path, *edits: tuple[str, str | None]) -> list[list[str]]:
    """What is worked on before the edits, and after each; None removes a file."""
    folders = [checkout / "processes/one", checkout / "processes/two"]

    def looks() -> Iterator[None]:
        yield
        for name, text in edits:
            file = checkout / name
            if text is None:
                file.unlink()
            else:
                file.write_text(text)
            yield

    return [[folder.name for folder in changed] for changed in changes(folders, homes_of, looks())]


def test_all_is_worked_on_first_and_nothing_while_nothing_changes(checkout: Path) -> None:
    assert watched(checkout, ("README", "of no procedure"), ("processes/one/.swp", "of an editor")) == [
        ["one", "two"]
    ]


def test_what_was_saved_is_worked_on_again(checkout: Path) -> None:
    saved = ("processes/two/procedure.yaml", "longer than before, and later"), ("forms/one/intake.form", "")

    assert watched(checkout, *saved) == [["one", "two"], ["two"], ["one"]]


def test_what_is_new_or_gone_is_a_change_too(checkout: Path) -> None:
    edits = ("processes/one/new.bpmn", "<definitions/>"), ("forms/two/intake.form", None)

    assert watched(checkout, *edits) == [["one", "two"], ["one"], ["two"]]


def test_a_shared_part_concerns_every_procedure(checkout: Path) -> None:
    edit = ("processes/shared/pickup@1/shared.yaml", "key: pickup")

    assert watched(checkout, edit) == [["one", "two"], ["one", "two"]]
