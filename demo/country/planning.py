"""A year of cases as a plan: when and where each is opened, which model it copies, and its numbers.

Numbers follow one another in a branch, so one process draws the plan, from the first case to the last. What
is left to be drawn of a case belongs to its chunk of the plan: the copies are the same, however many
processes make them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

from demo.country.model_cases import ModelCase
from demo.country.schedule import openings
from demo.country.stamp import Place
from demo.country.template import receipts_in
from engine.cases.case_number import CaseNumber

CHUNK: Final = 2000
"""Cases that are made and loaded together."""

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


@dataclass(frozen=True, kw_only=True)
class Year:
    """What a year of cases is made of. `weights` say how busy each of the places is.

    `versions` are the id and the number of the version on offer by procedure, `agencies` the id and the key
    of who serves a topic.
    """

    models: Mapping[str, Sequence[ModelCase]]
    versions: Mapping[str, tuple[UUID, int]]
    places: Sequence[Place]
    weights: Sequence[float]
    agencies: Mapping[str, tuple[UUID, str]]
    until: datetime
    zone: tzinfo
    seed: int


class PlannedCase(NamedTuple):
    """A case to be made; its place, its model and the moment of that by their positions."""

    opened_at: datetime
    place: int
    procedure: str
    model: int
    moment: int
    number: str
    receipts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Cases that are made together, and the number of the chunk."""

    number: int
    cases: Sequence[PlannedCase]


@dataclass
class Counters:
    """The numbers that were given in each branch and year."""

    cases: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    receipts: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def next_case(self, place: int, year: int) -> int:
        self.cases[place, year] += 1
        return self.cases[place, year]

    def next_receipt(self, place: int, year: int) -> int:
        self.receipts[place, year] += 1
        return self.receipts[place, year]


def plan(year: Year, number: int, counters: Counters) -> Iterator[Chunk]:
    """That many cases, the first one first; `counters` end as the branches have to go on from."""
    chance, models = Random(year.seed), _Models(year)  # noqa: S311 - the same plan for the same seed
    keys = list(year.models)
    popular = list(accumulate(POPULARITY.get(key, 1) for key in keys))
    busy = list(accumulate(year.weights))
    positions = range(len(year.places))
    cases: list[PlannedCase] = []
    done = 0
    for opened_at in openings(number, until=year.until, zone=year.zone, chance=chance):
        place = chance.choices(positions, cum_weights=busy)[0]
        procedure = chance.choices(keys, cum_weights=popular)[0]
        model, moment, receipts = models.drawn(procedure, opened_at, chance)
        code, of_year = year.places[place].code, opened_at.year
        given = CaseNumber(code, of_year, counters.next_case(place, of_year))
        cases.append(
            PlannedCase(
                opened_at=opened_at,
                place=place,
                procedure=procedure,
                model=model,
                moment=moment,
                number=str(given),
                receipts=tuple(
                    f"{code}-{of_year}-{counters.next_receipt(place, of_year):06}" for _ in range(receipts)
                ),
            )
        )
        if len(cases) == CHUNK:
            yield Chunk(number=done, cases=cases)
            cases, done = [], done + 1
    if cases:
        yield Chunk(number=done, cases=cases)


class _Models:
    """The models of procedures by the weekday on which they began."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._by_weekday: dict[tuple[str, int], list[int]] = defaultdict(list)
        for key, models in year.models.items():
            for position, model in enumerate(models):
                weekday = model.opened_at.astimezone(year.zone).weekday()
                self._by_weekday[key, weekday].append(position)
        self._usual = {
            key: [_USUAL.get(model.status, 1.0) for model in models] for key, models in year.models.items()
        }
        self._receipts: dict[Any, int] = {}

    def drawn(self, procedure: str, opened_at: datetime, chance: Random) -> tuple[int, int, int]:
        """A model that began on the same weekday, its moment at the age of the case, its receipts by then."""
        models = self._year.models[procedure]
        positions = self._by_weekday[procedure, opened_at.weekday()] or range(len(models))
        usual = self._usual[procedure]
        drawn = chance.choices(positions, [usual[position] for position in positions])[0]
        age = max(self._year.until - opened_at, timedelta(0))
        moments = models[drawn].moments
        moment = max(sum(one.after <= age for one in moments) - 1, 0)
        key = (procedure, drawn, moment)
        if key not in self._receipts:
            self._receipts[key] = len(receipts_in(moments[moment]))
        return drawn, moment, self._receipts[key]
