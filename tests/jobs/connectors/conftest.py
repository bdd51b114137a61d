"""A loopback agency for each test, and certificates that only the tests trust."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    _make_certificate(key, certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=str(certificate))
    return Certificates(server=server, client=client)


def _make_certificate(key: Path, certificate: Path) -> None:
    request = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-keyout", str(key), "-out", str(certificate), "-days", "2"),
        *("-subj", "/CN=agency.example", "-addext", "subjectAltName=DNS:agency.example"),
    ]
    subprocess.run(request, check=True, capture_output=True)
