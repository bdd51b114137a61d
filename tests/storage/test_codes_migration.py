"""Claims about the migration to codes: procedures that were deployed before are found by them too."""

import pytest
import sqlalchemy as sa

from engine.procedures.store import procedure_versions
from engine.storage import migrate
from engine.storage.connecting import open_engine
from tests.builders import a_version, version_row


@pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)
def test_a_procedure_that_is_there_already_is_found_by_its_codes(bare_url: str) -> None:
    migrate.upgrade(bare_url, "0009_vouched_people")
    engine = open_engine(bare_url, pool_size=1)
    version = a_version(metadata={"codes": {"mitos": "080734"}})
    row = {**version_row(version), "search_text": "katoikia"}
    with engine.begin() as connection:
        connection.execute(procedure_versions.insert(), row)

    migrate.upgrade(bare_url, "0010_draft_times_and_codes")
    with engine.connect() as connection:
        text = connection.execute(sa.select(procedure_versions.c.search_text)).scalar_one()
    engine.dispose()

    assert text == "katoikia 080734"
