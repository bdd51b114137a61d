"""Procedures in folders: deployed."""

from pathlib import Path

import click

from api.cli.checking import parts_in, procedure_at
from api.cli.operator import engine, operator
from api.cli.printing import examples
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
