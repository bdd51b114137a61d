"""Versions of procedures for tests of migrations: the next one with files changed, and the acts on them."""

from collections.abc import Mapping
from typing import Any

from engine.bundle import folder
from engine.case_migration.model import CaseResult, MigrationPlan, MigrationRun, RunKind, RunState
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.queries import ListResults
from engine.case_migration.runs import MigrateNext, StartRun
from engine.kernel.actor import Actor, Role
from engine.kernel.pages import Slice
from engine.procedures.model import ProcedureVersion
from tests.builders import a_clerk, a_user
from tests.office import ROOT, Office, offer_files

KEY = "residence-certificate"


def somebody(role: Role, name: str) -> Actor:
    return a_clerk(user=a_user(username=name), roles=frozenset({role}))


ANALYST = somebody(Role.ANALYST, "anna")
CERTIFIER = somebody(Role.CERTIFIER, "kostas")
OPERATOR = somebody(Role.OPERATOR, "olga")


def files_of(key: str = KEY) -> dict[str, bytes]:
    return dict(folder(ROOT / "processes", ROOT / "forms", key))


def changed(files: Mapping[str, bytes], name: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    """The files with texts replaced in one of them; each must be there."""
    text = files[name].decode()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return {**files, name: text.encode()}


def publish(office: Office, files: Mapping[str, bytes]) -> ProcedureVersion:
    return offer_files(office.engine, files)


def plans(
    office: Office, elements: Mapping[str, str | None] | None = None, *, key: str = KEY
) -> MigrationPlan:
    """The plan from version 1 to 2, edited by the analyst and decided by the certifier."""
    pair = {"procedure": key, "from_number": 1, "to_number": 2}
    office.does(EditPlan(**pair, elements=elements), actor=ANALYST)
    return office.does(DecidePlan(**pair, decree="ΥΑ 1234/2026"), actor=CERTIFIER)


def begins(office: Office, kind: RunKind, *, key: str = KEY, **more: Any) -> MigrationRun:
    command = StartRun(procedure=key, from_number=1, to_number=2, kind=kind, by_worker=False, **more)
    return office.does(command, actor=OPERATOR)


def runs(office: Office, kind: RunKind, *, key: str = KEY, **more: Any) -> MigrationRun:
    """A run, driven to its end."""
    run = begins(office, kind, key=key, **more)
    while run.state is RunState.RUNNING:
        run = office.does(MigrateNext(run_id=run.id), actor=OPERATOR).run
    return run


def results(office: Office, run: MigrationRun, *, key: str = KEY) -> dict[str, CaseResult]:
    """What the run made of each case, by number."""
    question = ListResults(procedure=key, run_id=run.id, part=Slice(limit=100))
    return {one.case_number: one for one in office.engine.ask(question, actor=OPERATOR).items}
