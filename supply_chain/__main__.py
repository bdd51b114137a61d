"""The commands `python -m supply_chain audit`, `licences` and `sbom`, which `make` offers by these names."""

from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import click

from supply_chain.audit import DatabaseUnreachable, Weakness, weaknesses_of_browsers, weaknesses_of_python
from supply_chain.components import locked_components
from supply_chain.licences import is_allowed
from supply_chain.sbom import bill_of_materials

FOUND, UNKNOWN = 1, 2
"""What the audit exits with where there is a weakness, and where nobody could say whether there is one."""


@click.group(help="What Stoa is made of besides its own code.")
def supply_chain() -> None: ...


@supply_chain.command(help="Ask the databases of known vulnerabilities about every locked component.")
@click.option("--osv", help="The address of another OSV database for Python packages.")
@click.option("--npm-registry", help="The address of another registry for the browsers' packages.")
def audit(osv: str | None, npm_registry: str | None) -> None:
    """Exit with 0 if no weakness is known, 1 if some is, 2 if a database cannot be reached."""
    found: list[Weakness] = []
    unreached = False
    for what, ask, address in (
        ("Python packages", weaknesses_of_python, osv),
        ("packages for browsers", weaknesses_of_browsers, npm_registry),
    ):
        try:
            found += ask(database=address)
        except DatabaseUnreachable as error:
            unreached = True
            click.echo(
                f"The database of vulnerabilities for {what} cannot be reached, so nothing is known of them:"
                f" {error}. Run this again from a machine that reaches it, or name a mirror.",
                err=True,
            )
    for one in found:
        free = f"; free of it: {one.free_of_it}" if one.free_of_it else ""
        click.echo(f"{one.component} {one.version}: {one.number}{free}")
    if not found and not unreached:
        click.echo("No vulnerability is known of any locked component.")
    raise SystemExit(FOUND if found else UNKNOWN if unreached else 0)


@supply_chain.command(help="List the licence of every locked component; fails where one may not be used.")
def licences() -> None:
    """Exit with 1 if a component that this platform needs has a licence that is unknown or not allowed."""
    components = locked_components()
    refused = [one for one in components if one.is_needed_here and not is_allowed(one.licence)]
    for one in components:
        use = "shipped" if one.is_shipped else "gate and tests"
        licence = one.licence or ("unknown" if one.is_needed_here else "not installed on this platform")
        click.echo(f"{one.ecosystem:5} {one.name:40} {one.version:18} {use:15} {licence}")
    click.echo()
    for licence, count in Counter(one.licence or "unknown" for one in components).most_common():
        click.echo(f"{count:4}  {licence}")
    for one in refused:
        click.echo(
            f"{one.name} {one.version} may not be used: {one.licence or 'its licence is unknown'}", err=True
        )
    raise SystemExit(1 if refused else 0)


@supply_chain.command(help="Write the bill of materials (CycloneDX 1.6, JSON) to a file.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def sbom(path: Path) -> None:
    components = locked_components()
    bill = bill_of_materials(components, version=version("stoa"), made_at=datetime.now(UTC), serial=uuid4())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(bill)
    click.echo(f"{path}: {len(components)} components")


if __name__ == "__main__":
    supply_chain()
