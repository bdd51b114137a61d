"""A time-stamp authority: says in its own signature that an anchor was there at a moment (RFC 3161)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from engine.anchors.model import Anchor, Leaf, NotHandedOver

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_MOST_BYTES = 100_000
"""A time stamp with a chain of certificates has a tenth of this."""


@dataclass(frozen=True, kw_only=True)
class TimeStampAuthority:
    """Fills the port `AnchorPlace`; the receipt is the authority's whole answer (DER).

    `ca_file` has the certificates of those who vouch for it (PEM). Its own must be there too if it sends
    several of them in another order than that of DER, as OpenSSL does: then it is asked to send none, because
    the library reads nothing but DER. It neither follows redirects nor reads proxy variables.
    """

    url: str
    ca_file: Path
    patience: timedelta = timedelta(seconds=20)

    @property
    def name(self) -> str:
        return "time_stamp"

    def hand_over(self, anchor: Anchor, _leaves: Callable[[], Iterable[Leaf]]) -> bytes:
        """The answer, which is what it must be: over this statement, with our nonce, of whom we trust."""
        try:
            return self._stamp(anchor, with_certificates=True)
        except _Unreadable:
            return self._stamp(anchor, with_certificates=False)

    def stamped_at(self, receipt: bytes, anchor: Anchor) -> datetime:
        """When the authority saw the anchor; `NotHandedOver` if the receipt does not say so."""
        response = _decoded(receipt)
        self._require(response, anchor, nonce=None)
        return response.tst_info.gen_time

    def _stamp(self, anchor: Anchor, *, with_certificates: bool) -> bytes:
        builder = TimestampRequestBuilder(data=anchor.statement(), hash_algorithm=HashAlgorithm.SHA256)
        request = builder.cert_request(cert_request=with_certificates).build()
        answer = self._asked(request.as_bytes())
        self._require(_decoded(answer), anchor, nonce=request.nonce)
        return answer

    def _require(self, response: TimeStampResponse, anchor: Anchor, *, nonce: int | None) -> None:
        try:
            known = load_pem_x509_certificates(self.ca_file.read_bytes())
            signers = {(signer.issuer, signer.serial_number) for signer in response.signed_data.signer_infos}
            own = next((one for one in known if (one.issuer, one.serial_number) in signers), None)
            verifier = VerifierBuilder(roots=known, tsa_certificate=own, nonce=nonce).build()
            verifier.verify_message(response, anchor.statement())
        except (VerificationError, ValueError, OSError) as problem:
            raise NotHandedOver(f"The time stamp cannot be trusted: {problem}") from problem

    def _asked(self, request: bytes) -> bytes:
        headers = {"content-type": _QUERY, "accept": _REPLY}
        try:
            with (
                httpx.Client(
                    timeout=self.patience.total_seconds(), trust_env=False, follow_redirects=False
                ) as client,
                client.stream("POST", self.url, content=request, headers=headers) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise NotHandedOver(
                        f"Expected HTTP 200 of the time-stamp authority, found {answer.status_code}."
                    )
                return _body_of(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise NotHandedOver(
                f"The time-stamp authority could not be reached: {type(problem).__name__}."
            ) from problem


class _Unreadable(NotHandedOver):
    """Something came back that is no time stamp, or not in DER."""


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(answer)
    except ValueError as problem:
        raise _Unreadable("What the time-stamp authority gave is something else than a stamp.") from problem


def _body_of(answer: httpx.Response) -> bytes:
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            raise NotHandedOver(f"Expected at most {_MOST_BYTES:,} bytes of the time-stamp authority.")
    return body
