"""Snapshots: the state of a case as bytes and back: tokens and variables, never the specification."""

import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from engine.runtime.closed_snapshots import CLOSED_FORMAT, COMPACT, ClosedCase, closed_case, inflated
from engine.runtime.contract import StepRefused, Surroundings
from engine.runtime.definitions import ParsedDefinition
from engine.runtime.earlier_snapshots import EARLIER_FORMAT, upgraded
from engine.runtime.faults import RuntimeFault, RuntimeLimits
from engine.runtime.tokens import InnerScope, RunningCase, RuntimeScope, RuntimeToken
from engine.runtime.values import NotAValue, decode, encode

FORMAT = 2
"""The number of the format that is written.

It changes with every change that an older reader would misread. Cases of `EARLIER_FORMAT` are still read.
"""


class SnapshotRefused(StepRefused):
    """The bytes are no snapshot of this definition's cases in a format known here.

    The message says what was expected and found.
    """


def dump(case: RunningCase) -> bytes:
    try:
        return orjson.dumps(
            {
                "format": FORMAT,
                "definition": case.definition.sha256,
                "serial": case.serial,
                "passed": list(case.completed_elements),
                "completed": case.completed,
                "outcome": case.outcome,
                "scopes": [_dump_scope(scope) for scope in (case, *case.subprocesses.values())],
            }
        )
    except NotAValue as found:
        raise RuntimeFault("unkeepable_value", str(found)) from found


def _dump_scope(scope: RuntimeScope) -> dict[str, Any]:
    host = scope.parent_token
    outer_first = [scope.root]
    for token in outer_first:
        outer_first.extend(token.children)
    own = scope.has_variables
    return {
        "body": scope.spec.name,
        "inside": str(host.id) if host is not None else None,
        "variables": encode(dict(scope.variables)) if own else None,
        "written": sorted(scope.written) if own and host is not None else [],
        "undo": encode(scope.compensations),
        "tokens": [_dump_token(token) for token in outer_first],
    }


def _dump_token(token: RuntimeToken) -> list[Any]:
    row = [
        str(token.id),
        str(token.parent.id) if token.parent is not None else None,
        token.task_spec.name,
        token.state,
        token.serial,
        token.arrived_by,
        encode(dict(token.local)) if token.local else None,
        encode(token.facts) if token.facts else None,
    ]
    while row[-1] is None:
        row.pop()
    return row


def load(
    raw: bytes, definition: ParsedDefinition, *, surroundings: Surroundings, limits: RuntimeLimits
) -> RunningCase:
    """The case that was dumped; `SnapshotRefused` for anything else, and for a closed case."""
    state = _read(raw, definition)
    if state["format"] == CLOSED_FORMAT:
        raise SnapshotRefused("Expected the snapshot of a case under way, found what is kept of a closed one")
    case = RunningCase(definition, surroundings=surroundings, limits=limits)
    try:
        if state["format"] == EARLIER_FORMAT:
            state = upgraded(state, definition.containers)
        for row in state["scopes"]:
            _load_scope(case, row)
    except KeyError as missing:
        raise _unknown(missing) from missing
    case.completed_elements = dict.fromkeys(state["passed"])
    case.outcome = state["outcome"]
    case.completed = state["completed"]
    case.serial = state["serial"]
    case.index.quiet.clear()
    return case


def look(
    raw: bytes, definition: ParsedDefinition, *, surroundings: Surroundings, limits: RuntimeLimits
) -> RunningCase | ClosedCase:
    """The case that was dumped, or what is kept of a closed one; `SnapshotRefused` for anything else."""
    state = _read(raw, definition) if raw.startswith(COMPACT) else {}
    if state.get("format") != CLOSED_FORMAT:
        return load(raw, definition, surroundings=surroundings, limits=limits)
    try:
        return closed_case(state)
    except KeyError as missing:
        raise _unknown(missing) from missing


def _unknown(missing: KeyError) -> SnapshotRefused:
    return SnapshotRefused(
        f"Expected a snapshot of this definition, found one with the unknown part {missing}"
    )


def _read(raw: bytes, definition: ParsedDefinition) -> dict[str, Any]:
    try:
        state = orjson.loads(inflated(raw) if raw.startswith(COMPACT) else raw)
    except (orjson.JSONDecodeError, zlib.error) as error:
        raise SnapshotRefused(f"Expected a snapshot, found bytes that are no JSON: {error}") from error
    found = state.get("format") if isinstance(state, dict) else None
    if found not in {EARLIER_FORMAT, FORMAT, CLOSED_FORMAT}:
        expected = f"{EARLIER_FORMAT} or {FORMAT}"
        raise SnapshotRefused(f"Expected a snapshot of format {expected}, found format {found}")
    if state["definition"] != definition.sha256:
        raise SnapshotRefused(
            f"Expected a snapshot of definition {definition.sha256}, found one of {state['definition']}"
        )
    return dict(state)


def _load_scope(case: RunningCase, row: Mapping[str, Any]) -> None:
    spec = case.definition.containers[row["body"]]
    scope: RuntimeScope = case
    if row["inside"] is not None:
        host = next(
            outer.tasks[UUID(row["inside"])] for outer in case.scopes() if UUID(row["inside"]) in outer.tasks
        )
        scope = InnerScope(spec, host, case)
        case.subprocesses[host.id] = scope
    scope.compensations = decode(row["undo"])
    if row["variables"] is not None:
        scope.variables, scope.written = decode(row["variables"]), set(row["written"])
    for index, token_row in enumerate(row["tokens"]):
        token = _load_token(scope, token_row)
        if index == 0:
            scope.root = token


def _load_token(scope: RuntimeScope, row: list[Any]) -> RuntimeToken:
    token_id, parent_id, name, state, serial, arrived_by, local, facts = row + [None] * (8 - len(row))
    parent = scope.tasks[UUID(parent_id)] if parent_id is not None else None
    token = RuntimeToken(scope, scope.spec.task_specs[name], parent, arrived_by=arrived_by, id=UUID(token_id))
    token.serial = serial
    if local:
        token.local = decode(local)
    if facts:
        token.facts = decode(facts)
    token.restore(state)
    return token
