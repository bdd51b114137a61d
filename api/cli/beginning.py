"""`stoa new`: a small procedure to begin with, which passes check and test as it is."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

import click

from api.cli.printing import examples

_KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_KEY: Final = 60
_SKELETON: Final = "skeleton"


@click.group()
def new() -> None:
    """Begin something from a small example that works."""


@new.command(
    epilog=examples(
        'stoa new procedure dog-licence --title "Άδεια σκύλου" --title-en "Dog licence"',
        "stoa check processes/dog-licence && stoa test processes/dog-licence",
    )
)
@click.argument("key")
@click.option("--title", help="The Greek title.", default="Νέα διαδικασία", show_default=True)
@click.option("--title-en", help="The English title.", default="New procedure", show_default=True)
@click.option("--agency", help="The key of the competent agency.", default="kep", show_default=True)
@click.option(
    "--processes",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("processes"),
    show_default=True,
    help="The folder of all procedures; forms/ stands beside it.",
)
def procedure(key: str, *, title: str, title_en: str, agency: str, processes: Path) -> None:
    """Write the files of a new procedure KEY (`dog-licence`): metadata, diagram, two forms, two scenarios.

    Whoever asks is served or refused by a clerk. Nothing that is there is written over.
    """
    _require_key(key, "KEY")
    _require_key(agency, "--agency")
    for option, text in (("--title", title), ("--title-en", title_en)):
        _require_title(text, option)
    homes = (processes / key, processes.parent / "forms" / key)
    for home in homes:
        if home.exists():
            raise click.ClickException(f"Expected a new key, but {home} is there.")
    values = {
        "key": key,
        "process": key.replace("-", "_"),
        "title": title,
        "title_en": title_en,
        "agency": agency,
    }
    for path, text in _written(key, values).items():
        target = homes[1] / path.name if path.parts[0] == "forms" else homes[0] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        click.echo(f"wrote {target}")
    click.echo(f"Now: stoa check {homes[0]} && stoa test {homes[0]}")


def _require_key(key: str, name: str) -> None:
    if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
        raise click.BadParameter(
            f"Expected at most {_LONGEST_KEY} small Latin letters, digits and hyphens, found {key!r:.80}.",
            param_hint=name,
        )


def _require_title(title: str, option: str) -> None:
    """Refuse what would need quotes in YAML, where it is a value and an item of a list, or in XML."""
    if not re.fullmatch(r"[^\W\d_][\w ()«»./-]{2,199}", title):
        raise click.BadParameter(
            "Expected 3 to 200 letters, digits, spaces and ( ) « » . / -, beginning with a letter, "
            f"found {title!r:.80}.",
            param_hint=option,
        )


def _written(key: str, values: dict[str, str]) -> dict[Path, str]:
    """The texts of the files by their path, the forms in `forms/`."""
    found: dict[Path, str] = {}
    for path, source in _sources(files("api.cli") / _SKELETON, Path()):
        named = Path(f"{key}.bpmn") if path.suffix == ".bpmn" else path
        found[named] = Template(source.read_text(encoding="utf-8")).substitute(values)
    return dict(sorted(found.items()))


def _sources(folder: Traversable, around: Path) -> list[tuple[Path, Traversable]]:
    found: list[tuple[Path, Traversable]] = []
    for entry in folder.iterdir():
        path = around / entry.name
        found += _sources(entry, path) if entry.is_dir() else [(path, entry)]
    return found
