"""A real time-stamp authority: `openssl ts` behind a small server, with a certificate of its own CA."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from werkzeug.wrappers import Request, Response

from tests.servers import an_address_of

_CONFIGURATION = """\
[alone]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""

_CHAIN = "certs = {folder}/ca.pem\n"
"""With this openssl sends two certificates, the signer's first, and not in the order of DER."""


@dataclass
class Authority:
    """Where it answers, who vouches for it, and what it says instead of a stamp if a test wants so.

    `certificate_file` has its own certificate. With `sends_chain` it also sends the one of its CA.
    """

    url: str
    ca_file: Path
    certificate_file: Path
    sends_chain: bool = False
    says: Callable[[bytes], tuple[int, bytes]] | None = None


@contextmanager
def a_time_stamp_authority(folder: Path) -> Iterator[Authority]:
    """It answers for the length of the block; its files are in the folder."""
    _certify(folder)
    (folder / "serial").write_text("01")
    alone = _CONFIGURATION.format(folder=folder)
    chain = alone.replace("[alone]", "[chain]") + _CHAIN.format(folder=folder)
    (folder / "tsa.cnf").write_text(alone + chain)
    authority = Authority(url="", ca_file=folder / "ca.pem", certificate_file=folder / "tsa.pem")

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        query = request.get_data()
        section = "chain" if authority.sends_chain else "alone"
        status, body = authority.says(query) if authority.says else (200, _stamped(folder, query, section))
        return Response(body, status=status, content_type="application/timestamp-reply")(environ, start)

    with an_address_of(app) as url:
        authority.url = url
        yield authority


def _stamped(folder: Path, query: bytes, section: str) -> bytes:
    (folder / "query").write_bytes(query)
    arguments = ["-config", "tsa.cnf", "-section", section, "-queryfile", "query", "-out", "reply"]
    subprocess.run(["openssl", "ts", "-reply", *arguments], cwd=folder, check=True, capture_output=True)
    return (folder / "reply").read_bytes()


def _certify(folder: Path) -> None:
    now = datetime.now(UTC)
    ca_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))

    def begun(name: str, public_key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA of the tests")]))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
        )

    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    ca = (
        begun("CA of the tests", ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    stamper = (
        begun("Time stamps of the tests", key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(stamper.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(secret)
