"""Completion of the `stoa` command in shells."""

import click
from click.shell_completion import get_completion_class

from api.cli.help_texts import examples


@click.command(epilog=examples('eval "$(stoa completion bash)"'))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that teaches a shell to complete `stoa`."""
    from api.cli.main import main

    script = get_completion_class(shell)
    if script is None:
        raise click.ClickException(f"click knows no completion for {shell}.")
    click.echo(script(main, {}, "stoa", "_STOA_COMPLETE").source())
