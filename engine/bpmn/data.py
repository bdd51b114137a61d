"""Reads data objects and associations: here a data object is the variable of its name."""

from lxml import etree

from engine.bpmn.declarations import Declarations, unprefixed
from engine.bpmn.model import DataAssociation
from engine.bpmn.xml import child, children, text


def read_associations(
    activity: etree._Element, declarations: Declarations
) -> tuple[tuple[DataAssociation, ...], tuple[DataAssociation, ...]]:
    """What an activity reads before it begins, and what it writes when it is done."""
    reads = _associations(activity, "dataInputAssociation", declarations)
    writes = _associations(activity, "dataOutputAssociation", declarations)
    return reads, writes


def variable_of(holder: etree._Element, name: str, declarations: Declarations) -> str | None:
    """The variable that a reference such as `loopDataInputRef` means.

    None where there is no such reference.
    """
    reference = child(holder, name)
    if reference is None:
        return None
    return _variable(unprefixed(text(reference)), declarations) or unprefixed(text(reference))


def _associations(
    activity: etree._Element, name: str, declarations: Declarations
) -> tuple[DataAssociation, ...]:
    found = []
    for association in children(activity, name):
        place = declarations.place(association)
        if child(association, "transformation") is not None or child(association, "assignment") is not None:
            reason = "A data association with a transformation or assignment does not run."
            declarations.findings.add(place, reason, remedy="Use a zeebe:ioMapping.")
            continue
        sources = [unprefixed(text(part)) for part in children(association, "sourceRef")]
        targets = [unprefixed(text(part)) for part in children(association, "targetRef")]
        found += _pairs(sources, targets, declarations)
    return tuple(found)


def _pairs(sources: list[str], targets: list[str], declarations: Declarations) -> list[DataAssociation]:
    """Without a declaration at both ends there is nothing to copy: modelers write such placeholders."""
    pairs = []
    for source_id in sources:
        for target_id in targets:
            source, target = _variable(source_id, declarations), _variable(target_id, declarations)
            if source is not None and target is not None:
                pairs.append(DataAssociation(source=source, target=target))
    return pairs


def _variable(element_id: str, declarations: Declarations) -> str | None:
    """The variable that a data element stands for: its name, its data object's, or its id."""
    found = declarations.data.get(element_id)
    if found is None:
        return None
    referred = declarations.data.get(unprefixed(found.get("dataObjectRef") or ""))
    name = found.get("name") or (referred.get("name") or referred.get("id") if referred is not None else None)
    return name or element_id
