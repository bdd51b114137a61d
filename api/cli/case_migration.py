"""Taking running cases to another version of their procedure, and back, from the command line."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.case_migration.model import CaseResult, MigrationRun, RunKind, RunState, Verdict
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.queries import ListResults, ListRuns, ShowMigrationPlan
from engine.case_migration.runs import MigrateNext, PassOverCase, PutRun, StartRun
from engine.cases.queries import FindCases
from engine.context import Command
from engine.dispatch import Engine
from engine.kernel.actor import Actor
from engine.kernel.pages import Slice
from engine.kernel.refusal import NotFound, Refusal

_WORDS: Mapping[Verdict, str] = {
    Verdict.MOVES: "moves",
    Verdict.CONSEQUENCES: "moves, with consequences",
    Verdict.REFUSED: "cannot",
}
_SHOWN_EVERY = 50
"""Cases between two lines of progress."""


@click.command(
    epilog=examples(
        "stoa cases migrate residence-certificate --from 1 --to 2 --show-plan > plan.yaml",
        "stoa cases migrate residence-certificate --from 1 --to 2 --plan plan.yaml --dry-run",
        "stoa cases migrate residence-certificate --from 1 --to 2 --decree 'ΥΑ 1234/2026' --progress",
        "stoa cases migrate residence-certificate --from 1 --to 2 --back",
    )
)
@click.argument("procedure")
@click.option("--from", "from_number", type=click.IntRange(1), required=True, help="The old version.")
@click.option("--to", "to_number", type=click.IntRange(1), required=True, help="The new version.")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file with `elements`: new ids by old ones, null where nothing stands for an element.",
)
@click.option("--show-plan", is_flag=True, help="Print the plan as such a file, and do nothing.")
@click.option("--dry-run", is_flag=True, help="Say of each case what would become of it; change nothing.")
@click.option("--case", "case_name", help="One case alone, by its number.")
@click.option("--limit", type=click.IntRange(1), help="Stop once so many cases have moved: the first few.")
@click.option("--back", is_flag=True, help="Take cases back in which nothing has happened since.")
@click.option("--decree", help="Decide the plan by this act; not by the account that edited it.")
@click.option("--progress", is_flag=True, help="Print how far it has come.")
def migrate(
    procedure: str,
    *,
    from_number: int,
    to_number: int,
    plan_file: Path | None,
    show_plan: bool,
    dry_run: bool,
    case_name: str | None,
    limit: int | None,
    back: bool,
    decree: str | None,
    progress: bool,
) -> None:
    """Take the running cases of a procedure from one version to another.

    Each case is a transaction of its own, so people may work meanwhile. When it is stopped, by whatever, the
    same command goes on where it was. Without --plan the plan that is kept counts, else what is proposed by
    the ids, names and places of the elements. Exit code 1 if a case cannot be moved.
    """
    if dry_run and back:
        raise click.UsageError("Either --dry-run or --back.")
    target, actor = engine(), operator()
    pair: dict[str, Any] = {"procedure": procedure, "from_number": from_number, "to_number": to_number}
    if show_plan:
        shown = target.ask(ShowMigrationPlan(**pair), actor=actor)
        click.echo(yaml.safe_dump({"elements": dict(shown.elements)}, allow_unicode=True), nl=False)
        return
    _keep_plan(target, actor, pair, plan_file=plan_file, decree=decree)
    kind = RunKind.DRY_RUN if dry_run else RunKind.BACK if back else RunKind.MOVE
    run = _begun(target, actor, pair, kind=kind, case_name=case_name)
    run = _driven(target, actor, run, limit=limit, progress=progress)
    if limit is not None and run.state is RunState.RUNNING:
        run = target.carry_out(
            PutRun(procedure=procedure, run_id=run.id, state=RunState.STOPPED), actor=actor
        )
    _print(target, actor, procedure, run)
    if run.refused:
        sys.exit(1)


def _keep_plan(
    target: Engine, actor: Actor, pair: Mapping[str, Any], *, plan_file: Path | None, decree: str | None
) -> None:
    """Keep the plan of a file, or what is proposed where none is kept, and decide it if a decree is given."""
    kept = target.ask(ShowMigrationPlan(**pair), actor=actor).kept
    if plan_file is not None or kept is None:
        elements = _elements_of(plan_file) if plan_file is not None else None
        kept = target.carry_out(EditPlan(**pair, elements=elements), actor=actor)
    if decree is not None and (kept.decision is None or kept.decision.decree != decree):
        target.carry_out(DecidePlan(**pair, decree=decree), actor=actor)


def _elements_of(plan_file: Path) -> dict[str, str | None]:
    try:
        written = yaml.safe_load(plan_file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{plan_file} cannot be read: {problem}") from problem
    elements = written.get("elements") if isinstance(written, dict) else None
    sound = isinstance(elements, dict) and all(
        isinstance(old, str) and (new is None or isinstance(new, str)) for old, new in elements.items()
    )
    if not sound or not isinstance(elements, dict):
        raise click.ClickException(
            f"{plan_file}: expected `elements` with new ids by old ones, each a text or null."
        )
    return elements


def _begun(
    target: Engine, actor: Actor, pair: Mapping[str, Any], *, kind: RunKind, case_name: str | None
) -> MigrationRun:
    """The run that was interrupted, if there is one of that kind; else a new one."""
    if case_name is None:
        runs = target.ask(ListRuns(**pair, part=Slice(limit=20)), actor=actor).items
        left = next(
            (run for run in runs if run.kind is kind and run.case_id is None and not run.is_over), None
        )
        if left is not None:
            click.echo(f"Going on with the run of {left.started_at:%Y-%m-%d %H:%M} (UTC).", err=True)
            if left.state is RunState.PAUSED:
                put = PutRun(procedure=pair["procedure"], run_id=left.id, state=RunState.RUNNING)
                return target.carry_out(put, actor=actor)
            return left
    case_id = None
    if case_name is not None:
        found = target.ask(FindCases(number=case_name), actor=actor).items
        if not found:
            raise NotFound.of("case", case_name)
        case_id = found[0].id
    command = StartRun(**pair, kind=kind, case_id=case_id, by_worker=False)
    return target.carry_out(command, actor=actor)


def _driven(
    target: Engine, actor: Actor, run: MigrationRun, *, limit: int | None, progress: bool
) -> MigrationRun:
    """The run at its end or limit, or as far as it came before somebody paused it."""
    while run.state is RunState.RUNNING and (limit is None or run.moved < limit):
        run = _next(target, actor, run)
        if progress and (run.state is not RunState.RUNNING or run.looked % _SHOWN_EVERY == 0):
            click.echo(f"{run.looked} of {run.total} cases, {run.refused} cannot", err=True)
    return run


def _next(target: Engine, actor: Actor, run: MigrationRun) -> MigrationRun:
    following: Command[Any] = MigrateNext(run_id=run.id)
    try:
        after: MigrationRun = target.carry_out(following, actor=actor).run
    except Refusal:
        raise
    except Exception as fault:  # noqa: BLE001 - the trouble of one case must not stop the others
        return target.carry_out(PassOverCase(run_id=run.id, fault=type(fault).__name__), actor=actor)
    return after


def _print(target: Engine, actor: Actor, procedure: str, run: MigrationRun) -> None:
    """What became of the cases that are not simply moved, and the figures."""
    told = (one for one in _results(target, actor, procedure, run) if one.findings)
    rows = [
        (one.case_number, _WORDS[one.verdict], " ".join(finding.text for finding in one.findings))
        for one in told
    ]
    if rows:
        print_table(("case", "verdict", "why"), rows)
    verb = {RunKind.DRY_RUN: "would move", RunKind.MOVE: "moved", RunKind.BACK: "taken back"}[run.kind]
    click.echo(
        f"{run.looked} cases: {run.moved} {verb}, {run.with_consequences} of these with consequences, "
        f"{run.refused} cannot. The run is {run.state}."
    )


def _results(target: Engine, actor: Actor, procedure: str, run: MigrationRun) -> Iterator[CaseResult]:
    cursor = None
    while True:
        part = Slice(limit=100, cursor=cursor)
        page = target.ask(ListResults(procedure=procedure, run_id=run.id, part=part), actor=actor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return
