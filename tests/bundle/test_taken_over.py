"""What is known of the people of a case is taken over into forms, and never asked for twice."""

import pytest

from tests.bundle.samples import a_component, a_form, a_group, a_list, form_findings, refused

FROM = "stoa:from"
BORN = a_group(
    a_component(
        "datetime",
        "date",
        subtype="date",
        validate={"required": True},
        properties={FROM: "applicant.birth_date"},
    ),
    path="birth",
)
KNOWN = {"applicant": {"birth_date": "1980-12-31"}}


def test_what_is_known_of_a_person_is_taken_over() -> None:
    taken = a_form(BORN).accept({}, scope=KNOWN)

    assert taken == {"birth": {"date": "1980-12-31"}}


@pytest.mark.parametrize("scope", [{}, {"applicant": None}, {"applicant": {"birth_date": None}}])
def test_what_is_not_known_of_a_person_is_asked_for(scope: dict) -> None:
    form = a_form(BORN)

    assert refused(form, {}, **scope) == {"birth.date": ["An answer is required."]}
    assert form.accept({"birth": {"date": "1980-12-30"}}, scope=scope) == {"birth": {"date": "1980-12-30"}}


def test_what_is_taken_over_is_not_said_otherwise() -> None:
    said = refused(a_form(BORN), {"birth": {"date": "1980-12-30"}}, **KNOWN)

    assert list(said) == ["birth.date"]
    assert said["birth.date"][0].startswith("Expected what was given with the person's details")


def test_numbers_that_are_taken_over_are_compared_as_they_are_kept() -> None:
    form = a_form(a_component("textfield", "afm", properties={FROM: "applicant.afm", "stoa:check": "afm"}))

    taken = form.accept({"afm": "EL 094014201"}, scope={"applicant": {"afm": "094 014 201"}})

    assert taken == {"afm": "094014201"}


def test_what_is_taken_over_into_a_hidden_field_is_left_out() -> None:
    hidden = {"hide": "=true"}
    form = a_form(
        a_component("textfield", "name", conditional=hidden, properties={FROM: "applicant.family_name"})
    )

    assert form.accept({}, scope={"applicant": {"family_name": "Ρήγα"}}) == {}


@pytest.mark.parametrize(
    "component",
    [
        a_component("textfield", "name", properties={FROM: "applicant.name"}),
        a_component("textfield", "name", properties={FROM: "case.number"}),
        a_component("number", "age", properties={FROM: "applicant.birth_date"}),
        a_component("textfield", "name", properties={FROM: "applicant.given_name"}, readonly=True),
        a_list(a_component("textfield", "name", properties={FROM: "applicant.given_name"}), path="heirs"),
    ],
)
def test_what_cannot_be_taken_over_is_a_finding(component: dict) -> None:
    (finding,) = form_findings(component)

    assert FROM in finding or "taken over" in finding
