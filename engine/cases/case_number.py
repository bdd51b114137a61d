"""Case numbers: branch, year, running number and a check digit, sortable and readable aloud.

`0009-26-000123-4` is the 123rd case of branch 0009 in 2026. The check digit is Damm's (H. M. Damm, 2004): it
catches every single wrong digit and every swap of two neighbours, the mistakes people make when they read a
number over the phone.
"""

import re
from dataclasses import dataclass

from engine.kernel.refusal import Invalid

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_SHAPE = re.compile(r"(\d{4})-?(\d{2})-?(\d{6})-?(\d)")
_SPACES = re.compile(r"[\s.\u2010-\u2015]+")


def check_digit(digits: str) -> int:
    """Damm's check digit of a string of ASCII digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


@dataclass(frozen=True, order=True)
class CaseNumber:
    """A case number in its parts; `str()` gives what people read, which also sorts as its parts do."""

    branch: str
    year: int
    running: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{4}", self.branch):
            raise ValueError(f"A branch code has 4 digits, not {self.branch!r}.")
        if not 2000 <= self.year <= 2099:
            raise ValueError(f"The year of a case number is from 2000 to 2099, not {self.year}.")
        if not 1 <= self.running <= 999_999:
            raise ValueError(f"A running number is from 1 to 999999, not {self.running}.")

    def __str__(self) -> str:
        body = f"{self.branch}{self.year % 100:02d}{self.running:06d}"
        return f"{self.branch}-{self.year % 100:02d}-{self.running:06d}-{check_digit(body)}"

    @classmethod
    def read(cls, text: str) -> "CaseNumber":
        """The number a person typed, with or without its hyphens; `Invalid` says why it cannot be one."""
        compact = _SPACES.sub("-", text.strip())
        match = _SHAPE.fullmatch(compact) if compact.isascii() else None
        if match is None:
            raise Invalid.field("number", "expected a case number such as 0009-26-000123-4")
        branch, year, running, digit = match.groups()
        if check_digit(branch + year + running) != int(digit) or int(running) == 0:
            raise Invalid.field(
                "number", "the check digit does not match: a digit is wrong or two are swapped"
            )
        return cls(branch, 2000 + int(year), int(running))
