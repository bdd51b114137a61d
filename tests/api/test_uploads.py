"""Claims about large files over HTTP: they pass in pieces, and what is not whole leaves nothing behind."""

import hashlib
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.bootstrap import build
from engine.cases.model import Case
from engine.documents.model import MOST_BYTES
from engine.documents.queries import ListDocuments
from engine.settings import from_environment
from engine.supplements.supplement import AskSupplement
from tests.api.desk import BASE, Desk, a_desk, a_full_disk
from tests.builders import NOON, an_agency_actor
from tests.office import MovableClock
from tests.pages.visiting import OpenDesk

BYTES = {"Content-Type": "application/octet-stream"}
LARGE = b"%PDF-1.7 " + bytes(range(256)) * ((MOST_BYTES - 1000) // 256)
FEW = 3_000_000
"""Bytes that a request with a file of `MOST_BYTES` may need at its peak."""
BOUNDARY = "a-boundary"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """The API over an installation with a key."""
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": "b2xk" * 10 + "b2w="})
    clock = MovableClock(NOON)
    with build(settings, clock=clock) as engine:
        yield a_desk(engine, clock=clock)


def in_form(content: bytes, *, field: str = "files", **fields: str) -> bytes:
    """A form with fields and one file."""
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="bill.pdf"\r\n\r\n'
    return "".join([*lines, head]).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def peak_of(act: Callable[[], object]) -> int:
    """Bytes that Python needs at most while something is done, beyond what it had."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A request with a file, ready to be sent: its body is on disk, as the front has it."""

    client: FlaskClient
    address: str
    headers: Mapping[str, str]
    body: Path

    def send(self, *, announced: int | None = None) -> TestResponse:
        """Send it; `announced` is a length other than that of the body."""
        length = self.body.stat().st_size if announced is None else announced
        with self.body.open("rb") as stream:
            return self.client.post(
                self.address,
                headers=self.headers,
                input_stream=stream,
                environ_overrides={"CONTENT_LENGTH": str(length)},
            )


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The ways by which a file comes to a case that awaits one."""

    desk: Desk
    case: Case
    awaited: UUID
    folder: Path

    def sending(self, way: str, content: bytes, *, key: str = "k1") -> Sending:
        """The request that brings the file that way."""
        match way:
            case "to_case":
                address, by = f"/cases/{self.case.id}/documents", "maria"
            case "to_request":
                address, by = f"/service-tasks/{self.awaited}/documents", "municipality"
            case "from_home":
                code = self.desk.office.code_of(self.case)
                form = in_form(content, code=code, awaited=str(self.awaited))
                address = f"{BASE}/track/{self.case.number}/supplies"
                return self._sending(self.desk.client, address, {**MULTIPART, "Idempotency-Key": key}, form)
            case _:
                visitor = OpenDesk(desk=self.desk).visit(self.desk.office.clerk)
                address = f"/desk/cases/{self.case.id}/documents"
                visitor.opens(address)
                form = in_form(content, field="file", csrf=visitor.token)
                return self._sending(visitor.client, address, MULTIPART, form)
        headers = {**BYTES, "Idempotency-Key": key, "Authorization": f"Bearer {self.desk.tokens[by]}"}
        return self._sending(self.desk.client, f"{BASE}{address}?name=bill.pdf", headers, content)

    def _sending(self, client: FlaskClient, address: str, headers: Mapping[str, str], body: bytes) -> Sending:
        file = self.folder / "body"
        file.write_bytes(body)
        return Sending(client=client, address=address, headers=headers, body=file)

    def digests(self) -> list[str]:
        """Those of the documents of the case."""
        office = self.desk.office
        found = office.engine.ask(ListDocuments(case_id=self.case.id), actor=office.clerk)
        return [document.sha256 for document in found]


@pytest.fixture
def ways(desk: Desk, tmp_path: Path) -> Ways:
    office = desk.office
    task = office.sends_to_municipality().service_tasks[0]
    command = AskSupplement(service_task_id=task.id, wanted="Λογαριασμός.")
    case = office.does(command, actor=an_agency_actor(office.agency)).case
    return Ways(desk=desk, case=case, awaited=task.id, folder=tmp_path)


WAYS = ("to_case", "to_request", "from_home", "by_desk")


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_never_in_memory_whole(ways: Ways, way: str) -> None:
    # What the first request loads is no part of the file.
    ways.sending("to_case", b"%PDF-1.7 small", key="k0").send()
    sending = ways.sending(way, LARGE)

    peak = peak_of(sending.send)

    assert hashlib.sha256(LARGE).hexdigest() in ways.digests()
    assert peak < FEW


def test_a_download_is_never_in_memory_whole(ways: Ways) -> None:
    document = ways.sending("to_case", LARGE).send().get_json()["id"]
    digest = hashlib.sha256()

    def reads() -> None:
        for piece in ways.desk.get(f"/documents/{document}/content").iter_encoded():
            digest.update(piece)

    peak = peak_of(reads)

    assert digest.digest() == hashlib.sha256(LARGE).digest()
    assert peak < 2 * FEW


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("more", [1, 300_000, -10, -100_000])
def test_a_body_of_another_length_than_announced_leaves_nothing(ways: Ways, way: str, more: int) -> None:
    sending = ways.sending(way, LARGE[:400_000])

    refused = sending.send(announced=sending.body.stat().st_size + more)

    # Of a form that is cut off no field is taken, not even the one that shows where it comes from.
    assert refused.status_code in (400, 403, 422)
    assert ways.digests() == []


@pytest.mark.parametrize("way", ["from_home", "by_desk"])
def test_a_form_for_which_the_disk_has_no_room_is_told_so_and_leaves_nothing(ways: Ways, way: str) -> None:
    sending = ways.sending(way, LARGE)

    with a_full_disk():
        refused = sending.send()
    again = sending.send()

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert again.status_code in (201, 303)
    assert ways.digests() == [hashlib.sha256(LARGE).hexdigest()]


@pytest.mark.parametrize("way", ["from_home", "by_desk"])
@pytest.mark.parametrize("broken", [b"--another-boundary", b"--a-boundary"], ids=["another", "no end"])
def test_a_form_with_a_wrong_boundary_or_without_an_end_leaves_nothing(
    ways: Ways, way: str, broken: bytes
) -> None:
    sending = ways.sending(way, LARGE[:400_000])
    whole = sending.body.read_bytes()
    cut = whole[: whole.rindex(b"--a-boundary")]
    sending.body.write_bytes(cut if broken == b"--a-boundary" else whole.replace(b"--a-boundary", broken))

    refused = sending.send()

    assert refused.status_code in (400, 403, 422)
    assert ways.digests() == []
