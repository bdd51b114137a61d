"""Cases that could not go on, as the operator sees them, and what was attempted tried again."""

from uuid import UUID

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.incidents.model import IncidentFilter
from engine.incidents.queries import ListIncidents
from engine.incidents.repair import RetryIncident
from engine.kernel.pages import Slice


@click.group()
def incidents() -> None:
    """See why cases cannot go on, and try again what was attempted."""


@incidents.command("list", epilog=examples("stoa incidents list --code uncaught_error"))
@click.option("--code", help="Of this kind.")
@click.option("--procedure", help="Of the procedure with this key.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
def list_incidents(code: str | None, procedure: str | None, limit: int) -> None:
    """List open incidents, newest first."""
    question = ListIncidents(wanted=IncidentFilter(code=code, procedure=procedure), part=Slice(limit=limit))
    rows = (
        (one.id, one.case_number, one.code, one.element_id, one.attempts, f"{one.last_at:%Y-%m-%d %H:%M:%S}")
        for one in engine().ask(question, actor=operator()).items
    )
    print_table(("id", "case", "code", "element", "attempts", "last (UTC)"), rows)


@incidents.command(epilog=examples("stoa incidents retry 01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b"))
@click.argument("incident_ids", nargs=-1, required=True, type=click.UUID)
def retry(incident_ids: tuple[UUID, ...]) -> None:
    """Try again: the same answer, form, message or timers, or the same change of the registers.

    Exit code 1 if a case stops there again.
    """
    stopped = False
    for incident_id in incident_ids:
        state = engine().carry_out(RetryIncident(incident_id=incident_id), actor=operator())
        again = any(one.id == incident_id for one in state.incidents)
        stopped = stopped or again
        click.echo(f"{state.case.number}: {'stopped there again' if again else 'goes on'}")
    if stopped:
        raise SystemExit(1)
