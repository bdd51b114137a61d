"""An e-Paravolo for tests: a real SOAP server over what it has issued, strict about who asks for whom."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lxml import etree

from engine.jobs.paravolo_soap import NAMESPACE, SECURITY, SOAP, UTILITY, SoapParavolo
from tests.servers import an_address_of

USER, PASSWORD, ORGANISATION = "kep", "a <secret> & more", "0420"
_AUDIT = (
    "auditTransactionId",
    "auditTransactionDate",
    "auditUnit",
    "auditProtocol",
    "auditUserId",
    "auditUserIp",
)
_NAMES = {"s": SOAP, "w": SECURITY, "u": UTILITY, "p": NAMESPACE}


class Fault(Exception):
    """A SOAP fault of that code."""


@dataclass
class Issued:
    """An e-Paravolo: `status` is UNPAID, PAID, BOUND, REFUNDED or EXPIRED."""

    code: str
    kind: str
    amount: str
    reference: str = ""
    status: str = "UNPAID"
    bound_to: str = ""


@dataclass
class ParavoloServer:
    """What it has issued, by code, and who asked what in whose name.

    `breaks_after` are operations that it does, and then answers with something that is no SOAP; `refuses`
    are those to which it says no.
    """

    issued: dict[str, Issued] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    breaks_after: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    is_down: bool = False
    nonces: set[str] = field(default_factory=set)
    url: str = ""

    @property
    def port(self) -> SoapParavolo:
        """The port that asks this server."""
        return SoapParavolo(url=self.url, user=USER, password=PASSWORD, organisation=ORGANISATION)

    @property
    def operations(self) -> list[str]:
        """The operations that were asked for, in order."""
        return [operation for operation, _ in self.asked]

    def only(self) -> Issued:
        """The only one that it has issued."""
        (one,) = self.issued.values()
        return one

    def sells(
        self, *, kind: str = "2201", amount: str = "75.00", status: str = "PAID", bound_to: str = ""
    ) -> str:
        """Issue one to a citizen who came by themselves; its code."""
        code = f"{len(self.issued) + 1:020d}"
        self.issued[code] = Issued(code=code, kind=kind, amount=amount, status=status, bound_to=bound_to)
        return code

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        headers = [("Content-Type", "text/xml; charset=utf-8")]
        if self.is_down:
            start_response("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<html>down</html>"]
        try:
            operation, answer = self._answer(body, environ.get("HTTP_SOAPACTION", ""))
        except Fault as fault:
            start_response("500 Internal Server Error", headers)
            said = f"<faultcode>s:{fault}</faultcode><faultstring>Ελένη Δημητρίου</faultstring>"
            return [_envelope(f"<s:Fault>{said}</s:Fault>")]
        if operation in self.breaks_after:
            self.breaks_after.remove(operation)
            start_response("502 Bad Gateway", [("Content-Type", "text/html")])
            return [b"<html>gateway</html>"]
        start_response("200 OK", headers)
        return [_envelope(answer)]

    def _answer(self, body: bytes, action: str) -> tuple[str, str]:
        root = etree.fromstring(body)
        self._require_known(root)
        (call,) = root.xpath("/s:Envelope/s:Body/*", namespaces=_NAMES)
        operation = etree.QName(call).localname
        if etree.QName(call).namespace != NAMESPACE or action != f'"{NAMESPACE}/{operation}"':
            raise Fault("Client.Schema")
        said = {
            etree.QName(one).localname: one.text or "" for one in call.xpath("p:input/*", namespaces=_NAMES)
        }
        audit = {
            etree.QName(one).localname: one.text or ""
            for one in call.xpath("p:auditRecord/*", namespaces=_NAMES)
        }
        if tuple(audit) != _AUDIT or not all(audit.values()) or said.get("organisation") != ORGANISATION:
            raise Fault("Client.Audit")
        self.asked.append((operation, {**said, **audit}))
        if operation in self.refuses:
            raise Fault(self.refuses[operation])
        one = self._done(operation, said)
        answer = {
            "code": one.code,
            "status": one.status,
            "typeId": one.kind,
            "amount": one.amount,
            "boundTo": one.bound_to,
        }
        held = "".join(f"<p:{name}>{escape(text)}</p:{name}>" for name, text in answer.items())
        return operation, f"<p:{operation}Response>{held}</p:{operation}Response>"

    def _require_known(self, root: Any) -> None:
        def text(path: str) -> str:
            found = root.xpath(
                f"string(/s:Envelope/s:Header/w:Security/w:UsernameToken/{path})", namespaces=_NAMES
            )
            return str(found)

        nonce = text("w:Nonce")
        if (text("w:Username"), text("w:Password")) != (USER, PASSWORD):
            raise Fault("Client.Security")
        if not nonce or nonce in self.nonces or not re.fullmatch(r"[\d-]+T[\d:]+Z", text("u:Created")):
            raise Fault("Client.Security")
        self.nonces.add(nonce)

    def _done(self, operation: str, said: dict[str, str]) -> Issued:
        if operation == "createParavolo":
            code = self.sells(kind=said["typeId"], amount=said["amount"], status="UNPAID")
            self.issued[code].reference = said["reference"]
            return self.issued[code]
        one = self._found(said)
        if operation == "bindParavolo":
            if one.status != "PAID" and one.bound_to != said["protocol"]:
                raise Fault("Client.NotPaid" if one.status != "BOUND" else "Client.Bound")
            one.status, one.bound_to = "BOUND", said["protocol"]
        elif operation == "refundParavolo":
            one.status = "REFUNDED"
        return one

    def _found(self, said: dict[str, str]) -> Issued:
        if said.get("code"):
            if said["code"] not in self.issued:
                raise Fault("Client.NotFound")
            return self.issued[said["code"]]
        found = [one for one in self.issued.values() if one.reference == said["reference"]]
        if not found:
            raise Fault("Client.NotFound")
        return found[0]


def _envelope(inside: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:p="{NAMESPACE}"><s:Body>{inside}</s:Body></s:Envelope>'.encode()
    )


@contextmanager
def a_paravolo_server() -> Iterator[ParavoloServer]:
    """A server that answers within the block."""
    server = ParavoloServer()
    with an_address_of(server) as address:
        server.url = f"{address}/paravolo"
        yield server
