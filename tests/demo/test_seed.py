"""The demonstration's offices, people and agencies: set up by commands, and harmless to set up twice."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from sqlalchemy.engine import Connection

from demo.behaviour import Request, react
from demo.folder import TokenFile
from demo.people import AGENCIES, BRANCHES, EXAMINING_BRANCH, SERVICES, STAFF
from demo.seed import Seeded, publish_procedures, seed
from engine.appointments import schedule_store
from engine.bootstrap import build_in_memory
from engine.dispatch import Engine
from engine.jobs.connectors import every_connector
from engine.jobs.connectors.address_rules import AddressRules
from engine.kernel.actor import SYSTEM, Role
from engine.organisation import store as organisation_store
from engine.organisation import version_store
from engine.organisation.model import AgencySwitch
from engine.organisation.organisation import Organisation
from engine.people import post_store, token_store
from engine.people.session import digest
from engine.procedures.model import VersionStatus
from engine.procedures.queries import FindProcedures
from tests.builders import NOON, an_id
from tests.office import ROOT, MovableClock
from tests.organisations import TODAY
from tests.procedures.shipped import KEYS, diagram_of

ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

_AT = "http://127.0.0.1:9000"


@pytest.fixture
def engine() -> Engine:
    built = build_in_memory(clock=MovableClock(NOON), zone=ZoneInfo("Europe/Athens"))
    return replace(built, check_agency=every_connector(AddressRules.of(["127.0.0.0/8"])).problems)


def _seeded(engine: Engine, known: Seeded | None = None) -> Seeded:
    return seed(engine, agencies_at=_AT, known=known.tokens if known else {})


def test_everybody_has_a_token_that_opens_their_own_door(engine: Engine) -> None:
    seeded = _seeded(engine)

    maria = engine.identify(digest(seeded.tokens["maria"]))
    registry = engine.identify(digest(seeded.tokens["registry"]))
    assert set(seeded.tokens) == {one.username for one in STAFF} | {one.key for one in AGENCIES}
    assert maria is not None
    assert (maria.name, maria.branch_code, maria.roles) == ("maria", "0009", frozenset({Role.CLERK}))
    assert registry is not None
    assert registry.name == "registry"


def test_every_agency_is_connected_with_a_secret_of_its_own(engine: Engine) -> None:
    seeded = _seeded(engine)

    with engine.store.reading() as connection:
        agencies = {agency.key: agency for agency in organisation_store.all_agencies(connection, on=TODAY)}
    assert [agencies[one.key].endpoint for one in AGENCIES] == [f"{_AT}/{one.key}" for one in AGENCIES]
    assert all(agency.receives_deliveries for agency in agencies.values())
    assert len(set(seeded.secrets.values())) == len(AGENCIES)


def test_every_agency_that_a_shipped_procedure_asks_is_there_and_answers() -> None:
    asked = {topic for key in KEYS for topic in topics_in(diagram_of(key))}

    served = {topic for one in AGENCIES for topic in one.topics}
    silent = [
        topic
        for topic in sorted(asked)
        if react(Request(service_task_id="1", topic=topic, variables={}), pause=timedelta(0)) is None
    ]
    assert "justice.criminal-record" in asked
    assert not asked - served
    assert not silent


def topics_in(diagram: bytes) -> Iterator[str]:
    """The topics that a diagram names, itself or to a shared part, but for those of the system."""
    for element in etree.fromstring(diagram).iter(f"{ZEEBE}taskDefinition", f"{ZEEBE}input"):
        names_topic = element.tag != f"{ZEEBE}input" or element.get("target") == "topic"
        topic = element.get("type") or element.get("source")
        if names_topic and not topic.startswith(("=", "stoa:")):
            yield topic


def _officials_places(connection: Connection) -> list[Organisation]:
    """Where the officials of the ministry and of the municipality work."""
    found = [version_store.identity_coded(connection, code) for code in (EXAMINING_BRANCH, "nea-poli")]
    return [one for one in found if one is not None]


def test_setting_up_twice_gives_the_same_people_tokens_and_secrets(engine: Engine) -> None:
    first = _seeded(engine)

    second = _seeded(engine, first)

    with engine.store.reading() as connection:
        codes = [branch.code for branch in organisation_store.all_branches(connection, on=TODAY)]
        assert codes == sorted([EXAMINING_BRANCH, *(branch.code for branch in BRANCHES)])
        posts = [post_store.posts_at(connection, one.id) for one in _officials_places(connection)]
        assert sorted(len(found) for found in posts) == [1, 2]
        assert len(token_store.valid_tokens(connection, NOON)) == len(first.tokens)
        schedules = [
            schedule_store.schedule_of(connection, branch.id)
            for branch in organisation_store.all_branches(connection, on=TODAY)
            if branch.code != EXAMINING_BRANCH
        ]
    for schedule in schedules:
        assert {service.key for service in schedule.services} == {one.key for one in SERVICES}
        assert len(schedule.resources) == len(SERVICES)
        assert len(schedule.windows) == 5 * len(SERVICES)
    assert second == first


def test_a_token_that_was_lost_or_opens_nothing_is_replaced(engine: Engine) -> None:
    first = _seeded(engine)
    forgetful = Seeded(
        tokens={**first.tokens, "maria": "stoa_other", "nikos": first.tokens["eleni"]}, secrets={}
    )

    second = _seeded(engine, forgetful)

    for name in ("maria", "nikos"):
        actor = engine.identify(digest(second.tokens[name]))
        assert actor is not None
        assert actor.name == name


def test_an_agency_that_moved_or_was_disabled_is_connected_again(engine: Engine) -> None:
    first = _seeded(engine)
    with engine.store.reading() as connection:
        registry = organisation_store.agency_keyed(connection, "registry", on=TODAY)
    assert registry is not None
    pause = AgencySwitch(
        id=an_id(), agency_id=registry.id, at=NOON, is_on=False, by="system", reason="HTTP 410"
    )
    with engine.store.begin() as connection:
        organisation_store.switch_agency(connection, pause)
        connection.commit()

    second = seed(engine, agencies_at="http://127.0.0.1:9001", known=first.tokens)

    with engine.store.reading() as connection:
        connected = organisation_store.agency_keyed(connection, "registry", on=TODAY)
    assert connected is not None
    assert not connected.is_paused
    assert connected.endpoint == "http://127.0.0.1:9001/registry"
    assert second.secrets == first.secrets


def test_every_procedure_is_published_and_a_second_time_changes_nothing(engine: Engine) -> None:
    _seeded(engine)
    first = publish_procedures(engine, processes=ROOT / "processes", forms=ROOT / "forms")
    second = publish_procedures(engine, processes=ROOT / "processes", forms=ROOT / "forms")

    on_offer = engine.ask(FindProcedures(), actor=SYSTEM).items
    assert {version.status for version in on_offer} == {VersionStatus.PUBLISHED}
    assert [version.id for version in second] == [version.id for version in first]


def test_the_token_file_is_for_its_owner_only(tmp_path: Path) -> None:
    token_file = TokenFile(path=tmp_path / "tokens.json")

    token_file.write({"maria": "stoa_1"})

    assert token_file.read() == {"maria": "stoa_1"}
    assert stat.S_IMODE(token_file.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_token_file_with_something_else_in_it_is_empty(tmp_path: Path, content: str) -> None:
    token_file = TokenFile(path=tmp_path / "tokens.json")
    token_file.path.write_text(content)

    tokens = token_file.read()

    assert tokens == {}
