"""Organisations from the command line: list and show them as of a day, enter, change and close them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.kernel.clock import identifier_at
from engine.organisation.changes import ChangeOrganisation, EnterOrganisation, WithdrawChange
from engine.organisation.closing import CloseOrganisation
from engine.organisation.organisation import Closure, Decision, NotOffered, OrganisationKind, Particulars
from engine.organisation.queries import (
    CompareDays,
    Listed,
    ListOrganisations,
    OrganisationView,
    ShowOrganisation,
)

_DAY = click.DateTime(["%Y-%m-%d"])
_TEXTS = ("name", "name_en", "address", "hours", "phone")
_F = TypeVar("_F", bound=Callable[..., None])


def _act(command: _F) -> _F:
    """The options of every act: from which day on, why, and the decision by which it was decided."""
    for option in (
        click.option("--ada", default="", help="The ADA of the decision in Diavgeia."),
        click.option("--gazette", default="", help="The number of the decision in the Government Gazette."),
        click.option("--decision", "number", default="", help="The number of the decision."),
        click.option("--reason", default="", help="Why, for those who read the history."),
        click.option("--from", "day", type=_DAY, help="From which day on; today if left out."),
    ):
        command = option(command)
    return command


@click.group("org")
def org() -> None:
    """See organisations as they are on a day, and enter, change or close them from a day on."""


@org.command("list", epilog=examples("stoa org list Αθηναίων --kind branch --on 2027-01-01"))
@click.argument("text", default="")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]), help="Of this kind.")
@click.option("--on", "day", type=_DAY, help="As they are on that day; today if left out.")
def list_(text: str, kind: str | None, day: datetime | None) -> None:
    """List organisations by code, found by words of names and codes."""
    print_table(("code", "kind", "name", "state"), (_row(one) for one in _every(text, kind, _date(day))))


@org.command(epilog=examples("stoa org show 0009 --on 2027-01-01"))
@click.argument("code")
@click.option("--on", "day", type=_DAY, help="As it is on that day; today if left out.")
def show(code: str, day: datetime | None) -> None:
    """Show an organisation as it is on a day, and all its versions that count."""
    view = _view(code, _date(day))
    stated = view.shown.particulars
    print_table(("what", view.day.isoformat()), ((name, getattr(stated, name)) for name in stated.__dict__))
    rows = (
        (
            one.valid_from,
            "planned" if one in view.planned else "",
            " ".join(sorted(one.changed)),
            one.recorded_by,
            one.reason,
        )
        for one in view.versions
    )
    print_table(("from", "", "changed", "by", "reason"), rows)


@org.command(epilog=examples("stoa org tree", "stoa org tree municipality-0009 --on 2027-01-01"))
@click.argument("code", required=False)
@click.option("--on", "day", type=_DAY, help="As it is on that day; today if left out.")
def tree(code: str | None, day: datetime | None) -> None:
    """Print the tree of organisations, or what is below one of them."""
    every = _every("", None, _date(day))
    by_parent: dict[object, list[Listed]] = {}
    ids = {one.id for one in every}
    for one in every:
        parent_id = one.particulars.parent_id
        by_parent.setdefault(parent_id if parent_id in ids else None, []).append(one)
    tops = [one for one in every if one.code == code] if code else by_parent.get(None, [])
    for one in tops:
        _print_below(one, by_parent, depth=0)


@org.command(epilog=examples("stoa org enter municipality patras 'Δήμος Πατρέων' --reason 'Πρώτη εγγραφή'"))
@click.argument("kind", type=click.Choice([kind.value for kind in OrganisationKind]))
@click.argument("code")
@click.argument("name")
@click.option("--name-en", default="", help="Its English name.")
@click.option("--below", help="The code of what it belongs to.")
@_act
def enter(
    kind: str,
    code: str,
    name: str,
    *,
    name_en: str,
    below: str | None,
    day: datetime | None,
    reason: str,
    **decision: str,
) -> None:
    """Enter a new organisation; a branch or an agency is authorised by its procedure otherwise."""
    parent_id = _view(below, None).shown.id if below else None
    command = EnterOrganisation(
        id=identifier_at(engine().clock.now()),
        kind=OrganisationKind(kind),
        code=code,
        particulars=Particulars(name=name, name_en=name_en, parent_id=parent_id),
        from_day=_date(day) or _today(),
        reason=reason,
        decision=_decision(**decision),
    )
    engine().carry_out(command, actor=operator())
    click.echo(f"{code}: entered from {command.from_day} on")


@org.command(epilog=examples("stoa org change 0009 --from 2027-01-01 --hours 8-14 --reason '12/2026'"))
@click.argument("code")
@click.option("--name")
@click.option("--name-en")
@click.option("--address")
@click.option("--hours")
@click.option("--phone")
@click.option("--below", help="The code of what it belongs to from then on.")
@click.option("--patron-day", "patron_days", multiple=True, help="A day of every year, as 10-03 (MM-DD).")
@click.option("--closed", multiple=True, help="A day alone and its decision, as '2027-04-09 Απόφαση 3'.")
@click.option("--not-offered", multiple=True, help="A procedure and why, as 'amka-issue: No printer.'")
@_act
def change(
    code: str,
    *,
    day: datetime | None,
    below: str | None,
    patron_days: tuple[str, ...],
    closed: tuple[str, ...],
    not_offered: tuple[str, ...],
    reason: str,
    number: str,
    gazette: str,
    ada: str,
    **texts: str | None,
) -> None:
    """Change an organisation from a day on; what is left out stays as it is.

    Days and procedures are given all together, each with its own option; one option that is empty, as in
    --closed '', leaves none.
    """
    changes: dict[str, object] = {name: texts[name] for name in _TEXTS if texts[name] is not None}
    if below is not None:
        changes["parent_id"] = _view(below, None).shown.id
    if patron_days:
        changes["local_holidays"] = tuple(one for one in patron_days if one)
    if closed:
        changes["closures"] = tuple(_closure(one) for one in closed if one)
    if not_offered:
        changes["not_offered"] = tuple(_not_offered(one) for one in not_offered if one)
    command = ChangeOrganisation(
        code=code,
        changes=changes,
        from_day=_date(day) or _today(),
        reason=reason,
        seen=_view(code, None).shown.organisation.revision,
        decision=_decision(number=number, gazette=gazette, ada=ada),
    )
    engine().carry_out(command, actor=operator())
    click.echo(f"{code}: changed from {command.from_day} on")


@org.command(epilog=examples("stoa org close 0009 --successor 0010 --from 2027-01-01 --reason 'ΦΕΚ Β΄ 4321'"))
@click.argument("code")
@click.option("--successor", help="The code of who takes over; a branch needs one.")
@_act
def close(code: str, *, successor: str | None, day: datetime | None, reason: str, **decision: str) -> None:
    """Close an organisation for good; the worker hands its cases and people to the successor that day."""
    command = CloseOrganisation(
        code=code,
        from_day=_date(day) or _today(),
        successor=successor,
        reason=reason,
        seen=_view(code, None).shown.organisation.revision,
        decision=_decision(**decision),
    )
    engine().carry_out(command, actor=operator())
    click.echo(f"{code}: closed from {command.from_day} on")


@org.command(epilog=examples("stoa org withdraw 0009 2027-01-01 --reason 'Ανακλήθηκε'"))
@click.argument("code")
@click.argument("day", type=_DAY)
@click.option("--reason", default="", help="Why, for those who read the history.")
def withdraw(code: str, day: datetime, reason: str) -> None:
    """Take the change back that is planned for a day."""
    view = _view(code, None)
    planned = next((one for one in view.planned if one.valid_from == day.date()), None)
    if planned is None:
        days = ", ".join(f"{one.valid_from}" for one in view.planned) or "none"
        raise click.ClickException(
            f"Expected a day for which a change is planned ({days}), found {day:%Y-%m-%d}."
        )
    command = WithdrawChange(
        code=code, version_id=planned.id, reason=reason, seen=view.shown.organisation.revision
    )
    engine().carry_out(command, actor=operator())
    click.echo(f"{code}: what was planned for {planned.valid_from} is withdrawn")


@org.command(epilog=examples("stoa org compare 0009 2026-12-31 2027-01-01"))
@click.argument("code")
@click.argument("before", type=_DAY)
@click.argument("after", type=_DAY)
def compare(code: str, before: datetime, after: datetime) -> None:
    """Say what differs in an organisation between two days."""
    question = CompareDays(code=code, before=before.date(), after=after.date())
    found = engine().ask(question, actor=operator())
    rows = ((one.name, one.before, one.after) for one in found)
    print_table(("what", f"{before:%Y-%m-%d}", f"{after:%Y-%m-%d}"), rows)


def _decision(*, number: str, gazette: str, ada: str) -> Decision | None:
    stated = Decision(number=number, gazette=gazette, ada=ada)
    return stated if stated != Decision() else None


def _closure(typed: str) -> Closure:
    day, _, decision = typed.partition(" ")
    try:
        return Closure(day=date.fromisoformat(day), decision=decision.strip())
    except ValueError:
        raise click.BadParameter(f"expected a day such as 2027-04-09 first, found {typed!r}") from None


def _not_offered(typed: str) -> NotOffered:
    procedure, colon, reason = typed.partition(":")
    if not colon:
        raise click.BadParameter(f"expected a procedure, a colon and the reason, found {typed!r}")
    return NotOffered(procedure=procedure.strip(), reason=reason.strip())


def _every(text: str, kind: str | None, day: date | None) -> list[Listed]:
    found: list[Listed] = []
    after = None
    while True:
        question = ListOrganisations(
            on=day, text=text, kind=OrganisationKind(kind) if kind else None, after=after
        )
        answer = engine().ask(question, actor=operator())
        found += answer.items
        if answer.next is None:
            return found
        after = answer.next


def _print_below(one: Listed, by_parent: dict[object, list[Listed]], *, depth: int) -> None:
    click.echo(f"{'  ' * depth}{one.code}  {one.particulars.name}  ({one.organisation.kind.value})")
    for other in by_parent.get(one.id, []):
        _print_below(other, by_parent, depth=depth + 1)


def _row(one: Listed) -> tuple[str, str, str, str]:
    return one.code, one.organisation.kind.value, one.particulars.name, one.particulars.status.value


def _view(code: str, day: date | None) -> OrganisationView:
    return engine().ask(ShowOrganisation(code=code, on=day), actor=operator())


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None


def _today() -> date:
    return engine().clock.now().astimezone(engine().zone).date()
