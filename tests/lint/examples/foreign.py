"""Examples of what other engines and tools write into a diagram."""

from tests.lint.drawing import (
    element,
    end,
    extended,
    file,
    foreign,
    marked,
    node,
    path,
    process,
    simple,
    start,
    task,
    zeebe,
)
from tests.lint.example import Example, example

CHECK = node("userTask", "check", name="Check the papers")
ASSIGNED = node(
    "userTask", "check", extended(zeebe("assignmentDefinition", candidateGroups="clerks")), name="Check"
)


EXAMPLES: dict[str, Example] = {
    "foreign-behaviour": example(
        simple(marked(CHECK, camunda_candidateGroups="clerks")), simple(ASSIGNED), "check"
    ),
    "foreign-note": example(
        file(marked(process(start(), end(), *path("begin", "done")), camunda_versionTag="7")),
        file(process(start(), end(), *path("begin", "done"))),
        "p",
    ),
    "foreign-namespace": example(
        simple(task("work", extended(foreign("acme:robot", arm="left")))), simple(task()), "work"
    ),
    "people-assigned": example(
        simple(
            node(
                "userTask",
                "check",
                element(
                    "potentialOwner",
                    element("resourceAssignmentExpression", element("formalExpression", "clerks")),
                ),
                name="Check",
            )
        ),
        simple(ASSIGNED),
        "check",
    ),
}
