"""Looking at cases from the command line."""

from collections.abc import Iterator
from uuid import UUID

import click

from api.cli.case_migration import migrate
from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.cases.journal import JournalEntry
from engine.cases.queries import FindCases, ReadJournal, ShowCase
from engine.dispatch import Engine
from engine.kernel.actor import Actor
from engine.kernel.pages import Slice
from engine.kernel.refusal import NotFound
from engine.kernel.vocabulary import CaseStatus
from engine.operations.housekeeping import BeginCompaction, CompactClosed
from engine.sealing.chain import first_broken_line


@click.group()
def cases() -> None:
    """List and show cases; read and verify their journals. A case is named by its number or its id."""


cases.add_command(migrate)


@cases.command("list", epilog=examples("stoa cases list --status open --branch 0009"))
@click.option("--status", type=click.Choice([status.value for status in CaseStatus]))
@click.option("--procedure", help="The key of a procedure.")
@click.option("--version", type=click.IntRange(1), help="The number of a version of the procedure.")
@click.option("--branch", help="The code of a branch.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
def list_cases(
    *, status: str | None, procedure: str | None, version: int | None, branch: str | None, limit: int
) -> None:
    """List cases, newest first."""
    question = FindCases(
        status=CaseStatus(status) if status else None,
        procedure=procedure,
        version=version,
        branch_code=branch,
        part=Slice(limit=limit),
    )
    page = engine().ask(question, actor=operator())
    rows = (
        (
            case.number,
            case.status,
            case.procedure_key,
            case.version_number,
            case.branch_code,
            f"{case.opened_at:%Y-%m-%d %H:%M}",
            " ".join(sorted(case.flags)),
        )
        for case in page.items
    )
    print_table(("number", "status", "procedure", "version", "branch", "opened (UTC)", "flags"), rows)


@cases.command(epilog=examples("stoa cases show 0009-26-000123-4"))
@click.argument("case")
def show(case: str) -> None:
    """Show a case and what is open in it, without who is in it."""
    target, actor = engine(), operator()
    view = target.ask(ShowCase(case_id=case_id_of(case, target, actor)), actor=actor)
    found = view.case
    for name, value in {
        "number": found.number,
        "id": found.id,
        "procedure": f"{found.procedure_key} version {found.version_number}",
        "status": found.status,
        "flags": " ".join(sorted(found.flags)),
        "branch": found.branch_code,
        "opened": found.opened_at.isoformat(timespec="seconds"),
        "due": found.due_at.isoformat(timespec="seconds") if found.due_at else "",
        "outcome": found.outcome or "",
    }.items():
        click.echo(f"{name:<10} {value}".rstrip())
    for task in view.tasks:
        click.echo(f"task       {task.name} ({task.element_id}), {task.assignee_name or 'nobody has it'}")
    for waiting in view.service_tasks:
        click.echo(f"waits for  {waiting.agency_key or 'nobody connected'}: {waiting.name} ({waiting.state})")


@cases.command(epilog=examples("stoa cases journal 0009-26-000123-4 --verify"))
@click.argument("case")
@click.option("--verify", is_flag=True, help="Check that no line was changed, dropped or moved.")
def journal(case: str, *, verify: bool) -> None:
    """Print the journal of a case; exit code 1 if it is verified and broken."""
    target, actor = engine(), operator()
    lines = list(_lines(case_id_of(case, target, actor), target, actor))
    rows = (
        (
            line.number,
            f"{line.at:%Y-%m-%d %H:%M:%S}",
            line.actor_name,
            line.branch_code,
            line.action,
            line.reason,
        )
        for line in lines
    )
    print_table(("line", "at (UTC)", "who", "branch", "what", "why"), rows)
    if verify:
        broken = first_broken_line(lines, target.journal_keys)
        if broken is not None:
            raise click.ClickException(
                f"The journal is broken: line {broken} does not follow from the one before."
            )
        click.echo(f"Intact: all {len(lines)} lines follow from one another.")


@cases.command(epilog=examples("stoa cases compact", "stoa cases compact --again"))
@click.option("--batch", type=click.IntRange(1, 5000), default=500, show_default=True)
@click.option("--again", is_flag=True, help="Go through all cases once more, from the oldest on.")
def compact(batch: int, *, again: bool) -> None:
    """Keep less of closed cases that an earlier version left at full length.

    The worker does so on its own, a part every minute; this does not wait. It may be done while people work,
    stopped at any moment, and started again: what is done stays done.
    """
    target, actor = engine(), operator()
    if again:
        target.carry_out(BeginCompaction(), actor=actor)
    compacted = saved = 0
    is_last = False
    while not is_last:
        done = target.carry_out(CompactClosed(limit=batch), actor=actor)
        compacted, saved, is_last = compacted + done.cases, saved + done.saved, done.is_last
        if done.cases or is_last:
            click.echo(f"{compacted} closed cases compacted, {saved:,} bytes saved")


def case_id_of(text: str, target: Engine, actor: Actor) -> UUID:
    """The id of a case that is named by its number or its id; `NotFound` if no case has that number."""
    try:
        return UUID(text)
    except ValueError:
        found = target.ask(FindCases(number=text), actor=actor).items
    if not found:
        raise NotFound.of("case", text)
    return found[0].id


def _lines(case_id: UUID, target: Engine, actor: Actor) -> Iterator[JournalEntry]:
    cursor = None
    while True:
        page = target.ask(ReadJournal(case_id=case_id, part=Slice(limit=100, cursor=cursor)), actor=actor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return
