"""Claims about messages over HTTP: who may send which, and what a message changes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from engine.bootstrap import build
from engine.kernel.actor import SYSTEM, Role
from engine.organisation.registers import EnterBranch
from engine.procedures.model import ProcedureVersion
from engine.settings import from_environment
from tests.api.desk import Desk, a_desk, minutes
from tests.builders import NOON, a_branch
from tests.messages.drawn import message_from, offer_drawn
from tests.office import MovableClock
from tests.runtime.diagrams import chain, element, end, flow, mapping, message, on_message, start, user

PAID = message("paid", "payment_received", "case.number")
UNKNOWN = "0009-26-000999-9"
"""A number that no case has."""


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A desk on each kind of database, where a case waits for a payment that some may report."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    desk = a_desk(engine, clock=clock)
    offer(desk, "paying", senders="agency:registry, role:manager", outputs={"cents": "cents"})
    yield desk
    engine.close()


def offer(
    desk: Desk, key: str, *, senders: str | None, outputs: dict[str, str] | None = None
) -> ProcedureVersion:
    """Offer a procedure in which a clerk looks first, and which then waits for a payment."""
    extensions = (message_from(senders) if senders else "") + (mapping(outputs=outputs) if outputs else "")
    return offer_drawn(
        desk.office,
        key,
        start("opened"),
        user("look"),
        element("intermediateCatchEvent", "await", on_message("paid"), extensions=extensions),
        user("file_away"),
        end("done"),
        chain("opened", "look", "await", "file_away", "done"),
        declares=PAID,
    )


def opened(desk: Desk, procedure: str = "paying") -> dict[str, Any]:
    """A case that is looked at."""
    return desk.opens_case(procedure=procedure, data={})


def looks(desk: Desk, case: dict[str, Any]) -> None:
    """Maria looks at the case, which then waits for the payment."""
    task = case["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")
    response = desk.post(f"/tasks/{task}/complete", {"data": {}})
    assert response.status_code == 200, response.text


def waiting(desk: Desk, procedure: str = "paying") -> dict[str, Any]:
    """A case that waits for its payment."""
    case = opened(desk, procedure)
    looks(desk, case)
    return case


def pays(desk: Desk, number: str, *, by: str, data: Any = None, kept: bool = False) -> tuple[int, Any]:
    """Report a payment; the status, and the answer without what differs from one request to the next."""
    body = {"name": "payment_received", "correlation_key": number, "data": data or {"cents": 800}}
    response = desk.post("/messages", {**body, "ttl_seconds": 3600 if kept else 0}, by=by)
    answer = response.get_json()
    return response.status_code, {name: answer[name] for name in answer if name not in ("instance", "trace")}


def elements(desk: Desk, case: dict[str, Any]) -> list[str]:
    """Where the case stands."""
    shown = desk.get(f"/cases/{case['id']}").get_json()
    return [task["element"] for task in shown["tasks"]]


def variables(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    """The variables of a case, as its manager sees them."""
    found: dict[str, Any] = desk.get(f"/cases/{case['id']}/variables", by="nikos").get_json()["variables"]
    return found


def receipt_line(desk: Desk, case: dict[str, Any]) -> dict[str, Any]:
    """The line of the journal that says that the message came."""
    lines = desk.get(f"/cases/{case['id']}/journal?limit=100").get_json()["items"]
    (line,) = [line for line in lines if line["action"] == "message_received"]
    return dict(line)


@pytest.mark.parametrize("sender", ["registry", "nikos"])
def test_whom_the_diagram_names_may_send_the_message(desk: Desk, sender: str) -> None:
    case = waiting(desk)

    answer = pays(desk, case["number"], by=sender)

    assert answer == (200, {"result": "delivered"})
    assert elements(desk, case) == ["file_away"]
    assert receipt_line(desk, case)["actor"]["name"] == sender


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    "stranger", ["maria", "foteini", "dimitra", "anna", "olga", "thanos", "municipality"]
)
def test_who_is_not_named_is_told_the_same_whether_the_case_is_there_or_not(
    desk: Desk, stranger: str, kept: bool
) -> None:
    case = waiting(desk)

    there = pays(desk, case["number"], by=stranger, kept=kept)
    not_there = pays(desk, UNKNOWN, by=stranger, kept=kept)

    assert there[0] == 403
    assert there[1]["type"].endswith("message_not_permitted")
    assert there == not_there
    assert elements(desk, case) == []


def test_the_manager_of_another_branch_reaches_no_case_and_is_not_told_of_one(desk: Desk) -> None:
    elsewhere = a_branch(code="0011", name="ΚΕΠ Βόλου", name_en="Volos", municipality="Βόλου")
    desk.office.does(EnterBranch(branch=elsewhere), actor=SYSTEM)
    desk.engages("eleni", elsewhere, Role.MANAGER)
    case, later = waiting(desk), opened(desk)

    there = [pays(desk, case["number"], by="eleni", kept=kept) for kept in (False, True)]
    not_there = [pays(desk, UNKNOWN, by="eleni", kept=kept) for kept in (False, True)]
    pays(desk, later["number"], by="eleni", kept=True)
    looks(desk, later)

    assert there == not_there == [(200, {"result": "dropped"}), (200, {"result": "kept"})]
    assert (elements(desk, case), elements(desk, later)) == ([], [])


def test_without_the_property_nobody_outside_may_send_the_message(desk: Desk) -> None:
    offer(desk, "closed", senders=None)
    case = waiting(desk, "closed")

    answers = [pays(desk, case["number"], by=name) for name in ("maria", "municipality", "registry")]

    assert [status for status, _ in answers] == [403, 403, 200]
    assert answers[2][1] == {"result": "dropped"}
    assert elements(desk, case) == []


def test_a_name_that_no_procedure_knows_is_refused_as_one_that_others_may_send(desk: Desk) -> None:
    body = {"name": "unheard_of", "correlation_key": UNKNOWN, "ttl_seconds": 60}

    response = desk.post("/messages", body, by="registry")

    assert response.status_code == 403
    assert response.get_json()["type"].endswith("message_not_permitted")


def test_a_kept_message_is_its_senders_in_the_journal_and_not_the_clerks_who_came_by(desk: Desk) -> None:
    case = opened(desk)
    kept = pays(desk, case["number"], by="registry", kept=True)

    looks(desk, case)

    assert kept == (200, {"result": "kept"})
    assert elements(desk, case) == ["file_away"]
    line = receipt_line(desk, case)
    assert (line["actor"]["kind"], line["actor"]["name"], line["branch"]) == ("agency", "registry", None)
    assert line["detail"]["from"] == "agency:registry"
    assert line["detail"]["sent_at"] == desk.office.clock.now().isoformat()


def test_a_case_passes_over_kept_messages_of_those_whom_it_does_not_take_one_from(desk: Desk) -> None:
    offer(desk, "municipal", senders="agency:municipality", outputs={"cents": "cents"})
    case = opened(desk)
    pays(desk, case["number"], by="municipality", data={"cents": 1}, kept=True)
    desk.office.clock.advance(minutes(1))
    pays(desk, case["number"], by="registry", data={"cents": 2}, kept=True)

    looks(desk, case)

    assert variables(desk, case)["cents"] == 2


def test_a_message_sets_what_its_output_mapping_names_and_nothing_else(desk: Desk) -> None:
    case = waiting(desk)
    before = variables(desk, case)

    pays(desk, case["number"], by="registry", data={"cents": 800, "applicant": "x", "case": {"number": "y"}})

    assert variables(desk, case) == {**before, "cents": 800}


def test_a_message_from_outside_brings_nothing_where_no_output_mapping_takes_it(desk: Desk) -> None:
    offer(desk, "bare", senders="agency:registry")
    case = waiting(desk, "bare")
    before = variables(desk, case)

    answer = pays(desk, case["number"], by="registry", data={"cents": 800, "case": {"number": "y"}})

    assert answer == (200, {"result": "delivered"})
    assert elements(desk, case) == ["file_away"]
    assert variables(desk, case) == before


def test_a_case_that_a_message_begins_has_what_its_output_mapping_names(desk: Desk) -> None:
    extensions = message_from("role:clerk") + mapping(outputs={"to": "to"})
    offer_drawn(
        desk.office,
        "moving",
        start("opened"),
        element("startEvent", "set_off", on_message("moved"), extensions=extensions),
        user("look"),
        end("done"),
        chain("opened", "look", "done"),
        flow("set_off", "look"),
        declares=message("moved", "moved"),
    )
    body = {"name": "moved", "data": {"to": "Πάτρα", "approved": True, "case": {"number": "y"}}}

    answers = [desk.post("/messages", body, by=name) for name in ("maria", "nikos", "registry")]

    assert [answer.status_code for answer in answers] == [200, 403, 403]
    (case,) = desk.get("/cases?procedure=moving").get_json()["items"]
    found = variables(desk, case)
    assert (found["to"], found["case"]["number"]) == ("Πάτρα", case["number"])
    assert set(found) == {"case", "to"}


def test_a_message_that_nobody_waits_for_is_kept_or_dropped(desk: Desk) -> None:
    kept = pays(desk, UNKNOWN, by="registry", kept=True)
    dropped = pays(desk, UNKNOWN, by="registry")

    assert (kept, dropped) == ((200, {"result": "kept"}), (200, {"result": "dropped"}))


def test_the_example_of_the_api_correlates_by_nothing_that_could_be_guessed(desk: Desk) -> None:
    document = desk.get("/openapi.json", by=None).get_json()

    content = document["paths"]["/api/v1/messages"]["post"]["requestBody"]["content"]["application/json"]

    example = content.get("example") or next(iter(content["examples"].values()))["value"]
    assert UUID(example["correlation_key"]).version == 4


def tells(
    desk: Desk, case: dict[str, Any], *, code: str | None = None, name: str = "payment_received"
) -> Any:
    """The citizen of a case sends it a message, with the code on the receipt if no other is given."""
    body = {"code": code or case["tracking_code"], "name": name, "data": {"cents": 800, "approved": True}}
    return desk.post(f"/track/{case['number']}/messages", body, by=None)


def test_a_citizen_sends_their_own_case_what_its_diagram_takes_from_them(desk: Desk) -> None:
    offer(desk, "withdrawable", senders="citizen", outputs={"cents": "cents"})
    other, own = waiting(desk, "withdrawable"), waiting(desk, "withdrawable")

    response = tells(desk, own)

    assert (response.status_code, response.get_json()) == (200, {"result": "delivered"})
    assert (elements(desk, other), elements(desk, own)) == ([], ["file_away"])
    assert receipt_line(desk, own)["actor"]["kind"] == "citizen"
    assert "approved" not in variables(desk, own)


def test_a_citizen_sends_nothing_that_the_diagram_does_not_take_from_them(desk: Desk) -> None:
    offer(desk, "withdrawable", senders="citizen")
    not_theirs, too_early = waiting(desk), opened(desk, "withdrawable")

    answers = [tells(desk, not_theirs), tells(desk, too_early), tells(desk, too_early, name="another")]
    looks(desk, too_early)

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert (elements(desk, not_theirs), elements(desk, too_early)) == ([], [])


def test_a_message_with_a_wrong_code_looks_like_one_to_a_case_that_is_not_there(desk: Desk) -> None:
    offer(desk, "withdrawable", senders="citizen")
    case = waiting(desk, "withdrawable")

    wrong = tells(desk, case, code="K7QX9PAB")
    unknown = tells(desk, {**case, "number": UNKNOWN})
    no_number = tells(desk, {**case, "number": "no-number"})

    refusals = [(answer.status_code, answer.get_json()["detail"]) for answer in (wrong, unknown, no_number)]
    assert refusals == [(404, "There is no case with this number and code.")] * 3
    assert elements(desk, case) == []
