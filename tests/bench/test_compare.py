"""Measurements of two commits are compared figure by figure, as their tables print them."""

from bench.compare import figures_in
from bench.figures import table


def test_the_figures_of_printed_tables_are_found_again() -> None:
    costs = [("open a case", 1, 1234.5, 0.25), ("claim its task", 8, 2.0, 0.5)]
    printed = table("over HTTP", ("operation", "clients", "a second", "of the bare"), costs)
    printed += "\n" + table("bare", ("clients", "a second"), [(1, 800.0)]) + "\nA line of another kind.\n"

    assert dict(figures_in(printed)) == {
        ("over HTTP", "open a case", "clients"): 1.0,
        ("over HTTP", "open a case", "a second"): 1234.5,
        ("over HTTP", "open a case", "of the bare"): 0.25,
        ("over HTTP", "claim its task", "clients"): 8.0,
        ("over HTTP", "claim its task", "a second"): 2.0,
        ("over HTTP", "claim its task", "of the bare"): 0.5,
        ("bare", "", "clients"): 1.0,
        ("bare", "", "a second"): 800.0,
    }
