"""Claims about the register of topics on both databases: what is there is not registered again."""

from dataclasses import replace

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM
from engine.organisation.registers import SaveAgency
from engine.service_tasks.topic_register import ListTopics
from engine.settings import from_environment
from tests.office import an_office


def test_an_agency_that_is_saved_again_registers_its_new_topics_only(database_url: str) -> None:
    with build(from_environment({"STOA_DATABASE_URL": database_url})) as engine:
        office = an_office(engine)

        topics = (*office.agency.topics, "municipality.family-status")
        office.does(SaveAgency(agency=replace(office.agency, topics=topics)), actor=SYSTEM)

        listed = engine.ask(ListTopics(), actor=SYSTEM).page.items
        assert [one.version.topic for one in listed] == sorted(topics)
