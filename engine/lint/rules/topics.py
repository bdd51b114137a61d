"""Topics: those that Stoa serves itself, those that agencies serve, and what people do by hand."""

from collections.abc import Iterator

from engine.bpmn.diagram import FLOW_NODES, property_of
from engine.bpmn.shared_parts import called_process
from engine.bpmn.topics import TopicUse, given_constants, written_topics
from engine.kernel.topics import BY_HAND, SERVICE_TOPICS, is_reserved, nearest
from engine.kernel.xml import Element
from engine.lint.finding import Severity, Text
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, rule


def _named(diagram: CheckedDiagram) -> Iterator[tuple[Element, TopicUse]]:
    """The places that name a topic, with the element: tasks, listeners, and calls of parts that take one."""
    taken = {str(name): part.topic_inputs for name, part in diagram.files.parts.items()}
    for use in (*written_topics(diagram), *given_constants(diagram)):
        element = diagram.named(use.element_id)
        if element is None:
            continue
        if use.given_as is None or use.given_as in taken.get(called_process(element), frozenset()):
            yield element, use


@rule(
    "topic-of-stoa",
    source="the dialect: topics that begin with stoa: are served by the installation",
    says_el="Το {what} έχει το θέμα {topic}, που δεν υπάρχει στο Stoa.",
    says_en="{what} has the topic {topic}, which Stoa does not have.",
    why_el="Θέματα που αρχίζουν με stoa: είναι του ίδιου του συστήματος· κανένας φορέας δεν τα αναλαμβάνει.",
    why_en="Topics that begin with stoa: are the system's own, and no agency takes them.",
    remedy_el="Γράψτε stoa:appointment, stoa:organisation, stoa:payment, stoa:signature, ή δικό σας όνομα.",
    remedy_en="Write stoa:appointment, stoa:organisation, stoa:payment, stoa:signature, or your own name.",
)
def topic_of_stoa(diagram: CheckedDiagram) -> Violations:
    """Yields places whose topic is reserved, and none of those that there are."""
    for element, use in _named(diagram):
        if use.topic is not None and is_reserved(use.topic) and use.topic not in SERVICE_TOPICS:
            yield at(element, topic=use.topic)


@rule(
    "by-hand-place",
    source="the dialect: the property stoa:by-hand",
    says_el="Το {what} λέει stoa:by-hand και δεν δίνει εργασία σε φορέα.",
    says_en="{what} says stoa:by-hand and hands no work to an agency.",
    why_el="Η ιδιότητα λέει ποιος κάνει την εργασία όταν κανένας φορέας δεν αναλαμβάνει το θέμα της.",
    why_en="The property says who does the work where no agency serves its topic.",
    remedy_el="Βάλτε την εκεί όπου είναι το zeebe:taskDefinition ή η κλήση που δίνει το θέμα.",
    remedy_en="Put it where the zeebe:taskDefinition is, or on the call that gives the topic.",
)
def by_hand_place(diagram: CheckedDiagram) -> Violations:
    """Yields elements with the property that name no topic of an agency."""
    naming = {use.element_id for _, use in _named(diagram) if use.topic is None or not is_reserved(use.topic)}
    for element in diagram.elements(*FLOW_NODES):
        if property_of(element, BY_HAND) is not None and element.get("id") not in naming:
            yield at(element)


@rule(
    "topic-served",
    severity=Severity.WARNING,
    source="the register of topics: an agency serves each, or people of the branch do the work by hand",
    says_el="Κανένας φορέας δεν αναλαμβάνει το θέμα {topic} του {what}.",
    says_en="No agency serves the topic {topic} of {what}.",
    why_el="Η έκδοση δεν θα μπορούσε να δημοσιευθεί: το αίτημα δεν θα έφτανε σε κανέναν.",
    why_en="The version could not be published: the request would reach nobody.",
    remedy_el="Διορθώστε το θέμα, συνδέστε φορέα σε αυτό, ή γράψτε stoa:by-hand αν το κάνει το ΚΕΠ.",
    remedy_en="Correct it, connect an agency to it, or write stoa:by-hand if people of the branch do it.",
)
def topic_served(diagram: CheckedDiagram) -> Violations:
    """Yields places whose topic nobody serves and that are not done by hand, where it is known who serves."""
    served = diagram.files.served
    for element, use in _named(diagram) if served is not None else ():
        if use.topic is None or is_reserved(use.topic) or use.by_hand or use.topic in (served or ()):
            continue
        meant = nearest(use.topic, served or ())
        remedy = Text(el=f"Μήπως εννοείτε {meant};", en=f"Did you mean {meant}?") if meant else None
        yield Violation(element=element, values={"topic": use.topic}, remedy=remedy)
