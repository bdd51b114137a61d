"""Claims about the page on which a party signs: their own, once, and nothing else of the case."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.bootstrap import build
from engine.kernel.signing import SignatureState
from engine.settings import from_environment
from tests.api.desk import APPLICANT, Desk, a_desk
from tests.builders import NOON
from tests.office import MovableClock
from tests.pages.visiting import OpenDesk, Visitor
from tests.signatures.selling import OTHER_SELLER, PARTIES, SELLER, Sale, opens, selling

DIGITS = SELLER["afm"][-4:]
SIGNS: dict[str, Any] = {"decision": "sign", "agreed": "yes", "data": "{}"}
FORM = json.dumps(
    {
        "type": "default",
        "id": "price",
        "schemaVersion": 18,
        "components": [
            {"id": "p", "key": "price", "type": "number", "label": "Τίμημα", "validate": {"required": True}}
        ],
    }
).encode()
ASKS_PRICE = PARTIES.replace("    papers:", "    form: price\n    papers:")


@pytest.fixture
def sale() -> Sale:
    """A sale on a desk in memory."""
    return Sale.at(a_desk())


def a_browser(sale: Sale) -> Visitor:
    return OpenDesk(desk=sale.desk).anybody()


def opens_link(visitor: Visitor, code: str, digits: str = DIGITS) -> TestResponse:
    visitor.opens(f"/sign?code={code}")
    return visitor.sends("/sign", code=code, digits=digits)


def state(sale: Sale, role: str = "seller", number: int = 0) -> SignatureState | None:
    return sale.signer(role, number).state


def test_a_seller_signs_from_their_link(stored: Desk) -> None:
    sale = Sale.at(stored)
    visitor = a_browser(sale)

    opens_link(visitor, sale.code("seller"))
    opened = state(sale)
    visitor.sends("/sign/sheet", **SIGNS)

    assert opened is SignatureState.OPENED
    assert state(sale) is SignatureState.SIGNED
    assert "Signed from the link on" in visitor.text
    lines = stored.get(f"/cases/{sale.case['id']}/journal?limit=100").get_json()["items"]
    signed = next(line for line in lines if line["action"] == "party_signed")
    assert signed["actor"] == {"kind": "citizen", "name": "party seller"}
    assert "Νικολάου" not in json.dumps(lines, ensure_ascii=False)


@pytest.fixture
def stored(database_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    yield a_desk(engine, clock=clock)
    engine.close()


def test_a_refusal_needs_a_reason_and_is_final(sale: Sale) -> None:
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))

    without = visitor.sends("/sign/sheet", decision="refuse", reason=" ")
    refused = visitor.sends("/sign/sheet", decision="refuse", reason="Δεν το πουλάω.")
    again = visitor.sends("/sign/sheet", **SIGNS)

    assert (without.status_code, refused.status_code, again.status_code) == (422, 200, 409)
    assert state(sale) is SignatureState.REFUSED


def test_nobody_signs_without_saying_that_they_have_read_it(sale: Sale) -> None:
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))

    refused = visitor.sends("/sign/sheet", decision="sign", data="{}")

    assert refused.status_code == 422
    assert state(sale) is SignatureState.OPENED


def test_a_party_sees_what_they_sign_and_nothing_of_the_others(sale: Sale) -> None:
    visitor = a_browser(sale)

    page = opens_link(visitor, sale.code("seller")).text

    assert "I sell the vehicle." in page
    assert "ΙΒΧ-4471" in page
    assert SELLER["given_name"] in page
    for hidden in (
        SELLER["afm"],
        APPLICANT["family_name"],
        APPLICANT["afm"],
        "6987654321",
        "eleni@example.org",
    ):
        assert hidden not in page


def test_the_link_of_one_party_is_not_that_of_another(sale: Sale) -> None:
    visitor = a_browser(sale)

    refused = opens_link(visitor, sale.code("buyer"))

    assert refused.status_code == 404
    assert visitor.opens("/sign/sheet").request.path == "/sign"


def test_a_pass_opens_its_own_signature_alone(sale: Sale) -> None:
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))
    cookie = visitor.client.get_cookie("stoa_signing")
    assert cookie is not None
    own, _, proof = cookie.value.partition(".")
    other = sale.signer("buyer").signature
    assert other is not None
    visitor.client.set_cookie("stoa_signing", f"{other.id}.{proof}")

    shown = visitor.opens("/sign/sheet")

    assert own != str(other.id)
    assert shown.request.path == "/sign"


def test_after_five_wrong_answers_a_link_opens_nothing_even_for_the_right_one(sale: Sale) -> None:
    visitor, code = a_browser(sale), sale.code("seller")

    statuses = [opens_link(visitor, code, f"000{number}").status_code for number in range(5)]
    right = opens_link(visitor, code)

    assert [*statuses, right.status_code] == [404] * 6
    assert "opens nothing any more" in visitor.text
    assert state(sale) is SignatureState.INVITED


def test_a_code_that_is_nobodys_is_told_like_wrong_digits(sale: Sale) -> None:
    visitor = a_browser(sale)

    unknown = opens_link(visitor, "K7QX-9PAB-2MRT-4WZE").status_code, visitor.text
    wrong = opens_link(visitor, sale.code("seller"), "0000").status_code, visitor.text

    assert unknown == wrong


def test_guesses_at_one_link_are_limited_wherever_they_come_from() -> None:
    sale = Sale.at(a_desk(STOA_PUBLIC_RATE_LIMIT="3"))
    code = sale.code("seller")

    statuses = []
    for number in range(4):
        visitor = a_browser(sale)
        visitor.opens("/sign")
        fields = {"csrf": visitor.token, "code": code, "digits": "0000"}
        place = {"REMOTE_ADDR": f"198.51.{number}.1"}
        headers = {"Accept": "text/html"}
        sent = visitor.client.post("/sign", data=fields, environ_base=place, headers=headers)
        statuses.append(sent.status_code)

    assert statuses == [404, 404, 404, 429]


def test_a_link_that_is_sent_anew_kills_the_old_one_and_every_visit(sale: Sale) -> None:
    visitor, old = a_browser(sale), sale.code("seller")
    opens_link(visitor, old)

    sent = sale.desk.post(f"/service-tasks/{sale.awaited('seller')}/signature/link")

    assert sent.status_code == 200
    assert visitor.sends("/sign/sheet", **SIGNS).request.path == "/sign"
    assert opens_link(a_browser(sale), old).status_code == 404
    assert opens_link(a_browser(sale), sale.code("seller")).request.path == "/sign/sheet"
    assert state(sale) is SignatureState.OPENED


def test_a_link_that_was_taken_back_opens_nothing(sale: Sale) -> None:
    old, path = sale.code("seller"), f"/service-tasks/{sale.awaited('seller')}/signature/link"

    taken = sale.desk.call("DELETE", path)

    assert taken.get_json()["link_opens"] is False
    assert opens_link(a_browser(sale), old).status_code == 404


def test_a_link_opens_for_as_long_as_the_diagram_says() -> None:
    sale = Sale.at(a_desk(), files=selling(days="2"))
    code = sale.code("seller")

    sale.desk.office.clock.advance(timedelta(days=2))

    assert opens_link(a_browser(sale), code).status_code == 404


def test_a_visit_lasts_half_an_hour(sale: Sale) -> None:
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))

    sale.desk.office.clock.advance(timedelta(minutes=31))

    assert visitor.sends("/sign/sheet", **SIGNS).request.path == "/sign"
    assert state(sale) is SignatureState.OPENED


def test_a_used_link_shows_what_was_signed_and_signs_nothing(sale: Sale) -> None:
    code = sale.code("seller")
    visitor = a_browser(sale)
    opens_link(visitor, code)
    visitor.sends("/sign/sheet", **SIGNS)

    later = a_browser(sale)
    opens_link(later, code)

    assert "Signed from the link on" in later.text
    assert later.sees("//form[@id='signing']") == []
    assert later.sends("/sign/sheet", **SIGNS).status_code == 409


def test_two_windows_sign_once(stored: Desk) -> None:
    sale = Sale.at(stored)
    windows = [a_browser(sale) for _ in range(4)]
    code = sale.code("seller")
    for window in windows:
        opens_link(window, code)
    ready, statuses = threading.Barrier(len(windows)), Counter[int]()

    def press(window: Visitor) -> None:
        ready.wait()
        statuses[window.sends("/sign/sheet", follow=False, **SIGNS).status_code] += 1

    threads = [threading.Thread(target=press, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == {303: 1, 409: 3}
    lines = stored.get(f"/cases/{sale.case['id']}/journal?limit=100").get_json()["items"]
    assert [line["action"] for line in lines].count("party_signed") == 1


def test_what_a_party_fills_in_comes_to_the_diagram() -> None:
    sale = Sale.at(a_desk(), files=selling(parties=ASKS_PRICE, forms={"forms/price.form": FORM}))
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))

    missing = visitor.sends("/sign/sheet", **SIGNS)
    visitor.sends("/sign/sheet", **{**SIGNS, "data": '{"price": 5000}'})
    sale.signs_at_counter("buyer")

    task = sale.now()["tasks"][0]["id"]
    prefill = sale.desk.get(f"/tasks/{task}").get_json()["prefill"]
    assert missing.status_code == 422
    assert prefill["seller_answers"] == [{"state": "signed", "answers": {"price": 5000}}]


def test_names_are_shown_as_text(sale: Sale) -> None:
    evil = {**SELLER, "given_name": "<script>alert(1)</script>", "afm": OTHER_SELLER["afm"]}
    opened = opens(sale.desk, parties=[{"role": "seller", "person": evil}]).get_json()
    other = Sale(desk=sale.desk, case=opened)
    visitor = a_browser(other)

    page = opens_link(visitor, other.code("seller"), evil["afm"][-4:]).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_suspended_case_takes_no_signature(sale: Sale) -> None:
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))
    sale.desk.post(f"/cases/{sale.case['id']}/suspend", {"reason": "Έλεγχος."})

    assert visitor.sends("/sign/sheet", **SIGNS).status_code == 409
    assert state(sale) is SignatureState.OPENED


def test_a_case_that_is_withdrawn_needs_no_signature_any_more(sale: Sale) -> None:
    visitor = a_browser(sale)
    opens_link(visitor, sale.code("seller"))
    sale.desk.post(f"/cases/{sale.case['id']}/withdraw", {"reason": "Το θέλει."})

    assert visitor.sends("/sign/sheet", **SIGNS).status_code == 409
    assert state(sale) is SignatureState.WITHDRAWN


def test_a_seller_who_never_signs_is_waited_for_no_longer_than_the_diagram_says(sale: Sale) -> None:
    sale.desk.office.clock.advance(timedelta(days=11))
    sale.fires()

    assert state(sale) is SignatureState.EXPIRED
    assert sale.now()["outcome"] == "never_signed"


def test_the_reading_of_a_party_is_on_record_and_told_to_the_applicant(sale: Sale) -> None:
    opens_link(a_browser(sale), sale.code("seller"))

    number, code = sale.case["number"], sale.case["tracking_code"]
    readings = sale.desk.get(f"/track/{number}/readers?code={code}", by=None).get_json()["items"]

    assert ("signature", "signing") in [(one["shown"], one["purpose"]) for one in readings]


def test_nobody_answers_in_the_place_of_a_party(sale: Sale) -> None:
    path = f"/service-tasks/{sale.awaited('seller')}"

    answered = sale.desk.post(f"{path}/complete", {"data": {"state": "signed"}})
    failed = sale.desk.post(f"{path}/fail", {"code": "x", "message": "x"})

    assert (answered.status_code, failed.status_code) == (409, 409)
    assert state(sale) is SignatureState.INVITED


@pytest.mark.parametrize("by", ["foteini", "thanos", "olga", "dimitra", "municipality"])
def test_only_the_people_of_the_branch_take_a_signature_and_see_the_link(sale: Sale, by: str) -> None:
    path = f"/service-tasks/{sale.awaited('seller')}/signature"
    body = {"identity": "passport", "signed": True}

    statuses = {
        sale.desk.get(path, by=by).status_code,
        sale.desk.post(path, body, by=by).status_code,
        sale.desk.post(f"{path}/link", by=by).status_code,
        sale.desk.call("DELETE", f"{path}/link", by=by).status_code,
    }

    assert statuses <= {403, 404}
    assert state(sale) is SignatureState.INVITED


def test_the_code_of_a_link_is_sealed_and_told_by_no_call(sale: Sale) -> None:
    code = sale.code("seller")
    signature = sale.signer("seller").signature
    assert signature is not None

    told = sale.desk.get(f"/service-tasks/{signature.service_task_id}/signature").text

    assert code not in told
    assert code not in sale.desk.get(f"/cases/{sale.case['id']}").text
    assert signature.digest != code


def test_the_applicant_is_shown_who_has_signed_by_role_and_initials(sale: Sale) -> None:
    sale.signs_at_counter("seller")

    shown = sale.desk.get(f"/track/{sale.case['number']}?code={sale.case['tracking_code']}", by=None)

    assert [(one["role"], one["initials"], one["state"]) for one in shown.get_json()["signers"]] == [
        ("buyer", "Ε. Δ.", "invited"),
        ("seller", "Γ. Ν.", "signed"),
    ]
    assert SELLER["family_name"] not in shown.text


def test_a_clerk_takes_a_signature_at_the_desk(sale: Sale) -> None:
    opened = OpenDesk(desk=sale.desk)
    maria = opened.visit(sale.desk.office.clerk)
    address = f"/desk/signatures/{sale.awaited('seller')}"

    maria.opens(f"/desk/agency/{sale.awaited('seller')}")
    letter = maria.opens(f"{address}/letter").text
    unseen = maria.sends(f"{address}/take", decision="sign", identity="questions")
    maria.sends(f"{address}/take", decision="sign", identity="identity_card")

    assert sale.signer("seller").signature is not None
    assert unseen.status_code == 422
    assert "Signed at the counter on" in maria.text
    assert "/sign" in letter
    maria.opens(f"/desk/cases/{sale.case['id']}")
    assert "signed," in maria.text
    assert "A party of the case" not in maria.text


def test_a_clerk_sends_a_link_anew_and_takes_it_back(sale: Sale) -> None:
    maria = OpenDesk(desk=sale.desk).visit(sale.desk.office.clerk)
    address, old = f"/desk/signatures/{sale.awaited('seller')}", sale.code("seller")

    maria.sends(f"{address}/send")
    new = sale.code("seller")
    maria.sends(f"{address}/revoke")

    assert new != old
    assert "There is no link." in maria.text
