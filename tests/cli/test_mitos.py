"""Claims about procedures begun from records of MITOS, and written as such, at the command line."""

import json
from pathlib import Path

from tests.cli.conftest import Stoa
from tests.mitos.records import ENGLISH, GREEK, with_field
from tests.office import Office


def test_a_record_becomes_a_procedure_that_passes_check_and_test(stoa: Stoa, tmp_path: Path) -> None:
    processes = tmp_path / "processes"
    begun = stoa(
        *("new", "procedure", "parking-permit", "--agency", "municipality", "--processes", str(processes)),
        *("--from-mitos", str(GREEK), "--from-mitos-en", str(ENGLISH)),
    )

    checked, tested = (stoa(command, str(processes / "parking-permit")) for command in ("check", "test"))

    assert begun.exit_code == 0, begun.output
    assert "Not carried over, or not said by the record" in begun.output
    assert "metadata.process.trigger_type: email" in begun.output
    assert "errors: 0, warnings: 0" in checked.output
    assert "6 scenarios, 6 as expected" in tested.output
    assert (processes / "parking-permit" / "notes.md").is_file()
    assert (tmp_path / "forms" / "parking-permit" / "answer.form").is_file()


def test_a_record_that_cannot_be_read_is_refused_by_path_and_nothing_written(
    stoa: Stoa, tmp_path: Path
) -> None:
    wrong = tmp_path / "record.json"
    wrong.write_bytes(with_field("metadata", "process_evidences", 3, "evidence_alternative", value="ναι"))

    result = stoa(
        "new", "procedure", "p", "--from-mitos", str(wrong), "--processes", str(tmp_path / "processes")
    )

    assert result.exit_code == 1
    found = 'metadata.process_evidences[3].evidence_alternative: expected true or false, found "ναι"'
    assert found in result.output
    assert not (tmp_path / "processes").exists()


def test_titles_and_an_english_record_are_told_where_they_do_not_belong(stoa: Stoa) -> None:
    for arguments in (("--from-mitos", str(GREEK), "--title", "Άδεια"), ("--from-mitos-en", str(ENGLISH))):
        result = stoa("new", "procedure", "p", *arguments)

        assert result.exit_code == 2
        assert "Expected" in result.output


def test_what_is_on_offer_is_printed_as_a_record(stoa: Stoa, office: Office) -> None:
    greek, english = (
        stoa("procedures", "export", "residence-certificate", "--lang", lang) for lang in ("el", "en")
    )

    assert "retention" in english.stderr
    assert "The registry has no field for it." in english.stderr
    assert "Το μητρώο δεν έχει τέτοιο πεδίο." in greek.stderr
    record = json.loads(greek.stdout)["data"]
    assert office.branch is not None
    assert record["id"] == "080734"
    assert record["metadata"]["process"]["deadline"] == "P5D"
    translated = json.loads(english.stdout)["data"]["metadata"]
    assert translated["process_evidences"][0]["evidence_description"] == "Identity card or passport"
    assert stoa("procedures", "export", "residence-certificate", "9").exit_code == 1
