"""Bringing the database to the newest schema."""

import click

from api.cli.help_texts import examples
from api.cli.operator import settings
from engine.storage import migrate as migrations


@click.group()
def migrate() -> None:
    """Bring the database to the newest schema, or say where it stands."""


@migrate.command(epilog=examples("stoa migrate upgrade"))
def upgrade() -> None:
    """Bring the database to the newest schema, in one transaction. Harmless if it is there already."""
    url = settings().database_url
    migrations.upgrade(url)
    click.echo(f"The database stands at {migrations.current(url)}.")


@migrate.command(epilog=examples("stoa migrate status"))
def status() -> None:
    """Say where the database stands; exit code 1 if it is not at the newest schema."""
    current, newest = migrations.current(settings().database_url), migrations.head()
    if current != newest:
        found = f"stands at {current}" if current else "was never migrated"
        raise click.ClickException(
            f"The database {found}, the newest is {newest}: run `stoa migrate upgrade`."
        )
    click.echo(f"The database stands at {newest}, the newest.")
