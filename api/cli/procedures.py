"""Procedures in folders: played through their scenarios, and deployed."""

from pathlib import Path

import click

from api.cli.checking import files_at, folders_in, homes_of, is_part_folder, parts_in, procedure_at
from api.cli.operator import engine, operator
from api.cli.printing import examples
from api.cli.watching import changes, rounds
from engine import rehearsal as scenarios
from engine.kernel.refusal import Refusal
from engine.procedures.model import VersionStatus
from engine.procedures.topics import FindUnserved
from engine.procedures.versions import DeployProcedure


@click.command(epilog=examples("stoa deploy processes/residence-certificate", "stoa deploy processes/*"))
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def deploy(folders: tuple[Path, ...]) -> None:
    """Check procedures and store each as its next version, a draft. Unchanged ones stay as they are.

    The shared parts that they call go with them; the folder of these is passed over. A draft is offered once
    somebody submits it, and somebody else certifies and publishes it: `stoa procedures`.
    """
    target, actor = engine(), operator()
    for path in (path for path in folders if not parts_in(path)):
        version = target.carry_out(DeployProcedure(files=procedure_at(path)), actor=actor)
        click.echo(f"{version.key} version {version.number}: {version.status}")
        if version.status is VersionStatus.DRAFT:
            for problem in target.ask(FindUnserved(key=version.key, number=version.number), actor=actor):
                click.echo(f"  it cannot be published yet: {problem}", err=True)


@click.command("test", epilog=examples("stoa test processes/residence-certificate"))
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--watch", is_flag=True, help="Play again what is saved, until it is interrupted.")
def rehearse(folders: tuple[Path, ...], *, watch: bool) -> None:
    """Play every scenario of procedures and shared parts, without database or network, and show each step.

    Exit code 1 if one does not go as it says.
    """
    found = folders_in(folders)
    sound = True
    for changed in changes(found, homes_of, rounds() if watch else [None]):
        for path in changed:
            try:
                sound = _goes_as_it_says(path) and sound
            except Refusal as refused:
                if not watch:
                    raise
                click.echo(f"{path}: {refused.message}", err=True)
    if not sound:
        raise SystemExit(1)


def _goes_as_it_says(path: Path) -> bool:
    """Play the scenarios of a folder and show each step; false too where it has none."""
    results = scenarios.run(files_at(path) if is_part_folder(path) else procedure_at(path))
    click.echo(scenarios.report(path.resolve().name, results), nl=False)
    return bool(results) and all(result.problem is None for result in results)
