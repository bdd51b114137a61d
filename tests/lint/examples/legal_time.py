"""Examples of what the law says of an element: clocks, silence and milestones."""

from tests.lint.drawing import (
    Element,
    definition,
    end,
    extended,
    file,
    formal,
    node,
    path,
    process,
    start,
    timer,
    zeebe,
)
from tests.lint.example import Example, example


def properties(**values: str) -> Element:
    """Properties of ours, `_` in their names standing for `-`."""
    named = {f"stoa:{name.replace('_', '-')}": value for name, value in values.items()}
    entries = (zeebe("property", name=name, value=value) for name, value in named.items())
    return extended(zeebe("properties", *entries))


ACT = properties(milestone="decided")
AWAITED = properties(flag="awaiting_citizen")
TERM_END = definition("timer", formal("timeDate", "=stoa.term_end()"))
SILENCE = {"clock": "legal", "legal_effect": "silence-approves", "law": "ν. 4442/2016 άρθρο 7"}


def examined(when: Element = TERM_END, **said: str) -> bytes:
    """A file that is examined, with the citizen awaited meanwhile, until a timer ends that."""
    holds = (properties(**said),) if said else ()
    return file(
        process(
            start(),
            node(
                "subProcess",
                "examination",
                start("inner_begin"),
                node("userTask", "bring", AWAITED),
                end("inner_end"),
                *path("inner_begin", "bring", "inner_end"),
            ),
            node("boundaryEvent", "silence", *holds, when, attachedToRef="examination"),
            node("userTask", "licence", ACT),
            end(),
            *path("begin", "examination", "done"),
            *path("silence", "licence", "done"),
        )
    )


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in SILENCE.items() if key != name}


RUNS = {**SILENCE, "clock": "runs"}
TWO_MONTHS = b"process: p\nterm: {months: 2}\n"

EXAMPLES: dict[str, Example] = {
    "legal-property-placed": example(
        examined(**SILENCE).replace(b'"stoa:flag" value="awaiting_citizen"', b'"stoa:clock" value="rests"'),
        examined(**SILENCE),
        "bring",
    ),
    "silence-needs-clock": example(examined(**RUNS), examined(**SILENCE), "silence"),
    "silence-needs-law": example(examined(**without("law")), examined(**SILENCE), "silence"),
    "silence-needs-act": example(
        examined(**SILENCE).replace(b'"decided"', b'"delivered"'), examined(**SILENCE), "silence"
    ),
    "silent-act-in-time": Example(
        {"p.bpmn": examined(**SILENCE), "procedure.yaml": b"process: p\nsilence_act: {days: 11}\n"},
        {"p.bpmn": examined(**SILENCE), "procedure.yaml": b"process: p\nsilence_act: {days: 9}\n"},
        "silence",
    ),
    "term-known": Example(
        {"p.bpmn": examined(clock="legal", term="appeal"), "procedure.yaml": b"process: p\n"},
        {
            "p.bpmn": examined(clock="legal", term="appeal"),
            "procedure.yaml": b"process: p\nappeal: {days: 15}\n",
        },
        "silence",
    ),
    "clock-needed": example(examined(timer("P30D")), examined(timer("P30D"), clock="rests"), "silence"),
    "legal-timer-is-the-term": Example(
        {"p.bpmn": examined(timer("P30D"), **SILENCE), "procedure.yaml": TWO_MONTHS},
        {"p.bpmn": examined(timer("P2M"), **SILENCE), "procedure.yaml": TWO_MONTHS},
        "silence",
    ),
}
