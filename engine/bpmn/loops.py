"""Reads how often an activity is done: a standard loop, or multi-instance."""

from engine.bpmn.event_definitions import read_triggers, referred_triggers
from engine.bpmn.expressions import Expression
from engine.bpmn.model import CollectionLoop, ConditionLoop, Loop, Trigger
from engine.bpmn.reading import Reading
from engine.kernel.xml import Element

BEHAVIORS = frozenset({"All", "None", "One", "Complex"})


def read_loop(activity: Element, reading: Reading) -> Loop | None:
    """The loop of an activity, standard or multi-instance; None where it is done once."""
    several = activity.child("multiInstanceLoopCharacteristics")
    if several is not None:
        return _collection_loop(several, reading, activity)
    standard = activity.child("standardLoopCharacteristics")
    if standard is None:
        return None
    maximum = standard.get("loopMaximum")
    if maximum is not None and not maximum.isdecimal():
        reading.note(activity, f"loopMaximum is {maximum!r}.", remedy="Give a whole number.")
        maximum = None
    condition = reading.condition(standard, "loopCondition", activity)
    if condition is None and maximum is None:
        reading.note(activity, "The loop has neither a condition nor a maximum.", remedy="Give it one.")
    return ConditionLoop(
        condition=condition,
        test_before=standard.flag("testBefore"),
        maximum=int(maximum) if maximum is not None else None,
    )


def _collection_loop(several: Element, reading: Reading, activity: Element) -> CollectionLoop:
    def attribute(name: str) -> str | None:
        return reading.attribute(several, "loopCharacteristics", name)

    source = attribute("inputCollection") or reading.variable_of(several, "loopDataInputRef")
    collection = reading.expression(source, activity, "input collection")
    cardinality = reading.condition(several, "loopCardinality", activity)
    if collection is None and cardinality is None:
        reason = "The multi-instance loop has neither a collection nor a cardinality."
        reading.note(activity, reason, remedy="Give its zeebe:loopCharacteristics an inputCollection.")
    output = attribute("outputElement") or _item_name(several.child("outputDataItem"))
    behavior = several.get("behavior", "All")
    if behavior not in BEHAVIORS:
        reason = f"The behavior {behavior!r} is unknown."
        reading.note(activity, reason, remedy="Use All, None, One or Complex.")
    return CollectionLoop(
        sequential=several.flag("isSequential"),
        collection=collection,
        cardinality=cardinality,
        item=attribute("inputElement") or _item_name(several.child("inputDataItem")),
        output_collection=attribute("outputCollection") or reading.variable_of(several, "loopDataOutputRef"),
        output_item=reading.expression(output, activity, "output element"),
        completion=reading.condition(several, "completionCondition", activity),
        behavior=behavior,
        behavior_triggers=_behavior_triggers(several, reading),
    )


def _behavior_triggers(several: Element, reading: Reading) -> tuple[tuple[Expression | None, Trigger], ...]:
    """The events that instances throw as they complete, each with its condition.

    Those of `complexBehaviorDefinition` first.
    """
    found: list[tuple[Expression | None, Trigger]] = []
    for definition in several.children("complexBehaviorDefinition"):
        condition = reading.condition(definition, "condition", definition)
        for event in definition.children("event"):
            found += [(condition, trigger) for trigger in read_triggers(event, reading)]
    for attribute in ("noneBehaviorEventRef", "oneBehaviorEventRef"):
        if several.get(attribute):
            triggers = referred_triggers(several.get(attribute), reading, at=several, of=several)
            found += [(None, trigger) for trigger in triggers]
    return tuple(found)


def _item_name(item: Element | None) -> str | None:
    return (item.get("name") or item.get("id")) if item is not None else None
