"""`stoa diff`: what is different between two versions of a procedure, in words."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from api.cli.checking import procedure_at
from api.cli.operator import engine, operator
from api.cli.printing import examples
from engine.bundle.comparing import Change, changes_between
from engine.operations.comparison import CompareVersions
from engine.procedures.queries import FilesOfVersion
from engine.rehearsal.outcomes import departures


@click.command(
    epilog=examples(
        "stoa diff residence-certificate@1 residence-certificate@2",
        "stoa diff residence-certificate@1 processes/residence-certificate --scenarios",
    )
)
@click.argument("old")
@click.argument("new")
@click.option("--scenarios", is_flag=True, help="Play the scenarios of each on the other: it takes seconds.")
@click.option("--language", type=click.Choice(["el", "en"]), default="en", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff(old: str, new: str, *, scenarios: bool, language: str, form: str) -> None:
    """Say what is different between two folders or versions (`key@number`) of a procedure."""
    before, after = _files(old), _files(new)
    changes = changes_between(before, after)
    standing = _standing(old, new)
    found = departures(before, after) if scenarios else ()
    if form == "json":
        told = {
            "changes": [_as_json(change) for change in changes],
            "standing": dict(standing),
            "departures": [one.__dict__ for one in found],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for change in changes:
        click.echo(f"{change.file}: {change.text.in_language(language)}")
    for element, cases in sorted(standing.items()):
        click.echo(f"{cases} running cases wait at {element}.")
    for one in found:
        whose, on = ("old", "new") if one.of_old else ("new", "old")
        click.echo(f"The {whose} scenario “{one.title}” on the {on} files: {one.found}")
    if not changes:
        click.echo("Nothing is different.")


def _version(name: str) -> tuple[str, int] | None:
    key, at, number = name.rpartition("@")
    return (key, int(number)) if at and number.isdigit() and not Path(name).is_dir() else None


def _files(name: str) -> Mapping[str, bytes]:
    version = _version(name)
    if version is not None:
        with engine() as target:
            return target.ask(FilesOfVersion(key=version[0], number=version[1]), actor=operator())
    if not Path(name).is_dir():
        raise click.ClickException(f"Expected a folder, or a version such as key@2; found {name!r:.100}.")
    return procedure_at(Path(name))


def _standing(old: str, new: str) -> Mapping[str, int]:
    """How many running cases wait at what is changed or gone; known of two versions of one procedure."""
    before, after = _version(old), _version(new)
    if before is None or after is None or before[0] != after[0]:
        return {}
    with engine() as target:
        question = CompareVersions(key=before[0], old=before[1], new=after[1])
        return target.ask(question, actor=operator()).standing


def _as_json(change: Change) -> dict[str, object]:
    text = {"el": change.text.el, "en": change.text.en}
    return {
        "kind": change.kind.value,
        "part": change.part.value,
        "file": change.file,
        "id": change.id,
        "text": text,
    }
