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


def test_long_texts_are_said_from_where_they_differ(files: dict[str, bytes]) -> None:
    first, other = ({**files, "notes.md": f"{'λέξη ' * 40}{last}".encode()} for last in ("μία", "άλλη"))

    (change,) = changes_between(first, other)

    assert "from “… μία”" in change.text.en
    assert "to “… άλλη”" in change.text.en


def test_a_flow_that_leads_elsewhere_is_rewired(files: dict[str, bytes]) -> None:
    other = replaced(files, DIAGRAM, 'targetRef="hand_over"', 'targetRef="check_papers"')

    (change,) = changes_between(files, other)

    assert (change.kind, change.part) == (ChangeKind.REWIRED, PartKind.FLOW)
    was, now = (
        "Is the residence confirmed? → Hand over the certificate",
        "Is the residence confirmed? → Check the papers",
    )
    assert f"from “{was}” to “{now}”" in change.text.en


def test_a_step_of_another_name_is_renamed_and_one_that_is_gone_removed(files: dict[str, bytes]) -> None:
    renamed = replaced(files, DIAGRAM, 'id="hand_over" name="', 'id="hand_over" name="Νέα ')
    gone = replaced(files, DIAGRAM, 'id="hand_over"', 'id="handed"')

    (change,) = changes_between(files, renamed)
    kinds = {(one.kind, one.id) for one in changes_between(files, gone) if one.part is PartKind.STEP}

    assert (change.kind, change.part, change.id) == (ChangeKind.RENAMED, PartKind.STEP, "hand_over")
    assert {(ChangeKind.REMOVED, "hand_over"), (ChangeKind.ADDED, "handed")} <= kinds


def test_a_flow_without_a_name_is_called_by_where_it_leads(files: dict[str, bytes]) -> None:
    gone = replaced(files, DIAGRAM, 'id="municipality_late__remind_municipality"', 'id="other"')

    removed = next(one for one in changes_between(files, gone) if one.kind is ChangeKind.REMOVED)

    assert removed.text.el == (
        "Αφαιρέθηκε: ροή «5 ημέρες χωρίς απάντηση → Υπενθύμιση προς τον δήμο»"
        " (municipality_late__remind_municipality)."
    )


def test_a_flow_between_renamed_steps_is_not_told_as_another(files: dict[str, bytes]) -> None:
    renamed = replaced(
        files, DIAGRAM, 'id="remind_municipality" name="', 'id="remind_municipality" name="Νέα '
    )

    assert {one.part for one in changes_between(files, renamed)} == {PartKind.STEP}


def test_a_setting_of_a_step_is_told_by_its_name_and_alone(files: dict[str, bytes]) -> None:
    (change,) = changes_between(files, replaced(files, DIAGRAM, ">P5D<", ">P10D<"))

    assert change.text.el.endswith("(municipality_late), διάρκεια: από «P5D» σε «P10D».")


def test_of_a_scenario_the_title_and_the_lines_that_are_different_are_told(files: dict[str, bytes]) -> None:
    name = "scenarios/suspended-case-rests.yaml"

    (change,) = changes_between(files, replaced(files, name, "- advance: P1D", "- advance: P6D"))

    assert change.text.en == (
        f"Changed: scenario “A suspended case rests, and its term with it” ({name}), text:"
        " from “- advance: P1D” to “- advance: P6D”."
    )


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
