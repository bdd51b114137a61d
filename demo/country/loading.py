"""A year of cases, stamped from models and loaded by the thousand."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from random import Random
from typing import Final
from uuid import UUID

from demo.country.invented_people import invented_person, words_of
from demo.country.model_cases import ModelCase
from demo.country.schedule import openings
from demo.country.stamp import Filing, Place, Stamp
from engine.cases.case_number import CaseNumber
from engine.cases.figures_upkeep import CountAnew
from engine.cases.receipt_code import LETTERS
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM
from engine.kernel.clock import identifier_at
from engine.operations.bulk_loading import LoadRows
from engine.procedures.model import ProcedureVersion
from engine.storage.bulk import Texts

BATCH: Final = 2000
"""Cases that are loaded in one transaction."""

POPULARITY: Final[Mapping[str, float]] = {
    "signature-authentication": 45,
    "residence-certificate": 12,
    "family-status-certificate": 11,
    "criminal-record": 9,
    "amka-issue": 5,
    "european-health-card": 5,
    "closest-relatives": 4,
    "driving-licence-renewal": 3,
    "vehicle-transfer": 2,
    "military-status": 2,
    "food-business-notification": 1,
    "disabled-parking-card": 0.6,
    "day-care-licence": 0.2,
    "cross-border-services": 0.2,
}
"""Of a hundred cases, roughly how many are of a procedure; others count as one."""

_USUAL: Final[Mapping[str, float]] = {"completed": 8}
"""How usual it is that a case ends so: the scenarios of a procedure tell of the unusual ends as well."""

Progress = Callable[[int, int], None]
"""Told how many cases there are so far, and of how many."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """What a year of cases is made of. `weights` say how busy each of the places is."""

    models: Mapping[str, Sequence[ModelCase]]
    versions: Mapping[str, ProcedureVersion]
    places: Sequence[Place]
    weights: Sequence[float]
    agencies: Mapping[str, tuple[UUID, str]]
    until: datetime
    seed: int


@dataclass
class _Counters:
    """The numbers that were given in each branch and year."""

    cases: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    receipts: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def next_case(self, place: Place, year: int) -> str:
        self.cases[str(place.branch_id), year] += 1
        return str(CaseNumber(place.code, year, self.cases[str(place.branch_id), year]))

    def next_receipt(self, place: Place, year: int) -> str:
        self.receipts[str(place.branch_id), year] += 1
        return f"{place.code}-{year}-{self.receipts[str(place.branch_id), year]:06}"

    def rows(self) -> Mapping[str, Sequence[Texts]]:
        return {
            "branch_year_numbers": [(branch, year, last) for (branch, year), last in self.cases.items()],
            "receipt_numbers": [(branch, year, last) for (branch, year), last in self.receipts.items()],
        }


def load_year(engine: Engine, year: Year, number: int, *, progress: Progress) -> float:
    """Load that many cases and count their figures; the seconds of processor time that a case took here."""
    chance, counters, stamps = Random(year.seed), _Counters(), _Stamps(engine, year)  # noqa: S311 - seeded
    began, done = time.process_time(), 0
    keys = list(year.models)
    popular = list(accumulate(POPULARITY.get(key, 1) for key in keys))
    busy = list(accumulate(year.weights))
    rows: dict[str, list[Texts]] = defaultdict(list)
    for opened_at in openings(number, until=year.until, zone=engine.zone, chance=chance):
        place = chance.choices(year.places, cum_weights=busy)[0]
        procedure = chance.choices(keys, cum_weights=popular)[0]
        stamp = stamps.for_case(procedure, opened_at, chance)
        local_year = opened_at.year
        person = invented_person(chance, amka_begins=stamp.amka_begins)
        filing = Filing(
            opened_at=opened_at,
            number=counters.next_case(place, local_year),
            place=place,
            applicant=person,
            words=words_of(person),
            code=_code(chance),
            new_id=partial(identifier_at, random_bits=chance.getrandbits),
            new_receipt=partial(counters.next_receipt, place, local_year),
        )
        copied = stamp.copy(filing, seals=engine.seals, key=engine.journal_keys.newest)
        for table, of_table in copied.items():
            rows[table] += of_table
        done += 1
        if done % BATCH == 0:
            engine.carry_out(LoadRows(rows=rows), actor=SYSTEM)
            rows = defaultdict(list)
            progress(done, number)
    engine.carry_out(LoadRows(rows={**rows, **counters.rows()}), actor=SYSTEM)
    progress(done, number)
    took = time.process_time() - began
    while not engine.carry_out(CountAnew(), actor=SYSTEM).is_last:
        pass
    return took / max(done, 1)


class _Stamps:
    """Stamps of the models, made when they are first wanted."""

    def __init__(self, engine: Engine, year: Year) -> None:
        self._engine, self._year = engine, year
        self._made: dict[tuple[str, str, int], Stamp] = {}
        self._by_weekday: dict[tuple[str, int], list[ModelCase]] = defaultdict(list)
        for key, models in year.models.items():
            for model in models:
                weekday = model.opened_at.astimezone(engine.zone).weekday()
                self._by_weekday[key, weekday].append(model)

    def for_case(self, procedure: str, opened_at: datetime, chance: Random) -> Stamp:
        """A model of the procedure that began on the same weekday, as it stands at the age of the case."""
        models = self._by_weekday[procedure, opened_at.weekday()] or list(self._year.models[procedure])
        model = chance.choices(models, [_USUAL.get(model.status, 1.0) for model in models])[0]
        age = self._year.until - opened_at
        place = sum(moment.after <= max(age, timedelta(0)) for moment in model.moments) - 1
        key = (procedure, model.name, max(place, 0))
        if key not in self._made:
            version = self._year.versions[procedure]
            self._made[key] = Stamp(
                model,
                model.moments[key[2]],
                version_id=version.id,
                version_number=version.number,
                agencies=self._year.agencies,
                zone=self._engine.zone,
            )
        return self._made[key]


def _code(chance: Random) -> str:
    letters = "".join(chance.choices(LETTERS, k=16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))
