"""Procedures in folders: checked before anything runs, played through their scenarios, and deployed."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli.operator import engine, operator, settings
from api.cli.printing import examples
from engine import rehearsal as scenarios
from engine.bpmn.diagram import is_diagram
from engine.bundle import Catalogue, folder
from engine.bundle.contract import Files
from engine.kernel.refusal import Invalid
from engine.lint import Finding, Report, Severity, Text
from engine.lint import check as lint
from engine.lint.report import as_json, as_sarif, as_text
from engine.procedures.model import VersionStatus
from engine.procedures.versions import DeployProcedure, PublishVersion


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@click.command(
    epilog=examples(
        "stoa check processes/residence-certificate --fix-hints",
        "stoa check drawing.bpmn --format sarif > findings.sarif",
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True
)
@click.option("--fix-hints", is_flag=True, help="Say for each finding what to do about it.")
@click.option("--lang", type=click.Choice(["en", "el"]), default="en", show_default=True)
def check(paths: tuple[Path, ...], form: str, lang: str, *, fix_hints: bool) -> None:
    """Check folders of procedures, or single BPMN, DMN and form files.

    Exit code 1 if there is an error; warnings and hints do not count.
    """
    report = Report(tuple(finding for path in paths for finding in _findings(path, several=len(paths) > 1)))
    if form == "text":
        colours = sys.stdout.isatty()
        click.echo(as_text(report, language=lang, remedies=fix_hints, colours=colours), nl=False)
    else:
        click.echo(as_json(report) if form == "json" else as_sarif(report, language=lang))
    if not report.passes:
        raise SystemExit(1)


def files_at(path: Path) -> Files:
    """The files of a procedure's folder with its forms, or of one file alone."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    if (path / "procedure.yaml").is_file():
        home = path.resolve()
        return folder(home.parent, _forms_beside(home), home.name)
    found = sorted(
        file for file in path.rglob("*") if is_diagram(file.name) or file.suffix in (".dmn", ".form")
    )
    if not found:
        raise click.ClickException(f"Expected BPMN, DMN or form files in {path}, but found none.")
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in found}


def procedure_at(path: Path) -> Files:
    """The files of a procedure's folder with its forms; refused if it holds no procedure.yaml."""
    if not (path / "procedure.yaml").is_file():
        raise click.ClickException(f"Expected the folder of a procedure, but {path} has no procedure.yaml.")
    return files_at(path)


def _forms_beside(home: Path) -> Path:
    """The forms of a checkout lie beside its processes; elsewhere they are where the settings say."""
    beside = home.parent.parent / "forms"
    return beside if beside.is_dir() else settings().forms


def _findings(path: Path, *, several: bool) -> list[Finding]:
    files = files_at(path)
    found = list(lint(files).findings)
    if "procedure.yaml" in files and not any(finding.severity is Severity.ERROR for finding in found):
        found += _findings_of_the_catalogue(files)
    if several and path.is_dir():
        return [_moved(finding, f"{path.name}/{finding.file}") for finding in found]
    return found


def _findings_of_the_catalogue(files: Files) -> list[Finding]:
    """What the catalogue finds once diagrams are sound: metadata and forms."""
    try:
        Catalogue(_SystemClock(), zone=settings().zone).check(files)
    except Invalid as refused:
        remedy = Text(el="Διορθώστε το αρχείο.", en="Correct the file.")
        return [
            Finding(
                rule="sound-procedure",
                severity=Severity.ERROR,
                file=file,
                line=1,
                message=Text(el=sentence, en=sentence),
                remedy=remedy,
            )
            for file, sentences in refused.errors.items()
            for sentence in sentences
        ]
    return []


def _moved(finding: Finding, file: str) -> Finding:
    return Finding(**{**finding.__dict__, "file": file})


@click.command(
    epilog=examples("stoa deploy processes/residence-certificate", "stoa deploy processes/* --publish")
)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--publish", is_flag=True, help="Offer the versions at once.")
def deploy(folders: tuple[Path, ...], *, publish: bool) -> None:
    """Check procedures and store each as its next version, a draft. Unchanged ones stay as they are."""
    target, actor = engine(), operator()
    for path in folders:
        version = target.carry_out(DeployProcedure(files=procedure_at(path)), actor=actor)
        if publish and version.status is VersionStatus.DRAFT:
            version = target.carry_out(PublishVersion(key=version.key, number=version.number), actor=actor)
        click.echo(f"{version.key} version {version.number}: {version.status}")


@click.command("test", epilog=examples("stoa test processes/residence-certificate"))
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def rehearse(folders: tuple[Path, ...]) -> None:
    """Play every scenario of procedures, without database or network, and show each step.

    Exit code 1 if one does not go as it says.
    """
    sound = True
    for path in folders:
        results = scenarios.run(procedure_at(path))
        click.echo(scenarios.report(path.resolve().name, results), nl=False)
        sound = sound and bool(results) and all(result.problem is None for result in results)
    if not sound:
        raise SystemExit(1)
