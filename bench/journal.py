"""How long the verification of very many journals takes, and what memory.

python -m bench.journal [--lines 1000000] [--database postgresql]

Journals of ten lines are written straight into a fresh database, with keys, anchored, and verified as
`stoa journal verify` does it. Every hundredth case has a document of 100 kB.
"""

import argparse
import base64
import hashlib
import os
import resource
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bench.databases import KINDS, fresh_database
from bench.figures import table
from engine.anchors.anchoring import AnchorJournals
from engine.bootstrap import build
from engine.cases.journal import JournalHead
from engine.cases.journal_store import journal
from engine.cases.store import case_row, cases, latest_changes
from engine.dispatch import Engine
from engine.documents.store import document_contents, documents
from engine.jobs.journal_verification import Progress, Verification
from engine.kernel.actor import SYSTEM
from engine.settings import from_environment
from tests.builders import NOON, a_clerk, an_id
from tests.stored_office import open_office

LINES_OF_A_CASE = 10
CONTENT = b"%PDF-" + b"x" * 100_000
KEY = base64.b64encode(b"\x01" * 32).decode()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument("--database", choices=KINDS, default="postgresql")
    chosen = arguments.parse_args()
    with fresh_database(chosen.database) as url:
        settings = from_environment({"STOA_DATABASE_URL": url, "STOA_SECRET_KEYS": KEY})
        with build(settings) as engine:
            rows = [
                ("write", *_measured(lambda: _write(engine, chosen.lines))),
                ("anchor", *_measured(lambda: engine.carry_out(AnchorJournals(), actor=SYSTEM))),
                ("verify journals", *_measured(lambda: _verify(engine, chosen.lines, documents=False))),
                ("verify all", *_measured(lambda: _verify(engine, chosen.lines, documents=True))),
            ]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    title = f"{chosen.database}: {chosen.lines:,} lines of journals, load {load} on {os.cpu_count()} cores"
    print(
        table(
            title,
            ("step", "seconds", "CPU s", "lines a second", "peak MB"),
            [(name, seconds, cpu, chosen.lines / seconds, peak) for name, seconds, cpu, peak in rows],
        )
    )


def _measured(work: Any) -> tuple[float, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - wall, time.process_time() - cpu, peak


def _write(engine: Engine, lines: int) -> None:
    office = open_office(engine.store)
    wanted = _cases(engine, office, lines // LINES_OF_A_CASE)
    while part := list(islice(wanted, 1_000)):
        with engine.store.begin() as connection:
            connection.execute(cases.insert(), [case for case, _, _ in part])
            connection.execute(journal.insert(), [line for _, journal_, _ in part for line in journal_])
            connection.execute(latest_changes.insert(), [_change(case) for case, _, _ in part])
            papers = [paper for _, _, paper in part if paper]
            if papers:
                connection.execute(documents.insert(), papers)
                contents = [{"document_id": paper["id"], "content": CONTENT} for paper in papers]
                connection.execute(document_contents.insert(), contents)
            connection.commit()
    with engine.store.begin() as connection:
        connection.execute(sa.text("ANALYZE"))
        connection.commit()


def _cases(engine: Engine, office: Any, count: int) -> Iterator[tuple[Any, list[Any], Any]]:
    """Rows of a case, of its journal, and of its document if it has one."""
    key, clerk = engine.journal_keys.newest, a_clerk(office.branch, user=office.user)
    digest = hashlib.sha256(CONTENT).hexdigest()
    for running in range(count):
        case = office.a_case(running=1)
        number = f"0009-26-{running:06}-{running % 10}"
        paper = (
            None
            if running % 100
            else {
                "id": an_id(),
                "case_id": case.id,
                "name": "a.pdf",
                "media_type": "application/pdf",
                "size": len(CONTENT),
                "sha256": digest,
                "added_at": NOON,
                "added_by": "maria",
            }
        )
        head, lines = JournalHead(), []
        for step in range(LINES_OF_A_CASE):
            detail = {"task": str(case.id), "element": "check_papers"}
            action = "task_completed"
            if paper and step == 1:
                action, detail = "document_added", {"document": str(paper["id"]), "sha256": digest}
            line, head = head.next(
                case_id=case.id, at=NOON, actor=clerk, action=action, detail=detail, key=key
            )
            lines.append(line.__dict__)
        row = {**case_row(case), "number": number, "journal_length": head.length, "journal_hash": head.hash}
        yield row, lines, paper


def _change(case: Any) -> dict[str, Any]:
    return {
        "case_id": case["id"],
        "branch_id": case["branch_id"],
        "at": NOON,
        "journal_length": case["journal_length"],
    }


def _verify(engine: Engine, lines: int, *, documents: bool) -> None:
    steps = list(Verification(engine=engine, documents=documents).steps(Progress()))
    assert steps[-1][0].lines == lines // LINES_OF_A_CASE * LINES_OF_A_CASE
    assert not any(findings for _, findings in steps)


if __name__ == "__main__":
    main()
