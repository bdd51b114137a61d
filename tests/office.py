"""A branch at work, for tests: the real engine, in memory if not told otherwise.

A clock that tests move.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from engine.bootstrap import build_in_memory
from engine.bundle import Catalogue, folder
from engine.cases.changeset import CaseState
from engine.cases.journal import JournalEntry
from engine.cases.model import Case
from engine.cases.open import OpenCase
from engine.cases.queries import ReadJournal
from engine.cases.tracking_code import code_of
from engine.context import Command
from engine.dispatch import Engine, Once
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.kernel.pages import Slice
from engine.kernel.topics import is_reserved
from engine.kernel.vocabulary import Channel
from engine.office_settings.board import SettingsBoard
from engine.organisation import store as organisation_store
from engine.organisation.model import Agency, Branch
from engine.organisation.registers import EnterBranch, SaveAgency
from engine.people.model import User
from engine.people.users import SaveUser
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.procedures.rehearsing import OfferForRehearsal
from engine.procedures.versions import DeployProcedure
from engine.storage.in_memory import copied as copy_of
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask
from engine.tasks.model import Task
from tests.builders import NOON, a_branch, a_clerk, a_manager, a_person, a_user, an_agency

ROOT = Path(__file__).resolve().parents[1]
R = TypeVar("R")

APPLICATION: Mapping[str, Any] = {
    "register": {"municipality": "Αθηναίων", "number": "12345/2"},
    "residence": {
        "street": "Πατησίων",
        "number": "76",
        "postcode": "10434",
        "city": "Αθήνα",
        "since": "2019-05-01",
    },
    "evidence": {"kind": "utility_bill", "reference": "ΔΕΗ 4471"},
    "declared": True,
}
"""The start form of a residence certificate, filled in."""

PAPERS_COMPLETE: Mapping[str, Any] = {"identity_checked": True, "papers_verdict": "complete"}
"""The clerk's first task of a residence certificate, filled in."""

HANDED_OVER: Mapping[str, Any] = {"handing_over": {"received_by": "applicant", "identity_checked": True}}
"""The clerk's last task of a residence certificate, filled in."""

CONFIRMED: Mapping[str, Any] = {"confirmed": True, "certificate_number": "Β-2026/118"}
"""What the municipality answers."""


EVERY_WAY = Noticing(channels=frozenset(NoticeChannel), tracking_address="https://kep.example.gr/track")
"""Citizens can be told by SMS and by e-mail."""


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move it on."""
        self.moment += by

    def move_to(self, at: datetime) -> None:
        """Let it be `at`."""
        self.moment = at


@dataclass
class Office:
    """Branch 0009 with a clerk, their colleague, and a manager.

    The municipality takes residence certificates.
    """

    engine: Engine
    clock: MovableClock
    branch: Branch
    clerk: Actor
    colleague: Actor
    manager: Actor
    agency: Agency
    data: Mapping[str, Any] = field(default_factory=lambda: dict(APPLICATION))

    def does(self, command: Command[R], *, actor: Actor | None = None, once: Once | None = None) -> R:
        """Carry out a command, as the clerk unless said otherwise."""
        return self.engine.carry_out(command, actor=actor or self.clerk, once=once)

    def code_of(self, case: Case) -> str:
        """The code on the receipt of a case."""
        with self.engine.store.reading() as connection:
            return code_of(connection, case, self.engine.seals)

    def opens_case(self, **changes: Any) -> CaseState:
        """Open a residence certificate at the counter."""
        command = OpenCase(
            procedure="residence-certificate", channel=Channel.COUNTER, applicant=a_person(), data=self.data
        )
        return self.does(replace(command, **changes))

    def claims(self, task: Task) -> Task:
        """Take a task in hand."""
        return self.does(ClaimTask(task_id=task.id))

    def completes(self, task: Task, data: Mapping[str, Any]) -> CaseState:
        """Claim and complete a task."""
        self.claims(task)
        return self.completes_claimed(task, data)

    def completes_claimed(self, task: Task, data: Mapping[str, Any]) -> CaseState:
        """Complete a task that the clerk has in hand."""
        return self.does(CompleteTask(task_id=task.id, data=data))

    def sends_to_municipality(self) -> CaseState:
        """Open a case and complete the check of its papers."""
        return self.completes(self.opens_case().tasks[0], PAPERS_COMPLETE)

    def journal(self, state: CaseState) -> tuple[JournalEntry, ...]:
        """The whole journal of a case."""
        question = ReadJournal(case_id=state.case.id, part=Slice(limit=100))
        return self.engine.ask(question, actor=SYSTEM).items


def an_office(engine: Engine | None = None, *, clock: MovableClock | None = None, **agency: Any) -> Office:
    """An office with the residence certificate on offer; `agency` changes the municipality.

    In memory it is a copy of one that is opened once in a run, and goes its own way from there.
    """
    clock = clock or MovableClock(NOON)
    if engine is not None:
        return _opened(engine, clock, agency)
    return copied(_opened_once(clock.moment, tuple(sorted(agency.items()))), clock)


def copied(office: Office, clock: MovableClock) -> Office:
    """Another office in memory with all that is stored in this one, whose clock is `clock`."""
    engine = replace(
        office.engine,
        store=copy_of(office.engine.store),
        clock=clock,
        catalogue=Catalogue(clock, zone=office.engine.zone),
        board=SettingsBoard(),
    )
    return replace(office, engine=engine, clock=clock, data=dict(office.data))


@lru_cache(maxsize=32)
def _opened_once(moment: datetime, agency: tuple[tuple[str, Any], ...]) -> Office:
    clock = MovableClock(moment)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"), noticing=EVERY_WAY)
    return _opened(engine, clock, dict(agency))


def _opened(engine: Engine, clock: MovableClock, agency: Mapping[str, Any]) -> Office:
    branch = a_branch()
    municipality = an_agency(key="municipality", **{"topics": ("municipality.residence",), **agency})
    people = {"maria": Role.CLERK, "petros": Role.CLERK, "nikos": Role.MANAGER}
    users = {name: a_user(username=name) for name in people}
    engine.carry_out(EnterBranch(branch=branch), actor=SYSTEM)
    for name, role in people.items():
        _employ(engine, users[name], branch, role)
    engine.carry_out(SaveAgency(agency=municipality), actor=SYSTEM)
    offer(engine, "residence-certificate")
    return Office(
        engine=engine,
        clock=clock,
        branch=branch,
        clerk=a_clerk(branch, user=users["maria"]),
        colleague=a_clerk(branch, user=users["petros"]),
        manager=a_manager(branch, user=users["nikos"]),
        agency=municipality,
    )


def offer(engine: Engine, key: str) -> None:
    """Put a procedure of the project on offer."""
    offer_files(engine, folder(ROOT / "processes", ROOT / "forms", key))


def offer_files(engine: Engine, files: Mapping[str, bytes]) -> ProcedureVersion:
    """Put the files of a procedure on offer, without anybody's certification."""
    return publish(engine, engine.carry_out(DeployProcedure(files=files), actor=SYSTEM))


def publish(engine: Engine, version: ProcedureVersion) -> ProcedureVersion:
    """Put a version on offer as a rehearsal does, once an agency takes the topics that nobody serves."""
    serve_topics(engine, version)
    offering = OfferForRehearsal(key=version.key, number=version.number)
    return replace(engine, rehearses=True).carry_out(offering, actor=SYSTEM)


def serve_topics(engine: Engine, version: ProcedureVersion) -> None:
    """Let an agency without an endpoint take those topics of a version that nobody serves."""
    with engine.store.reading() as connection:
        procedure = engine.catalogue.check(procedures_store.files_of_version(connection, version.id))
        served = organisation_store.served_topics(connection)
        known = organisation_store.agency_keyed(connection, "others", on=engine.clock.now().date())
    wanted = {use.topic for use in procedure.topics if use.topic and not is_reserved(use.topic)} - served
    if wanted:
        others = known or an_agency(key="others", topics=())
        topics = (*others.topics, *sorted(wanted))
        engine.carry_out(SaveAgency(agency=replace(others, topics=topics)), actor=SYSTEM)


def _employ(engine: Engine, user: User, branch: Branch, role: Role) -> None:
    engine.carry_out(SaveUser(user=user, branch_id=branch.id, roles=frozenset({role})), actor=SYSTEM)
