"""Reads how often an activity is done: a standard loop, or multi-instance."""

from lxml import etree

from engine.bpmn.data import variable_of
from engine.bpmn.declarations import Declarations
from engine.bpmn.extensions import Extensions
from engine.bpmn.findings import Place
from engine.bpmn.model import CollectionLoop, ConditionLoop, Loop, Trigger
from engine.bpmn.triggers import read_triggers
from engine.bpmn.xml import child, children, flag, text
from engine.runtime.expressions import Expression, read_expression

BEHAVIORS = frozenset({"All", "None", "One", "Complex"})


def read_loop(element: etree._Element, declarations: Declarations, place: Place) -> Loop | None:
    """The loop of an activity, standard or multi-instance; None where it is done once."""
    several = child(element, "multiInstanceLoopCharacteristics")
    if several is not None:
        return _collection_loop(several, declarations, place)
    standard = child(element, "standardLoopCharacteristics")
    if standard is None:
        return None
    maximum = standard.get("loopMaximum")
    if maximum is not None and not maximum.isdecimal():
        declarations.findings.add(place, f"loopMaximum is {maximum!r}.", remedy="Give a whole number.")
        maximum = None
    condition = _condition(standard, "loopCondition", declarations, place)
    if condition is None and maximum is None:
        declarations.findings.add(
            place, "The loop has neither a condition nor a maximum.", remedy="Give it one."
        )
    return ConditionLoop(
        condition=condition,
        test_before=flag(standard, "testBefore", default=False),
        maximum=int(maximum) if maximum is not None else None,
    )


def _collection_loop(several: etree._Element, declarations: Declarations, place: Place) -> CollectionLoop:
    extensions = Extensions(holder=several, declarations=declarations)
    findings = declarations.findings
    source = extensions.attribute("loopCharacteristics", "inputCollection") or variable_of(
        several, "loopDataInputRef", declarations
    )
    collection = (
        read_expression(source, place=place, findings=findings, what="input collection") if source else None
    )
    cardinality = _condition(several, "loopCardinality", declarations, place)
    if collection is None and cardinality is None:
        reason = "The multi-instance loop has neither a collection nor a cardinality."
        findings.add(place, reason, remedy="Give its zeebe:loopCharacteristics an inputCollection.")
    item = child(several, "inputDataItem")
    result = child(several, "outputDataItem")
    output = extensions.attribute("loopCharacteristics", "outputElement") or _item_name(result)
    behavior = several.get("behavior", "All")
    if behavior not in BEHAVIORS:
        findings.add(place, f"The behavior {behavior!r} is unknown.", remedy="Use All, None, One or Complex.")
    return CollectionLoop(
        sequential=flag(several, "isSequential", default=False),
        collection=collection,
        cardinality=cardinality,
        item=extensions.attribute("loopCharacteristics", "inputElement") or _item_name(item),
        output_collection=extensions.attribute("loopCharacteristics", "outputCollection")
        or variable_of(several, "loopDataOutputRef", declarations),
        output_item=read_expression(output, place=place, findings=findings, what="output element")
        if output
        else None,
        completion=_condition(several, "completionCondition", declarations, place),
        behavior=behavior,
        behavior_triggers=_behavior_triggers(several, declarations),
    )


def _behavior_triggers(
    several: etree._Element, declarations: Declarations
) -> tuple[tuple[Expression | None, Trigger], ...]:
    """The events that instances throw as they complete, each with its condition.

    Those of `complexBehaviorDefinition` first.
    """
    found: list[tuple[Expression | None, Trigger]] = []
    for definition in children(several, "complexBehaviorDefinition"):
        condition = _condition(definition, "condition", declarations, declarations.place(definition))
        for event in children(definition, "event"):
            found += [(condition, trigger) for trigger in read_triggers(event, declarations)]
    for attribute in ("noneBehaviorEventRef", "oneBehaviorEventRef"):
        if several.get(attribute):
            reference = etree.Element("event")
            part = etree.SubElement(reference, f"{{{etree.QName(several).namespace}}}eventDefinitionRef")
            part.text = several.get(attribute)
            found += [(None, trigger) for trigger in read_triggers(reference, declarations)]
    return tuple(found)


def _condition(
    holder: etree._Element, name: str, declarations: Declarations, place: Place
) -> Expression | None:
    source = text(child(holder, name))
    if not source:
        return None
    return read_expression(source, place=place, findings=declarations.findings, what=name)


def _item_name(item: etree._Element | None) -> str | None:
    return (item.get("name") or item.get("id")) if item is not None else None
