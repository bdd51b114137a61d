"""e-Paravolo by SOAP 1.1, with a UsernameToken of WS-Security and an audit record, as Greek agencies ask.

One HTTP request for each attempt. What is sent is text with every value escaped; what comes back is read by
`engine/kernel/xml.py` and nothing else.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Final

import httpx

from engine.kernel import xml
from engine.kernel.money import NotMoney, euro_text, euros
from engine.payments.model import Act, ParavoloStatus
from engine.payments.paravolo import AuditRecord, ParavoloAnswer, ParavoloRequest, ParavoloResult

NAMESPACE: Final = "http://gsis.gr/paravolo"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
SECURITY: Final = f"{_WSS}-wssecurity-secext-1.0.xsd"
UTILITY: Final = f"{_WSS}-wssecurity-utility-1.0.xsd"
_PASSWORD_TEXT = f"{_WSS}-username-token-profile-1.0#PasswordText"
_BASE64 = f"{_WSS}-soap-message-security-1.0#Base64Binary"

OPERATIONS: Final[Mapping[Act, str]] = {
    Act.CREATE: "createParavolo",
    Act.LOOK_UP: "getParavoloInfo",
    Act.BIND: "bindParavolo",
    Act.REFUND: "refundParavolo",
}
"""The operation that does each act; its answer is called the same with `Response` behind."""

_STATUSES: Mapping[str, ParavoloStatus] = {
    "UNPAID": ParavoloStatus.UNPAID,
    "PAID": ParavoloStatus.PAID,
    "BOUND": ParavoloStatus.BOUND,
    "REFUNDED": ParavoloStatus.REFUNDED,
    "EXPIRED": ParavoloStatus.EXPIRED,
}

_NOT_FOUND = "NotFound"
_MOST_BYTES = 100_000
_LIMITS = xml.XmlLimits(file_bytes=_MOST_BYTES, elements=1000, depth=30)


class _Unreadable(Exception):
    """The answer is none that is understood; the sentence says what was expected."""


@dataclass(frozen=True, kw_only=True)
class SoapParavolo:
    """Fills the port `Paravolo`. It neither follows redirects nor reads proxy variables.

    `organisation` is the code under which e-Paravolo knows whoever binds.
    """

    url: str
    user: str
    password: str = field(repr=False)
    organisation: str
    patience: timedelta = timedelta(seconds=20)

    def ask(self, request: ParavoloRequest) -> ParavoloAnswer:
        operation = OPERATIONS[request.act]
        headers = {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{NAMESPACE}/{operation}"'}
        try:
            with (
                httpx.Client(
                    timeout=self.patience.total_seconds(), trust_env=False, follow_redirects=False
                ) as client,
                client.stream("POST", self.url, content=self._envelope(request), headers=headers) as answer,
            ):
                return _answer(_body_of(answer), operation, answer.status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            return _failed(f"e-Paravolo could not be reached: {type(problem).__name__}.")
        except _Unreadable as problem:
            return _failed(str(problem))

    def _envelope(self, request: ParavoloRequest) -> bytes:
        operation = OPERATIONS[request.act]
        asked = {
            "organisation": self.organisation,
            "reference": str(request.reference),
            "typeId": request.fee_code,
            "amount": euro_text(request.amount),
            "code": request.code or "",
            "protocol": request.audit.protocol,
        }
        body = f"<p:{operation}>{_audit(request.audit)}<p:input>{_elements(asked)}</p:input></p:{operation}>"
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:p="{NAMESPACE}">'
            f"<soap:Header>{self._token(request.audit.at)}</soap:Header>"
            f"<soap:Body>{body}</soap:Body></soap:Envelope>"
        ).encode()

    def _token(self, at: datetime) -> str:
        """Who we are (WS-Security UsernameToken Profile 1.0); the connection keeps the password secret."""
        nonce = base64.b64encode(secrets.token_bytes(16)).decode()
        return (
            f'<w:Security xmlns:w="{SECURITY}" xmlns:u="{UTILITY}" soap:mustUnderstand="1"><w:UsernameToken>'
            f"<w:Username>{escape(self.user)}</w:Username>"
            f'<w:Password Type="{_PASSWORD_TEXT}">{escape(self.password)}</w:Password>'
            f'<w:Nonce EncodingType="{_BASE64}">{nonce}</w:Nonce>'
            f"<u:Created>{_moment(at)}</u:Created></w:UsernameToken></w:Security>"
        )


def _audit(record: AuditRecord) -> str:
    said = {
        "auditTransactionId": str(record.transaction_id),
        "auditTransactionDate": _moment(record.at),
        "auditUnit": record.unit,
        "auditProtocol": record.protocol,
        "auditUserId": record.user,
        "auditUserIp": "0.0.0.0",  # noqa: S104 - no address is bound: the worker asks, and nobody's browser
    }
    return f"<p:auditRecord>{_elements(said)}</p:auditRecord>"


def _elements(values: Mapping[str, str]) -> str:
    return "".join(f"<p:{name}>{escape(value)}</p:{name}>" for name, value in values.items() if value)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _body_of(answer: httpx.Response) -> bytes:
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > _MOST_BYTES:
            raise _Unreadable(f"Expected at most {_MOST_BYTES:,} bytes of e-Paravolo.")
    return body


def _answer(content: bytes, operation: str, status: int) -> ParavoloAnswer:
    try:
        root = xml.read(content, _LIMITS)
    except xml.Unreadable as refusal:
        raise _Unreadable(f"Expected SOAP of e-Paravolo, found HTTP {status}.") from refusal
    body = root.child("Body", namespace=SOAP)
    if body is None:
        raise _Unreadable(f"Expected a SOAP body of e-Paravolo, found HTTP {status}.")
    fault = body.child("Fault", namespace=SOAP)
    if fault is not None:
        return _fault(fault)
    answered = body.child(f"{operation}Response", namespace=NAMESPACE)
    if answered is None:
        raise _Unreadable(f"Expected {operation}Response of e-Paravolo.")
    return _said(answered)


def _said(answered: xml.Element) -> ParavoloAnswer:
    said = {one.kind: one.content for one in answered.children(namespace=NAMESPACE)}
    status = _STATUSES.get(said.get("status", ""))
    if status is None:
        raise _Unreadable("Expected a status of e-Paravolo that is known.")
    try:
        amount = euros(said["amount"]) if said.get("amount") else None
    except NotMoney as refusal:
        raise _Unreadable("Expected an amount of e-Paravolo with two decimals.") from refusal
    return ParavoloAnswer(
        result=ParavoloResult.DONE,
        status=status,
        code=said.get("code") or None,
        fee_code=said.get("typeId") or None,
        amount=amount,
        bound_to=said.get("boundTo") or None,
    )


def _fault(fault: xml.Element) -> ParavoloAnswer:
    """What a fault means: the caller's is a refusal, one of the server's own leaves open what was done.

    Its text may name people, and is left out.
    """
    code = fault.child("faultcode", namespace="")
    name = code.content.rpartition(":")[2][:60] if code is not None else "unknown"
    if name.endswith(_NOT_FOUND):
        return ParavoloAnswer(result=ParavoloResult.DONE, status=ParavoloStatus.UNKNOWN)
    detail = f"e-Paravolo refused: {name}."
    is_ours = name.startswith("Client") and "Security" not in name
    return ParavoloAnswer(result=ParavoloResult.REFUSED, detail=detail) if is_ours else _failed(detail)


def _failed(detail: str) -> ParavoloAnswer:
    return ParavoloAnswer(result=ParavoloResult.FAILED, detail=detail)
