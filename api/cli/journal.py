"""Proving that nobody has rewritten the journals: anchors, and the verification of everything."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import click

from api.cli import operator
from api.cli.cases import case_id_of
from api.cli.printing import examples, print_table
from engine import bootstrap
from engine.anchors import Finding
from engine.anchors.anchoring import ShowAnchorState
from engine.anchors.verify import ShowAnchors, ShowCopies
from engine.jobs.anchor_places import anchor_and_hand_over
from engine.jobs.anchor_places.file import AnchorFile
from engine.jobs.journal_verification import Progress, Stage, Verification

_TELLS_EVERY_SECONDS = 2.0


@click.group()
def journal() -> None:
    """Anchor the journals of all cases, and verify that none was rewritten."""


@journal.command(epilog=examples("stoa journal anchor"))
@click.option(
    "--accept-unkeyed",
    is_flag=True,
    help="Accept the lines without a key that are there, after processes of an older version wrote some.",
)
def anchor(*, accept_unkeyed: bool) -> None:
    """Make an anchor now, and hand it to every place; exit code 1 if a place does not take it."""
    settings = operator.settings()
    with bootstrap.build(settings) as engine:
        done = anchor_and_hand_over(
            engine,
            bootstrap.build_anchor_places(settings),
            not_within=timedelta(0),
            takes_unkeyed=accept_unkeyed,
        )
    if done.anchor is None:
        click.echo("No journal has grown since the last anchor.")
    else:
        click.echo(f"Anchor {done.anchor.number} covers {done.anchor.leaf_count} cases: {done.anchor.hash}")
    if done.refused:
        raise click.ClickException(
            " ".join(f"Not handed over to {place}: {reason}" for place, reason in done.refused.items())
        )


@journal.command(epilog=examples("stoa journal anchors", "stoa journal anchors --after 4000"))
@click.option("--after", type=click.IntRange(0), help="Begin after this number; else the newest are shown.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
def anchors(*, after: int | None, limit: int) -> None:
    """List anchors with their hashes and the places that have them."""
    with operator.engine() as engine:
        last = engine.ask(ShowAnchorState(places=()), actor=operator.operator()).last
        start = after if after is not None else max(0, (last.number if last else 0) - limit)
        found = engine.ask(ShowAnchors(after=start, limit=limit), actor=operator.operator())
        copies = engine.ask(ShowCopies(first=start + 1, last=start + limit), actor=operator.operator())
    places: dict[int, list[str]] = {}
    for copy in copies:
        places.setdefault(copy.anchor, []).append(copy.place)
    rows = (
        (
            one.number,
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.leaf_count,
            one.hash,
            one.key_name,
            " ".join(places.get(one.number, ())),
        )
        for one in found
    )
    print_table(("anchor", "at (UTC)", "cases", "hash", "key", "places"), rows)


@journal.command(
    epilog=examples(
        "stoa journal verify",
        "stoa journal verify --state verify.json      goes on where it was stopped",
        "stoa journal verify --from 0009-26-000123-4 --without-documents",
        "stoa journal verify --anchors /media/auditor/anchors.jsonl",
    )
)
@click.option("--from", "first", metavar="CASE", help="Begin with this case, and look at no anchor itself.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that keeps how far it has come; if it is there and not done, go on from it.",
)
@click.option(
    "--anchors",
    "anchor_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of anchors to compare with, instead of STOA_ANCHOR_FILE; it may end earlier.",
)
@click.option("--without-documents", is_flag=True, help="Do not read the contents of documents.")
def verify(
    *, first: str | None, state: Path | None, anchor_file: Path | None, without_documents: bool
) -> None:
    """Verify every journal, every anchor and every document; name what is broken.

    Exit code 0: everything is as it was anchored. 1: something is broken, or a key is missing. Findings go
    to standard output, one a line; how far it has come goes to standard error.
    """
    settings = operator.settings()
    with bootstrap.build(settings) as engine:
        verification = Verification(
            engine=engine,
            file=AnchorFile(anchor_file) if anchor_file else bootstrap.build_anchor_file(settings),
            file_is_whole=anchor_file is None,
            authority=bootstrap.build_time_stamp_authority(settings),
            documents=not without_documents,
        )
        start = _Reached.read(state) if state else _Reached()
        if first is not None:
            start = _Reached(progress=Progress.at_case(case_id_of(first, engine, operator.operator())))
        reached = _verified(verification, start, state)
        places = [place.name for place in bootstrap.build_anchor_places(settings)]
    _tell_the_end(reached, keyed=engine.journal_keys.newest is not None, places=places)


@dataclass(frozen=True, kw_only=True)
class _Reached:
    """How far a verification has come, and how much it has found."""

    progress: Progress = field(default_factory=Progress)
    findings: int = 0

    @classmethod
    def read(cls, state: Path) -> "_Reached":
        """What the file keeps; the beginning if there is none, or if that verification came to its end."""
        if not state.exists():
            return cls()
        try:
            kept = json.loads(state.read_text(encoding="utf-8"))
            reached = cls(progress=Progress.of_json(kept["progress"]), findings=int(kept["findings"]))
        except (ValueError, KeyError, TypeError) as problem:
            raise click.ClickException(f"{state} is no state of a verification: remove it.") from problem
        return cls() if reached.progress.stage is Stage.DONE else reached

    def write(self, state: Path) -> None:
        """Replace the file, whole or not at all."""
        draft = state.with_name(f"{state.name}.new")
        kept = {"progress": self.progress.as_json(), "findings": self.findings}
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(state)


def _verified(verification: Verification, start: _Reached, state: Path | None) -> _Reached:
    """The end of it; findings are printed before the state that includes them is kept."""
    reached, begun, told = start, time.monotonic(), time.monotonic()
    for progress, findings in verification.steps(start.progress):
        for finding in findings:
            click.echo(_sentence(finding))
        reached = _Reached(progress=progress, findings=reached.findings + len(findings))
        if state is not None:
            sys.stdout.flush()
            reached.write(state)
        if time.monotonic() - told > _TELLS_EVERY_SECONDS:
            told = time.monotonic()
            speed = (progress.lines - start.progress.lines) / (told - begun)
            click.echo(f"{_counts(progress)}; {speed:,.0f} lines a second", err=True)
    return reached


def _sentence(finding: Finding) -> str:
    if finding.case is not None:
        line = f" line {finding.line}" if finding.line else ""
        return f"{finding.what:<18} case {finding.case}{line}: {finding.found}"
    return f"{finding.what:<18} anchor {finding.anchor}: {finding.found}"


def _counts(progress: Progress) -> str:
    return (
        f"{progress.anchors:,} anchors, {progress.cases:,} cases, {progress.lines:,} lines, "
        f"{progress.documents:,} documents"
    )


def _tell_the_end(reached: _Reached, *, keyed: bool, places: Sequence[str]) -> None:
    progress = reached.progress
    if progress.unkeyed:
        click.echo(f"{progress.unkeyed:,} lines have no key: only the anchors that cover them guard them.")
    if progress.ahead:
        click.echo(f"{progress.ahead:,} cases have lines that no anchor covers yet.")
    if not keyed:
        click.echo(
            "There is no key: whoever may write to the database can rewrite what is in no place outside."
        )
    if not places:
        click.echo("No place outside of the database has the anchors: set STOA_ANCHOR_FILE or another.")
    if reached.findings:
        raise click.ClickException(f"{reached.findings:,} findings in {_counts(progress)}.")
    click.echo(f"Intact: {_counts(progress)}.")
