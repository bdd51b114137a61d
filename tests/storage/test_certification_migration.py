"""Claims about the migration to certification: what is on offer stays so, one version of each procedure."""

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.procedures import store as procedures_store
from engine.procedures.model import VersionStatus
from engine.storage import migrate
from engine.storage.connecting import open_engine
from engine.storage.database import Database
from engine.storage.types import UtcDateTime
from tests.builders import an_id, minutes_later

_BEFORE = sa.table(
    "procedure_versions",
    sa.column("id", sa.Uuid),
    sa.column("created_at", UtcDateTime),
    sa.column("published_at", UtcDateTime),
    sa.column("retired_at", UtcDateTime),
    *(sa.column(name) for name in ("key", "number", "sha256", "title", "title_en", "status", "search_text")),
    sa.column("metadata", sa.JSON),
)


def a_row(key: str, number: int, status: str, published: int | None, retired: int | None) -> dict[str, Any]:
    """A version as it was kept; the moments in minutes after noon."""

    def moment(minutes: int | None) -> datetime | None:
        return None if minutes is None else minutes_later(minutes)

    return {
        "id": an_id(),
        "key": key,
        "number": number,
        "sha256": "5e" * 32,
        "title": "",
        "title_en": "",
        "created_at": moment(0),
        "status": status,
        "published_at": moment(published),
        "retired_at": moment(retired),
        "search_text": "",
        "metadata": {},
    }


@pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)
def test_what_was_on_offer_stays_so_and_nothing_else_is(bare_url: str) -> None:
    migrate.upgrade(bare_url, "0041_contents")
    engine = open_engine(bare_url, pool_size=1)
    with engine.begin() as connection:
        rows = [
            a_row("one", 1, "published", 1, None),
            a_row("one", 2, "published", 5, None),
            a_row("one", 3, "draft", None, None),
            a_row("again", 1, "published", 1, None),
            a_row("again", 2, "retired", 3, 7),
            a_row("gone", 1, "retired", 1, 4),
            a_row("late", 1, "published", 9, None),
            a_row("late", 2, "published", 2, None),
        ]
        connection.execute(_BEFORE.insert(), rows)
    engine.dispose()

    migrate.upgrade(bare_url)

    store = Database.open(bare_url, pool_size=1)
    with store.reading() as connection:
        after = minutes_later(60)
        on_offer = {
            key: procedures_store.version_on_offer(connection, key, after)
            for key in ("one", "again", "gone", "late")
        }
        first = procedures_store.all_versions(connection, "one")[-1].at(after)
        draft = procedures_store.all_versions(connection, "one")[0].at(after)
    store.close()
    assert {key: version and version.number for key, version in on_offer.items()} == {
        "one": 2,
        "again": 1,
        "gone": None,
        "late": 2,
    }
    assert (first.status, first.retired_at) == (VersionStatus.SUPERSEDED, minutes_later(5))
    assert (draft.status, draft.record.length) == (VersionStatus.DRAFT, 0)
    migrate.downgrade(bare_url, "0041_contents")
