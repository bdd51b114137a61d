"""One residence certificate from the counter to the citizen's hands, over HTTP, printed from its journal."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Any
from uuid import uuid4

from demo.network import Reply, call

_LOOK_EVERY_SECONDS = 0.2
_TIMEOUT_SECONDS = 60.0

APPLICATION: Mapping[str, Any] = {
    "procedure": "residence-certificate",
    "channel": "counter",
    "applicant": {
        "given_name": "Αικατερίνη",
        "family_name": "Δημητρίου",
        "patronymic": "Ιωάννης",
        "afm": "123456783",
    },
    "notify": {"sms": "+306900000000"},
    "data": {
        "register": {"municipality": "Αθηναίων"},
        "residence": {
            "street": "Πατησίων",
            "number": "42",
            "postcode": "10682",
            "city": "Αθήνα",
            "since": "2019-05-01",
        },
        "evidence": {"kind": "utility_bill"},
        "declared": True,
    },
}

# What the clerk enters, by the element of the diagram that asks.
_ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "check_papers": {"identity_checked": True, "papers_verdict": "complete"},
    "hand_over": {"handing_over": {"received_by": "applicant", "identity_checked": True}},
}


_ACTIONS: Mapping[str, str] = {
    "case_opened": "opens the case",
    "task_claimed": "takes the task: {name}",
    "task_completed": "completes the task: {name}",
    "service_task_accepted": "hands it to the {agency}, which will call back",
    "service_task_completed": "answers: {name}",
    "service_task_failed": "says no: {code}",
}

_CONSEQUENCES: Mapping[str, str] = {
    "task_opened": "there is a task: {name}",
    "service_task_opened": "the {agency} is asked: {name}",
    "notice_sent": "the citizen is told by {by}: {occasion}",
    "case_completed": "the case is completed",
    "case_rejected": "the case is rejected",
}

_WHO = len("disability-centre")
"""Letters that the longest name of the demonstration takes."""


@dataclass(frozen=True)
class JournalText:
    """The journal of one case as text, line after line; it remembers what tasks are called."""

    _names: dict[str, str] = field(default_factory=dict)

    def line(self, entry: Mapping[str, Any]) -> str:
        """One line, with the time on this machine's clock."""
        detail = self._named(entry["detail"])
        action = entry["action"]
        consequence = _CONSEQUENCES.get(action)
        if consequence is not None:
            who, what = "", "→ " + consequence
        else:
            who, what = _who(entry), _ACTIONS.get(action, action.replace("_", " "))
        at = datetime.fromisoformat(entry["at"]).astimezone()
        return f"  {at:%H:%M:%S}  {who:<{_WHO}}  {what.format_map(detail)}"

    def _named(self, detail: Mapping[str, Any]) -> Mapping[str, str]:
        known = {key: str(value) for key, value in detail.items() if value is not None}
        subject = known.get("task") or known.get("service_task") or ""
        if "name" in known:
            self._names[subject] = known["name"]
        return {"name": self._names.get(subject, ""), "agency": "agency", "code": "", **known}


def _who(entry: Mapping[str, Any]) -> str:
    name: str = entry["actor"]["name"]
    return f"{name} ({entry['branch']})" if entry["branch"] else name


class WalkFailed(Exception):
    """The case did not come to its end; the message says at which step and what was found."""


@dataclass(frozen=True, kw_only=True)
class Clerk:
    api: str
    token: str

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        headers = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        if body is not None:
            headers |= {"content-type": "application/json", "idempotency-key": str(uuid4())}
        content = json.dumps(body).encode() if body is not None else None
        reply = call(
            method, f"{self.api}/api/v1{path}", body=content, headers=headers, timeout=_TIMEOUT_SECONDS
        )
        if not reply.accepted:
            raise WalkFailed(f"{method} {path} was refused: {_problem(reply)}")
        return reply.json


@dataclass
class Walk:
    """The way of one case. `print` gets each line for the reader."""

    clerk: Clerk
    print: Callable[[str], None]
    stop: Event
    seconds: float = 120
    _printed: int = 0
    _text: JournalText = field(default_factory=JournalText)
    _done: set[str] = field(default_factory=set)

    def go(self) -> Mapping[str, Any]:
        """The case with its tracking code, when it has come to its end.

        `WalkFailed` if it does not within `seconds`.
        """
        opened = case = self.clerk.post("/cases", APPLICATION)
        self.print(f"Case {case['number']}, {APPLICATION['procedure']}:")
        end = time.monotonic() + self.seconds
        while case["status"] == "open":
            self._do_open_tasks(case)
            self._print_journal(case)
            if time.monotonic() > end:
                raise WalkFailed(f"Case {case['number']} is still open after {self.seconds:g} seconds.")
            if self.stop.wait(_LOOK_EVERY_SECONDS):
                raise WalkFailed("The walk was interrupted.")
            case = self.clerk.get(f"/cases/{case['id']}")
        self._print_journal(case)
        return {**case, "tracking_code": opened["tracking_code"]}

    def _do_open_tasks(self, case: Mapping[str, Any]) -> None:
        for task in case["tasks"]:
            entries = _ENTRIES.get(task["element"])
            if entries is None or task["id"] in self._done:
                continue
            self._done.add(task["id"])
            self.clerk.post(f"/tasks/{task['id']}/claim")
            self.clerk.post(f"/tasks/{task['id']}/complete", {"data": entries})

    def _print_journal(self, case: Mapping[str, Any]) -> None:
        for entry in self._new_lines(case["id"]):
            self.print(self._text.line(entry))

    def _new_lines(self, case_id: str) -> Iterator[Mapping[str, Any]]:
        items = self.clerk.get(f"/cases/{case_id}/journal?limit=100")["items"]
        yield from items[self._printed :]
        self._printed = len(items)


def _problem(reply: Reply) -> str:
    try:
        problem = reply.json
        parts = [problem["title"], f"(HTTP {reply.status})", problem.get("detail"), problem.get("errors")]
        return " ".join(str(part) for part in parts if part)
    except (ValueError, KeyError, TypeError):
        return f"HTTP {reply.status}."
