"""Certificates for this machine that only the tests trust."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.certificates import certify


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The server's end of TLS for the name `localhost`, and the file of who vouches for it."""

    server: ssl.SSLContext
    ca_file: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    public, key = certify(folder, "localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(public, key)
    return Certificate(server=server, ca_file=public)
