"""The office in every kind of store."""

import pytest

from engine.storage.database import SqlStore
from tests.conformance.office import Office, open_office
from tests.databases import AnyStore


@pytest.fixture
def office(store: AnyStore) -> Office:
    """An office in a store of each kind in turn."""
    return open_office(store)


@pytest.fixture
def sql_office(sql_store: SqlStore) -> Office:
    """An office in a store with real connections, of each kind in turn."""
    return open_office(sql_store)
