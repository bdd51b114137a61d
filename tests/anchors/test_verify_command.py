"""Claims about `stoa journal`: what is broken is named, and a verification goes on where it stopped."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from engine.bootstrap import build
from engine.cases.case_number import CaseNumber
from engine.cases.lifecycle import SuspendCase
from engine.cases.queries import FindCases
from engine.kernel.actor import SYSTEM
from engine.sealing.journal_keys import NO_JOURNAL_KEYS
from engine.storage import migrate
from tests.anchors.authority import a_time_stamp_authority
from tests.anchors.records import Records, write_records
from tests.builders import a_branch, a_manager
from tests.office import an_office
from tests.tampering import tamper

Verify = Callable[..., Result]


@pytest.fixture
def records(sqlite_url: str, tmp_path: Path) -> Records:
    return write_records(sqlite_url, tmp_path / "anchors.jsonl")


def stoa(records: Records, *arguments: str, **changes: str) -> Result:
    environment = {**records.environment(), **changes}
    return CliRunner().invoke(main, list(arguments), env=environment, prog_name="stoa")


def test_what_nobody_touched_is_told_as_intact(records: Records) -> None:
    result = stoa(records, "journal", "verify")

    assert result.exit_code == 0, result.output
    assert "Intact: 2 anchors, 3 cases" in result.output
    assert "1 documents" in result.output


def test_on_postgresql_each_kind_of_tampering_is_named(postgresql_url: str, tmp_path: Path) -> None:
    records = write_records(postgresql_url, tmp_path / "anchors.jsonl")
    of = {
        name: f"(SELECT id FROM cases WHERE number = '{getattr(records, name)}')"
        for name in ("open", "closed", "documented")
    }
    tamper(
        postgresql_url,
        f"UPDATE journal SET actor_name = 'somebody' WHERE number = 2 AND case_id = {of['closed']}",
        "UPDATE cases SET outcome = 'issued' WHERE outcome IS NOT NULL",
        "UPDATE document_parts SET sealed = '%PDF-'",
        f"DELETE FROM journal WHERE case_id = {of['open']}",
        f"DELETE FROM cases WHERE id = {of['open']}",
        f"DELETE FROM journal WHERE case_id = {of['documented']} AND number > 3",
        "UPDATE anchors SET root = 'ab' WHERE number = 2",
    )

    result = stoa(records, "journal", "verify")

    assert result.exit_code == 1
    for found in (
        f"line_changed       case {records.closed} line 2: was changed",
        f"outcome_changed    case {records.closed} line",
        f"document_changed   case {records.documented} line 3",
        f"lines_missing      case {records.documented} line 4",
        f"case_removed       case {records.open} line",
        "anchor_changed     anchor 2",
    ):
        assert found in result.output, (found, result.output)


def test_a_verification_goes_on_where_it_stopped_and_remembers_what_it_found(
    records: Records, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    with build(records.settings()) as engine:
        cases = sorted(engine.ask(FindCases(), actor=SYSTEM).items, key=lambda case: case.id)
    tamper(records.url, "UPDATE journal SET actor_name = 'somebody' WHERE number = 2")
    whole = stoa(records, "journal", "verify", "--state", str(state))
    kept = json.loads(state.read_text())
    assert kept["progress"]["stage"] == "done"

    kept["progress"].update(stage="journals", case=str(cases[1].id))
    kept["findings"] = 2
    state.write_text(json.dumps(kept))
    rest = stoa(records, "journal", "verify", "--state", str(state))
    again = stoa(records, "journal", "verify", "--state", str(state))

    assert whole.stdout.count("line_changed") == again.stdout.count("line_changed") == 3
    assert rest.stdout.count("line_changed") == 1
    assert cases[2].number in rest.stdout
    assert "3 findings" in rest.output
    assert (whole.exit_code, rest.exit_code, again.exit_code) == (1, 1, 1)


def test_a_verification_begins_with_a_case(records: Records) -> None:
    tamper(records.url, "UPDATE journal SET actor_name = 'somebody' WHERE number = 2")

    result = stoa(records, "journal", "verify", "--from", records.open)

    assert records.open in result.stdout
    assert records.closed not in result.stdout


def test_a_state_that_is_none_and_a_case_that_is_not_there_are_told(records: Records, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    for text in ("no json", "{}", "[]", '{"progress": {"stage": "lunch"}, "findings": 0}'):
        state.write_text(text)
        refused = stoa(records, "journal", "verify", "--state", str(state))

        assert refused.exit_code == 1
        assert "is no state of a verification" in refused.output
    nowhere = str(CaseNumber("0009", 2026, 99))
    assert f"no case {nowhere}" in stoa(records, "journal", "verify", "--from", nowhere).output


def test_the_file_that_somebody_keeps_may_end_earlier(records: Records, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    text = records.file.read_text()
    copy.write_text(text[: text.rindex("{")])

    assert stoa(records, "journal", "verify", "--anchors", str(copy)).exit_code == 0

    tamper(records.url, "DELETE FROM anchor_leaves", "DELETE FROM anchors", "DELETE FROM anchor_copies")
    found = stoa(records, "journal", "verify", "--anchors", str(copy))
    assert "anchor_removed     anchor 1" in found.stdout


def test_an_anchor_is_made_stamped_and_listed(records: Records, tmp_path: Path) -> None:
    with a_time_stamp_authority(tmp_path) as authority:
        stamps = {
            "STOA_TIME_STAMP_URL": authority.url,
            "STOA_TIME_STAMP_CA_FILE": str(authority.ca_file),
        }

        made = stoa(records, "journal", "anchor", **stamps)
        listed = stoa(records, "journal", "anchors", **stamps)
        intact = stoa(records, "journal", "verify", **stamps)
        tamper(records.url, "UPDATE anchor_copies SET receipt = NULL WHERE anchor = 2")
        broken = stoa(records, "journal", "verify", **stamps)

    assert "No journal has grown" in made.output
    assert listed.output.count("file time_stamp") == 2
    assert intact.exit_code == 0, intact.output
    assert "anchor_changed     anchor 2: its time stamp does not vouch for it" in broken.stdout


def test_a_place_that_does_not_take_it_is_told(records: Records) -> None:
    nobody = {"STOA_TIME_STAMP_URL": "http://127.0.0.1:1", "STOA_TIME_STAMP_CA_FILE": "nobody.pem"}

    result = stoa(records, "journal", "anchor", **nobody)

    assert result.exit_code == 1
    assert "Not handed over to time_stamp" in result.output


# A database of before


@pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)
def test_lines_of_before_there_were_keys_are_accepted_with_the_first_anchor(
    bare_url: str, tmp_path: Path
) -> None:
    migrate.upgrade(bare_url)
    records = Records(url=bare_url, file=tmp_path / "anchors.jsonl")
    with build(records.settings()) as engine:
        an_office(replace(engine, journal_keys=NO_JOURNAL_KEYS)).opens_case()
    migrate.downgrade(bare_url, "0019_traffic")
    migrate.upgrade(bare_url)
    without_anchors = records.findings()

    records.anchors()

    assert without_anchors == records.findings() == []


def test_a_line_without_a_key_written_after_the_first_anchor_is_found_until_it_is_accepted(
    records: Records,
) -> None:
    with build(records.settings()) as engine:
        late = replace(engine, journal_keys=NO_JOURNAL_KEYS)
        case = engine.ask(FindCases(number=records.open), actor=SYSTEM).items[0]
        late.carry_out(
            SuspendCase(case_id=case.id, reason="late"), actor=a_manager(a_branch(id=case.branch_id))
        )
    records.anchors()
    found = records.found()

    accepted = stoa(records, "journal", "anchor", "--accept-unkeyed")

    assert found == {("unkeyed", records.open, case.journal.length + 1)}
    assert "covers 4 cases" in accepted.output
    assert records.findings() == []
