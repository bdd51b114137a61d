"""Moves the tokens of a case until every one of them waits for somebody outside.

It takes what is ready from an index and never looks through the finished part of a case, so a step costs what
happens in it.
"""

from engine.runtime.branches import clear, last_data, settle
from engine.runtime.catching import CANCELLED, bring, fire_conditions, go_on_after_cancel
from engine.runtime.faults import Fault
from engine.runtime.scopes import Case, TokenTree
from engine.runtime.specs.boundaries import close_boundaries
from engine.runtime.specs.compensation import note_compensation
from engine.runtime.specs.conducting import Conducting
from engine.runtime.specs.flow_node import spec_of
from engine.runtime.specs.gateways import Join
from engine.runtime.specs.sub_processes import ScopeActivity
from engine.runtime.tokens import Token


def run(case: Case) -> None:
    """Move everything that can move.

    A `Fault` means that the case cannot go on, and that this instance must be thrown away.
    """
    moves = 0
    while not case.completed and _move(case):
        moves += 1
        if moves > case.limits.moves:
            last = case.passed[-1].element_id if case.passed else None
            message = f"More than {case.limits.moves} moves in one step; the last element passed is {last}"
            raise Fault("limit_passed", message, element_id=last)


def _move(case: Case) -> bool:
    """One move; False when there is none left to make."""
    ready = case.index.next_ready()
    if case.thrown:
        bring(case, case.thrown.popleft())
    elif case.arrivals:
        _join(case.arrivals.popleft())
    elif ready is not None:
        _pass(ready)
    elif case.index.quiet:
        _end_scope(case, case.index.quiet.popleft())
    else:
        return fire_conditions(case) or _join_inclusive(case)
    return True


def _pass(token: Token) -> None:
    token.run()
    after(token)


def after(token: Token) -> None:
    """Follow a token that was just run or completed: trim what it leaves behind, and tell who conducts it."""
    if not token.completed or not token.present:
        return
    note_compensation(token)
    close_boundaries(token)
    ended = settle(token)
    parent = ended.workflow.parent_of(ended) if ended is not None else None
    if ended is not None and parent is not None and isinstance(parent.task_spec, Conducting):
        parent.task_spec.child_done(parent, ended)


def _join(arrival: Token) -> None:
    gateway = arrival.task_spec
    if not arrival.present or not arrival.waiting or not isinstance(gateway, Join) or gateway.patient:
        return
    arrived = gateway.arrived(arrival)
    if gateway.may_fire(arrived):
        gateway.fire(list(arrived.values()))


def _join_inclusive(case: Case) -> bool:
    """Fire one inclusive gateway that no other token can still come to.

    Asked only when nothing else moves.
    """
    for token in list(case.index.standing.values()):
        gateway = token.task_spec
        if isinstance(gateway, Join) and gateway.patient and token.waiting:
            arrived = gateway.arrived(token)
            if gateway.may_fire(arrived):
                gateway.fire(list(arrived.values()))
                return True
    return False


def _end_scope(case: Case, scope: TokenTree) -> None:
    """Close a scope in which nothing is left to do, and go on around it."""
    host = scope.parent_token
    if scope.busy or not scope.is_open:
        return
    if scope.root.facts.get(CANCELLED):
        go_on_after_cancel(scope)
        return
    data, writers = last_data(scope)
    clear(scope)
    if host is None:
        case.final_data, case.completed = data, True
        return
    del case.subprocesses[host.id]
    if scope.compensations:
        host.facts["inside"] = scope.compensations
    spec_of(host, ScopeActivity).scope_ended(host, data, writers)
    after(host)
