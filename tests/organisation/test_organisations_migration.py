"""Claims about a database of before organisations: branches and agencies come over whole."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.model import Branch
from engine.storage import migrate
from engine.storage.connecting import open_engine
from tests.organisations import TODAY

_BRANCH = sa.text(
    "INSERT INTO branches (id, code, name, name_en, municipality, parent_id, local_holidays, closures)"
    " VALUES (:id, :code, :name, 'Office', :municipality, :parent, '[\"10-03\"]', '[\"2026-04-30\"]')"
).bindparams(sa.bindparam("id", type_=sa.Uuid), sa.bindparam("parent", type_=sa.Uuid))
_AGENCY = sa.text(
    "INSERT INTO agencies (id, key, name, name_en, secrets)"
    " VALUES (:id, :key, 'Δημοτολόγιο', 'Registry', '[]')"
).bindparams(sa.bindparam("id", type_=sa.Uuid))


@pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)
def test_branches_and_agencies_of_before_become_organisations(bare_url: str) -> None:
    migrate.upgrade(bare_url, "0034_signatures")
    ids: dict[str, UUID] = {name: uuid4() for name in ("0009", "0010", "0011", "annex", "agency")}
    engine = open_engine(bare_url, pool_size=1)
    with engine.begin() as connection:
        for code, municipality in (("0009", "Αθηναίων"), ("0010", "Αθηναίων"), ("0011", None)):
            given = {"id": ids[code], "code": code, "name": f"ΚΕΠ {code}", "municipality": municipality}
            connection.execute(_BRANCH, {**given, "parent": None})
        annex = {"id": ids["annex"], "code": "0012", "name": "Παράρτημα", "municipality": "Αθηναίων"}
        connection.execute(_BRANCH, {**annex, "parent": ids["0009"]})
        connection.execute(_AGENCY, {"id": ids["agency"], "key": "0009"})

    migrate.upgrade(bare_url)

    with engine.connect() as connection:
        branches = organisation_store.all_branches(connection, on=TODAY)
        agency = organisation_store.agency(connection, ids["agency"], on=TODAY)
        everything = version_store.every_organisation(connection, on=TODAY)
        line = version_store.line_of(connection, ids["annex"], on=TODAY)
    assert branches == [
        Branch(
            id=ids[name],
            code=code,
            name=called,
            name_en="Office",
            municipality=municipality,
            local_holidays=("10-03",),
            closures=("2026-04-30",),
        )
        for name, code, called, municipality in (
            ("0009", "0009", "ΚΕΠ 0009", "Αθηναίων"),
            ("0010", "0010", "ΚΕΠ 0010", "Αθηναίων"),
            ("0011", "0011", "ΚΕΠ 0011", None),
            ("annex", "0012", "Παράρτημα", "Αθηναίων"),
        )
    ]
    assert agency is not None
    assert (agency.key, agency.name, agency.name_en) == ("0009", "Δημοτολόγιο", "Registry")
    kinds = sorted(one.kind for one, _ in everything)
    assert kinds == sorted(["branch"] * 3 + ["annex", "agency", "municipality"])
    assert line[:2] == (ids["annex"], ids["0009"])
    assert len(line) == 3

    migrate.downgrade(bare_url, "0034_signatures")

    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT code, name, municipality, parent_id FROM branches ORDER BY code")
        ).all()
    engine.dispose()
    assert [(row.code, row.name, row.municipality) for row in rows] == [
        ("0009", "ΚΕΠ 0009", "Αθηναίων"),
        ("0010", "ΚΕΠ 0010", "Αθηναίων"),
        ("0011", "ΚΕΠ 0011", None),
        ("0012", "Παράρτημα", None),
    ]
    assert rows[3].parent_id is not None
