"""SMS by a gateway on the web: one POST of JSON for each message, `{"id": …, "to": …, "text": …}`.

The id is the notice's, in the body and as `Idempotency-Key`, so that a gateway which gets a message twice can
send it once.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from engine.notices.channel import Sending, SendingOutcome, SendingResult

_NEVER = frozenset({400, 404, 410, 422})
"""What a gateway says to a message that it will never take (RFC 9110, section 15.5)."""


@dataclass(frozen=True, kw_only=True)
class SmsGateway:
    """Hands messages to the gateway at `url`; `token` is what we show it.

    It neither follows redirects nor reads proxy variables, and leaves the answer's body unread.
    """

    url: str
    token: str = field(repr=False)
    patience: timedelta = timedelta(seconds=10)

    def send(self, sending: Sending) -> SendingOutcome:
        body = {"id": str(sending.notice_id), "to": sending.recipient, "text": sending.text}
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": str(sending.notice_id)}
        try:
            with (
                httpx.Client(
                    timeout=self.patience.total_seconds(), trust_env=False, follow_redirects=False
                ) as client,
                client.stream("POST", self.url, json=body, headers=headers) as answer,
            ):
                return _outcome_of(answer.status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            detail = f"The SMS gateway could not be reached: {type(problem).__name__}."
            return SendingOutcome(result=SendingResult.FAILED, detail=detail)


def _outcome_of(status: int) -> SendingOutcome:
    if 200 <= status < 300:
        return SendingOutcome(result=SendingResult.SENT)
    result = SendingResult.REFUSED if status in _NEVER else SendingResult.FAILED
    return SendingOutcome(result=result, detail=f"Expected HTTP 2xx of the SMS gateway, but found {status}.")
