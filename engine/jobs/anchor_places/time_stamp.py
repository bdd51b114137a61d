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

    `ca_file` has the certificates of those who vouch for it (PEM). It neither follows redirects nor reads
    proxy variables.
    """

    url: str
    ca_file: Path
    patience: timedelta = timedelta(seconds=20)

    @property
    def name(self) -> str:
        return "time_stamp"

    def hand_over(self, anchor: Anchor, _leaves: Callable[[], Iterable[Leaf]]) -> bytes:
        """The answer, which is what it must be: over this statement, with our nonce, of whom we trust."""
        request = (
            TimestampRequestBuilder().data(anchor.statement()).hash_algorithm(HashAlgorithm.SHA256).build()
        )
        answer = self._asked(request.as_bytes())
        try:
            response = decode_timestamp_response(answer)
        except ValueError as problem:
            raise NotHandedOver("The time-stamp authority answered something else than a stamp.") from problem
        self._require(response, anchor, nonce=request.nonce)
        return answer

    def stamped_at(self, receipt: bytes, anchor: Anchor) -> datetime:
        """When the authority saw the anchor; `NotHandedOver` if the receipt does not say so."""
        try:
            response = decode_timestamp_response(receipt)
        except ValueError as problem:
            raise NotHandedOver("The receipt is no time stamp.") from problem
        self._require(response, anchor, nonce=None)
        return response.tst_info.gen_time

    def _require(self, response: TimeStampResponse, anchor: Anchor, *, nonce: int | None) -> None:
        try:
            roots = load_pem_x509_certificates(self.ca_file.read_bytes())
            VerifierBuilder(roots=roots, nonce=nonce).build().verify_message(response, anchor.statement())
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


def _body_of(answer: httpx.Response) -> bytes:
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            raise NotHandedOver(f"Expected at most {_MOST_BYTES:,} bytes of the time-stamp authority.")
    return body
