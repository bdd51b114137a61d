"""What the engine runs: one table, kept in step with what `engine.runtime` refuses."""

RUN_NODES = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "complexGateway",
        "eventBasedGateway",
    }
)
"""Flow nodes that run, by the name of their element."""

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
