"""Case numbers: read aloud, typed by hand, and guarded by a check digit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases.case_number import CaseNumber
from engine.kernel.refusal import Invalid

numbers = st.builds(
    CaseNumber,
    branch=st.from_regex(r"[0-9]{4}", fullmatch=True),
    year=st.integers(2000, 2099),
    running=st.integers(1, 999_999),
)


@given(numbers)
def test_a_number_is_read_back_with_and_without_its_hyphens(number: CaseNumber) -> None:
    written = str(number)

    assert CaseNumber.read(written) == number
    assert CaseNumber.read(written.replace("-", "")) == number
    assert CaseNumber.read(f" {written.replace('-', ' ')} ") == number


@given(numbers, st.data())
def test_a_single_wrong_digit_is_noticed(number: CaseNumber, data: st.DataObject) -> None:
    digits = str(number).replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))

    with pytest.raises(Invalid):
        CaseNumber.read(digits[:place] + wrong + digits[place + 1 :])


@given(numbers, st.data())
def test_two_neighbouring_digits_swapped_are_noticed(number: CaseNumber, data: st.DataObject) -> None:
    digits = str(number).replace("-", "")
    places = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    place = data.draw(st.sampled_from(places))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]

    with pytest.raises(Invalid):
        CaseNumber.read(swapped)


@given(st.lists(numbers, min_size=2, max_size=20))
def test_written_numbers_of_a_century_sort_as_the_numbers_do(some: list[CaseNumber]) -> None:
    assert sorted(map(str, some)) == list(map(str, sorted(some)))


@pytest.mark.parametrize("text", ["", "12", "0009-26-000000-0", "٠٠٠٩-26-000123-1", "0009-26-000123-1; DROP"])
def test_what_cannot_be_a_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        CaseNumber.read(text)

    assert "number" in refusal.value.errors


@pytest.mark.parametrize(
    "parts",
    [
        {"branch": "9", "year": 2026, "running": 1},
        {"branch": "0009", "year": 1999, "running": 1},
        {"branch": "0009", "year": 2026, "running": 0},
        {"branch": "0009", "year": 2026, "running": 1_000_000},
    ],
)
def test_impossible_parts_make_no_number(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"branch|year|running"):
        CaseNumber(**parts)
