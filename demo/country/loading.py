"""A year of cases, planned, made and loaded."""

from collections.abc import Callable
from typing import Final

from demo.country.making import PackedRows, Recipe, made
from demo.country.model_cases import STAMPED
from demo.country.planning import Counters, Year, plan
from engine.cases.figures_upkeep import CountAnew
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.operations.bulk_loading import LightenTables, LoadRows, RestoreTables
from engine.storage.bulk import FORMATS, RowFormat
from engine.storage.connecting import Patience

TABLES: Final = (*STAMPED, "case_words", "tracking_codes", "latest_changes")
"""The tables that are filled."""

_PATIENT: Final = Patience(statement=None)
"""For statements about millions of rows."""

Progress = Callable[[int, int], None]
"""Told how many cases there are so far, and of how many."""


def load_year(engine: Engine, year: Year, number: int, *, processes: int, progress: Progress) -> None:
    """Load that many cases, made by so many other processes, and count their figures.

    Who breaks it off leaves the cases so far, whole, with all indexes; who kills it leaves the tables without
    some, until `restore_indexes`.
    """
    patient = engine.hurried(_PATIENT)
    with engine.store.reading() as connection:
        database = connection.dialect.name
    recipe = Recipe(
        year=year,
        database=database,
        journal_key=engine.journal_keys.newest,
        secrets=[key.secret for key in engine.seals.keyring.keys],
    )
    counters, done = Counters(), 0
    patient.carry_out(LightenTables(tables=TABLES), actor=SYSTEM)
    try:
        for cases, rows in made(recipe, plan(year, number, counters), processes=processes):
            patient.carry_out(LoadRows(rows=rows), actor=SYSTEM)
            done += cases
            progress(done, number)
    finally:
        patient.carry_out(LoadRows(rows=_numbers(counters, year, FORMATS[database])), actor=SYSTEM)
        restore_indexes(engine)
    while not patient.carry_out(CountAnew(), actor=SYSTEM).is_last:
        pass


def restore_indexes(engine: Engine) -> None:
    """Make the indexes that a loading which was killed has not made; harmless where none is missing."""
    engine.hurried(_PATIENT).carry_out(RestoreTables(tables=TABLES), actor=SYSTEM)


def _numbers(counters: Counters, year: Year, form: RowFormat) -> PackedRows:
    """From where the numbers of the branches go on."""
    tables = {"branch_year_numbers": counters.cases, "receipt_numbers": counters.receipts}
    branches = [form.identifier(str(place.branch_id)) for place in year.places]
    return {
        table: form.packed(
            [
                (branches[place], form.value(of_year), form.value(last))
                for (place, of_year), last in given.items()
            ]
        )
        for table, given in tables.items()
    }
