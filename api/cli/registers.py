"""Agencies and branches: switching paused agencies on again, and closing branches on further days."""

from datetime import datetime

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.appointments.chores import AppointmentsHit
from engine.cases.term_recount import CloseBranch, PreviewClosure
from engine.service_tasks.switching import ListPausedAgencies, ListSwitches, SwitchAgencyOn


@click.group()
def agencies() -> None:
    """See which agencies are paused, switch them on again, and see who did."""


@agencies.command(epilog=examples("stoa agencies paused"))
def paused() -> None:
    """List the agencies that nothing is sent to, and what waits for them."""
    rows = (
        (one.key, f"{one.since:%Y-%m-%d %H:%M:%S}", one.waiting, one.reason)
        for one in engine().ask(ListPausedAgencies(), actor=operator())
    )
    print_table(("agency", "since (UTC)", "waiting", "reason"), rows)


@agencies.command("switch-on", epilog=examples("stoa agencies switch-on municipality --reason 'New server.'"))
@click.argument("key")
@click.option("--reason", default="", help="Why, for those who read the history.")
def switch_on(key: str, reason: str) -> None:
    """Send to a paused agency again: everything that was held, with the same webhook-ids."""
    sent = engine().carry_out(SwitchAgencyOn(agency_key=key, reason=reason), actor=operator())
    click.echo(f"{key}: on, {sent} deliveries are to be made")


@agencies.command(epilog=examples("stoa agencies history municipality"))
@click.argument("key")
def history(key: str) -> None:
    """List who paused an agency and switched it on, and when, newest first."""
    rows = (
        (f"{one.at:%Y-%m-%d %H:%M:%S}", "on" if one.is_on else "paused", one.by, one.reason)
        for one in engine().ask(ListSwitches(agency_key=key), actor=operator())
    )
    print_table(("when (UTC)", "what", "by", "reason"), rows)


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
