"""Claims about publishing: nothing is offered whose topics nobody serves, or that disagrees with them."""

from dataclasses import replace

import pytest

from engine.bundle import folder
from engine.context import Command
from engine.kernel.actor import SYSTEM
from engine.kernel.bilingual import Bilingual
from engine.kernel.refusal import Conflict, Invalid, NotPermitted, OutOfDate
from engine.organisation.registers import SaveAgency
from engine.procedures.rehearsing import OfferForRehearsal
from engine.procedures.topics import FindUnserved
from engine.procedures.versions import DeployProcedure
from engine.service_tasks.answer import AnswerServiceTask
from engine.service_tasks.held_requests import ListHeldTopics, SendHeld
from engine.topics import store as topics_store
from engine.topics.register import RegisterTopic, ReviseTopic, TopicWords
from tests.office import CONFIRMED, ROOT, Office, an_office

DIAGRAM = "residence-certificate.bpmn"
TOPIC = "municipality.residence"
WORDS = TopicWords(name="Βεβαίωση κατοικίας", name_en="Residence")


@pytest.fixture
def office() -> Office:
    """One that may offer what nobody certified."""
    office = an_office()
    office.engine = replace(office.engine, rehearses=True)
    return office


def changed(*changes: tuple[str, str]) -> dict[str, bytes]:
    files = dict(folder(ROOT / "processes", ROOT / "forms", "residence-certificate"))
    text = files[DIAGRAM].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {**files, DIAGRAM: text.encode()}


def by_hand() -> dict[str, bytes]:
    written = '<zeebe:property name="stoa:documents" value="all" />'
    return changed((written, written + '<zeebe:property name="stoa:by-hand" value="yes" />'))


def deployed(office: Office, files: dict[str, bytes]) -> Command[object]:
    version = office.does(DeployProcedure(files=files), actor=SYSTEM)
    return OfferForRehearsal(key=version.key, number=version.number)


def without_agencies(office: Office) -> None:
    office.does(SaveAgency(agency=replace(office.agency, topics=())), actor=SYSTEM)


def revised(office: Office, words: TopicWords, *, seen: int = 1) -> None:
    office.does(ReviseTopic(topic=TOPIC, seen=seen, words=words), actor=SYSTEM)


def test_a_mistyped_topic_is_refused_with_the_one_that_was_meant(office: Office) -> None:
    publish = deployed(office, changed((f'type="{TOPIC}"', 'type="municipality.residense"')))

    with pytest.raises(Invalid) as refused:
        office.does(publish, actor=SYSTEM)

    (problem,) = refused.value.errors[DIAGRAM]
    assert refused.value.code == "topics_refused"
    assert problem.startswith("Line 48, element municipality_certifies: expected a topic that")
    assert "found 'municipality.residense'. Did you mean municipality.residence?" in problem
    assert isinstance(problem, Bilingual)
    assert problem.el.startswith("Γραμμή 48, στοιχείο municipality_certifies: κανένας φορέας δεν εξυπηρετεί")
    assert "Μήπως εννοείτε municipality.residence;" in problem.el


def test_what_would_be_refused_is_known_before(office: Office) -> None:
    office.does(
        DeployProcedure(files=changed((f'type="{TOPIC}"', 'type="municipality.residense"'))), actor=SYSTEM
    )

    (problem,) = office.engine.ask(FindUnserved(key="residence-certificate", number=2), actor=SYSTEM)

    assert "Did you mean municipality.residence?" in problem


def test_a_topic_of_stoa_s_own_is_not_misspelt(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        deployed(office, changed((f'type="{TOPIC}"', 'type="stoa:appointmnt"')))

    assert "[topic-of-stoa]" in refused.value.errors[DIAGRAM][0]


def test_what_is_done_by_hand_is_published_and_answered_at_the_counter(office: Office) -> None:
    without_agencies(office)
    office.does(deployed(office, by_hand()), actor=SYSTEM)
    (waiting,) = office.sends_to_municipality().service_tasks

    answered = office.does(AnswerServiceTask(service_task_id=waiting.id, data=CONFIRMED))

    assert (waiting.agency_id, waiting.is_held) == (None, False)
    assert [task.element_id for task in answered.tasks] == ["hand_over"]


def test_what_is_done_by_hand_goes_to_an_agency_that_serves_it(office: Office) -> None:
    office.does(deployed(office, by_hand()), actor=SYSTEM)

    (waiting,) = office.sends_to_municipality().service_tasks

    assert waiting.agency_key == "municipality"


def test_a_request_whose_topic_lost_its_agency_is_held_until_another_serves_it(office: Office) -> None:
    without_agencies(office)
    state = office.sends_to_municipality()
    (waiting,) = state.service_tasks
    with pytest.raises(Conflict) as refused:
        office.does(AnswerServiceTask(service_task_id=waiting.id, data=CONFIRMED))
    nobody = office.does(SendHeld(), actor=SYSTEM)
    held = office.engine.ask(ListHeldTopics(), actor=SYSTEM)

    office.does(SaveAgency(agency=office.agency), actor=SYSTEM)
    sent = office.does(SendHeld(), actor=SYSTEM)

    answered = office.does(AnswerServiceTask(service_task_id=waiting.id, data=CONFIRMED))
    lines = {line.action for line in office.journal(answered)}
    assert (waiting.is_held, refused.value.code, nobody, sent) == (True, "topic_unserved", 0, 1)
    assert {"request_held", "request_released"} <= lines
    assert [(one.topic, one.number, one.since) for one in held] == [
        ("municipality.residence", 1, waiting.held_since)
    ]
    assert office.engine.ask(ListHeldTopics(), actor=SYSTEM) == []
    assert [task.element_id for task in answered.tasks] == ["hand_over"]


def test_a_version_from_before_topics_were_checked_goes_on_as_it_did(office: Office) -> None:
    with office.engine.store.begin() as connection:
        connection.execute(topics_store.topic_uses.delete())
        connection.execute(topics_store.topic_checks.delete())
        connection.commit()
    without_agencies(office)

    (waiting,) = office.sends_to_municipality().service_tasks

    assert (waiting.agency_id, waiting.is_held) == (None, False)


def test_a_form_that_asks_for_what_the_topic_does_not_answer_is_refused(office: Office) -> None:
    revised(office, replace(WORDS, answer=("confirmed boolean needed", "certificate_number number")))

    with pytest.raises(Invalid) as refused:
        office.does(deployed(office, changed(("Βεβαίωση από τον δήμο", "Βεβαίωση του δήμου"))), actor=SYSTEM)

    problems = " ".join(refused.value.errors[DIAGRAM])
    assert "certificate_number: expected number, as the topic has it, found textfield." in problems
    assert "certificate_file: expected a field of the topic's answer" in problems


def test_an_agency_that_needs_more_than_it_is_handed_is_found(office: Office) -> None:
    revised(office, replace(WORDS, inputs=("afm text needed", "amka text needed", "note text")))

    with pytest.raises(Invalid) as refused:
        office.does(deployed(office, changed(("Βεβαίωση από τον δήμο", "Βεβαίωση του δήμου"))), actor=SYSTEM)

    (problem,) = refused.value.errors[DIAGRAM]
    assert "expected the input amka" in problem


def test_without_a_form_an_answer_is_judged_by_the_topic_as_it_was_when_published(office: Office) -> None:
    revised(office, replace(WORDS, answer=("confirmed boolean needed", "certificate_number text needed")))
    no_form = '<zeebe:property name="stoa:answer-form" value="municipality-answer" />'
    files = changed((no_form, ""))
    del files["forms/municipality-answer.form"]
    office.does(deployed(office, files), actor=SYSTEM)
    revised(office, replace(WORDS, answer=("other text needed",)), seen=2)
    (waiting,) = office.sends_to_municipality().service_tasks
    with pytest.raises(Invalid) as refused:
        office.does(AnswerServiceTask(service_task_id=waiting.id, data={"confirmed": "yes"}))

    answered = office.does(AnswerServiceTask(service_task_id=waiting.id, data={**CONFIRMED, "more": 1}))

    assert set(refused.value.errors) == {"confirmed", "certificate_number"}
    assert answered.left_out == ("more",)


def test_a_topic_is_registered_once_and_revised_by_who_saw_it_last(office: Office) -> None:
    register = RegisterTopic(topic="justice.criminal-record", words=WORDS)
    office.does(register, actor=SYSTEM)

    with pytest.raises(Conflict):
        office.does(register, actor=SYSTEM)
    revised(office, WORDS)
    with pytest.raises(OutOfDate):
        revised(office, WORDS)
    with pytest.raises(NotPermitted):
        office.does(register)


@pytest.mark.parametrize(
    ("topic", "words", "fields"),
    [
        ("stoa:new", WORDS, {"topic"}),
        ("Δήμος", WORDS, {"topic"}),
        ("a.b", TopicWords(name="", name_en=" "), {"name", "name_en"}),
        ("a.b", replace(WORDS, inputs=("one", "one text", "ONE text")), {"inputs"}),
        ("a.b", replace(WORDS, answer=("one list",), description="α" * 1001), {"answer", "description"}),
    ],
)
def test_all_that_is_wrong_with_a_topic_is_said_at_once(
    office: Office, topic: str, words: TopicWords, fields: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        office.does(RegisterTopic(topic=topic, words=words), actor=SYSTEM)

    assert set(refused.value.errors) == fields
