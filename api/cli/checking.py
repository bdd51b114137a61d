"""Procedures in folders, checked before anything runs: what is imported here is what a check needs."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.printing import examples
from api.cli.watching import changes, rounds
from engine.bpmn.diagram import is_diagram
from engine.bpmn.shared_parts import FILE as PART_FILE
from engine.bpmn.shared_parts import FOLDER as SHARED
from engine.bundle import Catalogue, folder, part_folder
from engine.bundle.catalogue import ATHENS
from engine.bundle.contract import Files
from engine.bundle.shared_part import check_part
from engine.bundle.yaml_tree import YamlPlaces, places_in
from engine.kernel.refusal import Invalid
from engine.lint import Finding, Report, Severity, Text
from engine.lint import check as lint
from engine.lint.finding import in_order
from engine.lint.places import Source, Span
from engine.lint.report import as_json, as_sarif, as_text

if TYPE_CHECKING:
    from engine.settings import Settings


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@click.command(
    epilog=examples(
        "stoa check processes/residence-certificate --fix-hints",
        "stoa check processes/* --served",
        "stoa check drawing.bpmn --format sarif > findings.sarif",
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True
)
@click.option(
    "--served", "asks_served", is_flag=True, help="Ask the installation which topics agencies serve."
)
@click.option("--fix-hints", is_flag=True, help="Say for each finding what to do about it.")
@click.option("--lang", type=click.Choice(["en", "el"]), default="en", show_default=True)
@click.option("--watch", is_flag=True, help="Check again what is saved, until it is interrupted.")
def check(
    paths: tuple[Path, ...], form: str, lang: str, *, fix_hints: bool, watch: bool, asks_served: bool
) -> None:
    """Check folders of procedures and of shared parts, or single BPMN, DMN and form files.

    Exit code 1 if there is an error; warnings and hints do not count.
    """
    found = folders_in(paths)
    served = _served() if asks_served else None
    several = len(found) > 1
    known: dict[Path, list[Finding]] = {}
    for changed in changes(found, homes_of, rounds() if watch else [None]):
        known |= {path: _findings(path, several=several, served=served) for path in changed}
        report = Report(tuple(finding for path in found for finding in known[path]))
        _tell(report, form=form, lang=lang, remedies=fix_hints)
    if not report.passes:
        raise SystemExit(1)


def _tell(report: Report, *, form: str, lang: str, remedies: bool) -> None:
    if form == "text":
        colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        click.echo(as_text(report, language=lang, remedies=remedies, colours=colours), nl=False)
    else:
        click.echo(as_json(report) if form == "json" else as_sarif(report, language=lang))


def homes_of(path: Path) -> tuple[Path, ...]:
    """Where the files come from that belong to a path: its folder, its forms, and the shared parts."""
    if not (path / "procedure.yaml").is_file() and not is_part_folder(path):
        return (path,)
    processes = path.absolute().parent.parent if is_part_folder(path) else path.resolve().parent
    forms = _forms_beside(processes)
    return (path, forms / path.name, processes / SHARED, forms / SHARED)


def files_at(path: Path) -> Files:
    """The files of a procedure's folder with its forms, or of one file alone."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    if (path / "procedure.yaml").is_file():
        home = path.resolve()
        return folder(home.parent, _forms_beside(home.parent), home.name)
    if is_part_folder(path):
        # Of the folder's own name, not of what a link leads to: a part is called by its folder.
        home = path.absolute()
        processes = home.parent.parent
        return part_folder(processes, _forms_beside(processes), home.name)
    found = sorted(
        file for file in path.rglob("*") if is_diagram(file.name) or file.suffix in (".dmn", ".form")
    )
    if not found:
        raise click.ClickException(f"Expected BPMN, DMN or form files in {path}, but found none.")
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in found}


def is_part_folder(path: Path) -> bool:
    """Whether a folder is that of a shared part."""
    return (path / PART_FILE).is_file()


def folders_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths, with the folders of its shared parts in the place of the folder that holds them."""
    return tuple(one for path in paths for one in (parts_in(path) or [path]))


def parts_in(path: Path) -> list[Path]:
    """The folders of the shared parts that a folder holds."""
    return sorted(file.parent for file in path.glob(f"*/{PART_FILE}"))


def procedure_at(path: Path) -> Files:
    """The files of a procedure's folder with its forms; refused if it holds no procedure.yaml."""
    if is_part_folder(path):
        raise click.ClickException(
            f"{path} is a shared part: it goes with the procedures that call it, and is not deployed alone."
        )
    if not (path / "procedure.yaml").is_file():
        raise click.ClickException(f"Expected the folder of a procedure, but {path} has no procedure.yaml.")
    return files_at(path)


def _forms_beside(processes: Path) -> Path:
    """The forms of a checkout lie beside its processes; elsewhere they are where the settings say."""
    beside = processes.parent / "forms"
    return beside if beside.is_dir() else _settings().forms


def _zone() -> tzinfo:
    """The zone of the settings, which are read only where they say something about it."""
    return _settings().zone if "STOA_ZONE" in os.environ else ATHENS


def _settings() -> "Settings":
    """The settings, imported where they are needed: all that they are about comes with them."""
    from api.cli.operator import settings

    return settings()


def _served() -> frozenset[str]:
    """The topics that agencies serve in the installation of the settings."""
    from api.cli.operator import engine, operator
    from engine.service_tasks.topic_register import ServedTopics

    return engine().ask(ServedTopics(), actor=operator())


def _findings(path: Path, *, several: bool, served: frozenset[str] | None) -> list[Finding]:
    try:
        files = files_at(path)
    except Invalid as refused:
        return _refused(refused, {})
    found = findings_in(files, folder=path.absolute().name, served=served)
    return [finding.moved(path.name) for finding in found] if several and path.is_dir() else found


def findings_in(files: Files, *, folder: str, served: frozenset[str] | None = None) -> list[Finding]:
    """Everything that is found in the files of a folder of that name."""
    found = list(lint(files, served=served).findings)
    if not any(finding.severity is Severity.ERROR for finding in found):
        found += _findings_of_the_bundle(files, folder)
    return found


def _findings_of_the_bundle(files: Files, folder: str) -> list[Finding]:
    """What is found once diagrams are sound: in the metadata and forms of a procedure or a shared part."""
    try:
        if PART_FILE in files:
            check_part(files, folder=folder)
        elif "procedure.yaml" in files:
            Catalogue(_SystemClock(), zone=_zone()).check(files)
    except Invalid as refused:
        return _refused(refused, files)
    return []


def _refused(refused: Invalid, files: Files) -> list[Finding]:
    """What the bundle refused, as findings: each at what its sentence names, or else at the line."""
    remedy = Text(el="Διορθώστε το αρχείο.", en="Correct the file.")
    found: list[Finding] = []
    for file, sentences in refused.errors.items():
        content = files.get(file, b"")
        source = Source.of(content)
        places = places_in(content) if file.endswith(".yaml") else YamlPlaces()
        for sentence in sentences:
            span = _span(sentence, source, places)
            found.append(
                Finding(
                    rule="sound-procedure",
                    severity=Severity.ERROR,
                    file=file,
                    line=span.line,
                    column=span.column,
                    end_column=span.end,
                    excerpt=source.line(span.line),
                    message=Text(el=sentence, en=sentence),
                    remedy=remedy,
                )
            )
    return list(in_order(found))


def _span(sentence: str, source: Source, places: YamlPlaces) -> Span:
    said = places.said(sentence)
    if said is None:
        return Span(1)
    return Span(said.line, said.column, said.end) if said.column else source.whole(said.line)
