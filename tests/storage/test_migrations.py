"""Claims about migrations: they come to the tables that the code means, forwards and backwards."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Engine

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM, Role
from engine.organisation import store as organisation_store
from engine.organisation.registers import SaveAgency
from engine.people.accounts import SetPassword
from engine.people.attempts import SignInAttempt
from engine.people.external_identities import ReceivePerson
from engine.people.officers import AppointOfficer
from engine.people.queries import ShowUser
from engine.people.role_mapping import GroupPost
from engine.people.sign_in.contract import ExternalIdentity
from engine.people.signing_in import CountAttempt
from engine.schema import metadata
from engine.service_tasks.topic_register import ShowTopic
from engine.settings import from_environment
from engine.storage import migrate
from engine.storage.connecting import open_engine
from engine.storage.database import Database
from engine.storage.in_memory import in_memory
from engine.tasks.queries import ShowTask
from tests.builders import a_branch
from tests.office import an_office
from tests.organisations import TODAY, save_branch

each_database = pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)

Catalogue = dict[str, Any]
"""What a database says about itself, by what is described."""

_POSTGRESQL_CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname,
        a.attidentity,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid =
        a.attcollation LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE
        c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT
        a.attisdropped
        """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
        """,
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def catalogue(engine: Engine) -> Catalogue:
    """Everything the database knows of our tables, as it says it, without Alembic's own."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            found = {
                kind: connection.exec_driver_sql(query).all() for kind, query in _POSTGRESQL_CATALOGUE.items()
            }
        else:
            found = {"sql": connection.exec_driver_sql("SELECT tbl_name, name, sql FROM sqlite_master").all()}
    return {kind: sorted(_described(rows)) for kind, rows in found.items()}


def _described(rows: Iterable[Any]) -> Iterable[tuple[str, ...]]:
    for row in rows:
        if row[0] != "alembic_version":
            # How a statement was laid out when it was typed does not matter to anybody.
            yield tuple(_normal(str(value)) for value in row)


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("( ", "(").replace(" )", ")").replace('"', "")


def migrated(url: str) -> Catalogue:
    migrate.upgrade(url)
    return _read(url)


def created_from_the_code(url: str) -> Catalogue:
    engine = open_engine(url, pool_size=1)
    metadata.create_all(engine)
    engine.dispose()
    return _read(url)


def _read(url: str) -> Catalogue:
    engine = open_engine(url, pool_size=1)
    found = catalogue(engine)
    engine.dispose()
    return found


@each_database
def test_migrations_give_the_tables_that_the_code_means(bare_url: str) -> None:
    by_migration = migrated(bare_url)
    migrate.downgrade(bare_url, "base")

    from_the_code = created_from_the_code(bare_url)

    assert by_migration == from_the_code
    assert sum(len(rows) for rows in by_migration.values()) > 60


@each_database
def test_the_comparison_sees_checks_and_conditions_of_indexes(bare_url: str) -> None:
    described = str(migrated(bare_url))

    for name in (
        "ck_cases_status",
        "ck_tokens_owner",
        "ck_tasks_priority",
        "fk_tasks_case_id",
        "uq_cases_number",
    ):
        assert name in described, name
    assert re.search(r"ix_cases_term.*WHERE.*open.*NOT overdue", described)


@each_database
def test_alembic_finds_nothing_left_to_do(bare_url: str) -> None:
    migrate.upgrade(bare_url)
    engine = open_engine(bare_url, pool_size=1)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []


@each_database
def test_going_back_leaves_nothing_and_going_forward_again_gives_the_same(bare_url: str) -> None:
    first = migrated(bare_url)

    migrate.downgrade(bare_url, "base")
    emptied = _read(bare_url)
    second = migrated(bare_url)

    assert all(rows == [] for rows in emptied.values())
    assert second == first


@each_database
def test_a_database_says_where_it_stands(bare_url: str) -> None:
    before = migrate.current(bare_url)
    migrate.upgrade(bare_url)
    store = Database.open(bare_url)

    with store.reading() as connection:
        seen_by_the_store = migrate.version_of(connection)
    store.close()

    assert before is None
    assert migrate.current(bare_url) == seen_by_the_store == migrate.head()


@each_database
def test_a_store_without_tables_stands_nowhere(bare_url: str) -> None:
    store = Database.open(bare_url)

    with store.reading() as connection:
        found = migrate.version_of(connection)
    store.close()

    assert found is None


@each_database
def test_two_that_migrate_at_once_follow_each_other(bare_url: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(migrate.upgrade, bare_url) for _ in range(2)]
        for one in both:
            one.result(timeout=30)

    assert migrate.current(bare_url) == migrate.head()


@each_database
def test_a_migration_that_fails_leaves_nothing_behind(bare_url: str) -> None:
    engine = open_engine(bare_url, pool_size=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE worker_beats (worker TEXT)")

    with pytest.raises((sa.exc.ProgrammingError, sa.exc.OperationalError)):
        migrate.upgrade(bare_url)

    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["worker_beats"]
    engine.dispose()


def test_a_database_in_memory_is_at_the_newest_schema_and_shared_by_nobody() -> None:
    database, other = in_memory(metadata), in_memory(metadata)
    with database.begin() as connection:
        save_branch(connection, a_branch())
        connection.commit()

    with database.reading() as here, other.reading() as there:
        assert migrate.version_of(here) == migrate.head()
        assert len(organisation_store.all_branches(here, on=TODAY)) == 1
        assert organisation_store.all_branches(there, on=TODAY) == []


@each_database
def test_open_tasks_without_a_day_take_the_term_of_their_case(bare_url: str) -> None:
    migrate.upgrade(bare_url)
    with build(from_environment({"STOA_DATABASE_URL": bare_url})) as engine:
        office = an_office(engine)
        state = office.opens_case()
        database = open_engine(bare_url, pool_size=1)
        with database.begin() as connection:
            connection.execute(sa.text("UPDATE tasks SET due_at = NULL"))
        database.dispose()
        migrate.downgrade(bare_url, "0012_agencies_in_english")

        migrate.upgrade(bare_url)

        found = engine.ask(ShowTask(task_id=state.tasks[0].id), actor=office.clerk).task
        assert found.due_at == state.case.due_at


@each_database
def test_accounts_stay_and_failed_sign_ins_are_forgotten_where_devices_become_known(bare_url: str) -> None:
    migrate.upgrade(bare_url)
    with build(from_environment({"STOA_DATABASE_URL": bare_url})) as engine:
        office = an_office(engine)
        attempt = SignInAttempt(username="maria", address="192.0.2.1")
        assert office.clerk.id is not None
        office.does(SetPassword(user_id=office.clerk.id, password_hash="$argon2id$"), actor=SYSTEM)
        for _ in range(5):
            office.does(CountAttempt(attempt=attempt), actor=SYSTEM)
        migrate.downgrade(bare_url, "0015_answers")

        migrate.upgrade(bare_url)

        account = engine.ask(ShowUser(username="maria"), actor=SYSTEM).account
        assert account is not None
        assert (account.password_hash, account.device_key) == ("$argon2id$", None)
        assert office.does(CountAttempt(attempt=attempt), actor=SYSTEM) is False


@each_database
def test_who_worked_where_before_there_were_posts_works_there_still(bare_url: str) -> None:
    migrate.upgrade(bare_url)
    with build(from_environment({"STOA_DATABASE_URL": bare_url})) as engine:
        office = an_office(engine)
        assert office.clerk.id is not None
        office.does(AppointOfficer(user_id=office.clerk.id, agency_id=office.agency.id), actor=SYSTEM)
        groups = frozenset({GroupPost("0009", Role.CLERK), GroupPost("0009", Role.MANAGER)})
        maria = ExternalIdentity(username="maria", display_name="Μαρία")
        office.does(ReceivePerson(person=maria, posts=groups), actor=SYSTEM)
        before = engine.ask(ShowUser(username="maria"), actor=SYSTEM).workplaces
        migrate.downgrade(bare_url, "0040_figures")

        migrate.upgrade(bare_url)

        after = engine.ask(ShowUser(username="maria"), actor=SYSTEM).workplaces
        taken = office.does(ReceivePerson(person=maria, posts=frozenset()), actor=SYSTEM).taken
        assert [place.roles for place in after] == [{Role.CLERK, Role.MANAGER}, {Role.OFFICER}]
        assert after == before
        assert taken == (GroupPost("0009", Role.MANAGER),)


@each_database
def test_served_topics_are_registered_and_what_was_published_goes_on_by_hand(
    bare_url: str,
) -> None:
    migrate.upgrade(bare_url)
    with build(from_environment({"STOA_DATABASE_URL": bare_url})) as engine:
        office = an_office(engine)
        migrate.downgrade(bare_url, "0046_running_on_version")

        migrate.upgrade(bare_url)

        topic = engine.ask(ShowTopic(topic="municipality.residence"), actor=SYSTEM).listed
        office.does(SaveAgency(agency=replace(office.agency, topics=())), actor=SYSTEM)
        (request,) = office.sends_to_municipality().service_tasks
        assert (list(topic.agencies), topic.version.number, topic.version.by) == (["municipality"], 1, "stoa")
        assert (request.agency_id, request.is_held) == (None, False)
