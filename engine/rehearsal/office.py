"""The office in which a scenario plays: an engine in memory, one procedure on offer, people of every role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.appointments.chores import ReleaseAppointments
from engine.assembly import assemble_in_memory
from engine.bundle.contract import Files
from engine.bundle.procedure import Procedure
from engine.bundle.scenario import Act, Given
from engine.cases.model import Case
from engine.cases.tracking_code import code_of
from engine.context import Command
from engine.dispatch import Engine, R
from engine.kernel.actor import CITIZEN, SYSTEM, Actor, ActorKind, Role
from engine.kernel.clock import identifier_at
from engine.kernel.noticing import NoticeChannel, Noticing
from engine.kernel.office_settings import SettingKey
from engine.kernel.topics import is_reserved
from engine.messages.deliver import DeliverMessage, MessageReceipt
from engine.messages.desk_actions import TakeAction, TakeActionFromCitizen
from engine.messages.signals import CarrySignal
from engine.messages.starts import BeginCase
from engine.notices.channel import SendingOutcome, SendingResult
from engine.notices.send import PrepareNotice, RecordNotice
from engine.office_settings.board import SettingsBoard
from engine.organisation import version_store
from engine.organisation.model import Agency, Branch
from engine.organisation.registers import EnterBranch, SaveAgency
from engine.outbox.model import Job, JobKind
from engine.people.model import User
from engine.people.users import SaveUser
from engine.procedures.rehearsing import OfferForRehearsal
from engine.procedures.versions import DeployProcedure
from engine.rehearsal.recording_workflow import RecordingWorkflow
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.definition import Definition
from engine.runtime.standing import Standing
from engine.service_tasks.deliveries import LeaseJobs, PassMessageOn
from engine.storage.database import Database
from engine.storage.in_memory import copied


class Unexpected(Exception):
    """Something else came out than the scenario expects: what was expected and what was found.

    `wanted` are the elements at which something was expected that is not there.
    """

    def __init__(self, sentence: str, *, wanted: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.wanted = wanted


class FrozenClock:
    """Fills the port `Clock`; time passes only by `move_to`."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment at which the clock stands, in UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Let it be `at`; a clock never goes back."""
        if at < self._at:
            raise ValueError(
                f"The clock stands at {self._at.isoformat()} and cannot go back to {at.isoformat()}."
            )
        self._at = at.astimezone(UTC)

    def begin_at(self, at: datetime) -> None:
        """Let it be `at` for an office that opens now."""
        self._at = at.astimezone(UTC)


ATHENS = ZoneInfo("Europe/Athens")

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""When procedures are deployed and people hired, before any scenario begins."""

_BRANCH_ID = identifier_at(_BEGINNING, lambda _bits: 0)

_EVERY_WAY = Noticing(channels=frozenset(NoticeChannel))

_WORKER = "rehearsal"
_LEASE = timedelta(hours=1)
_MAX_ROUNDS = 100
"""How often messages may lead to messages within one step."""


def _stands_nowhere(_definition: Definition, _snapshot: bytes) -> Standing:
    return Standing()


@dataclass(frozen=True, kw_only=True)
class Office:
    """The engine as a scenario uses it. `procedure` is the key of the procedure on offer.

    `standing` tells where a case stands by its snapshot.
    """

    engine: Engine
    clock: FrozenClock
    recorder: RecordingWorkflow
    branch: Branch
    people: dict[Role, Actor]
    procedure: str
    standing: Callable[[Definition, bytes], Standing] = field(default=_stands_nowhere)

    def forked(self, at: datetime) -> "Office":
        """A copy of the office as it is, whose clock stands at `at`; only the one forked last may be used."""
        recorder = self.recorder.forked()
        self.clock.begin_at(at)
        engine = replace(self.engine, store=copied(self.engine.store), workflow=recorder)
        return replace(self, engine=engine, recorder=recorder)

    def carry_out(self, command: Command[R], role: Role | None = None) -> R:
        """Have somebody of that role do it; the engine itself without a role."""
        return self.engine.carry_out(command, actor=SYSTEM if role is None else self.people[role])

    def has_sent(self, message: DeliverMessage, kind: str, key: str) -> MessageReceipt:
        """Have a message sent by an agency of that key, by somebody of that role, the citizen, or a case."""
        senders: dict[str, Actor] = {
            "agency": Actor(kind=ActorKind.AGENCY, id=_new_id(self.clock.now()), name=key),
            "citizen": CITIZEN,
            "system": SYSTEM,
        }
        actor = self.people[Role(key)] if kind == "role" else senders[kind]
        return self.engine.carry_out(message, actor=actor)

    def has_acted(self, case: Case, step: Act, data: Mapping[str, Any]) -> None:
        """Have an action taken by somebody of a role, by an agency, or by the citizen with the receipt."""
        kind, _, key = step.actor.partition(":")
        if kind == "citizen":
            with self.engine.store.reading() as connection:
                code = code_of(connection, case, self.engine.seals)
            self.engine.carry_out(
                TakeActionFromCitizen(
                    number=case.number, code=code, name=step.action, data=data, reason=step.reason
                ),
                actor=CITIZEN,
            )
            return
        agency = Actor(kind=ActorKind.AGENCY, id=_new_id(self.clock.now()), name=key)
        self.engine.carry_out(
            TakeAction(case_id=case.id, name=step.action, data=data, reason=step.reason),
            actor=agency if kind == "agency" else self.people[Role(kind)],
        )

    def pass_messages_on(self) -> None:
        """Deliver the messages and signals that cases sent, as a worker would, until there is none left."""
        for _ in range(_MAX_ROUNDS):
            jobs = self.carry_out(LeaseJobs(worker=_WORKER, limit=_MAX_ROUNDS, lease=_LEASE))
            if not jobs:
                return
            for job in jobs:
                self._pass_on(job)

    def _pass_on(self, job: Job) -> None:
        if job.kind is JobKind.CARRY_SIGNAL:
            while self.carry_out(CarrySignal(job_id=job.id, worker=_WORKER, lease=_LEASE)):
                pass
        elif job.kind is JobKind.BEGIN_CASE:
            self.carry_out(BeginCase(job_id=job.id, worker=_WORKER))
        elif job.kind is JobKind.SEND_NOTICE:
            self._tell(job)
        elif job.kind is JobKind.RELEASE_APPOINTMENTS:
            self.carry_out(ReleaseAppointments(job_id=job.id, worker=_WORKER))
        elif job.kind is not JobKind.CHANGE_ORGANISATIONS:
            # What the registers answer is said by the scenario, as for agencies.
            self.carry_out(PassMessageOn(job_id=job.id, worker=_WORKER))

    def _tell(self, job: Job) -> None:
        """Tell the citizen, as a channel would that reaches everybody."""
        if self.carry_out(PrepareNotice(job_id=job.id, worker=_WORKER)) is not None:
            sent = SendingOutcome(result=SendingResult.SENT)
            self.carry_out(RecordNotice(job_id=job.id, worker=_WORKER, outcome=sent))


class Stage:
    """What the scenarios of the same files share: the files are checked, read and deployed once.

    Its offices share one clock, so only the one that was opened last may be played in.
    """

    def __init__(self, files: Files) -> None:
        """`Invalid` if the files are not a sound procedure."""
        self._files = files
        self._clock = FrozenClock(_BEGINNING)
        self._workflow = SpiffWorkflowEngine()
        self._engine = assemble_in_memory(
            clock=self._clock, zone=ATHENS, noticing=_EVERY_WAY, workflow=self._workflow
        )
        self._version = self._engine.carry_out(DeployProcedure(files=files), actor=SYSTEM)
        agency = _agency(self._engine.catalogue.check(files), _BEGINNING)
        self._engine.carry_out(SaveAgency(agency=agency), actor=SYSTEM)
        self._staffed: dict[Branch, tuple[Database, dict[Role, Actor]]] = {}

    def office(self, given: Given) -> "Office":
        """An office with the procedure on offer, as it is before anybody comes."""
        branch = _branch(given)
        if branch not in self._staffed:
            self._staffed[branch] = self._with_people(branch)
        store, people = self._staffed[branch]
        self._clock.begin_at(given.at)
        recorder = RecordingWorkflow(self._engine.workflow)
        engine = replace(
            self._engine,
            store=copied(store),
            workflow=recorder,
            rehearses=True,
            board=SettingsBoard({SettingKey.APPLICATIONS_BRANCH: branch.code}),
        )
        offering = OfferForRehearsal(key=self._version.key, number=self._version.number)
        engine.carry_out(offering, actor=SYSTEM)
        return Office(
            engine=engine,
            clock=self._clock,
            recorder=recorder,
            branch=branch,
            people=people,
            procedure=self._version.key,
            standing=self._workflow.standing,
        )

    @property
    def key(self) -> str:
        """The key of the procedure."""
        return self._version.key

    @property
    def procedure(self) -> Procedure:
        """The procedure, read."""
        return self._engine.catalogue.procedure(self._version.id, lambda: self._files)

    def _with_people(self, branch: Branch) -> tuple[Database, dict[Role, Actor]]:
        self._clock.begin_at(_BEGINNING)
        store = copied(self._engine.store)
        engine = replace(self._engine, store=store)
        engine.carry_out(EnterBranch(branch=branch), actor=SYSTEM)
        people = {role: _somebody(role, branch, engine, _BEGINNING) for role in Role}
        administrator = replace(people[Role.ADMINISTRATOR], organisation_id=_above(branch, engine))
        return store, {**people, Role.ADMINISTRATOR: administrator}


def _branch(given: Given) -> Branch:
    return Branch(
        id=_BRANCH_ID,
        code=given.branch_code,
        name="ΚΕΠ Δοκιμών",
        name_en="Rehearsal office",
        municipality="Δοκιμών",
        local_holidays=given.local_holidays,
        closures=given.closures,
    )


def _above(branch: Branch, engine: Engine) -> UUID | None:
    """The municipality of the branch, for which its administrator opens cases."""
    with engine.store.reading() as connection:
        found = version_store.organisation(connection, branch.id, on=_BEGINNING.date())
    return found.particulars.parent_id if found else None


def _agency(procedure: Procedure, at: datetime) -> Agency:
    """Who takes every topic that the procedure names: scenarios say what agencies answer."""
    topics = {use.topic for use in procedure.topics if use.topic and not is_reserved(use.topic)}
    return Agency(id=_new_id(at), key="rehearsal", name="Φορέας δοκιμών", topics=tuple(sorted(topics)))


def _somebody(role: Role, branch: Branch, engine: Engine, at: datetime) -> Actor:
    user = User(id=_new_id(at), username=role.value, display_name=role.value)
    in_branch = frozenset({role}) - {Role.OFFICER}
    engine.carry_out(SaveUser(user=user, branch_id=branch.id, roles=in_branch), actor=SYSTEM)
    return Actor(
        kind=ActorKind.USER,
        id=user.id,
        name=user.username,
        roles=frozenset({role}),
        branch_id=branch.id,
        branch_code=branch.code,
    )


def _new_id(at: datetime) -> UUID:
    return identifier_at(at)
