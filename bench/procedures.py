"""What a thousand procedures cost a process that serves: `python -m bench.procedures [sqlite|postgresql]`.

The procedures are the shipped ones, again and again under other keys: their own files differ, the shared
parts are the same, as an installation demands. What is measured is in `bench/serving_procedures.py`.
"""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from bench.databases import KINDS, fresh_database
from bench.serving_procedures import Scene
from engine.bootstrap import build
from engine.bundle import Catalogue, folder, keys
from engine.bundle.contract import Files
from engine.bundle.files import fingerprint
from engine.bundle.scenario_reading import read_scenarios
from engine.cases.open import OpenCase
from engine.dispatch import Engine
from engine.kernel.clock import SystemClock
from engine.kernel.vocabulary import OpenedBy
from engine.procedures import store as procedures_store
from engine.procedures.model import VersionStatus
from engine.rehearsal.intake import opening_of
from engine.settings import from_environment
from tests.builders import a_version, an_id
from tests.office import an_office
from tests.pages.visiting import session_of

ALL = 1_000
PROCESSES, FORMS = Path("processes"), Path("forms")


def main(arguments: list[str]) -> int:
    """Measure on each kind of database, and print; 1 if a budget is missed."""
    return max(_measured_on(kind) for kind in [name for name in arguments if name in KINDS] or KINDS)


def _measured_on(kind: str) -> int:
    shipped = _opened_in_branches()
    with (
        fresh_database(kind) as url,
        tempfile.TemporaryDirectory(prefix="stoa-bench-") as home,
        build(from_environment({"STOA_DATABASE_URL": url})) as engine,
    ):
        office = an_office(engine)
        few = Scene(
            clerk=office.clerk,
            session=session_of(engine, office.clerk),
            openings={key: _opening(key) for key in shipped},
            offered=dict(_offer(engine, shipped, range(2))),
        )
        missed = _serve(kind, url, few, Path(home))
        more = dict(_offer(engine, shipped, range(2, ALL // len(shipped) + 1)))
        many = replace(few, offered={**few.offered, **more})
        return max(missed, _serve(kind, url, many, Path(home)))


def _serve(kind: str, url: str, scene: Scene, home: Path) -> int:
    """Measure in a process of its own: what made the procedures, and knows the tests, is not what serves."""
    print(f"{kind}, with {len(scene.offered):,} procedures on offer\n", flush=True)
    (home / "scene").write_bytes(pickle.dumps(scene))
    serving = [sys.executable, "-m", "bench.serving_procedures", url, str(home / "scene")]
    return subprocess.run(serving, check=False).returncode


def _opened_in_branches() -> list[str]:
    """The keys of the shipped procedures that are opened for citizens."""
    catalogue = Catalogue(SystemClock())
    read = {key: catalogue.check(folder(PROCESSES, FORMS, key)) for key in keys(PROCESSES)}
    return [
        key for key, one in read.items() if one.metadata.get("opened_by", OpenedBy.BRANCH) == OpenedBy.BRANCH
    ]


def _opening(key: str) -> OpenCase:
    """A case of the shipped procedure, as the first of its scenarios opens one that is not refused."""
    scenario = next(one for one in read_scenarios(folder(PROCESSES, FORMS, key)) if not one.end.refused)
    return opening_of(scenario.given, key)


def _offer(engine: Engine, shipped: Iterable[str], rounds: range) -> Iterator[tuple[str, UUID]]:
    """Put the procedures on offer that often, under keys of their own; no lint: they were checked once."""
    catalogue = Catalogue(SystemClock())
    for key in shipped:
        files = folder(PROCESSES, FORMS, key)
        procedure = catalogue.check(files)
        for number in rounds:
            other = f"{key}-{number}"
            varied = _varied(files, key, other)
            version = a_version(
                id=an_id(),
                key=other,
                sha256=fingerprint(varied),
                title=f"{procedure.title} {number}",
                title_en=f"{procedure.title_en} {number}",
                metadata={**procedure.metadata, "key": other},
                status=VersionStatus.PUBLISHED,
            )
            with engine.store.begin() as connection:
                procedures_store.add_version(connection, version, varied)
                connection.commit()
            yield other, version.id


def _varied(files: Files, key: str, other: str) -> Files:
    """The same procedure by another key, with other bytes in each diagram and decision of its own."""
    varied = dict(files)
    for name, content in files.items():
        if name == "procedure.yaml":
            varied[name] = content.replace(f"key: {key}\n".encode(), f"key: {other}\n".encode(), 1)
        elif name.endswith((".bpmn", ".dmn")) and "/" not in name:
            varied[name] = content + f"<!-- {other} -->".encode()
    return varied


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
