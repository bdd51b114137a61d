"""Paying in tests: a desk that offers the licence, what is due there, and a worker that asks e-Paravolo."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from engine.jobs.connectors import Connectors
from engine.jobs.worker import Worker
from tests.api.desk import APPLICANT, Desk
from tests.payments.paravolo_server import ParavoloServer


@dataclass
class Till:
    """A desk that takes money; `server` is e-Paravolo where there is one."""

    desk: Desk
    server: ParavoloServer | None = None

    def opens(self, **data: Any) -> dict[str, Any]:
        """Open a case of the licence."""
        body = {
            "procedure": "licence",
            "channel": "counter",
            "applicant": APPLICANT,
            "data": {"size": 1000, **data},
        }
        response = self.desk.post("/cases", body)
        assert response.status_code == 201, response.text
        return dict(response.get_json())

    def case(self, case: dict[str, Any]) -> dict[str, Any]:
        """The case as it stands."""
        return dict(self.desk.get(f"/cases/{case['id']}").get_json())

    def payments(self, case: dict[str, Any]) -> list[dict[str, Any]]:
        """The payments of a case."""
        response = self.desk.get(f"/cases/{case['id']}/payments")
        assert response.status_code == 200, response.text
        return list(response.get_json()["items"])

    def due(self, case: dict[str, Any]) -> dict[str, Any]:
        """The only payment of a case that is due."""
        (found,) = [one for one in self.payments(case) if one["state"] == "created"]
        return found

    def takes(self, payment: dict[str, Any], amount: str = "75.00", **options: Any) -> TestResponse:
        """Take a payment at the counter."""
        return self.desk.post(f"/payments/{payment['id']}/take", {"amount": amount}, **options)

    def does(self, act: str, payment: dict[str, Any], body: Any = None, *, by: str = "maria") -> TestResponse:
        """Change a payment."""
        return self.desk.post(f"/payments/{payment['id']}/{act}", body, by=by)

    def works(self) -> None:
        """Have a worker do everything that is due."""
        paravolo = self.server.port if self.server else None
        Worker(self.desk.office.engine, Connectors().deliver, paravolo=paravolo).run_once()

    def journal(self, case: dict[str, Any]) -> list[str]:
        """The actions in the journal of a case about payments."""
        items = self.desk.get(f"/cases/{case['id']}/journal?limit=100").get_json()["items"]
        words = ("payment", "paravolo", "receipt", "refund")
        return [line["action"] for line in items if any(word in line["action"] for word in words)]
