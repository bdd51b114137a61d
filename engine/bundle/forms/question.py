"""What a form asks: its fields and lists, freed of everything that only concerns the screen."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from re import Pattern
from typing import Any, TypeAlias

from engine.bundle.forms.checks import Check
from engine.feel import FeelExpression

KeyPath: TypeAlias = tuple[str, ...]
"""The keys that lead to a value: of groups with a path, then the field's own."""


class Kind(Enum):
    """What an answer is."""

    TEXT = auto()
    LONG_TEXT = auto()
    NUMBER = auto()
    TICK = auto()
    CHOICE = auto()
    CHOICES = auto()
    DATE = auto()
    TIME = auto()
    DATE_TIME = auto()
    FILE = auto()
    COMPUTED = auto()


class Offset(Enum):
    """How form-js writes the time zone of a time: `+02:00`, `Z`, or not at all."""

    OFFSET = "utc_offset"
    UTC = "utc_normalized"
    NONE = "no_timezone"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be chosen: values of the form itself, or from the variables by key or expression."""

    values: tuple[Any, ...] | None = None
    key: KeyPath | None = None
    expression: FeelExpression | None = None


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """What an answer must look like; None asks for nothing. The bounds of a number may be expressions."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: Pattern[str] | None = None
    check: Check | None = None
    minimum: Decimal | FeelExpression | None = None
    maximum: Decimal | FeelExpression | None = None
    decimal_digits: int | None = None
    not_past: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field; `path` starts at the form, or at the entry of the list that the field is in.

    `taken_from` leads to what is known of a person already: where it is, that is the answer.
    It is hidden when any of `hidden_when` is true. `as_text` is a number that form-js hands over as text.
    """

    id: str
    path: KeyPath
    kind: Kind
    hidden_when: tuple[FeelExpression, ...] = ()
    required: bool = False
    read_only: bool | FeelExpression = False
    constraints: Constraints = field(default_factory=Constraints)
    options: Options | None = None
    as_text: bool = False
    offset: Offset = Offset.OFFSET
    formula: FeelExpression | None = None
    taken_from: KeyPath | None = None


@dataclass(frozen=True, kw_only=True)
class RepeatedPart:
    """A list whose entries are filled in one by one, each with the same questions."""

    id: str
    path: KeyPath
    questions: tuple["Question", ...]
    hidden_when: tuple[FeelExpression, ...] = ()


Question: TypeAlias = Field | RepeatedPart
