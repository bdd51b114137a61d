"""A desk that real browsers can visit: the application over an office in memory, on a port of its own."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import NotFound

from engine.case_migration.model import RunKind
from engine.case_migration.queries import ListPlans, ListRuns
from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase, WithdrawCase
from engine.cases.model import Case
from engine.cases.queries import FindCases
from engine.incidents.queries import ListIncidents
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.vocabulary import Channel, Person
from engine.people.officers import AppointOfficer
from engine.people.users import SaveUser
from engine.service_tasks.fail import FailServiceTask
from engine.supplements.supplement import AskSupplement
from engine.tasks.queries import ListServiceTasks
from tests.api.desk import a_desk
from tests.builders import a_user, an_agency_actor
from tests.case_migration.test_residence_certificate import with_five_more_days
from tests.case_migration.versions import KEY, plans, publish, runs
from tests.office import PAPERS_COMPLETE, Office, offer
from tests.pages.test_decisions import APPLICATION as AMKA_APPLICATION
from tests.pages.visiting import COOKIE, OpenDesk, session_of
from tests.servers import an_address_of

NAMES = (
    ("Ελένη", "Δημητρίου", "094014201"),
    ("Γεώργιος", "Παπαδόπουλος", None),
    ("Αικατερίνη", "Οικονόμου", None),
    ("Ιωάννης", "Βλαχογιαννόπουλος", None),
    ("Δήμητρα", "Κωνσταντίνου", None),
    ("Νικόλαος", "Αγγελόπουλος", None),
    ("Βασιλική", "Χατζηευστρατίου", None),
    ("Χρήστος", "Ψυχογιός", None),
)
"""Who the cases are of; every name is invented."""


@dataclass
class Served:
    """A desk at an address, with who works there."""

    address: str
    desk: OpenDesk = field(default_factory=OpenDesk)

    @property
    def office(self) -> Office:
        """The office behind it."""
        return self.desk.desk.office

    def person(self, username: str | None) -> UUID | None:
        """The id of somebody of the office; None for nobody."""
        return self.desk.person(username) if username else None

    def addresses(self) -> dict[str, str]:
        """Addresses that hold an id of the day."""
        cases = {case.number[-8:-2]: case for case in self.cases()}
        sent, taken, withdrawn = cases["000002"], cases["000003"], cases["000007"]
        request = self.office.engine.ask(ListServiceTasks(), actor=self.office.clerk).items[0]
        incident = self.office.engine.ask(ListIncidents(), actor=self.office.manager).items[0]
        repairs = f"/desk/incidents/{incident.id}"
        return {
            "sent": f"/desk/cases/{sent.id}",
            "taken": f"/desk/cases/{taken.id}",
            "withdrawn": f"/desk/cases/{withdrawn.id}",
            "request": f"/desk/agency/{request.id}",
            "request_documents": f"/desk/agency/{request.id}/documents",
            "call": f"/desk/calls/{sent.id}",
            "cause": (
                f"/desk/incidents/cause?version={sent.version_id}"
                f"&code={incident.code}&element={incident.element_id}"
            ),
            "incident": repairs,
            "values": f"{repairs}/values?path=applicant.family_name",
            "move": f"{repairs}/move?target=hand_over",
            "tracked": self.tracked(sent),
            "asked": self.tracked(cases["000005"]),
            "ended": self.tracked(withdrawn),
            **self._migration(),
        }

    def _migration(self) -> dict[str, str]:
        """The newest run of a plan for the residence certificate, where there is a plan."""
        if not self.office.engine.ask(ListPlans(procedure=KEY), actor=SYSTEM):
            return {}
        question = ListRuns(procedure=KEY, from_number=1, to_number=2)
        run = self.office.engine.ask(question, actor=SYSTEM).items[0]
        return {"run": f"/migrations/{KEY}/runs/{run.id}", "stop": f"/migrations/{KEY}/runs/{run.id}/stop"}

    def cases(self) -> tuple[Case, ...]:
        """All cases, newest first."""
        return self.office.engine.ask(FindCases(), actor=self.office.manager).items

    def session_cookie(self, who: Actor | UUID) -> dict[str, Any]:
        """The cookie by which a browser is somebody's."""
        text = session_of(self.office.engine, who)
        return {"name": COOKIE, "value": text, "url": self.address, "httpOnly": True, "sameSite": "Lax"}

    def tracked(self, case: Case) -> str:
        """The address that the receipt's QR code holds."""
        return f"/track?number={case.number}&code={self.office.code_of(case)}"


@dataclass
class Door:
    """An address behind which one application after another answers."""

    address: str = ""
    app: WSGIApplication = field(default_factory=NotFound)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application of the moment answer."""
        return self.app(environ, start_response)


@contextmanager
def a_door() -> Iterator[Door]:
    """A door that is open as long as the block lasts."""
    door = Door()
    with an_address_of(door) as door.address:
        yield door


def served_at(door: Door) -> Served:
    """A desk with a week's work in it behind a door; analysts need a second factor."""
    found = Served(address=door.address, desk=OpenDesk(desk=a_desk(STOA_SECOND_FACTOR_ROLES="analyst")))
    fill(found.office)
    door.app = found.desk.desk.app
    return found


def fill(office: Office) -> None:
    """A week's cases: taken and free, answered and waiting, late, suspended and withdrawn."""
    stelios = a_user(username="stelios", display_name="Στέλιος Μαρκάκης")
    office.does(SaveUser(user=stelios, branch_id=office.branch.id, roles=frozenset()), actor=SYSTEM)
    office.does(AppointOfficer(user_id=stelios.id, agency_id=office.agency.id), actor=SYSTEM)
    eva = a_user(username="eva")
    office.does(
        SaveUser(user=eva, branch_id=office.branch.id, roles=frozenset({Role.SUPERVISOR})), actor=SYSTEM
    )
    for number, (given, family, afm) in enumerate(NAMES):
        person = Person(given_name=given, family_name=family, afm=afm, phone="+306900000000")
        channel = Channel.PHONE if number % 3 == 2 else Channel.COUNTER
        state = office.opens_case(applicant=person, channel=channel)
        if number in (1, 4):
            state = office.completes(state.tasks[0], PAPERS_COMPLETE)
        if number == 4:
            ask_for_more(office, state)
        if number == 2:
            office.claims(state.tasks[0])
        if number == 5:
            office.does(SuspendCase(case_id=state.case.id, reason="Λείπει έγγραφο από το εξωτερικό."))
        if number == 6:
            office.does(WithdrawCase(case_id=state.case.id, reason="Το ζήτησε η πολίτης στο γκισέ."))
        office.clock.advance(timedelta(hours=19))
    hold_up(office)
    # What a journey opens itself is the newest by its time, and not by chance.
    office.clock.advance(timedelta(minutes=5))


def tries_a_plan(office: Office) -> None:
    """A plan to a version with five more days, tried on every case, and decided."""
    publish(office, with_five_more_days())
    plans(office, {"remind_municipality": None})
    runs(office, RunKind.DRY_RUN)


def decides_by_tables(office: Office) -> None:
    """Cases whose papers a table decides."""
    offer(office.engine, "amka-issue")
    office.opens_case(procedure="amka-issue", data=AMKA_APPLICATION)


def ask_for_more(office: Office, state: CaseState) -> None:
    """The municipality needs something more of the citizen."""
    command = AskSupplement(
        service_task_id=state.service_tasks[0].id, wanted="Πρόσφατος λογαριασμός ρεύματος."
    )
    office.does(command, actor=an_agency_actor(office.agency))


def hold_up(office: Office) -> None:
    """Two cases that are stuck: the municipality refused both with a code that nobody drew."""
    for given, family in (("Ευαγγελία", "Ρήγα"), ("Σπυρίδων", "Καραγιαννόπουλος")):
        state = office.opens_case(applicant=Person(given_name=given, family_name=family))
        sent = office.completes(state.tasks[0], PAPERS_COMPLETE)
        refusal = FailServiceTask(
            service_task_id=sent.service_tasks[0].id, code="ARCHIVE_MOVED", message="Το αρχείο μεταφέρθηκε."
        )
        office.does(refusal, actor=an_agency_actor(office.agency))
