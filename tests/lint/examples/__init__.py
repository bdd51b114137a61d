"""A failing and a passing example for every rule."""

from tests.lint.example import Example
from tests.lint.examples import (
    activities,
    collaboration,
    data,
    desk_actions,
    events,
    expressions,
    fees,
    flows,
    foreign,
    gateways,
    legal_time,
    papers,
    procedures,
    processes,
    reading,
    senders,
    shared_parts,
    work,
)

EXAMPLES: dict[str, Example] = {
    **reading.EXAMPLES,
    **processes.EXAMPLES,
    **shared_parts.EXAMPLES,
    **flows.EXAMPLES,
    **events.EXAMPLES,
    **senders.EXAMPLES,
    **desk_actions.EXAMPLES,
    **legal_time.EXAMPLES,
    **gateways.EXAMPLES,
    **activities.EXAMPLES,
    **expressions.EXAMPLES,
    **fees.EXAMPLES,
    **papers.EXAMPLES,
    **procedures.EXAMPLES,
    **work.EXAMPLES,
    **foreign.EXAMPLES,
    **data.EXAMPLES,
    **collaboration.EXAMPLES,
}
"""The examples by the id of their rule."""
