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


PART = {
    "shared/money@1/shared.yaml": b"key: money\nversion: 1\ninputs:\n  wanted: {type: fee, needed: true}\n",
    "shared/money@1/money.bpmn": file(
        process(start("money_begin"), end("money_done"), *path("money_begin", "money_done"), id_="money")
    ),
}
"""A shared part that is told which fee is paid."""


def paying(fee: str = "licence", *, asked: str = "licence", given_up: bool = True) -> dict[str, bytes]:
    """A procedure that waits for the payment of a fee, and asks how much another is.

    Which fee is said by a header, by an input mapping, and to a shared part.
    """
    wanted = (
        zeebe("taskDefinition", type="stoa:payment"),
        zeebe("taskHeaders", zeebe("header", key="fee", value=fee)),
    )
    mapped = (zeebe("taskDefinition", type="stoa:payment"), given(fee, "fee"))
    called = (zeebe("calledElement", processId="shared/money@1"), given(fee, "wanted"))
    late: tuple[Element, ...] = (
        node("boundaryEvent", "late", timer("P30D"), attachedToRef="pay"),
        node("boundaryEvent", "late_again", timer("P30D"), attachedToRef="pay_again"),
        *path("late", "unpaid"),
        *path("late_again", "unpaid"),
        end("unpaid"),
    )
    content = file(
        process(
            start(),
            node("serviceTask", "pay", extended(*wanted), name="Payment"),
            node("serviceTask", "pay_again", extended(*mapped), name="Payment"),
            node("callActivity", "call", extended(*called), name="Payment"),
            *(late if given_up else ()),
            node("exclusiveGateway", "much", default="much-done"),
            end(),
            end("dear"),
            *path("begin", "pay", "pay_again", "call", "much", "done"),
            flow("much", "dear", condition(f'=stoa.fee("{asked}") > 50')),
        )
    )
    return {**METADATA, "p.bpmn": content, **PART}


def given(fee: str, target: str) -> Element:
    """An input mapping of a constant."""
    return zeebe("ioMapping", zeebe("input", source=f'="{fee}"', target=target))


EXAMPLES: dict[str, Example] = {
    "fee-known": Example(paying("licens", asked="duty"), paying(), times=4),
    "payment-given-up": Example(paying(given_up=False), paying(), "pay", times=2),
}
