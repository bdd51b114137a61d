"""`stoa new`: a procedure to begin with, small or made of a record, which passes check and test."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from api.cli.printing import examples
from engine.bundle.small_procedure import is_plain_title, small_procedure
from engine.kernel.refusal import Invalid
from engine.mitos import Record, read_record, skeleton_of
from engine.mitos.unmapped import Unmapped, by_reason

_KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_KEY: Final = 60


@click.group()
def new() -> None:
    """Begin something from a small example that works."""


@new.command(
    epilog=examples(
        'stoa new procedure dog-licence --title "Άδεια σκύλου" --title-en "Dog licence"',
        "stoa check processes/dog-licence && stoa test processes/dog-licence",
        "stoa new procedure parking-permit --from-mitos record.json --agency municipality",
    )
)
@click.argument("key")
@click.option("--title", help="The Greek title.  [default: Νέα διαδικασία]")
@click.option("--title-en", help="The English title.  [default: New procedure]")
@click.option("--agency", help="The key of the competent agency.", default="kep", show_default=True)
@click.option(
    "--processes",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("processes"),
    show_default=True,
    help="The folder of all procedures; forms/ stands beside it.",
)
@click.option(
    "--from-mitos",
    "record",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A record of the registry MITOS, as its API answers: the procedure is made of it.",
)
@click.option(
    "--from-mitos-en",
    "english",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The same record as the API answers in English.",
)
def procedure(
    key: str,
    *,
    title: str | None,
    title_en: str | None,
    agency: str,
    processes: Path,
    record: Path | None,
    english: Path | None,
) -> None:
    """Write the files of a new procedure KEY (`dog-licence`): metadata, diagram, forms, scenarios.

    Whoever asks is served or refused by a clerk; of a record its conditions, papers and steps are taken, and
    what could not be taken is listed, and written to notes.md. Nothing that is there is written over.
    """
    _require_key(key, "KEY")
    _require_key(agency, "--agency")
    if record is None and english is not None:
        raise click.UsageError("Expected --from-mitos beside --from-mitos-en.")
    if record is not None and (title or title_en):
        raise click.UsageError("Expected no titles beside --from-mitos: the record has them.")
    homes = (processes / key, processes.parent / "forms" / key)
    for home in homes:
        if home.exists():
            raise click.ClickException(f"Expected a new key, but {home} is there.")
    unmapped: Sequence[Unmapped] = ()
    if record is not None:
        made = skeleton_of(
            _record_in(record), key=key, agency=agency, english=_record_in(english) if english else None
        )
        files, unmapped = made.files, made.unmapped
    else:
        files = _small(
            key, title=title or "Νέα διαδικασία", title_en=title_en or "New procedure", agency=agency
        )
    for name, content in files.items():
        target = homes[1] / name.removeprefix("forms/") if name.startswith("forms/") else homes[0] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        click.echo(f"wrote {target}")
    _tell(unmapped)
    click.echo(f"Now: stoa check {homes[0]} && stoa test {homes[0]}")


def _record_in(path: Path) -> Record:
    try:
        return read_record(path.read_bytes())
    except Invalid as refused:
        problems = "\n".join(f"  {at}: {found}" for at in refused.errors for found in refused.errors[at])
        raise click.ClickException(f"{path}: {refused.message}\n{problems}") from refused


def _tell(unmapped: Sequence[Unmapped]) -> None:
    if unmapped:
        click.echo(f"\nNot carried over, or not said by the record ({len(unmapped)}, also in notes.md):")
    for why, listed in by_reason(unmapped).items():
        click.echo(f"  {why.en}")
        for one in listed:
            click.echo(f"    {one.path}{f': {one.value}' if one.value else ''}")


def _small(key: str, *, title: str, title_en: str, agency: str) -> Mapping[str, bytes]:
    """The small procedure that works, under its own names."""
    for option, text in (("--title", title), ("--title-en", title_en)):
        _require_title(text, option)
    return small_procedure(key, title=title, title_en=title_en, agency=agency)


def _require_key(key: str, name: str) -> None:
    if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
        raise click.BadParameter(
            f"Expected at most {_LONGEST_KEY} small Latin letters, digits and hyphens, found {key!r:.80}.",
            param_hint=name,
        )


def _require_title(title: str, option: str) -> None:
    """Refuse what would need quotes in YAML, where it is a value and an item of a list, or in XML."""
    if not is_plain_title(title):
        raise click.BadParameter(
            "Expected 3 to 200 letters, digits, spaces and ( ) « » . / -, beginning with a letter, "
            f"found {title!r:.80}.",
            param_hint=option,
        )
