"""Examples of fees that a diagram names."""

from tests.lint.drawing import (
    Element,
    condition,
    end,
    extended,
    file,
    flow,
    node,
    path,
    process,
    start,
    timer,
    zeebe,
)
from tests.lint.example import Example

METADATA = {"procedure.yaml": b"key: k\nprocess: p\nfees:\n  - id: licence\n    amount: '75.00'\n"}


def paying(fee: str = "licence", *, asked: str = "licence", given_up: bool = True) -> dict[str, bytes]:
    """A procedure whose process waits for the payment of a fee, and asks how much another is."""
    wanted = (
        zeebe("taskDefinition", type="stoa:payment"),
        zeebe("taskHeaders", zeebe("header", key="fee", value=fee)),
    )
    late: tuple[Element, ...] = (
        node("boundaryEvent", "late", timer("P30D"), attachedToRef="pay"),
        *path("late", "unpaid"),
        end("unpaid"),
    )
    content = file(
        process(
            start(),
            node("serviceTask", "pay", extended(*wanted), name="Payment"),
            *(late if given_up else ()),
            node("exclusiveGateway", "much", default="much-done"),
            end(),
            end("dear"),
            *path("begin", "pay", "much", "done"),
            flow("much", "dear", condition(f'=stoa.fee("{asked}") > 50')),
        )
    )
    return {**METADATA, "p.bpmn": content}


EXAMPLES: dict[str, Example] = {
    "fee-known": Example(paying("licens", asked="duty"), paying(), times=2),
    "payment-given-up": Example(paying(given_up=False), paying(), "pay"),
}
