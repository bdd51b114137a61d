"""A journal as a person reads it: when, who and what, and with an arrow what follows by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_DEEDS: Mapping[str, str] = {
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

_WHO = len("social-security")
"""Letters that the longest name of the demonstration takes."""


@dataclass(frozen=True)
class Telling:
    """Tells the journal of one case, line after line; it remembers what tasks are called."""

    _names: dict[str, str] = field(default_factory=dict)

    def line(self, entry: Mapping[str, Any]) -> str:
        """One line, with the time on this machine's clock."""
        detail = self._named(entry["detail"])
        action = entry["action"]
        consequence = _CONSEQUENCES.get(action)
        if consequence is not None:
            who, what = "", "→ " + consequence
        else:
            who, what = _who(entry), _DEEDS.get(action, action.replace("_", " "))
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
