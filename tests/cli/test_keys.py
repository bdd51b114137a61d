"""Claims about changing keys by command: what is told, and that it may be stopped at any moment."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from api.observability import logs
from engine.bootstrap import build
from engine.dispatch import Engine
from engine.documents.add import AddDocument
from engine.documents.queries import ListDocuments, ReadDocument
from engine.kernel.actor import SYSTEM
from engine.operations.key_rotation import ListKeyUses
from engine.people.second_factor import EnrolSecondFactor
from engine.settings import from_environment
from tests.builders import NOON
from tests.cli.conftest import Stoa
from tests.office import ROOT, MovableClock, Office, an_office

OLD, NEW = (base64.b64encode(bytes([letter]) * 32).decode() for letter in b"on")
PDF = b"%PDF-1.7 a bill "


def engine_with(url: str, keys: str) -> Engine:
    environment = {"STOA_DATABASE_URL": url, "STOA_SECRET_KEYS": keys}
    return build(from_environment(environment), clock=MovableClock(NOON))


@pytest.fixture
def sealed_office(sqlite_url: str) -> Iterator[Office]:
    """An office with an older key, on the database of the commands."""
    with engine_with(sqlite_url, OLD) as engine:
        yield an_office(engine)


def test_what_is_sealed_with_which_key_is_told_and_sealed_anew(stoa: Stoa, sealed_office: Office) -> None:
    case = sealed_office.opens_case().case
    sealed_office.does(AddDocument(case_id=case.id, name="a.pdf", content=PDF))
    sealed_office.does(EnrolSecondFactor())

    doctor_without = stoa("doctor", STOA_SECRET_KEYS=NEW)
    without = stoa("keys", "rotate", STOA_SECRET_KEYS=NEW)
    doctor_with_both = stoa("doctor", STOA_SECRET_KEYS=f"{NEW},{OLD}")
    with_both = stoa("keys", "rotate", STOA_SECRET_KEYS=f"{NEW},{OLD}")
    status = stoa("keys", "status", STOA_SECRET_KEYS=NEW)
    doctor_afterwards = stoa("doctor", STOA_SECRET_KEYS=NEW)

    assert (without.exit_code, with_both.exit_code, status.exit_code) == (1, 0, 0)
    assert "no key at hand opens 3 of them" in without.output
    assert "no key at hand opens 3 secrets" in doctor_without.output
    assert "run `stoa keys rotate`" in doctor_with_both.output
    for noun in ("second factors", "tracking codes", "documents"):
        assert f"1 {noun} sealed anew" in with_both.output
    assert status.output.count("sealed with the key of today") == 3
    assert "3 secrets, sealed with the key of today" in doctor_afterwards.output


def test_a_key_that_others_may_read_is_told(stoa: Stoa, office: Office, sqlite_url: str) -> None:
    office.does(EnrolSecondFactor())
    key_file = Path(sqlite_url.removeprefix("sqlite:///")).with_suffix(".key")
    quiet = stoa("doctor").output

    key_file.chmod(0o640)

    assert "ok    secrets" in quiet
    assert f"chmod 600 {key_file}" in stoa("doctor").output


@pytest.mark.parametrize(
    ("environment", "is_warned"),
    [
        ({"STOA_DATABASE_URL": "postgresql://stoa@db/stoa"}, True),
        ({"STOA_DATABASE_URL": "postgresql://stoa@db/stoa", "STOA_SECRET_KEYS": NEW}, False),
        ({"STOA_DATABASE_URL": "sqlite:///var/stoa.db"}, False),
    ],
)
def test_a_process_that_keeps_secrets_in_the_clear_says_so_when_it_starts(
    environment: Mapping[str, str], is_warned: bool
) -> None:
    with capture_logs() as logged:
        logs.warn_of_missing_key(from_environment(environment))

    assert [line["event"] for line in logged] == (["kept_in_the_clear"] if is_warned else [])


def rotating(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "api.cli.main", "keys", "rotate", "--batch", "1"]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )


def test_a_rotation_that_is_killed_leaves_everything_readable_and_goes_on(database_url: str) -> None:
    keys = f"{NEW},{OLD}"
    with engine_with(database_url, OLD) as engine:
        office = an_office(engine)
        cases = [office.opens_case().case for _ in range(6)]
        for case in cases:
            office.does(AddDocument(case_id=case.id, name="a.pdf", content=PDF + case.number.encode()))

    with rotating({"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": keys}) as process:
        assert process.stdout is not None
        told = next(line for line in process.stdout if line.startswith("2 documents"))
        process.send_signal(signal.SIGKILL)
    with engine_with(database_url, keys) as engine:
        office = replace(office, engine=engine)
        halfway = engine.ask(ListKeyUses(), actor=SYSTEM)
        read = [contents_of(office, case.id) for case in cases]
    with rotating({"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": keys}) as process:
        output, _ = process.communicate()
    with engine_with(database_url, NEW) as engine:
        office = replace(office, engine=engine)
        afterwards = engine.ask(ListKeyUses(), actor=SYSTEM)
        read_again = [contents_of(office, case.id) for case in cases]
        codes = {office.code_of(case) for case in cases}

    expected = [[PDF + case.number.encode()] for case in cases]
    assert told.strip() == "2 documents sealed anew"
    assert sum(use.count for use in halfway) == 12
    assert not all(use.seals for use in halfway)
    assert (read, read_again) == (expected, expected)
    assert "6 tracking codes" not in output
    assert all(use.seals for use in afterwards)
    assert len(codes) == 6


def contents_of(office: Office, case_id: UUID) -> list[bytes]:
    documents = office.engine.ask(ListDocuments(case_id=case_id), actor=office.clerk)
    return [office.engine.ask(ReadDocument(document_id=one.id), actor=office.clerk)[1] for one in documents]
