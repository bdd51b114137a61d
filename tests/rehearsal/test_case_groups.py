"""Claims about groups of cases: what their values are called, a value of each part, and few boxes."""

from datetime import date
from decimal import Decimal

import pytest

from engine.lint.finding import Text
from engine.lint.regions import column_of
from engine.rehearsal.case_groups import ALL, Fact, boxes_of, group_in_words, read_of


def fact(*cells: str, options: tuple[object, ...] = (), there: bool | None = None) -> Fact:
    """A fact that such cells are about."""
    column = column_of(cells, "x", options=options)
    assert column is not None
    labels: dict[object, Text] = {"b": Text(el="ΙΧ", en="cars")}
    called = Text(el="Τιμή", en="Value")
    return Fact(path="a.x", called=called, parts=column.ranges, labels=labels, there=there)


@pytest.mark.parametrize(
    ("cell", "chosen", "el", "en"),
    [
        (">= 80", {1, 2}, "από 80 και πάνω", "80 or more"),
        (">= 80", {2}, "πάνω από 80", "over 80"),
        (">= 80", {0}, "κάτω από 80", "under 80"),
        (">= 80", {0, 1}, "έως και 80", "up to 80"),
        (">= 80", {1}, "ακριβώς 80", "exactly 80"),
        (">= 80", {0, 2}, "κάτω από 80 ή πάνω από 80", "under 80 or over 80"),
        ("[18..65]", {1, 2, 3}, "από 18 έως και 65", "from 18 to 65"),
        ("[18..65]", {1, 2}, "από 18 έως κάτω από 65", "from 18 to under 65"),
        ("[18..65]", {2}, "πάνω από 18 και κάτω από 65", "over 18 and under 65"),
        ("[18..65]", {2, 3}, "πάνω από 18 έως και 65", "over 18, up to 65"),
        ('> date("2026-12-31")', {2}, "πάνω από 31/12/2026", "over 31/12/2026"),
        ('"b", "c"', {0, 1}, "«ΙΧ» ή «c»", "“cars” or “c”"),
    ],
)
def test_values_are_called_as_people_say_them(cell: str, chosen: set[int], el: str, en: str) -> None:
    said = fact(cell).in_words(frozenset(chosen))

    assert (said.el, said.en) == (f"Τιμή {el}", f"Value {en}")


def test_truths_are_said_as_yes_and_no() -> None:
    said = [fact("true").in_words(frozenset({part})) for part in range(2)]

    assert [(one.el, one.en) for one in said] == [("Τιμή: ναι", "Value: yes"), ("Τιμή: όχι", "Value: no")]


@pytest.mark.parametrize(
    ("cell", "samples"),
    [
        ("[18..65]", [Decimal(17), Decimal(18), Decimal(64), Decimal(65), Decimal(66)]),
        ("[18..18.5]", [Decimal(17), Decimal(18), Decimal("18.25"), Decimal("18.5"), Decimal("19.5")]),
        ('"b"', ["b"]),
        ("false", [True, False]),
        ('date("2026-01-01")', [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]),
    ],
)
def test_each_part_has_a_value_that_is_in_it(cell: str, samples: list[object]) -> None:
    about = fact(cell)
    found = []
    for part in range(len(about.parts)):
        values: dict[str, dict[str, object]] = {}
        about.put(values, part)
        found.append(values["a"]["x"])

    assert found == samples


def test_what_is_there_and_what_is_not_is_written_beside_its_members() -> None:
    about = fact("true", there=True)
    there: dict[str, dict[str, object]] = {"a": {"x": {"name": "Μαρία"}}}
    gone: dict[str, dict[str, object]] = {"a": {"x": {"name": "Μαρία"}}}

    about.put(there, 0)
    about.put(gone, 1)

    assert (there, gone) == ({"a": {"x": {"name": "Μαρία"}}}, {"a": {"x": None}})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("age", ("age", None)),
        ("licence.category", ("licence.category", None)),
        ('get value(person, "works")', ("person.works", None)),
        ('get value(person, "a.b")', ("", None)),
        ("representative != null", ("representative", True)),
        ("representative = null", ("representative", False)),
        ("age + 1", ("", None)),
        ("((", ("", None)),
    ],
)
def test_what_a_column_reads_is_found(text: str, read: tuple[str, bool | None]) -> None:
    assert read_of(text) == read


def test_cells_are_put_together_to_few_boxes_and_all_cases_are_called_so() -> None:
    facts = [fact(">= 80"), fact("true")]
    square = [(age, truth) for age in range(3) for truth in range(2)]

    assert boxes_of([]) == []
    assert boxes_of(square) == [(frozenset({0, 1, 2}), frozenset({0, 1}))]
    assert group_in_words(facts, boxes_of(square)) == ALL
    assert group_in_words(facts, boxes_of([(1, 0), (2, 0)])).en == "Value 80 or more, Value: yes"
    corner = boxes_of([(0, 0), (0, 1), (1, 0)])
    assert group_in_words(facts, corner).el.count("· ή ") == 1
