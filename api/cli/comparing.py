"""`stoa diff`: what is different between two versions of a procedure, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from api.cli.checking import procedure_at
from api.cli.operator import engine, operator
from api.cli.printing import examples
from engine.bundle.catalogue import ATHENS, Catalogue
from engine.bundle.comparing import Change, changes_between
from engine.bundle.contract import Files
from engine.kernel.clock import SystemClock
from engine.kernel.refusal import Invalid
from engine.lint.finding import Text
from engine.operations.comparison import CompareVersions
from engine.procedures.queries import FilesOfVersion
from engine.rehearsal.effects import Effect
from engine.rehearsal.outcomes import Departure, departures, effects_between


@click.command(
    epilog=examples(
        "stoa diff residence-certificate@1 residence-certificate@2",
        "stoa diff residence-certificate@1 processes/residence-certificate --scenarios --language el",
    )
)
@click.argument("old")
@click.argument("new")
@click.option("--scenarios", is_flag=True, help="Play the scenarios of each on the other: it takes seconds.")
@click.option("--language", type=click.Choice(["el", "en"]), default="en", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff(old: str, new: str, *, scenarios: bool, language: str, form: str) -> None:
    """Say what is different between two folders or versions (`key@number`) of a procedure.

    And for whom: the decisions of both are taken for every group of cases that their tables tell apart.
    """
    before, after = _files(old), _files(new)
    changes = changes_between(before, after)
    standing = _standing(old, new)
    effects, unsound = _effects(before, after, scenarios=scenarios)
    found = departures(before, after) if scenarios else ()
    if form == "json":
        told = {
            "changes": [_as_json(change) for change in changes],
            "standing": dict(standing),
            "effects": [_effect_as_json(effect) for effect in effects],
            "departures": [one.__dict__ for one in found],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for line in _lines(changes, standing, effects, found):
            click.echo(line.in_language(language))
    if unsound:
        click.echo(_UNSOUND.filled({"files": ", ".join(unsound)}).in_language(language), err=True)


_UNSOUND = Text(
    el="Τι αλλάζει για τις υποθέσεις δεν προκύπτει, όσο έχουν λάθη: {files}. Δείτε τα με το stoa check.",
    en="For whom something changes cannot be told while there are mistakes in: {files}. See stoa check.",
)
_NOTHING = Text(el="Δεν αλλάζει τίποτα.", en="Nothing is different.")
_STANDING = Text(
    el="{cases} ανοικτές υποθέσεις περιμένουν στο {element}.", en="{cases} running cases wait at {element}."
)
_DEPARTURE_OF_OLD = Text(
    el="Το παλιό σενάριο «{title}» στα νέα αρχεία: {found}",
    en="The old scenario “{title}” on the new files: {found}",
)
_DEPARTURE_OF_NEW = Text(
    el="Το νέο σενάριο «{title}» στα παλιά αρχεία: {found}",
    en="The new scenario “{title}” on the old files: {found}",
)


def _effects(before: Files, after: Files, *, scenarios: bool) -> tuple[tuple[Effect, ...], tuple[str, ...]]:
    """What is another for whom; else the names of the files that keep it from being told."""
    clock = SystemClock()
    catalogue = Catalogue(clock)
    now = clock.now().astimezone(ATHENS)
    try:
        return effects_between(before, after, catalogue=catalogue, now=now, scenarios=scenarios), ()
    except Invalid as refused:
        return (), tuple(refused.errors)


def _lines(
    changes: Sequence[Change],
    standing: Mapping[str, int],
    effects: Sequence[Effect],
    found: Sequence[Departure],
) -> Iterator[Text]:
    for change in changes:
        yield Text(el=f"{change.file}: {change.text.el}", en=f"{change.file}: {change.text.en}")
    if not changes:
        yield _NOTHING
    for effect in effects:
        yield effect.text
    for element, cases in sorted(standing.items()):
        yield _STANDING.filled({"cases": str(cases), "element": element})
    for one in found:
        sentence = _DEPARTURE_OF_OLD if one.of_old else _DEPARTURE_OF_NEW
        yield sentence.filled({"title": one.title, "found": one.found})


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
    return {
        "kind": change.kind.value,
        "part": change.part.value,
        "file": change.file,
        "id": change.id,
        "text": _both(change.text),
    }


def _effect_as_json(effect: Effect) -> dict[str, object]:
    return {
        "kind": effect.kind.value,
        "subject": effect.subject,
        "group": _both(effect.group),
        "before": effect.before,
        "after": effect.after,
        "text": _both(effect.text),
        "scenarios": effect.scenarios,
    }


def _both(text: Text) -> dict[str, str]:
    return {"el": text.el, "en": text.en}
