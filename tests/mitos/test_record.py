"""Claims about reading a record: strict about types, by path, and nothing of it is lost."""

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.kernel.refusal import Invalid
from engine.mitos import read_record, record_in
from tests.mitos.records import GREEK, answer, with_field

METADATA = "metadata"


def refused(content: bytes) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        read_record(content)
    return caught.value.errors


def test_a_record_is_read_with_and_without_the_answer_around_it() -> None:
    record = read_record(GREEK.read_bytes())

    assert record_in(answer()["data"]) == record
    assert (record.code, record.owner) == ("812345", "Δήμος Αθηναίων")
    assert [one.instead_of for one in record.evidences] == [None, None, None, "3", None]
    assert [(one.least, one.most) for one in record.costs] == [
        (Decimal("20.00"), Decimal("20.00")),
        (Decimal("5.00"), Decimal("12.50")),
    ]


@pytest.mark.parametrize(
    ("path", "value", "place", "sentence"),
    [
        (
            (METADATA, "process_evidences", 3, "evidence_alternative"),
            "ναι",
            "metadata.process_evidences[3].evidence_alternative",
            'expected true or false, found "ναι"',
        ),
        (
            (METADATA, "process_evidences", 0, "evidence_type"),
            7,
            "metadata.process_evidences[0].evidence_type",
            "expected a text, found 7",
        ),
        (
            (METADATA, "process_evidences", 3, "evidence_alternative_of"),
            "9",
            "metadata.process_evidences[3].evidence_alternative_of",
            'expected the number of another one (1, 2, 3, 5), found "9"',
        ),
        (
            (METADATA, "process_conditions"),
            {"1": "x"},
            "metadata.process_conditions",
            "expected a list, found an object",
        ),
        (
            (METADATA, "process_conditions", 1, "conditions_name"),
            None,
            "metadata.process_conditions[1].conditions_name",
            "expected a text, found null",
        ),
        (
            (METADATA, "process_evidences_cost", 0, "evidence_cost_min"),
            "δωρεάν",
            "metadata.process_evidences_cost[0].evidence_cost_min",
            'expected an amount in euros, such as 12.50, found "δωρεάν"',
        ),
        (
            (METADATA, "process", "deadline"),
            "10 ημέρες",
            "metadata.process.deadline",
            'expected a duration of ISO 8601, such as P10D, found "10 ημέρες"',
        ),
        (
            (METADATA, "process", "trigger_type"),
            ["Αίτηση (έντυπο)", 3],
            "metadata.process.trigger_type[1]",
            "expected a text, found 3",
        ),
        ((METADATA, "process"), [], "", ""),
        (("id",), "80-34", "id", 'expected up to 6 digits, found "80-34"'),
        (("title",), "Άδεια", "title", 'expected an object, found "Άδεια"'),
        ((METADATA,), "x", "metadata", 'expected an object, found "x"'),
    ],
)
def test_a_wrong_type_is_told_by_its_path(
    path: tuple[str | int, ...], value: Any, place: str, sentence: str
) -> None:
    content = with_field(*path, value=value)

    if not place:
        assert read_record(content).owner is None
        return
    assert refused(content)[place] == [sentence]


def test_every_problem_is_told_at_once() -> None:
    whole = answer()
    whole["data"]["metadata"]["process_steps"][0]["step_title"] = 1
    whole["data"]["metadata"]["process_rules"][0]["rule_ada"] = False

    assert set(refused(json.dumps(whole).encode())) == {
        "metadata.process_steps[0].step_title",
        "metadata.process_rules[0].rule_ada",
    }


@pytest.mark.parametrize(
    ("content", "place", "found"),
    [
        (b"[]", "", "expected an object, found a list"),
        (b"{", "record", "expected JSON"),
        (b'{"success": false, "data": {"metadata": {}}}', "success", "true, as of a record"),
        (b'{"success": true}', "data", "expected an object with metadata"),
        (b'{"metadata": {}}', "title.el", "expected a text"),
        (b" " * 2_000_001, "record", "at most 2,000,000 bytes"),
    ],
)
def test_what_is_no_record_is_refused_in_a_sentence(content: bytes, place: str, found: str) -> None:
    assert found in " ".join(refused(content)[place])


def test_unknown_fields_are_kept_and_empty_ones_are_not() -> None:
    content = with_field(METADATA, "process", "new_field", value={"inside": [1]})

    left = {one.path: one.value for one in read_record(content).left}

    assert left["metadata.process.new_field"] == {"inside": [1]}
    assert left["metadata.process_evidences[3].evidence_note"] == "Με αριθμό υποβολής στην ΑΑΔΕ"
    assert "metadata.process_useful_links" in left
    assert "metadata.process.remarks" not in left
    assert "metadata.process.evidence_total_number" not in left


def test_a_number_with_its_unit_beside_is_a_duration_too() -> None:
    whole = answer()
    whole["data"]["metadata"]["process"] |= {"deadline": "3", "deadline_type": "Μήνες"}

    deadline = read_record(json.dumps(whole).encode()).deadline

    assert deadline is not None
    assert deadline.text == "P3M"
    assert "metadata.process.deadline_type" in refused(
        json.dumps(whole).replace("\\u039c\\u03ae\\u03bd\\u03b5\\u03c2", "Fortnights").encode()
    )


def test_a_code_that_lost_its_zeros_is_written_out() -> None:
    assert read_record(with_field("id", value=80734)).code == "080734"


def test_an_alternative_without_a_number_stands_for_the_last_that_does_not() -> None:
    whole = answer()
    del whole["data"]["metadata"]["process_evidences"][3]["evidence_alternative_of"]

    record = read_record(json.dumps(whole).encode())

    assert record.evidences[3].instead_of == "3"
