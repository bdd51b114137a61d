"""Claims about what `stoa diff` says: each kind of change once, in words, by the id of what it is about."""

import pytest

from engine.bundle import folder
from engine.bundle.comparing import ChangeKind, PartKind, changes_between
from tests.office import ROOT

DIAGRAM = "residence-certificate.bpmn"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(folder(ROOT / "processes", ROOT / "forms", "residence-certificate"))


def replaced(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in files[name]
    return {**files, name: files[name].replace(old.encode(), new.encode())}


def test_the_same_files_are_not_different(files: dict[str, bytes]) -> None:
    assert changes_between(files, dict(files)) == ()


def test_five_more_days_are_said_as_the_term_in_both_languages(files: dict[str, bytes]) -> None:
    (change,) = changes_between(files, replaced(files, "procedure.yaml", "days: 5", "days: 10"))

    assert (change.kind, change.part, change.file) == (ChangeKind.CHANGED, PartKind.TERM, "procedure.yaml")
    assert change.text.en == "Changed: term “term of law” (term), days: from “5” to “10”."
    assert change.text.el == "Άλλαξε: προθεσμία «νόμιμη προθεσμία» (term), ημέρες: από «5» σε «10»."


def test_long_settings_are_said_from_where_they_differ(files: dict[str, bytes]) -> None:
    (change,) = changes_between(files, replaced(files, DIAGRAM, ">P5D<", ">P10D<"))

    assert change.id == "municipality_late"
    assert "from “… P5D”" in change.text.en
    assert "to “… P10D”" in change.text.en


def test_a_flow_that_leads_elsewhere_is_rewired(files: dict[str, bytes]) -> None:
    other = replaced(files, DIAGRAM, 'targetRef="hand_over"', 'targetRef="check_papers"')

    (change,) = changes_between(files, other)

    assert (change.kind, change.part) == (ChangeKind.REWIRED, PartKind.FLOW)
    assert "residence_confirmed → hand_over to residence_confirmed → check_papers" in change.text.en


def test_a_step_of_another_name_is_renamed_and_one_that_is_gone_removed(files: dict[str, bytes]) -> None:
    renamed = replaced(files, DIAGRAM, 'id="hand_over" name="', 'id="hand_over" name="Νέα ')
    gone = replaced(files, DIAGRAM, 'id="hand_over"', 'id="handed"')

    (change,) = changes_between(files, renamed)
    kinds = {(one.kind, one.id) for one in changes_between(files, gone) if one.part is PartKind.STEP}

    assert (change.kind, change.part, change.id) == (ChangeKind.RENAMED, PartKind.STEP, "hand_over")
    assert {(ChangeKind.REMOVED, "hand_over"), (ChangeKind.ADDED, "handed")} <= kinds


def test_a_rule_of_a_table_is_shown_as_it_was_and_is() -> None:
    amka = dict(folder(ROOT / "processes", ROOT / "forms", "amka-issue"))
    table = next(name for name in amka if name.endswith(".dmn") and b"newborn" in amka[name])

    found = changes_between(amka, replaced(amka, table, '"newborn"', '"infant"'))

    assert {one.part for one in found} <= {PartKind.RULE, PartKind.DECISION}
    assert any("infant" in one.text.en for one in found if one.part is PartKind.RULE)


def test_a_file_that_nobody_can_read_is_different_as_a_whole(files: dict[str, bytes]) -> None:
    found = changes_between(files, {**files, DIAGRAM: b"<bpmn"})

    assert PartKind.FILE in {one.part for one in found}


def test_notes_of_the_authors_are_told_as_a_file(files: dict[str, bytes]) -> None:
    first, other = ({**files, "notes.md": text.encode()} for text in ("Σήμερα", "Αύριο: - ["))

    (changed,), (gone,) = changes_between(first, other), changes_between(first, files)

    assert (changed.kind, changed.part, changed.id) == (ChangeKind.CHANGED, PartKind.FILE, "notes.md")
    assert (gone.kind, gone.part, gone.id) == (ChangeKind.REMOVED, PartKind.FILE, "notes.md")
