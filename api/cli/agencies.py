"""Agencies that are paused, as the operator sees them, and switching them on again."""

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
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
