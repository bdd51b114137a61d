"""Which throwing link leads to which catching one."""

from engine.lint import xml
from engine.lint.model import Trigger


def _name(trigger: Trigger) -> str:
    return (trigger.element.get("name") or "").strip()


def listed(trigger: Trigger, name: str) -> list[str]:
    """The ids that a link names as its `source` or `target`."""
    return [xml.text(part).rpartition(":")[2] for part in xml.children(trigger.element, name)]


def leads_to(throw: Trigger, catch: Trigger) -> bool:
    """Whether a throwing link leads to a catching one: by target or source, or by their common name."""
    targets, sources = listed(throw, "target"), listed(catch, "source")
    if targets or sources:
        return catch.element.get("id") in targets or (not targets and throw.element.get("id") in sources)
    return bool(_name(throw)) and _name(throw) == _name(catch)
