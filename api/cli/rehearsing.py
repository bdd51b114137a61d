"""Play the scenarios of procedures in folders, and tell what they cover."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from api.cli.checking import files_at, folders_in, homes_of, is_part_folder, procedure_at
from api.cli.printing import examples
from api.cli.watching import changes, rounds
from engine.bundle.contract import Files
from engine.kernel.refusal import Refusal
from engine.rehearsal.coverage import Coverage
from engine.rehearsal.coverage_report import (
    coverage_drawing,
    coverage_page,
    coverage_text,
    failure_drawing,
)
from engine.rehearsal.gate import coverage_of
from engine.rehearsal.rehearsal import ScenarioResult, not_read, report, run_readable
from engine.rehearsal.suggesting import suggest


@click.command(
    "test",
    epilog=examples(
        "stoa test processes/residence-certificate",
        "stoa test processes/* --coverage html --output coverage",
    ),
)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--coverage",
    "form",
    type=click.Choice(["text", "json", "html", "svg"]),
    help="Tell what the scenarios cover: nodes, flows, decision rules, form fields, error codes.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for what is written: coverage, and a picture of each scenario that fails.",
)
@click.option("--lang", type=click.Choice(["en", "el"]), default="en", show_default=True)
@click.option("--suggest", "suggests", is_flag=True, help="Write scenarios for what none covers yet.")
@click.option("--watch", is_flag=True, help="Play again what is saved, until it is interrupted.")
def rehearse(
    folders: tuple[Path, ...],
    form: str | None,
    output: Path | None,
    lang: str,
    *,
    suggests: bool,
    watch: bool,
) -> None:
    """Play every scenario of procedures and shared parts, without database or network, and show each step.

    A file that cannot be read does not stop the others. Exit code 1 if a scenario cannot be read, or does not
    go as it says.
    """
    asked = _Asked(form=form, output=output, language=lang, suggests=suggests)
    sound = True
    for changed in changes(folders_in(folders), homes_of, rounds() if watch else [None]):
        for path in changed:
            try:
                sound = _goes_as_it_says(path, asked) and sound
            except Refusal as refused:
                if not watch:
                    raise
                click.echo(f"{path}: {refused.message}", err=True)
    if not sound:
        raise SystemExit(1)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is to be told besides the steps."""

    form: str | None
    output: Path | None
    language: str
    suggests: bool


def _goes_as_it_says(path: Path, asked: _Asked) -> bool:
    """Play the scenarios of a folder and tell what was asked for; false too where it has none."""
    files = files_at(path) if is_part_folder(path) else procedure_at(path)
    key = path.resolve().name
    results, broken = run_readable(files)
    click.echo(not_read(key, broken) + report(key, results), nl=False)
    failures = [result for result in results if result.problem is not None]
    written = list(_pictures(key, files, failures, asked.language)) if asked.output else []
    if asked.form is not None:
        covered = coverage_of(files, results)
        written += _coverage(key, files, covered, form=asked.form, failures=failures, language=asked.language)
    _write(written, asked.output)
    if asked.suggests:
        _suggest(path, key, files, coverage_of(files, results), asked.language)
    return bool(results) and not failures and not broken


Written = tuple[str, str]
"""The name of a file, and what is in it."""


def _pictures(key: str, files: Files, failures: list[ScenarioResult], language: str) -> Iterator[Written]:
    for result in failures:
        for file, picture in failure_drawing(files, result, language=language).items():
            yield f"{key}-{result.scenario.name}-{Path(file).stem}.svg", picture


def _coverage(
    key: str,
    files: Files,
    coverage: Coverage,
    *,
    form: str,
    failures: list[ScenarioResult],
    language: str,
) -> Iterator[Written]:
    if form == "text":
        yield f"{key}-coverage.txt", coverage_text(key, coverage, language=language)
    elif form == "json":
        yield f"{key}-coverage.json", json.dumps(coverage.as_json(), ensure_ascii=False, indent=1) + "\n"
    elif form == "html":
        page = coverage_page(key, files, coverage, failures=failures, language=language)
        yield f"{key}-coverage.html", page
    else:
        for file, picture in coverage_drawing(files, coverage, language=language).items():
            if picture is None:
                click.echo(f"{key}/{file}: the file does not say how the diagram is laid out", err=True)
            else:
                yield f"{key}-{Path(file).stem}-coverage.svg", picture


def _suggest(path: Path, key: str, files: Files, coverage: Coverage, language: str) -> None:
    """Write a file for each scenario that was found, and say of the rest why there is none."""
    found = suggest(files, coverage)
    for suggestion in found.suggestions:
        file = path / "scenarios" / suggestion.name
        file.parent.mkdir(exist_ok=True)
        file.write_text(suggestion.content, encoding="utf-8")
        covers = ", ".join(item.id for item in suggestion.covers)
        click.echo(f"wrote {file}: {covers}")
    for item, why in found.not_reached:
        click.echo(f"{key}: {item.where}: {why.in_language(language)}")
    if not found.suggestions and not found.not_reached:
        click.echo(f"{key}: everything is covered.")


def _write(written: list[Written], output: Path | None) -> None:
    """Into the folder, and say where; onto the screen where no folder is named."""
    for name, content in written:
        if output is None:
            click.echo(content, nl=False)
        else:
            output.mkdir(parents=True, exist_ok=True)
            (output / name).write_text(content, encoding="utf-8")
            click.echo(f"wrote {output / name}")
