"""Settings that officials decide: what holds, and changing it."""

from datetime import datetime
from uuid import UUID

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.office_settings.change import ApproveSetting, ProposeSetting, WithdrawSetting
from engine.office_settings.queries import ListSettings, SettingSheet


@click.group()
def setting() -> None:
    """See what officials have decided for the whole installation, and change it from a day on."""


@setting.command("list", epilog=examples("stoa setting list"))
def list_settings() -> None:
    """List settings with what holds now, and how many changes are planned or to be approved."""
    rows = (
        (
            one.kind.key.value,
            one.value,
            sum(change.state.value in ("proposed", "planned") for change in one.changes),
            one.kind.name.en,
        )
        for one in engine().ask(ListSettings(), actor=operator())
    )
    print_table(("setting", "value", "to come", "what it is"), rows)


@setting.command(epilog=examples("stoa setting history session_hours"))
@click.argument("key")
def history(key: str) -> None:
    """List the changes of a setting, the newest first."""
    rows = (
        (
            one.change.id,
            one.change.value,
            f"{one.change.valid_from:%Y-%m-%d %H:%M}",
            one.state.value,
            one.change.proposed_by,
            one.change.approved_by,
            one.change.reason,
        )
        for one in _sheet(key).changes
    )
    print_table(("id", "value", "from (UTC)", "state", "proposed by", "approved by", "reason"), rows)


@setting.command("set", epilog=examples("stoa setting set access_alert_cases 40 --reason 'Απόφαση 12/2026'"))
@click.argument("key")
@click.argument("value")
@click.option("--reason", required=True, help="Why.")
@click.option("--decision", default="", help="Its number, or where it is published.")
@click.option(
    "--from",
    "from_day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From its midnight; or from now on.",
)
def set_value(key: str, value: str, reason: str, decision: str, from_day: datetime | None) -> None:
    """Change a setting from a day on; one that touches everybody has to be approved."""
    changes = _sheet(key).changes
    command = ProposeSetting(
        key=key,
        value=value,
        reason=reason,
        decision=decision,
        from_day=from_day.date() if from_day else None,
        seen=changes[0].change.id if changes else None,
    )
    change = engine().carry_out(command, actor=operator())
    state = "decided" if change.approved_at else "to be approved"
    click.echo(f"{change.id}: {key} {change.value} from {change.valid_from:%Y-%m-%d %H:%M %Z}, {state}")


@setting.command(epilog=examples("stoa setting approve 01936b2e-8000-7aaa-8bbb-0123456789ab"))
@click.argument("change", type=click.UUID)
def approve(change: UUID) -> None:
    """Approve a change that somebody else proposed."""
    approved = engine().carry_out(ApproveSetting(change_id=change), actor=operator())
    click.echo(f"{approved.key.value}: {approved.value} from {approved.valid_from:%Y-%m-%d %H:%M %Z}")


@setting.command(epilog=examples("stoa setting withdraw 01936b2e-8000-7aaa-8bbb-0123456789ab"))
@click.argument("change", type=click.UUID)
def withdraw(change: UUID) -> None:
    """Withdraw a change that does not hold yet."""
    engine().carry_out(WithdrawSetting(change_id=change), actor=operator())
    click.echo(f"{change}: withdrawn")


def _sheet(key: str) -> SettingSheet:
    found = next((one for one in engine().ask(ListSettings(), actor=operator()) if one.kind.key == key), None)
    if found is None:
        raise click.ClickException(f"There is no setting {key}: see `stoa setting list`.")
    return found
