"""What a single answer must be."""

import pytest

from engine.bundle import Language
from tests.bundle.samples import a_component, a_form, refused

CHOICES = [{"label": "Ένα", "value": "one"}, {"label": "Δύο", "value": "two"}]

FILED = ("files::1", "files::2")

TAKEN = [
    ("textfield", {}, "Ελλάδα"),
    ("textfield", {}, ""),
    ("textfield", {}, None),
    ("textfield", {"validate": {"minLength": 3}}, ""),
    ("textfield", {"validate": {"pattern": "^[0-9]{2}$"}}, "12"),
    ("textfield", {"validate": {"validationType": "email"}}, "maria@example.gr"),
    ("textarea", {}, "one\ntwo\tthree"),
    ("number", {}, 3),
    ("number", {}, -2.5),
    ("number", {"decimalDigits": 2}, 1.25),
    ("number", {"decimalDigits": 0}, 2.0),
    ("number", {"decimalDigits": 0}, 10**20),
    ("number", {"validate": {"min": 1, "max": 5}}, 5),
    ("number", {"serializeToString": True}, "12.50"),
    ("checkbox", {}, True),
    ("checkbox", {}, False),
    ("radio", {"values": CHOICES}, "two"),
    ("select", {"values": CHOICES}, "one"),
    ("checklist", {"values": CHOICES}, ["two", "one"]),
    ("taglist", {"values": CHOICES}, []),
    ("datetime", {"subtype": "date"}, "2024-02-29"),
    ("datetime", {"subtype": "time"}, "09:30+02:00"),
    ("datetime", {"subtype": "time", "timeSerializingFormat": "no_timezone"}, "09:30"),
    ("datetime", {"subtype": "datetime", "timeSerializingFormat": "utc_normalized"}, "2026-03-09T09:30Z"),
    ("datetime", {"subtype": "date", "disallowPassedDates": True}, "2026-03-09"),
    ("filepicker", {}, "files::1"),
    ("filepicker", {}, ["files::1", "files::2"]),
]


@pytest.mark.parametrize(("type_", "settings", "value"), TAKEN)
def test_a_sound_answer_is_taken_as_it_is(type_: str, settings: dict, value: object) -> None:
    form = a_form(a_component(type_, **settings))

    taken = form.accept({"answer": value}, scope={}, is_filed=lambda reference: reference in FILED)

    assert taken["answer"] == value
    assert type(taken["answer"]) is type(value)


REFUSED = [
    ("textfield", {}, 1, "Expected a text."),
    ("textfield", {}, True, "Expected a text."),
    ("textfield", {}, ["a"], "Expected a text."),
    ("textfield", {}, {"a": 1}, "Expected a text."),
    ("textfield", {}, "a\0b", "The text holds a character that cannot be written."),
    ("textfield", {}, "half \ud83d", "The text holds a character that cannot be written."),
    ("textfield", {}, "bell\x07", "The text holds a character that cannot be written."),
    ("textfield", {}, "one\ntwo", "Expected a single line."),
    ("textfield", {}, "a" * 1001, "Expected at most 1000 characters, found 1001."),
    ("textarea", {}, "a" * 20_001, "Expected at most 20000 characters, found 20001."),
    (
        "textarea",
        {"validate": {"maxLength": 90_000}},
        "a" * 20_001,
        "Expected at most 20000 characters, found 20001.",
    ),
    ("textfield", {"validate": {"maxLength": 2}}, "abc", "Expected at most 2 characters, found 3."),
    ("textfield", {"validate": {"minLength": 3}}, "ab", "Expected at least 3 characters, found 2."),
    ("textfield", {"validate": {"pattern": "^[0-9]+$"}}, "1a", "The text does not look as expected here."),
    ("textfield", {"validate": {"pattern": "^\\d+$"}}, "٣", "The text does not look as expected here."),
    ("textfield", {"validate": {"validationType": "email"}}, "maria@", "Expected an e-mail address."),
    ("number", {}, "1", "Expected a number."),
    ("number", {}, True, "Expected a number."),
    ("number", {}, float("nan"), "Expected a number."),
    ("number", {}, float("inf"), "Expected a number."),
    ("number", {}, 10**34, "Expected a number of at most 34 digits."),
    ("number", {"decimalDigits": 0}, 1.5, "Expected at most 0 decimal places."),
    ("number", {"decimalDigits": 2}, 1.255, "Expected at most 2 decimal places."),
    ("number", {"validate": {"min": 1}}, 0, "Expected at least 1, found 0."),
    ("number", {"validate": {"max": 1.5}}, 1.6, "Expected at most 1.5, found 1.6."),
    ("number", {"serializeToString": True}, 12, "Expected a number."),
    ("number", {"serializeToString": True}, "1e5", "Expected a number."),
    ("checkbox", {}, "true", "Expected true or false."),
    ("checkbox", {}, 1, "Expected true or false."),
    ("radio", {"values": CHOICES}, "three", "Expected one of the options offered."),
    ("radio", {"values": CHOICES}, ["one"], "Expected one of the options offered."),
    ("select", {"values": [{"label": "1", "value": 1}]}, True, "Expected one of the options offered."),
    ("checklist", {"values": CHOICES}, "one", "Expected a list."),
    ("checklist", {"values": CHOICES}, ["one", "one"], "Expected every choice once."),
    ("taglist", {"values": CHOICES}, ["three"], "Expected one of the options offered."),
    ("taglist", {"values": CHOICES}, ["x"] * 501, "Expected at most 500 entries, found 501."),
    ("datetime", {"subtype": "date"}, "2023-02-29", "Expected a date such as 2026-03-09."),
    ("datetime", {"subtype": "date"}, "20230228", "Expected a date such as 2026-03-09."),
    ("datetime", {"subtype": "date"}, 20230228, "Expected a date such as 2026-03-09."),
    ("datetime", {"subtype": "time"}, "09:30", "Expected a time such as 09:30+02:00."),
    ("datetime", {"subtype": "time"}, "25:30Z", "Expected a time such as 09:30+02:00."),
    (
        "datetime",
        {"subtype": "datetime"},
        "2026-03-09",
        "Expected a date and time such as 2026-03-09T09:30+02:00.",
    ),
    (
        "datetime",
        {"subtype": "date", "disallowPassedDates": True},
        "2026-03-08",
        "Expected today or a later day.",
    ),
    ("filepicker", {}, 5, "Expected the reference of a file."),
    ("filepicker", {}, "files::3", "Expected a file that is among the documents of this case."),
    ("filepicker", {}, "f" * 256, "Expected at most 255 characters, found 256."),
]


@pytest.mark.parametrize(("type_", "settings", "value", "sentence"), REFUSED)
def test_an_unsound_answer_is_refused_with_a_sentence(
    type_: str, settings: dict, value: object, sentence: str
) -> None:
    form = a_form(a_component(type_, **settings))

    problems = refused(form, {"answer": value})

    assert problems == {"answer": [sentence]}


CHECKED = [
    ("afm", "090000045", "090000045"),
    ("afm", "EL 090000045", "090000045"),
    ("afm", "gr090000045", "090000045"),
    ("afm", "000000000", None),
    ("afm", "090000046", None),
    ("afm", "90000045", None),
    ("amka", "15018012342", "15018012342"),
    ("amka", "150180-12342", "15018012342"),
    ("amka", "15018012343", None),
    ("amka", "31028012346", None),
    ("iban", "GR16 0110 1250 0000 0001 2300 695", "GR1601101250000000012300695"),
    ("iban", "GR1601101250000000012300696", None),
    ("gr-postcode", "105 63", "10563"),
    ("gr-postcode", "90001", None),
    ("gr-postcode", "1056", None),
    ("gr-phone", "210 3320000", "+302103320000"),
    ("gr-phone", "+30 6944123456", "+306944123456"),
    ("gr-phone", "+44 20 7946 0958", None),
    ("gr-phone", "12", None),
]


@pytest.mark.parametrize(("check", "typed", "kept"), CHECKED)
def test_a_checked_number_is_kept_in_one_way_or_refused(check: str, typed: str, kept: str | None) -> None:
    form = a_form(a_component("textfield", properties={"stoa:check": check}))

    problems = refused(form, {"answer": typed})

    assert bool(problems) == (kept is None)
    if kept is not None:
        assert form.accept({"answer": typed}, scope={})["answer"] == kept


def test_a_citizen_is_answered_in_greek_where_the_catalogue_speaks_greek() -> None:
    form = a_form(a_component("number", validate={"max": 5}), language=Language.EL)

    problems = refused(form, {"answer": 7})

    assert problems == {"answer": ["Η μέγιστη τιμή είναι 5, βρέθηκε 7."]}
