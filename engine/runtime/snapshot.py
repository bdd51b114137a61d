"""Snapshots: the state of a case as bytes and back. They hold tokens and data, never the specification."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from engine.runtime.contract import StepRefused, Surroundings
from engine.runtime.definitions import ParsedDefinition
from engine.runtime.faults import Fault
from engine.runtime.limits import Limits
from engine.runtime.scopes import Case, Scope, TokenTree
from engine.runtime.tokens import Token
from engine.runtime.values import NotAValue, decode, encode

FORMAT = 1
"""The number of the format that is written.

It changes with every change that an older reader would misread.
"""


class SnapshotRefused(StepRefused):
    """The bytes are no snapshot of this definition's cases in a format known here.

    The message says what was expected and found.
    """


def dump(case: Case) -> bytes:
    """The case as bytes."""
    try:
        return orjson.dumps(
            {
                "format": FORMAT,
                "definition": case.definition.sha256,
                "serial": case.serial,
                "completed": list(case.completed_elements),
                "final": encode(dict(case.final_data)) if case.final_data is not None else None,
                "outcome": case.outcome,
                "scopes": [_dump_scope(scope) for scope in (case, *case.subprocesses.values())],
            }
        )
    except NotAValue as found:
        raise Fault("unkeepable_value", str(found)) from found


def _dump_scope(scope: TokenTree) -> dict[str, Any]:
    host = scope.parent_token
    outer_first = [scope.root]
    for token in outer_first:
        outer_first.extend(token.children)
    return {
        "body": scope.spec.name,
        "inside": str(host.id) if host is not None else None,
        "undo": encode(scope.compensations),
        "tokens": [_dump_token(token) for token in outer_first],
    }


def _dump_token(token: Token) -> list[Any]:
    """A row of the token's state: of its data and writers only what differs from its parent's."""
    parent, changed, gone, writers = token.parent, {}, [], {}
    before, writers_before = (parent.data, parent.writers) if parent is not None else ({}, {})
    if token.data is not before:
        changed = encode(_changed(token.data, before))
        gone = [name for name in before if name not in token.data]
    if token.writers is not writers_before:
        writers = _changed(token.writers, writers_before)
    row = [
        str(token.id),
        str(parent.id) if parent is not None else None,
        token.task_spec.name,
        token.state,
        token.serial,
        token.arrived_by,
        changed,
        gone,
        writers,
        encode(dict(token.local)) if token.local else None,
        encode(token.facts) if token.facts else None,
    ]
    while row[-1] is None or row[-1] in ({}, []):
        row.pop()
    return row


def _changed(mine: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mine.items() if name not in before or before[name] is not value}


def load(raw: bytes, definition: ParsedDefinition, *, surroundings: Surroundings, limits: Limits) -> Case:
    """The case that was dumped; `SnapshotRefused` for anything else."""
    state = _read(raw, definition)
    case = Case(definition, surroundings=surroundings, limits=limits)
    try:
        for row in state["scopes"]:
            _load_scope(case, row)
    except KeyError as missing:
        raise SnapshotRefused(
            f"Expected a snapshot of this definition, found one with the unknown part {missing}"
        ) from missing
    case.completed_elements = dict.fromkeys(state["completed"])
    case.final_data = decode(state["final"])
    case.outcome = state["outcome"]
    case.completed = case.final_data is not None
    case.serial = state["serial"]
    case.index.quiet.clear()
    return case


def _read(raw: bytes, definition: ParsedDefinition) -> dict[str, Any]:
    try:
        state = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise SnapshotRefused(f"Expected a snapshot, found bytes that are no JSON: {error}") from error
    found = state.get("format") if isinstance(state, dict) else None
    if found != FORMAT:
        raise SnapshotRefused(f"Expected a snapshot of format {FORMAT}, found format {found}")
    if state["definition"] != definition.sha256:
        raise SnapshotRefused(
            f"Expected a snapshot of definition {definition.sha256}, found one of {state['definition']}"
        )
    return dict(state)


def _load_scope(case: Case, row: Mapping[str, Any]) -> None:
    spec = case.definition.containers[row["body"]]
    scope: TokenTree = case
    if row["inside"] is not None:
        host = next(
            outer.tasks[UUID(row["inside"])] for outer in case.scopes() if UUID(row["inside"]) in outer.tasks
        )
        scope = Scope(spec, host, case)
        case.subprocesses[host.id] = scope
    scope.compensations = decode(row["undo"])
    for index, token_row in enumerate(row["tokens"]):
        token = _load_token(scope, token_row)
        if index == 0:
            scope.root = token


def _load_token(scope: TokenTree, row: list[Any]) -> Token:
    token_id, parent_id, name, state, serial, arrived_by, changed, gone, writers, local, facts = row + [
        None
    ] * (11 - len(row))
    parent = scope.tasks[UUID(parent_id)] if parent_id is not None else None
    token = Token(scope, scope.spec.task_specs[name], parent, arrived_by=arrived_by, id=UUID(token_id))
    token.serial = serial
    if changed or gone:
        dropped = set(gone or ())
        kept = {key: value for key, value in token.data.items() if key not in dropped}
        token.data = {**kept, **decode(changed or {})}
    if writers:
        token.writers = {**token.writers, **writers}
    if local:
        token.local = decode(local)
    if facts:
        token.facts = decode(facts)
    token.restore(state)
    return token
