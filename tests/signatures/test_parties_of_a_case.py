"""Claims about the parties of a case, through HTTP and on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.bootstrap import build
from engine.kernel.refusal import Invalid
from engine.settings import from_environment
from tests.api.desk import APPLICANT, Desk, a_desk
from tests.builders import NOON
from tests.office import MovableClock
from tests.signatures.selling import OTHER_SELLER, PARTIES, SELLER, Sale, offers, opens, selling

RECEIVED = {"identity": "identity_card", "papers": []}


@pytest.fixture
def stored(database_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": database_url}), clock=clock)
    yield a_desk(engine, clock=clock)
    engine.close()


@pytest.fixture
def desk() -> Desk:
    """A desk in memory."""
    return a_desk()


def problems(desk: Desk, **changes: Any) -> dict[str, list[str]]:
    response = opens(desk, **changes)
    assert response.status_code == 422, response.text
    return dict(response.get_json()["errors"])


def a_seller(**changes: Any) -> dict[str, Any]:
    return {"role": "seller", "person": {**SELLER, **changes}}


def test_seller_and_buyer_sign_and_the_case_goes_on(stored: Desk) -> None:
    sale = Sale.at(stored)
    asked = sale.now()

    sale.signs_at_counter("seller")
    between = sale.now()
    signed = sale.signs_at_counter("buyer")

    after = sale.now()
    assert [task["topic"] for task in asked["service_tasks"]] == ["stoa:signature"] * 2
    assert asked["flags"] == between["flags"] == ["awaiting_citizen"]
    assert asked["term_rests_since"] is not None
    assert signed.status_code == 200, signed.text
    assert [task["element"] for task in after["tasks"]] == ["look"]
    assert (after["flags"], after["term_rests_since"]) == ([], None)
    assert sorted((one["declared_role"], one["person"]["afm"]) for one in after["parties"]) == [
        ("buyer", APPLICANT["afm"]),
        ("seller", SELLER["afm"]),
    ]


def test_a_refusal_leads_where_the_diagram_says(stored: Desk) -> None:
    sale = Sale.at(stored)

    sale.signs_at_counter("buyer")
    refused = sale.signs_at_counter("seller", signed=False, reason="Δεν πληρώθηκα.")

    assert refused.get_json()["outcome"] == "refused"
    assert sale.now()["status"] == "rejected"


def test_a_case_of_a_seller_is_found_by_their_afm(stored: Desk) -> None:
    sale = Sale.at(stored)

    found = stored.get(f"/cases?q={SELLER['afm']}").get_json()["items"]
    elsewhere = stored.get(f"/cases?q={SELLER['afm']}", by="foteini").get_json()["items"]

    assert [case["id"] for case in found] == [sale.case["id"]]
    assert elsewhere == []


def test_an_obligatory_party_that_is_missing_is_named_by_role(desk: Desk) -> None:
    offers(desk, selling())

    found = problems(desk, parties=[])

    assert list(found) == ["parties"]
    assert "1–2 of seller, found 0" in found["parties"][0]


@pytest.mark.parametrize(
    ("parties", "field"),
    [
        ([a_seller(), {"role": "notary", "person": SELLER}], "parties.1.role"),
        ([a_seller(afm=None)], "parties.0.person.afm"),
        ([a_seller(afm=APPLICANT["afm"])], "parties.0.person.afm"),
        ([a_seller(), a_seller(given_name="Άλλος")], "parties.1.person.afm"),
        (
            [
                a_seller(),
                {"role": "seller", "person": OTHER_SELLER},
                {"role": "buyer", "person": {**OTHER_SELLER, "afm": "094019245"}},
            ],
            "parties",
        ),
        ([a_seller(afm="090000046")], "parties.0.person.afm"),
        ([{"role": "seller", "person": {**SELLER, "afm": "EL090000045"}}], "parties.0.person.afm"),
    ],
    ids=["unknown role", "no number", "the applicant", "twice", "two buyers", "wrong digit", "not plain"],
)
def test_parties_that_do_not_fit_are_refused_by_field(desk: Desk, parties: Any, field: str) -> None:
    offers(desk, selling())

    assert field in problems(desk, parties=parties)


def test_the_papers_of_each_party_are_asked_for_once_somebody_looks_at_papers(desk: Desk) -> None:
    offers(desk, selling())

    missing = problems(desk, reception=RECEIVED)
    complete = opens(desk, reception=RECEIVED, parties=[{**a_seller(), "papers": ["registration"]}])
    of_applicant = problems(
        desk, reception=RECEIVED, applicant_role="seller", parties=[{"role": "buyer", "person": SELLER}]
    )

    assert list(missing) == ["parties.0.papers"]
    assert complete.status_code == 201
    assert of_applicant == {"reception.papers": ["expected registration"]}


def test_ten_thousand_parties_are_refused_at_once(desk: Desk) -> None:
    offers(desk, selling())

    many = [{"role": "seller", "person": {"given_name": "Α", "family_name": "Β"}}] * 10_000

    assert list(problems(desk, parties=many)) == ["parties"]


def test_what_the_applicant_is_has_to_be_said_where_it_can_be_two_things(desk: Desk) -> None:
    offers(desk, selling())

    assert list(problems(desk, applicant_role=None)) == ["applicant_role"]
    assert list(problems(desk, applicant_role="notary")) == ["applicant_role"]


def test_a_procedure_without_parties_takes_none(desk: Desk) -> None:
    refused = desk.post(
        "/cases",
        {
            "procedure": "residence-certificate",
            "channel": "counter",
            "applicant": APPLICANT,
            "parties": [a_seller()],
            "data": {},
        },
    )

    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("    max: 2\n", "    max: 0\n", 12),
        ("role: seller", "role: buyer", 8),
        ("    min: 1\n", "    min: 3\n", 11),
        ("[afm, identity_document]", "[shoe_size]", 13),
        ("    statement: {el: Πουλάω το όχημα., en: I sell the vehicle.}\n", "", 8),
        ("    papers:", "    form: no-such-form\n    papers:", 16),
        ("signs: true\n    statement: {el: Π", "signs: true\n    consents: true\n    statement: {el: Π", 15),
    ],
    ids=["max", "role twice", "min", "identified by", "no statement", "form", "both"],
)
def test_parties_that_are_declared_wrongly_are_refused_with_their_line(
    desk: Desk, before: str, after: str, line: int
) -> None:
    assert PARTIES.count(before) == 1

    with pytest.raises(Invalid) as refused:
        offers(desk, selling(parties=PARTIES.replace(before, after)))

    first = selling()["procedure.yaml"].decode().splitlines().index("parties:")
    assert f"line {first + line}," in str(refused.value.errors), refused.value.errors


def test_a_role_that_nobody_declares_is_found_in_the_diagram(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        offers(desk, selling(parties=PARTIES.replace("role: seller", "role: vendor")))

    assert "Expected a role of the parties in procedure.yaml (buyer, vendor), found seller." in str(
        refused.value.errors
    )
