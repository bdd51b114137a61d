"""The made-up map: the thirteen regions with their real names, municipalities and branches with numbers.

No open list of the municipalities is among the packages, so they are called by their region and a number.
"""

from dataclasses import dataclass
from typing import Final

MUNICIPALITIES, BRANCHES, AGENCIES, PEOPLE = 332, 1050, 60, 3200

REGIONS: Final = (
    ("Αττικής", "Attica", 66, 0.34),
    ("Κεντρικής Μακεδονίας", "Central Macedonia", 38, 0.17),
    ("Θεσσαλίας", "Thessaly", 25, 0.07),
    ("Δυτικής Ελλάδας", "Western Greece", 19, 0.06),
    ("Κρήτης", "Crete", 24, 0.06),
    ("Πελοποννήσου", "Peloponnese", 26, 0.05),
    ("Ανατολικής Μακεδονίας και Θράκης", "Eastern Macedonia and Thrace", 22, 0.05),
    ("Στερεάς Ελλάδας", "Central Greece", 25, 0.05),
    ("Νοτίου Αιγαίου", "South Aegean", 34, 0.04),
    ("Ηπείρου", "Epirus", 18, 0.03),
    ("Δυτικής Μακεδονίας", "Western Macedonia", 13, 0.03),
    ("Βορείου Αιγαίου", "North Aegean", 12, 0.03),
    ("Ιονίων Νήσων", "Ionian Islands", 10, 0.02),
)
"""The regions of ν. 3852/2010, art. 3, how many municipalities each has here, and its share of the work."""


@dataclass(frozen=True, kw_only=True)
class MadeUpBranch:
    """A branch with its municipality and region by place, and its share of the country's work."""

    code: str
    name: str
    name_en: str
    municipality: int
    region: int
    weight: float


def municipality_names() -> list[tuple[str, str, int]]:
    """Each municipality: its Greek name, its English name, and the place of its region."""
    return [
        (f"Δήμος {region} {number}", f"Municipality {number} of {english}", place)
        for place, (region, english, count, _) in enumerate(REGIONS)
        for number in range(1, count + 1)
    ]


def branches() -> list[MadeUpBranch]:
    """The branches, three or four to a municipality; the first of each has the most work."""
    municipalities = municipality_names()
    found = []
    for number in range(BRANCHES):
        municipality = number % len(municipalities)
        name, english, region = municipalities[municipality]
        nth = number // len(municipalities) + 1
        _, _, count, share = REGIONS[region]
        found.append(
            MadeUpBranch(
                code=f"{1000 + number}",
                name=f"ΚΕΠ {name.removeprefix('Δήμος ')}/{nth}",
                name_en=f"{english}, service centre {nth}",
                municipality=municipality,
                region=region,
                weight=share / count / nth,
            )
        )
    return found
