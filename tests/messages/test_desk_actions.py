"""Claims about the actions of a case: who is offered which, what is taken, and that it is taken once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.cases.changeset import CaseState
from engine.cases.lifecycle import SuspendCase
from engine.cases.queries import ShowCase
from engine.dispatch import Once
from engine.kernel.actor import CITIZEN, Actor, ActorKind, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, Refusal
from engine.messages.desk_actions import (
    ListActions,
    ListCitizensActions,
    TakeAction,
    TakeActionFromCitizen,
)
from tests.builders import a_branch, a_clerk
from tests.messages.drawn import offer_drawn
from tests.office import Office, an_office
from tests.runtime.diagrams import (
    chain,
    element,
    end,
    mapping,
    message,
    on_message,
    property_,
    start,
    user,
)

FORM = """{"id": "correction", "type": "default", "schemaVersion": 18, "components": [
  {"id": "a", "type": "textfield", "key": "address", "label": "Διεύθυνση", "validate": {"required": true}}
]}""".encode()
WHY = "Κατατέθηκε εγγράφως."


@pytest.fixture
def office() -> Office:
    return an_office()


def action(name: str, roles: str, senders: str, **more: str) -> str:
    """The properties of an event that offers an action."""
    named = {"name_en": name.capitalize(), "action_roles": roles, "message_from": senders}
    return property_("stoa:desk-action", name, **named, **more)


def under_way(office: Office, *, interrupting: bool = True, reason: str = "") -> CaseState:
    """A case that a clerk examines; citizen, clerk, manager and agency may each do something."""
    offer_drawn(
        office,
        "licence",
        start(),
        user("examine"),
        element(
            "boundaryEvent",
            "withdrawn",
            on_message("withdraw"),
            extensions=action(
                "withdraw",
                "citizen, clerk",
                "citizen, role:clerk",
                **({"action_reason": reason} if reason else {}),
            ),
            attachedToRef="examine",
            cancelActivity=str(interrupting).lower(),
            name="Απόσυρση",
        ),
        element(
            "boundaryEvent",
            "revoked",
            on_message("revoke"),
            extensions=action("revoke", "manager, agency", "role:clerk, role:manager, agency:registry"),
            attachedToRef="examine",
            name="Ανάκληση",
        ),
        user("close_file"),
        end("done"),
        chain("start", "examine", "done"),
        chain("withdrawn", "close_file", "done"),
        chain("revoked", "close_file"),
        declares=message("withdraw", "withdraw") + message("revoke", "revoke"),
    )
    return office.opens_case(procedure="licence", data={})


def offered(office: Office, state: CaseState, actor: Actor) -> list[str]:
    found = office.engine.ask(ListActions(case_id=state.case.id), actor=actor)
    return [one.action.name for one in found]


def open_tasks(office: Office, state: CaseState) -> list[str]:
    view = office.engine.ask(ShowCase(case_id=state.case.id), actor=office.clerk)
    return sorted(task.element_id for task in view.tasks)


def an_agency(key: str) -> Actor:
    return Actor(kind=ActorKind.AGENCY, id=a_branch().id, name=key)


def from_citizen(office: Office, state: CaseState, name: str = "withdraw") -> TakeActionFromCitizen:
    return TakeActionFromCitizen(number=state.case.number, code=office.code_of(state.case), name=name)


def test_an_action_is_offered_to_those_whom_its_roles_and_its_senders_both_name(office: Office) -> None:
    opened = under_way(office)
    receipt = ListCitizensActions(number=opened.case.number, code=office.code_of(opened.case))

    assert offered(office, opened, office.clerk) == ["withdraw"]
    assert offered(office, opened, office.manager) == ["revoke"]
    assert offered(office, opened, an_agency("registry")) == ["revoke"]
    assert [one.action.label for one in office.engine.ask(receipt, actor=CITIZEN)] == ["Απόσυρση"]


@pytest.mark.parametrize(
    ("actor", "refused"),
    [
        (a_clerk(a_branch(code="0010")), NotFound),
        (an_agency("police"), NotFound),
        (
            Actor(kind=ActorKind.USER, id=a_branch().id, name="dimitra", roles=frozenset({Role.SUPERVISOR})),
            NotPermitted,
        ),
    ],
)
def test_nobody_else_takes_it_and_for_strangers_there_is_no_such_case(
    office: Office, actor: Actor, refused: type[Refusal]
) -> None:
    opened = under_way(office)

    with pytest.raises(refused):
        office.does(TakeAction(case_id=opened.case.id, name="withdraw"), actor=actor)
    with pytest.raises(Conflict, match="open for you"):
        office.does(TakeAction(case_id=opened.case.id, name="revoke"), actor=office.clerk)
    assert open_tasks(office, opened) == ["examine"]


def test_what_was_taken_is_in_the_journal_in_the_name_of_who_did_and_is_offered_no_more(
    office: Office,
) -> None:
    opened = under_way(office, reason="required")

    office.does(TakeAction(case_id=opened.case.id, name="withdraw", reason=WHY))

    lines = {line.action: line for line in office.journal(opened)}
    taken = lines["action_taken"]
    assert (taken.actor_name, taken.reason, taken.detail["action"]) == (office.clerk.name, WHY, "withdraw")
    assert lines["message_received"].detail["from"] == "role:clerk"
    assert (open_tasks(office, opened), offered(office, opened, office.clerk)) == (["close_file"], [])


def test_the_citizen_takes_theirs_with_the_receipt_and_no_other(office: Office) -> None:
    opened = under_way(office)

    with pytest.raises(NotFound):
        office.does(replace(from_citizen(office, opened), code="AAAA-AAAA"), actor=CITIZEN)
    with pytest.raises(Conflict):
        office.does(from_citizen(office, opened, "revoke"), actor=CITIZEN)
    office.does(from_citizen(office, opened), actor=CITIZEN)

    taken = next(line for line in office.journal(opened) if line.action == "action_taken")
    assert (taken.actor_kind, open_tasks(office, opened)) == (ActorKind.CITIZEN, ["close_file"])


def test_a_reason_that_the_law_wants_is_asked_for(office: Office) -> None:
    opened = under_way(office, reason="required")

    with pytest.raises(Invalid) as refused:
        office.does(TakeAction(case_id=opened.case.id, name="withdraw", reason="  "))

    assert list(refused.value.errors) == ["reason"]
    assert open_tasks(office, opened) == ["examine"]


def test_nothing_is_offered_while_the_case_is_suspended(office: Office) -> None:
    opened = under_way(office)
    office.does(SuspendCase(case_id=opened.case.id, reason=WHY))

    assert offered(office, opened, office.clerk) == []
    with pytest.raises(Conflict) as refused:
        office.does(TakeAction(case_id=opened.case.id, name="withdraw"))
    assert refused.value.code == "case_suspended"


def test_the_same_request_twice_is_one_action_also_where_the_event_goes_on_waiting(office: Office) -> None:
    opened = under_way(office, interrupting=False)
    once = Once(owner="somebody", key="click", fingerprint=b"withdraw")
    command = TakeAction(case_id=opened.case.id, name="withdraw")

    for _ in range(2):
        office.does(command, once=once)

    assert open_tasks(office, opened) == ["close_file", "examine"]


def test_of_two_who_take_it_at_the_same_time_one_does(office: Office) -> None:
    opened = under_way(office)
    command = TakeAction(case_id=opened.case.id, name="withdraw")

    def takes(_: int) -> str:
        try:
            office.does(command)
        except Conflict as refused:
            return refused.code
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(takes, range(2)))

    assert outcomes == ["action_not_open", "taken"]


def test_an_action_brings_what_the_output_mapping_takes(office: Office) -> None:
    offer_drawn(
        office,
        "mapped",
        start(),
        user("examine"),
        element(
            "boundaryEvent",
            "corrected",
            on_message("correct"),
            extensions=mapping(outputs={"address": "address"})
            + '<zeebe:formDefinition formId="correction"/>'
            + action("correct", "clerk", "role:clerk"),
            attachedToRef="examine",
            name="Διόρθωση",
        ),
        user("look"),
        end("done"),
        chain("start", "examine", "done"),
        chain("corrected", "look", "done"),
        declares=message("correct", "correct"),
        forms={"correction": FORM},
    )
    opened = office.opens_case(procedure="mapped", data={})

    with pytest.raises(Invalid) as refused:
        office.does(TakeAction(case_id=opened.case.id, name="correct", data={"street": "x"}))
    office.does(TakeAction(case_id=opened.case.id, name="correct", data={"address": "Σταδίου 5"}))

    task = office.engine.ask(ShowCase(case_id=opened.case.id), actor=office.clerk).tasks[0]
    assert set(refused.value.errors) == {"address", "street"}
    assert office.claims(task).prefill["address"] == "Σταδίου 5"
