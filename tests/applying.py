"""A municipality that applies to the ministry, for tests: the tree, the setting, and both applications."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.cases.changeset import CaseState
from engine.cases.open import OpenCase
from engine.cases.queries import ShowCase
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.office_settings import SettingKey
from engine.kernel.vocabulary import Channel
from engine.office_settings.change import ProposeSetting
from engine.organisation.organisation import Organisation, OrganisationKind
from engine.people.model import User
from engine.people.posts import GivePost
from engine.people.users import SaveUser
from engine.tasks.assign import ClaimTask
from engine.tasks.complete import CompleteTask
from tests.builders import a_person, a_user
from tests.office import Office, offer
from tests.organisations import save_organisation

BRANCH: Mapping[str, Any] = {
    "branch": {
        "kind": "branch",
        "code": "0413",
        "name": "ΚΕΠ Νέας Πόλης",
        "name_en": "Nea Poli citizen service centre",
        "address": "Ηρώων 12, 54635 Νέα Πόλη",
        "phone": "2310 000 000",
        "hours": "Δευτέρα έως Παρασκευή 08:00-14:30",
    },
    "not_offered": [{"procedure": "vehicle-transfer", "reason": "Δεν υπάρχει χώρος για οχήματα."}],
    "opens_on": "2026-03-09",
    "council": {"number": "118/2026", "ada": "ΨΛΖΩ46ΜΤ-Χ7Κ"},
    "manager": {"name": "Αργυρώ Σιδέρη", "email": "argyro@example.gr"},
}
"""The start form of branch-authorisation, filled in."""

AGENCY: Mapping[str, Any] = {
    "agency": {
        "code": "water-board",
        "name": "Επιχείρηση Ύδρευσης",
        "name_en": "Water board",
        "address": "Πηγών 3, 54635 Νέα Πόλη",
        "phone": "2310 000 001",
        "hours": "Δευτέρα έως Παρασκευή 07:30-15:00",
    },
    "contact": {"name": "Λουκάς Βέργος", "email": "loukas@example.gr"},
    "endpoint": "https://water.example/stoa",
    "topics": "water.connection",
    "reengineering": "Η αίτηση σύνδεσης γίνεται με ένα έντυπο αντί για τρία.",
    "officers": [{"name": "Ζωή Αγγελή"}],
    "administrator": {"name": "Μενέλαος Ράπτης", "email": "menelaos@example.gr"},
}
"""The start form of agency-connection, filled in."""

GRANTED: Mapping[str, Any] = {
    "granted": True,
    "decision": {"number": "4471/2026", "gazette": "Β΄ 1210/2026", "ada": "6ΥΘΖ46ΜΤ-Λ2Σ"},
    "valid_from": "2026-03-09",
}
"""The ministry's decision, filled in."""


@dataclass
class Applying:
    """An office of the ministry that examines applications, and a municipality with its administrator."""

    office: Office
    ministry: Organisation
    municipality: Organisation
    administrator: Actor

    def applies(self, procedure: str, data: Mapping[str, Any]) -> CaseState:
        """A new case, opened by the municipality's administrator."""
        command = OpenCase(procedure=procedure, channel=Channel.WEB, applicant=a_person(), data=data)
        return self.office.does(command, actor=self.administrator)

    def completes(self, case_id: UUID, element: str, data: Mapping[str, Any], *, by: Actor) -> CaseState:
        """The open task of that element, completed by somebody of the ministry's office."""
        view = self.office.engine.ask(ShowCase(case_id=case_id), actor=by)
        task = next(one for one in view.tasks if one.element_id == element)
        self.office.does(ClaimTask(task_id=task.id), actor=by)
        return self.office.does(CompleteTask(task_id=task.id, data=data), actor=by)

    def is_granted(self, case_id: UUID, **more: Any) -> CaseState:
        """The ministry finds the application complete, and grants it."""
        complete = {"verdict": "complete", **more}
        self.completes(case_id, "examine_application", complete, by=self.office.clerk)
        return self.completes(case_id, "decide", GRANTED, by=self.office.manager)

    def open_elements(self, case_id: UUID) -> list[str]:
        """Where the case stands: the elements of its tasks and service tasks."""
        view = self.office.engine.ask(ShowCase(case_id=case_id), actor=SYSTEM)
        tasks = [task.element_id for task in view.tasks]
        return tasks + [task.element_id for task in view.service_tasks]


def an_administrator(office: Office, organisation: Organisation, username: str = "stamatia") -> Actor:
    """Somebody who administers the organisation."""
    user = a_user(username=username, display_name="Σταματία Κρητικού")
    saved: User = office.does(SaveUser(user=user), actor=SYSTEM)
    post = GivePost(username=username, organisation=organisation.code, role=Role.ADMINISTRATOR)
    office.does(post, actor=SYSTEM)
    return Actor(
        kind=ActorKind.USER,
        id=saved.id,
        name=username,
        roles=frozenset({Role.ADMINISTRATOR}),
        organisation_id=organisation.id,
    )


def decides_office(office: Office, code: str) -> None:
    """Let the office of that code examine applications."""
    command = ProposeSetting(key=SettingKey.APPLICATIONS_BRANCH, value=code, reason="Οργανισμός")
    office.does(command, actor=SYSTEM)


def applying(office: Office, *, examined: bool = True) -> Applying:
    """Both procedures on offer, with who applies and, where it is decided, who examines: the office."""
    for key in ("branch-authorisation", "agency-connection"):
        offer(office.engine, key)
    with office.engine.store.begin() as connection:
        ministry = save_organisation(connection, OrganisationKind.MINISTRY, "interior")
        municipality = save_organisation(
            connection, OrganisationKind.MUNICIPALITY, "nea-poli", parent_id=ministry.id
        )
        connection.commit()
    if examined:
        decides_office(office, office.branch.code)
    return Applying(
        office=office,
        ministry=ministry,
        municipality=municipality,
        administrator=an_administrator(office, municipality),
    )
