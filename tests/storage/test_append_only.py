"""Claims about rows that are written once: the database refuses to change them, whoever of ours asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.engine import make_url

from engine.anchors.anchoring import AnchorJournals, NoteCopy, ShowAnchorState
from engine.bootstrap import build
from engine.cases.queries import FindCases
from engine.kernel.actor import SYSTEM
from engine.procedures import record_store
from engine.schema import metadata
from engine.settings import from_environment
from engine.storage import migrate
from engine.storage.append_only import append_only_tables
from engine.storage.connecting import open_engine
from tests.office import PAPERS_COMPLETE, ROOT, an_office
from tests.tampering import as_owner

TABLES = append_only_tables(metadata)


@pytest.fixture
def filled_url(database_url: str) -> str:
    """A database with a row in each append-only table."""
    with build(from_environment({"STOA_DATABASE_URL": database_url})) as engine:
        opened = an_office(engine).opens_case().case
        with engine.store.begin() as connection:
            record_store.add_evidence(connection, opened.version_id, act=1, document={})
            connection.commit()
        engine.carry_out(AnchorJournals(), actor=SYSTEM)
        engine.carry_out(NoteCopy(anchor=1, place="file"), actor=SYSTEM)
    return database_url


def refusal_of(url: str, statement: str) -> str:
    """What the database says to a statement; empty if it carries it out."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))
    except sa.exc.DBAPIError as error:
        return str(error.orig)
    finally:
        engine.dispose()
    return ""


def test_what_is_written_once_are_the_records_and_the_anchors() -> None:
    assert TABLES == (
        "anchor_copies",
        "anchor_leaves",
        "anchors",
        "journal",
        "version_acts",
        "version_evidence",
        "version_files",
    )


def test_no_row_is_changed_or_removed(filled_url: str) -> None:
    for table in TABLES:
        column = next(iter(metadata.tables[table].primary_key)).name

        changed = refusal_of(filled_url, f"UPDATE {table} SET {column} = {column}")
        removed = refusal_of(filled_url, f"DELETE FROM {table}")

        assert f"Rows of {table} are never changed or removed." in changed
        assert f"Rows of {table} are never changed or removed." in removed


def test_only_the_life_of_a_version_changes(filled_url: str) -> None:
    for column in ("key", "number", "sha256", "title", "title_en", "metadata", "created_at", "created_by"):
        refused = refusal_of(filled_url, f"UPDATE procedure_versions SET {column} = {column}")
        assert "are never changed or removed" in refused
    assert not refusal_of(filled_url, "UPDATE procedure_versions SET retired_at = published_at")
    assert "are never changed or removed" in refusal_of(filled_url, "DELETE FROM procedure_versions")


def test_a_case_cannot_be_removed_with_its_journal(filled_url: str) -> None:
    assert "Rows of journal are never" in refusal_of(filled_url, "DELETE FROM cases")


def test_no_table_is_emptied(postgresql_url: str) -> None:
    for table in TABLES:
        assert "are never changed or removed" in refusal_of(postgresql_url, f"TRUNCATE {table} CASCADE")


def test_the_owner_can_erase_a_case_as_the_recipe_says(postgresql_url: str) -> None:
    recipe = (ROOT / "docs" / "recipes" / "guard-the-journal.md").read_text()
    statements = re.findall(r"```sql\n(.*?)```", recipe, re.DOTALL)[-1]
    with build(from_environment({"STOA_DATABASE_URL": postgresql_url})) as engine:
        office = an_office(engine)
        erased, kept = office.opens_case().case, office.opens_case().case

        with psycopg.connect(postgresql_url, autocommit=True) as owner:
            owner.execute(statements.replace("0009-26-000123-4", erased.number))

        assert [case.id for case in engine.ask(FindCases(), actor=SYSTEM).items] == [kept.id]
    assert "Rows of journal are never" in refusal_of(postgresql_url, "DELETE FROM cases")


@dataclass(frozen=True, kw_only=True)
class Application:
    """The role of the application: how it connects, and its name."""

    url: str
    role: str


@pytest.fixture
def application(postgresql_url: str) -> Iterator[Application]:
    """A role that has been given what the application needs."""
    role, password = f"app-{make_url(postgresql_url).database}", "not-secret"
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        name = sql.Identifier(role)
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
        migrate.grant(postgresql_url, role)
        url = make_url(postgresql_url).set(username=role, password=password)
        yield Application(url=url.render_as_string(hide_password=False), role=role)
        owner.execute(sql.SQL("DROP OWNED BY {}").format(name))
        owner.execute(sql.SQL("DROP ROLE {}").format(name))


def test_the_applications_role_does_everything_that_the_application_does(application: Application) -> None:
    with build(from_environment({"STOA_DATABASE_URL": application.url})) as engine:
        office = an_office(engine)
        state = office.completes(office.opens_case().tasks[0], PAPERS_COMPLETE)
        engine.carry_out(AnchorJournals(), actor=SYSTEM)

        assert len(state.service_tasks) == 1
        assert engine.ask(ShowAnchorState(places=()), actor=SYSTEM).unguarded == ()


def test_the_applications_role_may_not_even_try(application: Application, postgresql_url: str) -> None:
    allowed = []
    with psycopg.connect(postgresql_url) as owner, as_owner(owner):
        owner.commit()
        with psycopg.connect(application.url, autocommit=True) as connection:
            for table in TABLES:
                column = next(iter(metadata.tables[table].primary_key)).name
                for statement in (
                    f"UPDATE {table} SET {column} = {column}",
                    f"DELETE FROM {table}",
                    f"TRUNCATE {table}",
                    f"ALTER TABLE {table} DISABLE TRIGGER USER",
                    f"DROP TABLE {table}",
                ):
                    try:
                        connection.execute(statement)
                    except psycopg.errors.InsufficientPrivilege:
                        continue
                    allowed.append(statement)

    assert allowed == []


def test_a_role_that_owns_the_tables_is_told_that_it_does(postgresql_url: str) -> None:
    with build(from_environment({"STOA_DATABASE_URL": postgresql_url})) as engine:
        assert engine.ask(ShowAnchorState(places=()), actor=SYSTEM).unguarded == TABLES
