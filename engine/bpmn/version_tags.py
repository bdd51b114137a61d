"""The version tags that decisions carry in their files."""

from collections.abc import Mapping

from engine.bpmn.diagram import ZEEBE
from engine.kernel.xml import Element, Unreadable, XmlLimits, read

LIMITS = XmlLimits()


def version_tags(tables: Mapping[str, bytes]) -> dict[str, str]:
    """The tags of the decisions in DMN files, by id; a file that cannot be read has none."""
    found: dict[str, str] = {}
    for content in tables.values():
        try:
            root = read(content, LIMITS)
        except Unreadable:
            continue
        for tag in root.within("versionTag", namespace=ZEEBE):
            decision = _decision_around(tag)
            if decision is not None:
                found[decision.get("id", "")] = tag.get("value", "")
    return found


def _decision_around(tag: Element) -> Element | None:
    return next(
        (around for around in tag.ancestors() if around.kind in {"decision", "decisionService"}), None
    )
