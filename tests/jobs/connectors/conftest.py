"""A loopback agency for each test, and certificates that only the tests trust."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.certificates import certify
from tests.jobs.connectors.loopback_agency import LoopbackAgency, a_running_agency


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """The two ends of TLS for the name `agency.example`."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture
def agency() -> Iterator[LoopbackAgency]:
    with a_running_agency() as running:
        yield running


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    certificate, key = certify(folder, "agency.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=str(certificate))
    return Certificates(server=server, client=client)
