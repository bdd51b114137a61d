"""Claims about the commands of operators: cases, journals, jobs, tokens, migrations, and the doctor."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from engine.access.exceptions import OpenExceptionally
from engine.access.queries import ListAccess
from engine.anchors.anchoring import AnchorJournals
from engine.cases.lifecycle import WithdrawCase
from engine.cases.store import cases
from engine.documents.add import AddDocument
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.clock import SystemClock
from engine.kernel.disclosure import Purpose
from engine.operations.housekeeping import Beat
from engine.operations.traffic import NoteUntrustedProxy
from engine.organisation.registers import SaveAgency
from engine.people.session import digest
from engine.service_tasks.connector import DeliveryOutcome, DeliveryResult
from engine.service_tasks.deliveries import LeaseJobs, RecordDelivery
from engine.storage import migrate
from tests.cli.conftest import Stoa
from tests.office import Office
from tests.tampering import tamper


def test_cases_are_listed_and_shown_without_who_is_in_them(stoa: Stoa, office: Office) -> None:
    case = office.opens_case().case

    listed = stoa("cases", "list", "--status", "open")
    shown = stoa("cases", "show", case.number)

    assert case.number in listed.output
    assert "residence-certificate version 1" in shown.output
    assert "check_papers" in shown.output
    assert "Δημητρίου" not in listed.output + shown.output


def test_closed_cases_of_an_earlier_version_are_compacted_once(stoa: Stoa, office: Office) -> None:
    sent = office.sends_to_municipality()
    office.does(WithdrawCase(case_id=sent.case.id, reason="Δεν το χρειάζεται."))
    with office.engine.store.begin() as connection:
        connection.execute(cases.update().values(snapshot=sent.case.snapshot))
        connection.commit()

    first, second = stoa("cases", "compact", "--again"), stoa("cases", "compact", "--batch", "10")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 closed cases compacted" in first.output
    assert "0 closed cases compacted" in second.output


def test_a_case_is_named_by_its_id_too(stoa: Stoa, office: Office) -> None:
    case = office.opens_case().case

    assert case.number in stoa("cases", "show", str(case.id)).output


def test_an_intact_journal_is_told_as_such(stoa: Stoa, office: Office) -> None:
    case = office.sends_to_municipality().case

    result = stoa("cases", "journal", case.number, "--verify")

    assert result.exit_code == 0
    assert "task_completed" in result.output
    assert "Intact: all" in result.output


def test_a_line_that_somebody_changed_is_named(stoa: Stoa, office: Office, sqlite_url: str) -> None:
    case = office.sends_to_municipality().case
    tamper(sqlite_url, "UPDATE journal SET actor_name = 'somebody' WHERE number = 3")

    result = stoa("cases", "journal", case.number, "--verify")

    assert result.exit_code == 1
    assert "line 3 does not follow" in result.output
    assert "fail  journals" in stoa("doctor").output


def test_what_is_not_there_is_told_in_a_sentence(stoa: Stoa) -> None:
    for arguments in (
        ("cases", "show", "0009-26-000001-6"),
        ("cases", "show", "nonsense"),
        ("jobs", "retry", str(uuid4())),
        ("token", "revoke", str(uuid4())),
        ("token", "create", "--user", "nobody", "--branch", "0009", "--label", "x"),
        ("token", "create", "--label", "x"),
    ):
        result = stoa(*arguments)

        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit)


def test_a_token_opens_what_it_was_made_for_until_it_is_revoked(stoa: Stoa, office: Office) -> None:
    made = stoa(
        "token", "create", "--user", "maria", "--branch", "0009", "--label", "desk 3", "--scope", "cases:read"
    )
    text = made.output.strip()
    before = office.engine.identify(digest(text))
    listed = stoa("token", "list")
    token_id = next(line.split()[0] for line in listed.output.splitlines() if "desk 3" in line)

    stoa("token", "revoke", token_id)

    assert before is not None
    assert (before.name, before.scopes) == ("maria", frozenset({"cases:read"}))
    assert text not in listed.output
    assert office.engine.identify(digest(text)) is None
    assert "desk 3" not in stoa("token", "list").output


def test_an_agencys_token_is_made_by_its_key(stoa: Stoa, office: Office) -> None:
    made = stoa("token", "create", "--agency", "municipality", "--label", "polling", "--days", "30")

    actor = office.engine.identify(digest(made.output.strip()))

    assert actor is not None
    assert actor.id == office.agency.id


def test_jobs_are_listed_by_state_and_only_dead_letters_are_replayed(stoa: Stoa, office: Office) -> None:
    connected = replace(office.agency, endpoint="https://agency.example", secrets=(new_secret(),))
    office.does(SaveAgency(agency=connected), actor=SYSTEM)
    office.sends_to_municipality()

    ready = stoa("jobs", "list", "--state", "ready")
    job_id = ready.output.splitlines()[1].split()[0]
    refused = stoa("jobs", "retry", job_id)

    assert "deliver_webhook" in ready.output
    assert stoa("jobs", "list", "--state", "dead").output == "Nothing found.\n"
    assert refused.exit_code == 1
    assert "Expected job" in refused.output


def test_the_database_is_brought_to_the_newest_schema(stoa: Stoa, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    before = stoa("migrate", "status", STOA_DATABASE_URL=url)
    upgraded = stoa("migrate", "upgrade", STOA_DATABASE_URL=url)
    after = stoa("migrate", "status", STOA_DATABASE_URL=url)

    assert (before.exit_code, upgraded.exit_code, after.exit_code) == (1, 0, 0)
    assert "never migrated" in before.output
    assert migrate.head() in after.output


def test_the_doctor_says_what_to_do(stoa: Stoa, office: Office) -> None:
    result = stoa("doctor")

    assert result.exit_code == 0
    assert "ok    database" in result.output
    assert "warn  worker" in result.output
    assert "→ start `stoa worker`" in result.output
    assert "ok    procedures   1 on offer" in result.output
    assert "warn  api" in result.output


def test_the_doctor_tells_of_requests_whose_topic_has_lost_its_agency(stoa: Stoa, office: Office) -> None:
    without = replace(office.agency, topics=())
    office.does(SaveAgency(agency=without), actor=SYSTEM)
    office.sends_to_municipality()

    told = stoa("doctor").output

    assert "warn  topics       requests are held: 1 of municipality.residence, the oldest since" in told


def test_the_doctor_knows_a_silent_worker_from_one_alive(stoa: Stoa, office: Office) -> None:
    office.does(Beat(worker="w1"), actor=SYSTEM)

    assert "silent for" in stoa("doctor").output


def test_the_doctor_tells_of_readings_that_nobody_has_reviewed(stoa: Stoa, office: Office) -> None:
    assert "ok    access" in stoa("doctor").output
    command = OpenExceptionally(
        case=office.opens_case().case.number, reason="Έλεγχος 14/2026.", lasts=timedelta(hours=1)
    )
    office.does(command, actor=replace(office.clerk, name="thanos", roles=frozenset({Role.AUDITOR})))

    found = stoa("doctor").output

    assert "warn  access" in found
    assert "1 exceptional or unusual readings" in found
    assert "thanos" not in found


def test_reading_at_the_command_line_is_on_record(stoa: Stoa, office: Office) -> None:
    number = office.opens_case().case.number

    assert stoa("cases", "show", number).exit_code == 0

    auditor = replace(office.clerk, roles=frozenset({Role.AUDITOR}))
    found = office.engine.ask(ListAccess(), actor=auditor).page.items
    assert {one.reader.partition(":")[0] for one in found} == {"cli"}
    assert {one.purpose for one in found} == {Purpose.OPERATION}


@pytest.mark.parametrize(
    ("settings", "mark"),
    [
        ({}, "ok"),
        ({"STOA_PUBLIC_URL": "https://stoa.example"}, "warn"),
        ({"STOA_HTTPS_ONLY": "yes"}, "warn"),
        ({"STOA_HTTPS_ONLY": "yes", "STOA_TRUSTED_PROXIES": "1"}, "ok"),
    ],
)
def test_the_doctor_warns_of_a_proxy_that_must_be_there(
    stoa: Stoa, office: Office, settings: dict[str, str], mark: str
) -> None:
    assert f"{mark:<5} proxies" in stoa("doctor", **settings).output


def test_the_doctor_fails_where_a_second_factor_is_needed_and_nobody_can_set_one_up(
    stoa: Stoa, postgresql_url: str
) -> None:
    without_keys = {"STOA_DATABASE_URL": postgresql_url}

    needed = stoa("doctor", STOA_SECOND_FACTOR_ROLES="operator", **without_keys)

    assert "fail  secrets" in needed.output
    assert "operator" in needed.output
    assert needed.exit_code == 1
    assert "warn  secrets" in stoa("doctor", **without_keys).output


def test_the_doctor_warns_of_a_proxy_that_was_seen(stoa: Stoa, office: Office) -> None:
    office.clock.moment = SystemClock().now()
    office.does(NoteUntrustedProxy(), actor=SYSTEM)

    assert "warn  proxies" in stoa("doctor").output
    assert "→ set STOA_TRUSTED_PROXIES" in stoa("doctor").output
    assert "ok    proxies" in stoa("doctor", STOA_TRUSTED_PROXIES="1").output


def test_the_doctor_warns_where_journals_can_be_rewritten(stoa: Stoa, office: Office, tmp_path: Path) -> None:
    office.opens_case()
    late = stoa("doctor").output
    stoa("journal", "anchor")
    nowhere = stoa("doctor").output
    file = {"STOA_ANCHOR_FILE": str(tmp_path / "anchors.jsonl")}
    stoa("journal", "anchor", **file)

    assert "warn  anchors      none was ever made; journals have grown since" in late
    assert "warn  anchors      no place outside of the database has them" in nowhere
    assert "ok    anchors      1 made, all in file" in stoa("doctor", **file).output
    assert "ok    journal key" in nowhere


def test_the_doctor_warns_of_journals_without_a_key_and_of_a_role_that_owns_them(
    stoa: Stoa, postgresql_url: str
) -> None:
    output = stoa("doctor", STOA_DATABASE_URL=postgresql_url).output

    assert "warn  journal key" in output
    assert "warn  role         it could change or remove rows of anchor_copies, " in output


def test_a_place_that_lags_behind_is_told(stoa: Stoa, office: Office, tmp_path: Path) -> None:
    for _ in range(3):
        office.opens_case()
        office.does(AnchorJournals(), actor=SYSTEM)

    output = stoa("doctor", STOA_ANCHOR_FILE=str(tmp_path / "anchors.jsonl")).output

    assert "warn  anchors      file lacks 3" in output


def test_rights_are_given_on_postgresql_only(stoa: Stoa) -> None:
    refused = stoa("migrate", "grant", "stoa_app")

    assert refused.exit_code == 1
    assert "SQLite has no roles" in refused.output


def test_the_doctor_fails_where_nothing_can_work(stoa: Stoa, tmp_path: Path) -> None:
    empty = stoa("doctor", STOA_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    unreadable = stoa("doctor", STOA_PORT="eighty")

    assert (empty.exit_code, unreadable.exit_code) == (1, 1)
    assert "→ run `stoa migrate upgrade`" in empty.output
    assert "fail  settings     STOA_PORT" in unreadable.output


def test_settings_that_cannot_be_used_stop_every_command(stoa: Stoa) -> None:
    result = stoa("cases", "list", STOA_DATABASE_URL="mysql://x")

    assert result.exit_code == 1
    assert result.output.startswith("Error: STOA_DATABASE_URL: expected")


def test_a_paused_agency_is_told_and_switched_on(stoa: Stoa, office: Office) -> None:
    connected = replace(office.agency, endpoint="https://municipality.example/stoa", secrets=(new_secret(),))
    office.does(SaveAgency(agency=connected), actor=SYSTEM)
    office.sends_to_municipality()
    (job,) = office.does(LeaseJobs(worker="w", limit=9, lease=timedelta(minutes=1)), actor=SYSTEM)
    gone = DeliveryOutcome(result=DeliveryResult.GONE, detail="The endpoint is gone (HTTP 410).")
    office.does(RecordDelivery(job_id=job.id, worker="w", outcome=gone), actor=SYSTEM)

    warned = stoa("doctor").output
    listed = stoa("agencies", "paused").output
    switched = stoa("agencies", "switch-on", "municipality", "--reason", "New server.").output
    again = stoa("agencies", "switch-on", "municipality")
    history = stoa("agencies", "history", "municipality").output

    assert "warn  agencies     municipality is paused since" in warned
    assert "The endpoint is gone (HTTP 410)." in listed
    assert switched == "municipality: on, 1 deliveries are to be made\n"
    assert again.exit_code == 1
    assert "New server." in history
    assert "cli:" in history
    assert "ok    agencies     none is paused" in stoa("doctor").output


def test_documents_are_counted_by_what_the_virus_scanner_says_and_scanned_again(
    stoa: Stoa, office: Office
) -> None:
    case = office.opens_case().case
    office.does(AddDocument(case_id=case.id, name="a.pdf", content=b"%PDF-1.7 a bill"))

    before = stoa("documents", "status")
    again = stoa("documents", "scan", "unscanned")
    after = stoa("documents", "status")
    doctor = stoa("doctor")
    doctor_with_scanner = stoa("doctor", STOA_CLAMAV="127.0.0.1:1")

    assert before.output.split()[-2:] == ["unscanned", "1"]
    assert "1 documents wait for the virus scanner" in again.output
    assert after.output.split()[-2:] == ["pending", "1"]
    assert "1 documents wait for a virus scanner, and STOA_CLAMAV is empty" in doctor.output
    assert "fail  documents" in doctor_with_scanner.output
    assert "start clamd" in doctor_with_scanner.output


def test_a_closure_is_shown_before_it_is_entered(stoa: Stoa, office: Office) -> None:
    case = office.opens_case().case
    close = ("branches", "close", "0009", "2026-03-16", "--reason", "Απόφαση 12/2026")

    shown = stoa(*close).output
    entered = stoa(*close, "--confirm").output
    again = stoa(*close).output

    assert [line.split() for line in shown.splitlines()][1:2] == [
        [case.number, "residence-certificate", "2026-03-16", "2026-03-17"]
    ]
    assert "Cases that would move: 1." in shown
    assert "0009: closed." in entered
    assert "Cases that would move: 1." in again
