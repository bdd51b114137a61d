"""Agencies and branches: switching paused agencies on again, and closing branches on further days."""

from datetime import datetime

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.appointments.chores import AppointmentsHit
from engine.cases.term_recount import CloseBranch, PreviewClosure
from engine.kernel.clock import identifier_at
from engine.organisation.connect import AddKey, ChangeEndpoint, EndKey, EnterAgency, ServeTopics
from engine.organisation.model import Agency
from engine.service_tasks.agency_desk import ListAgencies
from engine.service_tasks.pings import PingAgency
from engine.service_tasks.switching import ListPausedAgencies, ListSwitches, PauseAgency, SwitchAgencyOn


@click.group()
def agencies() -> None:
    """Connect agencies: keys, address, topics; pause them, switch them on, and see who did."""


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


@agencies.command("list", epilog=examples("stoa agencies list"))
def list_agencies() -> None:
    """List agencies with their address, their topics, and what waits for them."""
    rows = (
        (
            one.agency.key,
            "paused" if one.agency.is_paused else "on",
            one.agency.endpoint,
            ", ".join(one.agency.topics),
            one.waiting,
        )
        for one in engine().ask(ListAgencies(), actor=operator())
    )
    print_table(("agency", "state", "endpoint", "topics", "waiting"), rows)


@agencies.command(epilog=examples("stoa agencies enter police --name Αστυνομία --name-en Police"))
@click.argument("key")
@click.option("--name", required=True, help="In Greek.")
@click.option("--name-en", required=True, help="In English.")
def enter(key: str, name: str, name_en: str) -> None:
    """Enter a new agency; give it a key, an endpoint and topics then."""
    agency = Agency(id=identifier_at(engine().clock.now()), key=key, name=name, name_en=name_en, topics=())
    engine().carry_out(EnterAgency(agency=agency), actor=operator())
    click.echo(f"{key}: entered")


@agencies.command(epilog=examples("stoa agencies serve municipality municipality.residence"))
@click.argument("key")
@click.argument("topics", nargs=-1)
def serve(key: str, topics: tuple[str, ...]) -> None:
    """Let an agency serve these registered topics and no others."""
    served = engine().carry_out(ServeTopics(agency_key=key, topics=topics), actor=operator())
    click.echo(f"{key}: {', '.join(served) or 'nothing'}")


@agencies.command("new-key", epilog=examples("stoa agencies new-key municipality"))
@click.argument("key")
def new_key(key: str) -> None:
    """Make a further key of an agency and print its secret, which is shown this once."""
    made = engine().carry_out(AddKey(agency_key=key), actor=operator())
    click.echo(f"{made.fingerprint}: {made.secret}")


@agencies.command("end-key", epilog=examples("stoa agencies end-key municipality 3f5a9c01d2e4"))
@click.argument("key")
@click.argument("fingerprint")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="By the clock of the office; or now.")
def end_key(key: str, fingerprint: str, at: datetime | None) -> None:
    """Let a key of an agency sign and prove nothing any more."""
    moment = at.replace(tzinfo=engine().zone) if at else None
    engine().carry_out(EndKey(agency_key=key, fingerprint=fingerprint, at=moment), actor=operator())
    click.echo(f"{key}: the key {fingerprint} ends")


@agencies.command(epilog=examples("stoa agencies endpoint municipality https://athens.example/stoa"))
@click.argument("key")
@click.argument("address", default="")
def endpoint(key: str, address: str) -> None:
    """Send requests of an agency to an address; without one it polls, or its officers work by hand."""
    engine().carry_out(ChangeEndpoint(agency_key=key, endpoint=address), actor=operator())
    click.echo(f"{key}: {address or 'no endpoint'}")


@agencies.command(epilog=examples("stoa agencies ping municipality"))
@click.argument("key")
def ping(key: str) -> None:
    """Have the worker try the connection of an agency, without personal data."""
    engine().carry_out(PingAgency(agency_key=key), actor=operator())
    click.echo(f"{key}: the call is made within seconds; /admin/agencies/{key} shows what came of it")


@agencies.command(epilog=examples("stoa agencies pause municipality --reason 'Νέος διακομιστής'"))
@click.argument("key")
@click.option("--reason", required=True, help="Why, for those who read the history.")
def pause(key: str, reason: str) -> None:
    """Send nothing more to an agency until it is switched on."""
    engine().carry_out(PauseAgency(agency_key=key, reason=reason), actor=operator())
    click.echo(f"{key}: paused")


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
