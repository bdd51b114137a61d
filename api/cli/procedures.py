"""Procedures in folders: played through their scenarios, and deployed."""

from pathlib import Path

import click

from api.cli.checking import procedure_at
from api.cli.operator import engine, operator
from api.cli.printing import examples
from engine import rehearsal as scenarios
from engine.procedures.model import VersionStatus
from engine.procedures.versions import DeployProcedure, PublishVersion


@click.command(
    epilog=examples("stoa deploy processes/residence-certificate", "stoa deploy processes/* --publish")
)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--publish", is_flag=True, help="Offer the versions at once.")
def deploy(folders: tuple[Path, ...], *, publish: bool) -> None:
    """Check procedures and store each as its next version, a draft. Unchanged ones stay as they are."""
    target, actor = engine(), operator()
    for path in folders:
        version = target.carry_out(DeployProcedure(files=procedure_at(path)), actor=actor)
        if publish and version.status is VersionStatus.DRAFT:
            version = target.carry_out(PublishVersion(key=version.key, number=version.number), actor=actor)
        click.echo(f"{version.key} version {version.number}: {version.status}")


@click.command("test", epilog=examples("stoa test processes/residence-certificate"))
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def rehearse(folders: tuple[Path, ...]) -> None:
    """Play every scenario of procedures, without database or network, and show each step.

    Exit code 1 if one does not go as it says.
    """
    sound = True
    for path in folders:
        results = scenarios.run(procedure_at(path))
        click.echo(scenarios.report(path.resolve().name, results), nl=False)
        sound = sound and bool(results) and all(result.problem is None for result in results)
    if not sound:
        raise SystemExit(1)
