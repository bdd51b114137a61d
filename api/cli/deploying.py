"""Storing procedures as new versions."""

from pathlib import Path

import click

from api.cli.checking import procedure_at
from api.cli.help_texts import examples
from api.cli.operator import engine, operator
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
    for folder in folders:
        version = target.carry_out(DeployProcedure(files=procedure_at(folder)), actor=actor)
        if publish and version.status is VersionStatus.DRAFT:
            version = target.carry_out(PublishVersion(key=version.key, number=version.number), actor=actor)
        click.echo(f"{version.key} version {version.number}: {version.status}")
