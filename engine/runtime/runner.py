"""Moves the tokens of a case until every one of them waits for somebody outside.

It takes what is ready from an index and never looks through the finished part of a case, so a step costs what
happens in it.
"""

from engine.runtime.branches import clear, last_data, settle
from engine.runtime.catching import CANCELLED, bring, fire_conditions, go_on_after_cancel
from engine.runtime.faults import Fault
from engine.runtime.scopes import Case, TokenTree
from engine.runtime.specs.boundaries import Split, close_boundaries
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
    index, moves = case.index, 0
    while not case.completed:
        if case.thrown:
            bring(case, case.thrown.popleft())
        elif case.arrivals:
            _join(case.arrivals.popleft())
        elif index.opening or index.ready:
            # What opens events comes before what may throw them.
            _pass(next(iter((index.opening or index.ready).values())))
        elif index.quiet:
            scope = index.quiet.popleft()
            if not scope.busy and scope.is_open:
                _end_scope(case, scope)
        elif not (fire_conditions(case) or _join_inclusive(case)):
            return
        moves += 1
        if moves > case.limits.moves:
            last = case.passed[-1].element_id if case.passed else None
            message = f"More than {case.limits.moves} moves in one step; the last element passed is {last}"
            raise Fault("limit_passed", message, element_id=last)


def _pass(token: Token) -> None:
    """Let an element do its part, and send tokens on if it is done."""
    if token.task_spec.perform(token):
        token.complete()
        after(token)
    else:
        token.start()


def after(token: Token) -> None:
    """Follow a token that has left its element: trim what it leaves behind, and tell whose part it was."""
    if token.task_spec.compensated_by is not None or "inside" in token.facts:
        note_compensation(token)
    if token.parent is not None and isinstance(token.parent.task_spec, Split):
        close_boundaries(token)
    ended = settle(token)
    if ended is not None and ended.parent is not None and isinstance(ended.parent.task_spec, Conducting):
        ended.parent.task_spec.child_done(ended.parent, ended)


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
