"""The office that the tests of stores work in: what must be stored before there can be a case."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.cases.model import Case
from engine.organisation.model import Agency, Branch, User
from engine.ports_work import CaseChange
from engine.procedures.model import ProcedureVersion
from engine.storage.database import SqlStore
from tests.builders import a_branch, a_case, a_user, a_version, an_agency
from tests.databases import AnyStore


@dataclass(frozen=True, kw_only=True)
class Office:
    """A stored branch with a user, an agency and a procedure on offer, and the store they are in."""

    store: AnyStore
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

    def write(self, *changes: CaseChange) -> None:
        """Store changes in one transaction."""
        with self.store.begin() as work:
            for change in changes:
                work.save(change)
            work.commit()


def open_office(store: AnyStore) -> Office:
    """Store an office."""
    office = Office(store=store, branch=a_branch(), user=a_user(), agency=an_agency(), version=a_version())
    with store.begin() as work:
        work.save_branch(office.branch)
        work.save_user(office.user)
        work.save_agency(office.agency)
        work.add_version(office.version, {"process.bpmn": b"<bpmn/>"})
        work.commit()
    return office


@pytest.fixture
def office(store: AnyStore) -> Office:
    """An office in a store of each kind in turn."""
    return open_office(store)


@pytest.fixture
def sql_office(sql_store: SqlStore) -> Office:
    """An office in a store with real connections, of each kind in turn."""
    return open_office(sql_store)
