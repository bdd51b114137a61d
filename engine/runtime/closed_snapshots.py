"""What is kept of the snapshot of a case that has ended: what it knew, what it passed, and where it stopped.

Nothing moves in a closed case, so the tokens' order, what could be undone, and the variables of elements and
sub-processes are left out, and the rest is deflated. The bytes begin with `COMPACT`; every other snapshot
is JSON.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from engine.runtime.contract import Variables
from engine.runtime.values import decode

COMPACT: Final = b"z"
"""How a compact snapshot begins. Another dictionary needs another beginning: what is stored stays stored."""

CLOSED_FORMAT: Final = "closed"
"""The format of what is kept of a closed case; the others have numbers."""

_DICTIONARY: Final = (
    b'"reason":""document":""date":""email":"phone":"street":""postcode":""city":""municipality":""number":"'
    b'"kind":""reference":""since":"20"declared":true"confirmed":true"verdict":"complete"papers":"incomplete'
    b'"standing":[["task_","check_","_complete","approved","rejected","application_'
    b'applicant":{"given_name":"","family_name":"","patronymic":null,"matronymic":null,"birth_name":null,'
    b'"birth_date":null,"afm":"","amka":null,"identity_document":null,"phone":null,"email":null,'
    b'"address":null},"case":{"number":"","branch":"","branch_name":"","municipality":"","channel":"counter",'
    b'"opened_on":"20","due_on":"20"},"identity_checked":true,{"format":"closed","definition":"","passed":["'
    b'application_received","],"variables":{"standing":[["(root)",64]],'
)
"""What nearly every case says in the same words (RFC 1950, preset dictionary); it is never changed."""
_RAW: Final = -zlib.MAX_WBITS


@dataclass(frozen=True, kw_only=True)
class ClosedCase:
    """What a closed case knew and passed. `standing` are its tokens: the scope, the element, the state."""

    passed: tuple[str, ...]
    standing: Sequence[tuple[str, str, int]]
    variables: Variables


def compacted(snapshot: bytes) -> bytes:
    """The snapshot of a case that has ended, with what is still needed of it.

    One of an earlier format is only deflated. Bytes that are no snapshot come back as they are, for whoever
    reads them to refuse: a case must come to its end whatever its snapshot is.
    """
    if snapshot.startswith(COMPACT):
        return snapshot
    try:
        state = orjson.loads(snapshot)
    except orjson.JSONDecodeError:
        return snapshot
    if not isinstance(state, dict) or "format" not in state:
        return snapshot
    if state["format"] != _UNDER_WAY:
        return deflated(snapshot)
    kept = {
        "format": CLOSED_FORMAT,
        "definition": state["definition"],
        "passed": state["passed"],
        "standing": [
            [scope["body"], token[2], token[3]] for scope in state["scopes"] for token in scope["tokens"]
        ],
        "variables": state["scopes"][0]["variables"],
    }
    return deflated(orjson.dumps(kept))


_UNDER_WAY: Final = 2
"""The format of a case under way whose parts are known here."""


def inflated(snapshot: bytes) -> bytes:
    """The JSON of a compact snapshot; `zlib.error` for what is damaged."""
    inflating = zlib.decompressobj(_RAW, zdict=_DICTIONARY)
    return inflating.decompress(snapshot[len(COMPACT) :]) + inflating.flush()


def closed_case(state: Mapping[str, Any]) -> ClosedCase:
    """What was kept, from its JSON; KeyError for a part that is missing."""
    return ClosedCase(
        passed=tuple(state["passed"]),
        standing=[(body, element, token_state) for body, element, token_state in state["standing"]],
        variables=decode(state["variables"]),
    )


def deflated(text: bytes) -> bytes:
    """The compact snapshot with that JSON."""
    deflating = zlib.compressobj(9, zlib.DEFLATED, _RAW, zdict=_DICTIONARY)
    return COMPACT + deflating.compress(text) + deflating.flush()
