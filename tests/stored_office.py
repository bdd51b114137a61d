"""The office that the tests of stores work in: what must be stored before there can be a case."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.cases import changeset_store
from engine.cases.changeset_store import CaseChange
from engine.cases.model import Case
from engine.organisation.model import Agency, Branch
from engine.people import store as people_store
from engine.people.model import User
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.service_tasks.model import ServiceTask
from engine.storage.database import Database
from tests.builders import a_branch, a_case, a_user, a_version, an_agency
from tests.organisations import save_agency, save_branch


@dataclass(frozen=True, kw_only=True)
class Office:
    """A stored branch with a user, an agency and a procedure on offer, and the store they are in."""

    store: Database
    branch: Branch
    user: User
    agency: Agency
    version: ProcedureVersion

    def a_case(self, running: int = 1, **changes: Any) -> Case:
        """A case of this office, not stored yet."""
        return a_case(self.branch, version=self.version, running=running, **changes)

    def file(self, case: Case, **rows: Any) -> Case:
        """Store a new case with these rows of a `CaseChange`, and give it back."""
        self.write(CaseChange(case=case, is_new=True, **rows))
        return case

    def save_service_tasks(self, *changed: ServiceTask) -> None:
        """Write changed service tasks, and commit."""
        with self.store.begin() as connection:
            changeset_store.save_service_tasks(connection, changed)
            connection.commit()

    def write(self, *changes: CaseChange) -> None:
        """Store changes in one transaction."""
        with self.store.begin() as connection:
            for change in changes:
                changeset_store.save_changeset(connection, change)
            connection.commit()


def open_office(store: Database) -> Office:
    """Store an office."""
    office = Office(store=store, branch=a_branch(), user=a_user(), agency=an_agency(), version=a_version())
    with store.begin() as connection:
        save_branch(connection, office.branch)
        people_store.save_user(connection, office.user)
        save_agency(connection, office.agency)
        procedures_store.add_version(connection, office.version, {"process.bpmn": b"<bpmn/>"})
        connection.commit()
    return office


@pytest.fixture
def office(store: Database) -> Office:
    """An office in a store of each kind in turn."""
    return open_office(store)
