"""Cases that cannot go on, for tests of the pages on which they are repaired."""

from engine.cases.changeset import CaseState
from engine.cases.queries import ShowCase
from engine.incidents import store as incidents_store
from engine.incidents.model import Incident
from engine.kernel.actor import SYSTEM, Role
from engine.organisation.registers import EnterBranch
from engine.people.users import SaveUser
from engine.service_tasks.fail import FailServiceTask
from tests.builders import a_branch, a_manager, a_user, an_agency_actor
from tests.office import Office
from tests.pages.visiting import OpenDesk, Visitor

ROOM = "/desk/incidents"
REASON = "Το επιβεβαίωσε ο δήμος τηλεφωνικά."


def gets_stuck(office: Office) -> Incident:
    """A case that cannot go on, because nobody has measured the area."""
    opened = office.opens_case(procedure="measuring", data={})
    return incident_of(office, office.completes(opened.tasks[0], {}))


def is_refused(office: Office, code: str = "METEOR") -> Incident:
    """A case that cannot go on, because the municipality refused with a code that nobody drew."""
    (asked,) = office.sends_to_municipality().service_tasks
    refusal = FailServiceTask(service_task_id=asked.id, code=code, message="Η Ελένη δεν βρέθηκε.")
    return incident_of(office, office.does(refusal, actor=an_agency_actor(office.agency)))


def incident_of(office: Office, state: CaseState) -> Incident:
    (incident,) = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.manager).incidents
    return incident


def incident_now(office: Office, incident: Incident) -> Incident:
    """The incident as it is by now."""
    with office.engine.store.reading() as connection:
        found = incidents_store.incident(connection, incident.id)
    assert found is not None
    return found


def manager_elsewhere(desk: OpenDesk) -> Visitor:
    """The manager of another branch, at her browser."""
    branch = a_branch(code="0011", name="ΚΕΠ Πύργου", name_en="Pyrgos")
    lena = a_user(username="lena")
    desk.desk.office.does(EnterBranch(branch=branch), actor=SYSTEM)
    employed = SaveUser(user=lena, branch_id=branch.id, roles=frozenset({Role.MANAGER}))
    desk.desk.office.does(employed, actor=SYSTEM)
    return desk.visit(a_manager(branch, user=lena))


def of_incident(incident: Incident, page: str = "") -> str:
    return f"{ROOM}/{incident.id}{page}"


def open_tasks(office: Office, incident: Incident) -> list[str]:
    view = office.engine.ask(ShowCase(case_id=incident.case_id), actor=office.manager)
    return [task.element_id for task in (*view.tasks, *view.service_tasks)]
