"""Stamping: a copy of a model case with ids, number, people, days and a chained journal of its own.

Moments move with the opening of the case, those at midnight in Athens by whole days: a term still ends with
its day. What the law counts on the calendar of a branch moves with the days of the model and is not counted
anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Any, Final
from uuid import UUID

from demo.country.template import KEPT, PEOPLE_FIELDS, Template
from engine.cases.receipt_code import digest_of
from engine.kernel.clock import identifier_number
from engine.kernel.vocabulary import Person
from engine.runtime.closed_snapshots import deflated
from engine.sealing.chain import GENESIS, chained_hash
from engine.sealing.journal_keys import JournalKey
from engine.sealing.seals import Seals
from engine.storage.bulk import RowFormat

_MIDNIGHT: Final = time(0)

Rows = list[Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a copy is filed: the branch with its names, and by role who works there, as id and user name."""

    branch_id: UUID
    code: str
    name: str
    municipality: str
    people: Mapping[str, tuple[UUID, str]]

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What is the same in every copy that is filed here."""
        found = {"branch": self.code, "branch_name": self.name, "municipality": self.municipality}
        ids = {"branch_id": self.branch_id}
        for role, (user_id, username) in self.people.items():
            ids[f"id of {role}"], found[f"name of {role}"] = user_id, username
        for name, identifier in ids.items():
            found[name], found[name + KEPT] = str(identifier), identifier.hex
        return found


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A copy to be made: when and where it was opened, by whom, under which number, with which code.

    `receipts` are the numbers of its receipts, as many as the model has.
    """

    opened_at: datetime
    number: str
    place: Place
    applicant: Person
    words: frozenset[str]
    code: str
    receipts: Sequence[str]
    random_bits: Callable[[int], int]


class Stamp:
    """Makes the copies of a template."""

    def __init__(self, template: Template, *, zone: tzinfo, form: RowFormat) -> None:
        self._template, self._zone, self._form = template, zone, form
        self._constants = dict.fromkeys(PEOPLE_FIELDS, "") | template.constants
        self._ids = list(template.ids.items())
        self._kept_ids = list(template.kept_ids.items())
        self._moments = [
            (name, moment, moment.time() == _MIDNIGHT) for name, moment in template.moments.items()
        ]
        self._kept_moments = list(template.kept_moments.items())
        self._days = list(template.days.items())
        self._texts = [(name, pattern) for pattern, name in template.texts.items()]

    @property
    def amka_begins(self) -> str | None:
        """The digits of the birth date of whoever applies; None where no AMKA is asked."""
        return self._template.amka_begins

    def copy(self, filing: Filing, *, seals: Seals, key: JournalKey | None) -> dict[str, Rows]:
        """The rows of a copy, by table."""
        template, value = self._template, self._form.value
        values = self._values(filing)
        case_id = UUID(values["case"])
        values["digest"] = digest_of(filing.code, case_id, seals)
        journal = self._chained(values, key)
        rows: dict[str, Rows] = {
            name: [cells(values) for cells in of_table] for name, of_table in template.rows.items()
        }
        rows["journal"] = journal
        kept = values[template.case_kept]
        words = filing.words | {filing.number.replace("-", "")}
        rows["case_words"] = [(word, kept) for word in sorted(words)]
        rows["tracking_codes"] = [(kept, value(seals.kept_code(filing.code.encode(), owner=case_id)))]
        branch_id = values["branch_id" if self._form.is_plain else "branch_id" + KEPT]
        rows["latest_changes"] = [(kept, branch_id, values[template.last_at_kept], value(len(journal)))]
        return rows

    def _values(self, filing: Filing) -> dict[str, Any]:
        zone, opened_at, form = self._zone, filing.opened_at, self._form
        local = opened_at.astimezone(zone).replace(tzinfo=None)
        moved = local - self._template.local
        days = timedelta(days=(local.date() - self._template.local.date()).days)
        applicant = {name: text for name, text in vars(filing.applicant).items() if text}
        values: dict[str, Any] = {**self._constants, **filing.place.values, **applicant}
        values["number"] = filing.number
        for name, moment, is_midnight in self._moments:
            at = moment + (days if is_midnight else moved)
            values[name] = (at - _offset(at.date(), zone)).isoformat(timespec="microseconds") + "+00:00"
        for name, day in self._days:
            values[name] = (day + days).isoformat()
        values.update(zip(self._template.receipts, filing.receipts, strict=True))
        milliseconds, random_bits = int(opened_at.timestamp() * 1000), filing.random_bits
        for name, later in self._ids:
            number = f"{identifier_number(milliseconds + later, random_bits):032x}"
            values[name] = f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"
        for kept, name in self._kept_ids:
            values[kept] = form.identifier(values[name])
        for kept, name in self._kept_moments:
            values[kept] = form.moment(values[name])
        for name, pattern in self._texts:
            values[name] = pattern % values
        for name, (pattern, is_compact) in self._template.snapshots.items():
            content = (pattern % values).encode()
            values[name] = form.value(deflated(content) if is_compact else content)
        return values

    def _chained(self, values: dict[str, Any], key: JournalKey | None) -> Rows:
        """The lines of the journal with their hashes, the last of which becomes the value `head`."""
        head, name = GENESIS, self._form.value(key.name if key else None)
        lines: Rows = []
        for line in self._template.journal:
            previous, head = head, chained_hash(line.hashed % values, head, key)
            lines.append((*line.cells(values), previous, head, name))
        values["head"] = head
        return lines


@lru_cache(maxsize=8192)
def _offset(day: date, zone: tzinfo) -> timedelta:
    """How far Athens is ahead on that day, from its morning on."""
    found = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
    return found or timedelta(0)
