"""What a file declares beside its processes: messages, signals, errors, escalations, event definitions."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.findings import Findings, Place
from engine.bpmn.xml import BPMN, ZEEBE, child, line_of, local
from engine.runtime.expressions import Text, read_text

_DATA = ("dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput", "property")


@dataclass(frozen=True, kw_only=True)
class Declarations:
    """What one file declares for its processes to refer to: `by_name` holds elements by name and id."""

    file: str
    by_name: Mapping[str, Mapping[str, etree._Element]]
    data: Mapping[str, etree._Element]
    """The data objects, references, inputs, outputs and properties of the whole file, by id."""
    handlers: Mapping[str, str]
    """The compensation activities, by the id of the boundary event that an association ties them to."""
    findings: Findings

    def place(self, element: etree._Element) -> Place:
        """Where an element stands; an element without an id is known by the nearest one around it."""
        holder: etree._Element | None = element
        while holder is not None and holder.get("id") is None:
            holder = holder.getparent()
        element_id = holder.get("id") if holder is not None else None
        return Place(file=self.file, line=line_of(element), element_id=element_id)

    def referred(
        self, element: etree._Element, attribute: str, *, kind: str, place: Place
    ) -> etree._Element | None:
        """The declared `kind` that an attribute names.

        None where there is no attribute, or no such declaration (noted).
        """
        reference = element.get(attribute)
        if not reference:
            return None
        found = self.by_name.get(kind, {}).get(unprefixed(reference))
        if found is None:
            reason = f"{attribute} names {reference!r}, but the file declares no {kind} of that id."
            self.findings.add(place, reason, remedy=f"Declare the {kind} or correct the reference.")
        return found

    def name_of(self, declared: etree._Element, *, attribute: str = "name") -> Text | None:
        """The name (or other attribute) of a declaration, as text or FEEL."""
        return read_text(
            declared.get(attribute),
            place=self.place(declared),
            findings=self.findings,
            what=f"{local(declared)} {attribute}",
        )

    def correlation_key(self, message: etree._Element) -> Text | None:
        """The key by which a message finds its case, from its `zeebe:subscription`."""
        extensions = child(message, "extensionElements")
        subscription = child(extensions, "subscription", space=ZEEBE) if extensions is not None else None
        if subscription is None:
            return None
        key = subscription.get("correlationKey")
        return read_text(key, place=self.place(message), findings=self.findings, what="correlation key")


def read_declarations(file: str, root: etree._Element, findings: Findings) -> Declarations:
    """Collect what stands directly under `definitions`, and what is tied together anywhere."""
    by_name: dict[str, dict[str, etree._Element]] = {}
    for element in root.iterchildren(f"{{{BPMN}}}*"):
        element_id = element.get("id")
        if element_id is not None:
            by_name.setdefault(local(element), {})[element_id] = element
    associations = root.iter(f"{{{BPMN}}}association")
    return Declarations(
        file=file,
        by_name=by_name,
        data={part.get("id", ""): part for part in root.iter(*(f"{{{BPMN}}}{kind}" for kind in _DATA))},
        handlers={part.get("sourceRef", ""): part.get("targetRef", "") for part in associations},
        findings=findings,
    )


def unprefixed(reference: str) -> str:
    """An XML qualified name without its prefix: references stay within a file."""
    return reference.strip().rpartition(":")[2]
