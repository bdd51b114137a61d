"""Claims about connecting agencies: keys that take turns, topics, test calls, and who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.jobs.connectors.signatures import SignatureRefused, signed_headers, verify
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.organisation.connect import (
    AddKey,
    ChangeEndpoint,
    EndKey,
    EnterAgency,
    NewKey,
    ServeTopics,
)
from engine.organisation.registers import SaveAgency, WhoSends
from engine.service_tasks.agency_desk import AgencySheet, ListAgencies, ShowAgency
from engine.service_tasks.connector import Delivery, DeliveryOutcome, DeliveryResult
from engine.service_tasks.pings import PingAgency
from engine.service_tasks.switching import PauseAgency, SwitchAgencyOn
from tests.builders import a_clerk, an_agency
from tests.office import Office, an_office

KEY = "municipality"
OLGA = a_clerk(name="olga", roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def office() -> Office:
    return an_office()


def administrator(office: Office, organisation_id: object) -> Actor:
    admin = a_clerk(name="dimos", roles=frozenset({Role.ADMINISTRATOR}))
    return replace(admin, organisation_id=organisation_id, branch_id=None, branch_code=None)


def adds_key(office: Office) -> NewKey:
    return office.does(AddKey(agency_key=KEY), actor=OLGA)


def sheet(office: Office) -> AgencySheet:
    return office.engine.ask(ShowAgency(agency_key=KEY), actor=OLGA)


def proves(office: Office, key: NewKey) -> bool:
    """Whether the agency can prove by that key that a message is its own."""
    sender = office.engine.ask(WhoSends(agency_key=KEY), actor=SYSTEM)
    assert sender is not None
    now = office.clock.now()
    headers = signed_headers(message_id="m", at=now, body=b"{}", secrets=[key.secret])
    try:
        verify(headers=headers, body=b"{}", secrets=sender.secrets, now=now)
    except SignatureRefused:
        return False
    return True


def test_keys_sign_beside_each_other_until_the_earlier_one_ends_at_its_time(office: Office) -> None:
    first, second = adds_key(office), adds_key(office)
    together = (proves(office, first), proves(office, second))
    ends_at = office.clock.now() + timedelta(days=7)

    office.does(EndKey(agency_key=KEY, fingerprint=first.fingerprint, at=ends_at), actor=OLGA)
    before = proves(office, first)
    office.clock.move_to(ends_at)

    assert (together, before) == ((True, True), True)
    assert (proves(office, first), proves(office, second)) == (False, True)
    assert [key.fingerprint for key in sheet(office).keys] == [second.fingerprint]
    history = [(one.what, one.by, one.detail["key"]) for one in sheet(office).changes]
    assert ("key_ended", "olga", first.fingerprint) in history
    assert len(history) == 3


def test_a_key_that_is_ended_by_hand_proves_nothing_at_once(office: Office) -> None:
    first, second = adds_key(office), adds_key(office)

    office.does(EndKey(agency_key=KEY, fingerprint=first.fingerprint), actor=OLGA)

    assert (proves(office, first), proves(office, second)) == (False, True)
    with pytest.raises(NotFound):
        office.does(EndKey(agency_key=KEY, fingerprint=first.fingerprint), actor=OLGA)


def test_the_last_key_of_an_agency_that_is_called_does_not_end(office: Office) -> None:
    first, second = adds_key(office), adds_key(office)
    office.does(ChangeEndpoint(agency_key=KEY, endpoint="https://athens.example/stoa"), actor=OLGA)
    later = office.clock.now() + timedelta(days=1)
    office.does(EndKey(agency_key=KEY, fingerprint=first.fingerprint, at=later), actor=OLGA)

    with pytest.raises(Conflict) as refused:
        office.does(EndKey(agency_key=KEY, fingerprint=second.fingerprint), actor=OLGA)

    assert refused.value.code == "last_key"
    assert proves(office, second)


def test_more_than_three_keys_do_not_sign(office: Office) -> None:
    for _ in range(3):
        adds_key(office)

    with pytest.raises(Conflict):
        adds_key(office)


def test_an_address_needs_a_key_and_has_to_be_one_that_may_be_called(office: Office) -> None:
    with pytest.raises(Invalid) as without_key:
        office.does(ChangeEndpoint(agency_key=KEY, endpoint="https://athens.example"), actor=OLGA)
    adds_key(office)
    with pytest.raises(Invalid) as inside:
        office.does(ChangeEndpoint(agency_key=KEY, endpoint="http://10.0.0.1/"), actor=OLGA)

    assert set(without_key.value.errors) == {"secrets"}
    assert set(inside.value.errors) == {"endpoint"}


def test_an_agency_serves_registered_topics_only(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.does(ServeTopics(agency_key=KEY, topics=["municipality.residense"]), actor=OLGA)

    assert "did you mean municipality.residence?" in refused.value.errors["topics"][0]
    assert sheet(office).listed.agency.topics == office.agency.topics


def test_an_agency_is_entered_connected_and_gets_what_was_held(office: Office) -> None:
    office.does(ServeTopics(agency_key=KEY, topics=[]), actor=OLGA)
    office.sends_to_municipality()
    police = an_agency(key="police", name="Αστυνομία", name_en="Police", topics=())

    office.does(EnterAgency(agency=police), actor=OLGA)
    office.does(AddKey(agency_key="police"), actor=OLGA)
    office.does(ChangeEndpoint(agency_key="police", endpoint="https://police.example"), actor=OLGA)
    office.does(ServeTopics(agency_key="police", topics=["municipality.residence"]), actor=OLGA)
    calls = works(office)

    assert [(one.agency.key, one.body["type"]) for one in calls] == [("police", "service_task.created")]
    with pytest.raises(Conflict):
        office.does(EnterAgency(agency=police), actor=OLGA)
    with pytest.raises(Invalid) as refused:
        office.does(EnterAgency(agency=replace(police, key="Ä", name="", name_en="")), actor=OLGA)
    assert set(refused.value.errors) == {"key", "name", "name_en"}


def works(office: Office) -> list[Delivery]:
    """What a worker sends in one round; everybody accepts it."""
    calls: list[Delivery] = []

    def deliver(delivery: Delivery) -> DeliveryOutcome:
        calls.append(delivery)
        return DeliveryOutcome(result=DeliveryResult.ACCEPTED)

    Worker(office.engine, deliver).run_once()
    return calls


def test_a_test_call_says_nothing_of_anybody_and_its_result_is_on_record(office: Office) -> None:
    adds_key(office)
    with pytest.raises(Conflict):
        office.does(PingAgency(agency_key=KEY), actor=OLGA)
    office.does(ChangeEndpoint(agency_key=KEY, endpoint="https://athens.example/stoa"), actor=OLGA)
    office.does(PingAgency(agency_key=KEY), actor=OLGA)

    (call,) = works(office)

    assert (call.body["type"], call.body["data"]) == ("ping", {"agency": KEY})
    (ping,) = sheet(office).pings
    assert (ping.asked_by, ping.result, ping.done_at) == ("olga", "accepted", office.clock.now())
    assert works(office) == []


def test_what_a_paused_agency_is_to_get_goes_out_when_it_is_switched_on(office: Office) -> None:
    adds_key(office)
    office.does(ChangeEndpoint(agency_key=KEY, endpoint="https://athens.example/stoa"), actor=OLGA)
    office.does(PauseAgency(agency_key=KEY, reason="Νέος διακομιστής."), actor=OLGA)
    with pytest.raises(Conflict):
        office.does(PauseAgency(agency_key=KEY, reason="Πάλι."), actor=OLGA)
    office.sends_to_municipality()
    while_paused = works(office)
    office.clock.advance(timedelta(minutes=1))

    released = office.does(SwitchAgencyOn(agency_key=KEY), actor=OLGA)

    assert (while_paused, released) == ([], 1)
    assert [call.agency.key for call in works(office)] == [KEY]
    switches = sheet(office).switches
    assert [(one.is_on, one.by, one.reason) for one in switches] == [
        (True, "olga", ""),
        (False, "olga", "Νέος διακομιστής."),
    ]


def test_an_administrator_connects_their_own_agency_and_sees_no_other(office: Office) -> None:
    office.does(SaveAgency(agency=an_agency(key="other", topics=())), actor=SYSTEM)
    admin = administrator(office, office.agency.id)

    made = office.does(AddKey(agency_key=KEY), actor=admin)

    assert proves(office, made)
    listed = office.engine.ask(ListAgencies(), actor=admin)
    assert [one.agency.key for one in listed] == [KEY]
    for command in (
        AddKey(agency_key="other"),
        EndKey(agency_key="other", fingerprint="0" * 12),
        ChangeEndpoint(agency_key="other", endpoint=None),
        PauseAgency(agency_key="other", reason="α"),
        SwitchAgencyOn(agency_key="other"),
        PingAgency(agency_key="other"),
    ):
        with pytest.raises(NotFound):
            office.does(command, actor=admin)
    with pytest.raises(NotFound):
        office.engine.ask(ShowAgency(agency_key="other"), actor=admin)
    with pytest.raises(NotPermitted):
        office.does(ServeTopics(agency_key=KEY, topics=[]), actor=admin)


def test_nobody_else_sees_an_agency_s_connection_and_nobody_its_secrets(office: Office) -> None:
    adds_key(office)

    with pytest.raises((NotFound, NotPermitted)):
        office.engine.ask(ShowAgency(agency_key=KEY), actor=office.manager)
    with pytest.raises(NotPermitted):
        office.engine.ask(ListAgencies(), actor=office.manager)
    shown = (sheet(office), office.engine.ask(ListAgencies(), actor=OLGA))
    assert "whsec_" not in repr(shown)
    assert sheet(office).listed.agency.secrets == ()
