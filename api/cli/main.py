"""The `stoa` command: every subcommand is loaded when it is called, so that help comes at once."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import get_completion_class

from api.cli.loading import loading
from api.cli.printing import examples

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("api.cli.running:serve", "Serve the API."),
    "worker": ("api.cli.running:worker", "Deliver to agencies, fire timers, keep house."),
    "demo": ("demo.demonstration:main", "Start everything with demo data and walk one case through."),
    "check": ("api.cli.checking:check", "Check diagrams, forms and decisions before anything runs."),
    "convert": ("api.cli.converting:convert", "Rewrite a diagram of another engine into our dialect."),
    "new": ("api.cli.beginning:new", "Begin a procedure: a small one that passes check and test."),
    "schema": ("api.cli.schemas:schema", "Print the shape of procedure.yaml, for editors."),
    "test": ("api.cli.rehearsing:rehearse", "Play the scenarios of procedures."),
    "deploy": ("api.cli.procedures:deploy", "Store procedures as new versions."),
    "diff": ("api.cli.comparing:diff", "Say what is different between two versions."),
    "procedures": ("api.cli.versions:procedures", "Submit, certify, publish and retire versions."),
    "cases": ("api.cli.cases:cases", "List and show cases; read and verify journals."),
    "journal": ("api.cli.journal:journal", "Anchor all journals; prove that none was rewritten."),
    "jobs": ("api.cli.jobs:jobs", "List background work; replay dead letters."),
    "incidents": ("api.cli.incidents:incidents", "See why cases cannot go on; try again."),
    "payments": ("api.cli.payments:payments", "Compare payments of fees with e-Paravolo."),
    "content": ("api.cli.contents:content", "See the texts for the branches, and who has not read them."),
    "documents": ("api.cli.documents:documents", "See what the virus scanner says; have it look again."),
    "branches": ("api.cli.registers:branches", "Close branches on further days; see which terms that moves."),
    "agencies": (
        "api.cli.registers:agencies",
        "Connect agencies: keys, address, topics; pause them.",
    ),
    "setting": ("api.cli.settings:setting", "See and change what officials decide for the installation."),
    "topics": (
        "api.cli.topics:topics",
        "See what agencies are asked for; register topics.",
    ),
    "org": ("api.cli.organisations:org", "See organisations as of a day; enter, change and close them."),
    "token": ("api.cli.tokens:token", "Make, list and revoke access tokens."),
    "people": ("api.cli.people:people", "See who works where; give and end posts, invite, read files."),
    "user": ("api.cli.users:user", "Register people, give them roles and passwords, let them go."),
    "keys": ("api.cli.keys:keys", "See what is sealed with which key; seal with a new one."),
    "migrate": ("api.cli.doctor:migrate", "Bring the database to the newest schema."),
    "doctor": ("api.cli.doctor:doctor", "Check everything and say what to do."),
    "feel": ("api.cli.trying:feel_command", "Evaluate a FEEL expression."),
    "dmn": ("api.cli.trying:dmn_command", "Take a DMN decision and show why."),
    "completion": ("api.cli.main:completion", "Print the shell's completion script."),
}
"""Where each command lives, and what the list of commands says of it."""


class LazyCommands(click.Group):
    """A group that imports a command when it is called, and says in a sentence what was refused."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        with loading():
            command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, means) for name, (_, means) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal goes to standard error in a sentence, with exit code 1."""
        from engine.kernel.refusal import Invalid, Refusal

        try:
            return super().invoke(ctx)
        except Invalid as refused:
            problems = (
                f"{place}: {sentence}" for place, found in refused.errors.items() for sentence in found
            )
            lines = (f"  {problem}" for problem in problems if problem != refused.message)
            raise click.ClickException("\n".join([refused.message, *lines])) from refused
        except Refusal as refused:
            raise click.ClickException(refused.message) from refused


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "stoa demo                                   everything at once, with demo data",
        "stoa check processes/residence-certificate",
        "stoa deploy processes/residence-certificate",
        "stoa serve --workers 2",
    ),
)
@click.version_option(package_name="stoa", message="stoa %(version)s")
def main() -> None:
    """Case management for citizen service centres.

    Settings come from the environment (STOA_DATABASE_URL and others, see docs/settings.md). Exit codes: 0
    done, 1 refused or failed, 2 called the wrong way.
    """


@click.command(epilog=examples('eval "$(stoa completion bash)"'))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that teaches a shell to complete `stoa`."""
    script = get_completion_class(shell)
    if script is None:
        raise click.ClickException(f"click knows no completion for {shell}.")
    click.echo(script(main, {}, "stoa", "_STOA_COMPLETE").source())


if __name__ == "__main__":
    sys.exit(main(prog_name="stoa"))
