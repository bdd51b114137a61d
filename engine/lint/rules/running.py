"""What the engine does not run is refused here, by its tables; nothing is dropped in silence."""

from engine.bpmn.diagram import CHOREOGRAPHY_ACTIVITIES
from engine.lint.rule import CheckedDiagram, Violations, at, rule

NOT_RUN_ROOTS = frozenset({"choreography", "globalConversation", "globalChoreographyTask"})
"""Elements beside the processes that would have to run and do not; collaborations only draw."""

NOT_RUN_EVENTS = ("event", "implicitThrowEvent")
"""Events without a place in a flow, which the schema allows inside a process."""

NOT_RUN_ATTRIBUTES = {
    ("eventBasedGateway", "instantiate", "true"),
    ("eventBasedGateway", "eventGatewayType", "Parallel"),
}
"""Element, attribute and value that the engine does not run."""

NOT_RUN_CHILDREN = {
    ("dataInputAssociation", "assignment"),
    ("dataInputAssociation", "transformation"),
    ("dataOutputAssociation", "assignment"),
    ("dataOutputAssociation", "transformation"),
}
"""Element and child that the engine does not run."""


@rule(
    "not-run",
    source="the engine: the tables in engine/lint/rules/running.py",
    says_el="Το {what} δεν εκτελείται εδώ: {feature}.",
    says_en="{what} is not run here: {feature}.",
    why_el="Ό,τι δεν εκτελείται θα έλειπε σιωπηλά από τη διαδικασία.",
    why_en="What is not run would be missing from the procedure in silence.",
    remedy_el="Σχεδιάστε το με στοιχεία που εκτελούνται (δείτε docs/lint-rules.md).",
    remedy_en="Draw it with elements that are run.",
)
def not_run(diagram: CheckedDiagram) -> Violations:
    """Yields everything in the file that the engine does not run."""
    for node in diagram.nodes:
        if node.kind in CHOREOGRAPHY_ACTIVITIES and diagram.is_executable(node.element):
            yield at(node.element, feature=node.kind)
    for scope in diagram.scopes:
        for element in scope.element.children(*NOT_RUN_EVENTS):
            yield at(element, feature=element.kind)
    for element in diagram.elements(*sorted(NOT_RUN_ROOTS)):
        yield at(element, feature=element.kind)
    for kind, attribute, value in sorted(NOT_RUN_ATTRIBUTES):
        for element in diagram.elements(kind):
            if element.get(attribute, "").strip() == value and diagram.is_executable(element):
                yield at(element, feature=f'{attribute}="{value}"')
    for kind, name in sorted(NOT_RUN_CHILDREN):
        for element in diagram.elements(kind):
            if element.child(name) is not None and diagram.is_executable(element):
                yield at(element, feature=name)
