"""Payments: comparing what is on record with what e-Paravolo says."""

from collections import Counter
from datetime import date, datetime, timedelta

import click

from api.cli.operator import engine, operator, settings
from api.cli.printing import examples
from engine import bootstrap
from engine.dispatch import Engine
from engine.payments.paravolo import Paravolo, ParavoloResult
from engine.payments.report import FindToCompare, RecordSeen, ReportPayments


@click.group()
def payments() -> None:
    """Compare payments with e-Paravolo."""


@payments.command(epilog=examples("stoa payments reconcile", "stoa payments reconcile --day 2026-03-09"))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Which day; yesterday without it.")
def reconcile(day: datetime | None) -> None:
    """Ask e-Paravolo about every payment of a day, and tell what differs.

    A payment that is paid here and not there, or there and not here, is in the report of that day from then
    on. Nothing else is changed. Exit code 1 if something differs or could not be asked.
    """
    paravolo = bootstrap.build_paravolo(settings())
    if paravolo is None:
        raise click.ClickException("Expected STOA_PARAVOLO_URL: this installation asks no e-Paravolo.")
    with engine() as house:
        wanted = day.date() if day else _yesterday(house)
        compared = _compared(house, paravolo, wanted)
        report = house.ask(ReportPayments(since=wanted, until=wanted), actor=operator())
    for one in report.differences:
        where = "paid here, not at e-Paravolo" if one.is_only_here else "paid at e-Paravolo, not here"
        click.echo(f"{one.payment.case_number} {one.payment.fee_id} {one.payment.code}: {where}")
    told = (
        f"{compared['asked']} compared, {compared['differ']} differ, {compared['unasked']} could not be asked"
    )
    click.echo(f"{wanted}: {told}")
    if compared["differ"] or compared["unasked"]:
        raise SystemExit(1)


def _compared(house: Engine, paravolo: Paravolo, day: date) -> Counter[str]:
    """How many payments were `asked` about, how many of these `differ`, and how many were `unasked`."""
    counted: Counter[str] = Counter()
    after = None
    while requests := house.ask(FindToCompare(day=day, after=after), actor=operator()):
        for request in requests:
            answer = paravolo.ask(request)
            if answer.result is not ParavoloResult.DONE:
                counted["unasked"] += 1
                click.echo(f"{request.audit.protocol}: {answer.detail}", err=True)
                continue
            command = RecordSeen(payment_id=request.reference, seen=answer.status)
            counted["asked"] += 1
            counted["differ"] += house.carry_out(command, actor=operator())
        after = requests[-1].reference
    return counted


def _yesterday(house: Engine) -> date:
    return house.clock.now().astimezone(house.zone).date() - timedelta(days=1)
