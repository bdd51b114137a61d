"""An office whose journals are anchored in the database and in a file, for tests that tamper with them."""

import base64
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from engine.anchors import Finding
from engine.bootstrap import build, build_anchor_file, build_anchor_places
from engine.cases.notes import AddNote
from engine.documents.add import AddDocument
from engine.jobs.anchor_places import Anchored, anchor_and_hand_over
from engine.jobs.journal_verification import Progress, Stage, Verification
from engine.settings import Settings, from_environment
from tests.builders import NOON
from tests.office import MovableClock, an_office

KEY = base64.b64encode(b"\x01" * 32).decode()
NEW_KEY = base64.b64encode(b"\x02" * 32).decode()
PDF = b"%PDF-1.7 a bill"
PAPERS_MISSING = {"identity_checked": True, "papers_verdict": "incomplete", "missing_papers": ["evidence"]}


@dataclass(frozen=True, kw_only=True)
class Records:
    """A database with anchored journals, and the numbers of its cases.

    The first anchor covers the closed case and the documented one, the second what the documented one has
    gained and the open one.
    """

    url: str
    file: Path
    closed: str = ""
    documented: str = ""
    open: str = ""

    def settings(self, *, keys: str = KEY, **changes: str) -> Settings:
        environment = {
            "STOA_DATABASE_URL": self.url,
            "STOA_SECRET_KEYS": keys,
            "STOA_ANCHOR_FILE": str(self.file),
            **changes,
        }
        return from_environment({name: value for name, value in environment.items() if value})

    def environment(self) -> Mapping[str, str]:
        return {
            "STOA_DATABASE_URL": self.url,
            "STOA_SECRET_KEYS": KEY,
            "STOA_ANCHOR_FILE": str(self.file),
        }

    def moved_to(self, folder: Path) -> "Records":
        """The same in another folder, where a test may do with it what it wants; on SQLite only."""
        database = shutil.copy(self.url.removeprefix("sqlite:///"), folder / "stoa.db")
        file = Path(shutil.copy(self.file, folder / "anchors.jsonl"))
        return replace(self, url=f"sqlite:///{database}", file=file)

    def findings(self, settings: Settings | None = None) -> list[Finding]:
        """Everything that a verification finds."""
        settings = settings or self.settings()
        with build(settings) as engine:
            verification = Verification(engine=engine, file=build_anchor_file(settings))
            steps = list(verification.steps(Progress()))
        assert steps[-1][0].stage is Stage.DONE
        return [finding for _, findings in steps for finding in findings]

    def found(self, settings: Settings | None = None) -> set[tuple[str, str | None, int | None]]:
        """What was found, in which case, at which line, or as the last at which anchor."""
        return {
            (finding.what.value, finding.case, finding.line if finding.case else finding.anchor)
            for finding in self.findings(settings)
        }

    def anchors(self, settings: Settings | None = None, *, takes_unkeyed: bool = False) -> Anchored:
        """Anchor what has grown, and hand it over."""
        settings = settings or self.settings()
        with build(settings, clock=MovableClock(NOON + timedelta(days=1))) as engine:
            places = build_anchor_places(settings)
            return anchor_and_hand_over(engine, places, not_within=timedelta(0), takes_unkeyed=takes_unkeyed)


def write_records(url: str, file: Path) -> Records:
    """Open an office on an empty database, do some work, and anchor it twice."""
    records = Records(url=url, file=file)
    clock = MovableClock(NOON)
    settings = records.settings()
    places = build_anchor_places(settings)
    with build(settings, clock=clock) as engine:
        office = an_office(engine, clock=clock)
        closed = office.completes(office.opens_case().tasks[0], PAPERS_MISSING).case
        documented = office.opens_case().case
        office.does(AddDocument(case_id=documented.id, name="bill.pdf", content=PDF))
        anchor_and_hand_over(engine, places, not_within=timedelta(0))
        clock.advance(timedelta(minutes=10))
        open_ = office.opens_case()
        office.claims(open_.tasks[0])
        office.does(AddNote(case_id=documented.id, text="later"))
        anchor_and_hand_over(engine, places, not_within=timedelta(0))
    return replace(
        records,
        closed=closed.number,
        documented=documented.number,
        open=open_.case.number,
    )
