"""Connections for the tests of connectors: each connector with an agency that it reaches, and the far end."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from engine.jobs.circuit_breaker import Deliver
from engine.jobs.connectors import Connectors
from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.webhook import Patience, WebhookConnector
from engine.organisation.model import Agency
from engine.service_tasks.connector import Connector, Delivery
from tests.jobs.connectors.conftest import Certificates
from tests.jobs.connectors.deliveries import a_connected_agency
from tests.jobs.connectors.file_drop import FileDropConnector
from tests.jobs.connectors.loopback_agency import Answer, LoopbackAgency, a_running_agency, always

IMPATIENT = Patience(connect=timedelta(seconds=1), read=timedelta(seconds=1), total=timedelta(seconds=2))
LOOPBACK = AddressRules.of(["127.0.0.0/8"])


class FarEnd(Protocol):
    """What stands at the agency: the test says how it behaves from now on, and sees what has arrived."""

    def arrived(self) -> list[str]:
        """The ids of the jobs, in the order of arrival; a repetition may be told once or twice."""

    def accepts(self) -> None:
        """It takes everything, and will call back."""

    def answers(self, delivery: Delivery, data: Mapping[str, Any]) -> None:
        """It answers at once."""

    def says_no(self, delivery: Delivery, code: str, message: str) -> None:
        """It answers at once with a business error."""

    def is_gone(self) -> None:
        """It says that nothing is taken there any more."""

    def breaks(self, quoting: str) -> None:
        """It fails, and quotes that in its answer if it can give one."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A connector with an agency that it reaches, and the far end; `deliver` is one attempt, maybe routed."""

    connector: Connector
    deliver: Deliver
    agency: Agency
    far_end: FarEnd


@dataclass(frozen=True)
class HttpFarEnd:
    """A server on loopback."""

    server: LoopbackAgency

    def arrived(self) -> list[str]:
        return self.server.ids

    def accepts(self) -> None:
        self.server.answering = always(Answer(status=202))

    def answers(self, delivery: Delivery, data: Mapping[str, Any]) -> None:
        self._says({"data": data})

    def says_no(self, delivery: Delivery, code: str, message: str) -> None:
        self._says({"error": {"code": code, "message": message}})

    def is_gone(self) -> None:
        self.server.answering = always(Answer(status=410))

    def breaks(self, quoting: str) -> None:
        self.server.answering = always(Answer(status=500, body=quoting.encode()))

    def _says(self, body: Mapping[str, Any]) -> None:
        self.server.answering = always(Answer(body=json.dumps(body, ensure_ascii=False).encode()))


@dataclass(frozen=True)
class FolderFarEnd:
    """A folder."""

    folder: Path

    def arrived(self) -> list[str]:
        return [one.stem for one in self.folder.glob("*.json") if not one.stem.endswith(".answer")]

    def accepts(self) -> None:
        """As it does anyway."""

    def answers(self, delivery: Delivery, data: Mapping[str, Any]) -> None:
        self._says(delivery, {"data": data})

    def says_no(self, delivery: Delivery, code: str, message: str) -> None:
        self._says(delivery, {"error": {"code": code, "message": message}})

    def is_gone(self) -> None:
        (self.folder / "CLOSED").touch()

    def breaks(self, quoting: str) -> None:
        self.folder.rename(self.folder.with_name("moved"))
        self.folder.write_text(quoting)

    def _says(self, delivery: Delivery, body: Mapping[str, Any]) -> None:
        (self.folder / f"{delivery.job_id}.answer.json").write_text(json.dumps(body))


def _over_http(
    server: LoopbackAgency, connector: WebhookConnector, url: str, *, deliver: Deliver | None = None
) -> Connection:
    return Connection(
        connector=connector,
        deliver=deliver or connector.deliver,
        agency=a_connected_agency(url),
        far_end=HttpFarEnd(server),
    )


@contextmanager
def webhook(certificates: Certificates, folder: Path) -> Iterator[Connection]:
    """Over http, as operators may allow it."""
    with a_running_agency() as server:
        yield _over_http(server, WebhookConnector(rules=LOOPBACK, patience=IMPATIENT), server.url)


@contextmanager
def webhook_over_tls(certificates: Certificates, folder: Path) -> Iterator[Connection]:
    """Over https, to a name that leads to loopback."""
    with a_running_agency(certificates.server) as server:
        connector = WebhookConnector(
            rules=AddressRules.of([f"agency.example:{server.port}"]),
            patience=IMPATIENT,
            tls=certificates.client,
            resolve=lambda host, port: ["127.0.0.1"],
        )
        yield _over_http(server, connector, f"https://agency.example:{server.port}/inbox")


@contextmanager
def routed(certificates: Certificates, folder: Path) -> Iterator[Connection]:
    """Through the registry."""
    with a_running_agency() as server:
        connector = WebhookConnector(rules=LOOPBACK, patience=IMPATIENT)
        deliver = Connectors(FileDropConnector(), connector).deliver
        yield _over_http(server, connector, server.url, deliver=deliver)


@contextmanager
def file_drop(certificates: Certificates, folder: Path) -> Iterator[Connection]:
    """Through a folder, and through the registry."""
    shared = folder / "shared"
    shared.mkdir()
    connector = FileDropConnector()
    yield Connection(
        connector=connector,
        deliver=Connectors(WebhookConnector(rules=LOOPBACK), connector).deliver,
        agency=a_connected_agency(f"file-drop://{shared}", secrets=()),
        far_end=FolderFarEnd(shared),
    )


Connect = Callable[[Certificates, Path], AbstractContextManager[Connection]]

WEBHOOKS: tuple[Connect, ...] = (webhook, webhook_over_tls, routed)
EVERY_CONNECTION: tuple[Connect, ...] = (*WEBHOOKS, file_drop)
