"""Branches from the command line: days on which they are closed, and which ends of terms these move."""

from datetime import datetime

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.appointments.chores import AppointmentsHit
from engine.cases.term_recount import CloseBranch, PreviewClosure


@click.group()
def branches() -> None:
    """Close a branch on days that its calendar does not know, and see first what that moves."""


@branches.command(epilog=examples("stoa branches close 0009 2026-04-09 --reason 'Απόφαση δημάρχου 12/2026'"))
@click.argument("code")
@click.argument("days", nargs=-1, required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--reason", default="", help="Why: the journal of each case that moves keeps it.")
@click.option("--confirm", is_flag=True, help="Enter the days. Without it, only show what would move.")
def close(code: str, days: tuple[datetime, ...], reason: str, *, confirm: bool) -> None:
    """Show which ends of terms move if the branch is closed on these days, and enter them if confirmed."""
    closed = tuple(day.date() for day in days)
    moved = engine().ask(PreviewClosure(branch=code, days=closed), actor=operator())
    rows = ((one.case.number, one.case.procedure_key, one.before, one.after) for one in moved)
    print_table(("case", "procedure", "ended on", "would end on"), rows)
    hit = engine().ask(AppointmentsHit(branch=code, days=closed), actor=operator())
    click.echo(f"Appointments that would be cancelled: {len(hit)}.")
    for one in hit:
        click.echo(f"  {one.starts_at.astimezone(engine().zone):%Y-%m-%d %H:%M}  {one.service_key}  {one.id}")
    if not confirm:
        click.echo(f"Cases that would move: {len(moved)}. Nothing was entered: confirm it, with a reason.")
        return
    engine().carry_out(CloseBranch(branch=code, days=closed, reason=reason), actor=operator())
    click.echo(f"{code}: closed. The worker recounts the terms of its cases, and cancels the appointments.")
