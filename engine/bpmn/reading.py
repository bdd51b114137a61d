"""What the readers of one file share: where things stand, what is wrong, and what the file declares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.diagram import (
    ACTIVITIES,
    DATA,
    RESOURCE_ROLES,
    ZEEBE,
    Diagram,
    asked_version,
    content_of,
    extension,
    mappings,
    nearest_id,
    unprefixed,
)
from engine.bpmn.dialect import Placed, placed
from engine.bpmn.expressions import Expression, Findings, Place, Text, read_expression
from engine.bpmn.foreign import Standing, foreign_extensions
from engine.bpmn.model import DataAssociation, VariableMapping
from engine.kernel.xml import Element, Unreadable, XmlLimits, read


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One file while the model is made from it. Findings stand at the element that is given as `at`."""

    diagram: Diagram
    findings: Findings

    def place(self, element: Element) -> Place:
        """Where an element stands; one without an id is known by the nearest one around it that has one."""
        return Place(file=self.diagram.file, line=element.line, element_id=nearest_id(element))

    def note(self, at: Element, reason: str, *, remedy: str) -> None:
        """Note what is wrong at an element, and what to do about it."""
        self.findings.add(self.place(at), reason, remedy=remedy)

    def expression(self, source: str | None, at: Element, what: str) -> Expression | None:
        """The FEEL expression of a text; None for no text, and for one that does not parse (noted)."""
        if not source:
            return None
        return read_expression(source, place=self.place(at), findings=self.findings, what=what)

    def condition(
        self, holder: Element, kind: str, at: Element, what: str | None = None
    ) -> Expression | None:
        """The FEEL expression in the child of that kind."""
        return self.expression(content_of(holder.child(kind)), at, what or kind)

    def text(self, source: str | None, at: Element, what: str) -> Text | None:
        """Literal text, or the expression after `=`; None for nothing, or for what does not parse (noted)."""
        stripped = (source or "").strip()
        return self.expression(stripped, at, what) if stripped.startswith("=") else stripped or None

    def attribute(self, element: Element, kind: str, name: str) -> str | None:
        """The attribute of an extension element; None where either is absent or it is empty."""
        found = self._placed[0].get((element, kind))
        return None if found is None else found.get(name) or None

    def asked_version(self, element: Element, kind: str) -> str | None:
        """The version tag that an extension element asks for; None where it asks for none."""
        found = self._placed[0].get((element, kind))
        return None if found is None else asked_version(found)

    @cached_property
    def _placed(self) -> tuple[Placed, list[Element]]:
        return placed(self.diagram.extensions())

    def attribute_text(self, element: Element, kind: str, name: str) -> Text | None:
        """The same as text or FEEL."""
        return self.text(self.attribute(element, kind, name), element, f"{kind} {name}")

    def mappings(self, element: Element, direction: str) -> tuple[VariableMapping, ...]:
        """The `input` or `output` mappings of an element, in the order of the file."""
        found = (self._mapping(part) for part in mappings(element, direction))
        return tuple(mapping for mapping in found if mapping is not None)

    def _mapping(self, part: Element) -> VariableMapping | None:
        target = tuple(name.strip() for name in part.get("target", "").split("."))
        if not all(target):
            reason = f"The {part.kind} mapping has no usable target: {part.get('target')!r}."
            self.note(part, reason, remedy="Name a variable, or a path such as address.city.")
            return None
        source = self.expression(_as_feel(part.get("source", "")), part, f"{part.kind} source")
        return None if source is None else VariableMapping(source=source, target=target)

    @cached_property
    def has_listeners(self) -> bool:
        """Whether there is any listener in the file."""
        return any(True for _ in self.diagram.extensions("executionListener", "taskListener"))

    @cached_property
    def declared(self) -> Mapping[str, Element]:
        """What stands directly under `definitions`, beside the processes, by id."""
        return {part.get("id", ""): part for part in self.diagram.root.children() if part.get("id")}

    @cached_property
    def compensated_by(self) -> Mapping[str, str]:
        """The compensation activities, by the id of the boundary event that an association ties them to."""
        ties = self.diagram.elements("association")
        return {tie.get("sourceRef", ""): tie.get("targetRef", "") for tie in ties}

    def referred(self, element: Element, attribute: str, *, kind: str, at: Element) -> Element | None:
        """The declared `kind` that an attribute names.

        None where there is no attribute, or no such declaration (noted).
        """
        reference = element.get(attribute)
        if not reference:
            return None
        found = self.declared.get(unprefixed(reference))
        if found is None or found.kind != kind:
            reason = f"{attribute} names {reference!r}, but the file declares no {kind} of that id."
            self.note(at, reason, remedy=f"Declare the {kind} or correct the reference.")
            return None
        return found

    def name_of(self, declared: Element, attribute: str = "name") -> Text | None:
        """The name (or other attribute) of a declaration, as text or FEEL."""
        return self.text(declared.get(attribute), declared, f"{declared.kind} {attribute}")

    def correlation_key(self, message: Element) -> Text | None:
        """The key by which a message finds its case, from its `zeebe:subscription`."""
        subscription = extension(message, "subscription")
        key = None if subscription is None else subscription.get("correlationKey")
        return self.text(key, message, "correlation key")

    def associations(self, activity: Element, kind: str) -> tuple[DataAssociation, ...]:
        """What an activity reads (`dataInputAssociation`) or writes: here a data object is a variable.

        Without a declaration at both ends there is nothing to copy: modelers write such placeholders.
        """
        found = []
        for association in activity.children(kind):
            if association.children("transformation", "assignment"):
                reason = "A data association with a transformation or assignment does not run."
                self.note(association, reason, remedy="Use a zeebe:ioMapping.")
                continue
            sources = [self._variable(unprefixed(part.content)) for part in association.children("sourceRef")]
            targets = [self._variable(unprefixed(part.content)) for part in association.children("targetRef")]
            found += [
                DataAssociation(source=source, target=target)
                for source in sources
                for target in targets
                if source is not None and target is not None
            ]
        return tuple(found)

    def variable_of(self, holder: Element, kind: str) -> str | None:
        """The variable that a reference such as `loopDataInputRef` means; None where there is none."""
        reference = holder.child(kind)
        if reference is None:
            return None
        return self._variable(unprefixed(reference.content)) or unprefixed(reference.content)

    def _variable(self, element_id: str) -> str | None:
        """The variable that a data element stands for: its name, its data object's, or its id."""
        found = self._data.get(element_id)
        if found is None:
            return None
        referred = self._data.get(unprefixed(found.get("dataObjectRef")))
        name = found.get("name") or (
            (referred.get("name") or referred.get("id")) if referred is not None else None
        )
        return name or element_id

    @cached_property
    def _data(self) -> Mapping[str, Element]:
        return {part.get("id", ""): part for part in self.diagram.elements(*DATA)}

    def note_unknown_extensions(self) -> None:
        """Note what the dialect does not know: it is never ignored."""
        for element, kind, attribute in self.diagram.unknown_extensions():
            on = f" on zeebe:{kind}" if kind else ""
            what = (
                f"zeebe:{kind}" if attribute is None else f"{attribute}{on}" if kind else f"zeebe:{attribute}"
            )
            reason = f"{what} is unknown here."
            self.note(element, reason, remedy="Remove it, or say it in a way the dialect knows.")
        for found in foreign_extensions(self.diagram.root):
            if found.standing is Standing.BEHAVIOUR:
                reason = f"{', '.join(found.names)} means something in {found.engine}, but nothing here."
                self.note(found.element, reason, remedy="Remove it, or say it in a way the dialect knows.")
        for role in self.diagram.elements(*RESOURCE_ROLES):
            if role.parent is not None and role.parent.kind in ACTIVITIES:
                reason = f"The {role.kind} is not read here."
                self.note(role, reason, remedy="Write it as zeebe:assignmentDefinition.")
        for part in self._placed[1]:
            reason = f"This zeebe:{part.kind} may not stand here, or not a second time."
            self.note(part, reason, remedy="Take it away.")


def _as_feel(source: str) -> str:
    """A mapping's source without `=` is literal text; as FEEL it is that text in quotes."""
    if source.lstrip().startswith("="):
        return source
    escaped = source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def version_tags(tables: Mapping[str, bytes]) -> dict[str, str]:
    """The tags of the decisions in DMN files, by id; a file that cannot be read has none."""
    found: dict[str, str] = {}
    for content in tables.values():
        try:
            root = read(content, XmlLimits())
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
