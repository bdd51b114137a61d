"""Claims about columns of decision tables: which values each cell takes, and which no cell does."""

import pytest

from engine.lint import check, regions
from tests.lint.examples.procedures import table


def left_out(*cells: str, options: tuple[object, ...] = (), is_whole: bool = False) -> list[str]:
    """The parts of the column that no cell takes."""
    column = regions.column_of(cells, "x", options=options, is_whole=is_whole)
    assert column is not None
    taken = 0
    for mask in column.masks:
        assert mask is not None
        taken |= mask
    return [part for place, part in enumerate(column.parts) if not taken >> place & 1]


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        (("< 18", ">= 18"), []),
        (("< 18", "> 18"), ["x = 18"]),
        (("[0..18)", "[18..65]", "> 65"), []),
        (("[0..18)", "(18..65]", "> 70"), ["x = 18", "x in (65..70)", "x = 70"]),
        (("-5, > 0",), ["x < -5", "x in (-5..0)", "x = 0"]),
        (("not([1..2])",), ["x = 1", "x in (1..2)", "x = 2"]),
        (('< date("2026-01-01")', '> date("2026-01-01")'), ["x = 2026-01-01"]),
        (('@"P1D"', '> duration("P1D")'), ["x < P1D"]),
        (("true",), ["x = false"]),
        (("-",), []),
    ],
)
def test_cells_leave_out_what_they_say(cells: tuple[str, ...], left: list[str]) -> None:
    assert left_out(*cells) == left


def test_options_that_no_cell_names_are_left_out() -> None:
    assert left_out('"a", "b"', options=("a", "b", "c")) == ['x = "c"']
    assert left_out('not("a")', options=("a", "b", "c")) == ['x = "a"']


def test_between_whole_numbers_nothing_is_left_out_where_values_are_whole() -> None:
    cells = ("[0..17]", "[18..64]", ">= 65")

    assert left_out(*cells) == ["x in (17..18)", "x in (64..65)"]
    assert left_out(*cells, is_whole=True) == []


@pytest.mark.parametrize("cell", ["? > y", 'matches(?, "a")', "> today()", "[1..y]"])
def test_of_a_cell_that_is_computed_nothing_is_known(cell: str) -> None:
    column = regions.column_of([cell, "1"], "x")

    assert column is not None
    assert column.masks[0] is None


def test_cells_of_several_types_are_not_compared() -> None:
    assert regions.column_of(["1", '"a"'], "x") is None


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        (("&lt; 18", ">= 18"), None),
        (("&lt; 18", ">= 17"), "table-unambiguous"),
        (("&lt; 18", "> 19"), "table-complete"),
        (("&lt; 18", "? > y"), "table-decidable"),
        (("-",), None),
    ],
)
def test_a_table_has_one_rule_for_every_value_or_is_told(cells: tuple[str, ...], rule: str | None) -> None:
    told = {finding.rule for finding in check(table(*cells)).findings if finding.rule.startswith("table-")}

    assert told == ({rule} if rule else set())
