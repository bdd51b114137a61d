"""What a diagram has done in the registers of organisations is one of the acts that there are."""

from engine.bpmn.diagram import extension, extension_pairs
from engine.kernel.register_acts import ACT, RegisterAct
from engine.kernel.topics import ORGANISATION_TOPIC
from engine.lint.rule import CheckedDiagram, Violation, Violations, resembling, rule

_KNOWN = tuple(act.value for act in RegisterAct)


@rule(
    "register-act-known",
    source="the dialect: service tasks of the topic stoa:organisation",
    says_el="Το {what} ζητά από το μητρώο {act}, που δεν υπάρχει.",
    says_en="{what} asks the register for {act}, which there is not.",
    why_el="Η κεφαλίδα act λέει τι γίνεται στο μητρώο· χωρίς αυτήν η υπόθεση θα σταματούσε εκεί.",
    why_en="The header act says what is done in the register; without it the case would stop there.",
    remedy_el="Γράψτε στην κεφαλίδα act, σε εργασία serviceTask, ένα από τα {known}.",
    remedy_en="Write one of {known} into the header act, on a service task.",
)
def register_act_known(diagram: CheckedDiagram) -> Violations:
    """Yields tasks of the registers that name no act, and those that are no service task."""
    for node in diagram.nodes:
        definition = extension(node.element, "taskDefinition")
        if definition is None or definition.get("type") != ORGANISATION_TOPIC:
            continue
        named = extension_pairs(node.element, "taskHeaders", "header", key="key").get(ACT, "").strip()
        if named not in _KNOWN or node.element.kind != "serviceTask":
            values = {"act": named or "–", "known": ", ".join(_KNOWN)}
            near = resembling(named, _KNOWN)
            yield Violation(element=node.element, values=values, text=named, near=near)
