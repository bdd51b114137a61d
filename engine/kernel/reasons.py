"""Reasons: the sentence that goes into the journal with whatever a person decides about a case."""

from engine.kernel.refusal import Invalid

LONGEST = 1000
"""Characters."""


def required(reason: str) -> str:
    """The reason without surrounding space; `Invalid` if there is none or it is too long."""
    text = reason.strip()
    if not text:
        raise Invalid.field("reason", "a reason is required")
    if len(text) > LONGEST:
        raise Invalid.field("reason", f"expected at most {LONGEST} characters, found {len(text)}")
    return text
