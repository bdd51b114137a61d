"""Playing the scenarios of procedures."""

from pathlib import Path

import click

from api.cli.checking import procedure_at
from api.cli.help_texts import examples
from engine import rehearsal as scenarios


@click.command("test", epilog=examples("stoa test processes/residence-certificate"))
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def rehearse(folders: tuple[Path, ...]) -> None:
    """Play every scenario of procedures, without database or network, and show each step.

    Exit code 1 if one does not go as it says.
    """
    sound = True
    for folder in folders:
        results = scenarios.run(procedure_at(folder))
        click.echo(scenarios.report(folder.resolve().name, results), nl=False)
        sound = sound and bool(results) and all(result.problem is None for result in results)
    if not sound:
        raise SystemExit(1)
