"""Stamping: a copy of a model case with ids, number, people, days and a chained journal of its own.

What is copied is text: ids, moments, days, the number, the branch and the applicant are found in the rows
and in the JSON of a model once, and filled in for each copy. Moments move with the opening of the case, those
at midnight in Athens by whole days: a term still ends with its day. What the law counts on the calendar of a
branch moves with the days of the model and is not counted anew.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from demo.country.model_cases import STAMPED, ModelCase, Moment
from engine.cases.receipt_code import digest_of
from engine.kernel.actor import Role
from engine.kernel.vocabulary import Person
from engine.runtime.closed_snapshots import COMPACT, deflated, inflated
from engine.schema import metadata
from engine.sealing.chain import GENESIS, chained_hash
from engine.sealing.journal_keys import JournalKey
from engine.sealing.seals import Seals
from engine.storage.bulk import Texts

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MOMENT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
_DAY = r"20\d\d-\d\d-\d\d(?!\d)"
_MIDNIGHT: Final = time(0)
_ROLES: Final = {role.value for role in Role}
_OWN: Final = {
    "branch_id": "branch_id",
    "branch_code": "branch",
    "number": "number",
    "case_number": "number",
}
"""What stands in columns of these names."""
_NAMES_OF_PEOPLE: Final = ("assignee_name", "actor_name", "taken_by")
_PEOPLE_FIELDS: Final = (
    "given_name",
    "family_name",
    "patronymic",
    "matronymic",
    "afm",
    "amka",
    "phone",
    "email",
)

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a copy is filed: the branch with its names, and by role who works there, as id and user name."""

    branch_id: UUID
    code: str
    name: str
    municipality: str
    people: Mapping[str, tuple[UUID, str]]


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A copy to be made: when and where it was opened, by whom, under which number, with which code."""

    opened_at: datetime
    number: str
    place: Place
    applicant: Person
    words: frozenset[str]
    code: str
    new_id: Callable[[datetime], UUID]
    new_receipt: Callable[[], str]


@dataclass(frozen=True)
class _Filled:
    """A text with places for values."""

    pattern: str

    def by(self, values: Values) -> str:
        return self.pattern % values


@dataclass(frozen=True)
class _Getter:
    """Gives a value by its key."""

    key: str

    def __call__(self, values: Values) -> Any:
        return values[self.key]


@dataclass(frozen=True, kw_only=True)
class _Line:
    hashed: tuple[_Filled, _Filled, _Filled]
    row: Sequence[Any]


class Stamp:
    """A model at one of its moments, ready to be copied many times.

    `amka_begins` are the digits of the applicant's birth date, None where the model's has no AMKA.
    """

    def __init__(
        self,
        model: ModelCase,
        moment: Moment,
        *,
        version_id: UUID,
        version_number: int,
        agencies: Mapping[str, tuple[UUID, str]],
        zone: tzinfo,
    ) -> None:
        (self._case,) = moment.rows["cases"]
        self._model, self._zone = model, zone
        self._opened_at: datetime = model.opened_at
        self._local = model.opened_at.astimezone(zone).replace(tzinfo=None)
        self._fixed = {str(self._case["version_id"]): str(version_id)}
        self._version_number, self._agencies = version_number, agencies
        self._ids: dict[str, datetime] = {}
        self._moments: dict[str, datetime] = {}
        self._days: dict[str, date] = {}
        self._users = {
            str(line["actor_id"]): line["actor_name"]
            for line in moment.rows["journal"]
            if line["actor_id"] is not None
        }
        self._applicant = model.given.applicant
        paid = [one["receipt_number"] for one in moment.rows["payments"] if one["receipt_number"]]
        self._receipts = {f"receipt {place}": number for place, number in enumerate(paid)}
        self._find = self._finder()
        self._journal = [self._line(line) for line in moment.rows["journal"]]
        self._rows = {
            name: [self._row(name, row) for row in moment.rows[name]] for name in STAMPED if name != "journal"
        }
        self._last_at = self._moment_key(moment.rows["journal"][-1]["at"])
        amka = self._applicant.amka
        self.amka_begins = amka[:6] if amka else None

    def copy(self, filing: Filing, *, seals: Seals, key: JournalKey | None) -> dict[str, list[Texts]]:
        """The rows of a copy, by table."""
        values = self._values(filing)
        case_id = values["case"]
        digest = digest_of(filing.code, UUID(case_id), seals)
        values["digest"] = digest
        rows: dict[str, list[Texts]] = {}
        journal, head = self._chained(values, key)
        values["head"] = head
        for name, templates in self._rows.items():
            rows[name] = [[one(values) if callable(one) else one for one in row] for row in templates]
        rows["journal"] = journal
        words = filing.words | {filing.number.replace("-", "")}
        rows["case_words"] = [(word, case_id) for word in sorted(words)]
        sealed = seals.kept_code(filing.code.encode(), owner=UUID(case_id))
        rows["tracking_codes"] = [(case_id, sealed)]
        at = values[self._last_at]
        rows["latest_changes"] = [(case_id, str(filing.place.branch_id), at, len(journal))]
        return rows

    def _values(self, filing: Filing) -> dict[str, Any]:
        zone, place = self._zone, filing.place
        moved = filing.opened_at.astimezone(zone).replace(tzinfo=None) - self._local
        days = timedelta(days=(filing.opened_at.astimezone(zone).date() - self._local.date()).days)
        values: dict[str, Any] = {
            "number": filing.number,
            "branch": place.code,
            "branch_id": str(place.branch_id),
            "branch_name": place.name,
            "municipality": place.municipality,
        }
        for name in _PEOPLE_FIELDS:
            values[name] = getattr(filing.applicant, name) or ""
        for role, (user_id, username) in place.people.items():
            values[f"id of {role}"], values[f"name of {role}"] = str(user_id), username
        for key, moment in self._moments.items():
            local = moment + (days if moment.time() == _MIDNIGHT else moved)
            values[key] = (local - _offset(local.date(), zone)).isoformat(timespec="microseconds") + "+00:00"
        for key, day in self._days.items():
            values[key] = (day + days).isoformat()
        for key in self._receipts:
            values[key] = filing.new_receipt()
        values["case"] = str(filing.new_id(filing.opened_at))
        for key, at in self._ids.items():
            if key != "case":
                values[key] = str(filing.new_id(at + (filing.opened_at - self._opened_at)))
        return values

    def _chained(self, values: dict[str, Any], key: JournalKey | None) -> tuple[list[Texts], str]:
        """The lines of the journal with their hashes, and the last of these."""
        head = GENESIS
        lines: list[Texts] = []
        name = key.name if key else None
        for number, line in enumerate(self._journal, start=1):
            before, detail, after = (part.by(values) for part in line.hashed)
            text = f"{before}{detail}{after}"
            previous, head = head, chained_hash(text, head, key)
            row = [one(values) if callable(one) else one for one in line.row]
            lines.append([row[0], number, *row[1:7], detail, row[8], previous, head, name])
        return lines, head

    def _row(self, table: str, row: Mapping[str, Any]) -> list[Any]:
        if table == "service_tasks" and row["topic"] in self._agencies:
            agency_id, agency_key = self._agencies[row["topic"]]
            row = {**row, "agency_id": agency_id, "agency_key": agency_key}
            self._fixed[str(agency_id)] = str(agency_id)
        return [self._cell(table, column.name, row[column.name]) for column in metadata.tables[table].c]

    def _cell(self, table: str, name: str, value: Any) -> Any:
        """What a column of a copy holds: a value, or what gives it."""
        if value is None:
            return None
        if name in _OWN and (name != "number" or table == "cases"):
            return _Getter(_OWN[name])
        if table == "cases" and name in ("tracking_code", "journal_hash", "version_number"):
            special = {"tracking_code": _Getter("digest"), "journal_hash": _Getter("head")}
            return special.get(name, self._version_number)
        if isinstance(value, bytes):
            return self._snapshot(value)
        if isinstance(value, UUID):
            return self._id(value)
        if isinstance(value, datetime):
            return _far(value) or _Getter(self._moment_key(value))
        if isinstance(value, date):
            return _Getter(self._day_key(value))
        if isinstance(value, dict | list):
            return self._text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
        if isinstance(value, str):
            if name in _NAMES_OF_PEOPLE and value in _ROLES:
                return _Getter(f"name of {value}")
            return self._text(value)
        return value if not hasattr(value, "as_tuple") else str(value)

    def _id(self, value: UUID) -> Any:
        text = str(value)
        if text in self._fixed:
            return self._fixed[text]
        if text == str(self._case["branch_id"]):
            return _Getter("branch_id")
        if text in self._users and self._users[text] in _ROLES:
            return _Getter(f"id of {self._users[text]}")
        return _Getter(self._id_key(text))

    def _id_key(self, text: str) -> str:
        if text == str(self._case["id"]):
            return "case"
        key = f"id {text}"
        self._ids.setdefault(key, _time_of(UUID(text)) or self._opened_at)
        return key

    def _moment_key(self, moment: datetime) -> str:
        key = f"at {moment.astimezone(UTC).isoformat()}"
        self._moments.setdefault(key, moment.astimezone(self._zone).replace(tzinfo=None))
        return key

    def _day_key(self, day: date) -> str:
        key = f"day {day.isoformat()}"
        self._days.setdefault(key, day)
        return key

    def _snapshot(self, value: bytes) -> Any:
        is_compact = value.startswith(COMPACT)
        try:
            text = (inflated(value) if is_compact else value).decode()
        except UnicodeDecodeError:
            return value
        filled = self._filled(text)
        if is_compact:
            return lambda values: deflated(filled.by(values).encode())
        return lambda values: filled.by(values).encode()

    def _text(self, text: str) -> Any:
        filled = self._filled(text)
        return text if filled.pattern == text.replace("%", "%%") else filled.by

    def _filled(self, text: str) -> _Filled:
        """A text with a place for everything in it that is the copy's own."""
        parts, end = [], 0
        for found in self._find.finditer(text):
            replaced = self._replaced(found.group())
            if replaced is not None:
                parts += [text[end : found.start()].replace("%", "%%"), replaced]
                end = found.end()
        parts.append(text[end:].replace("%", "%%"))
        return _Filled("".join(parts))

    def _replaced(self, text: str) -> str | None:
        """What stands in place of something that was found; None where it stays."""
        if text in self._literals:
            return self._literals[text]
        if re.fullmatch(_UUID, text):
            found = self._id(UUID(text))
            return f"%({found.key})s" if isinstance(found, _Getter) else found
        if "T" in text:
            moment = datetime.fromisoformat(text)
            return None if _far(moment) else f"%({self._moment_key(moment)})s"
        day = date.fromisoformat(text)
        opened = self._local.date()
        near = opened - timedelta(days=3) <= day <= opened + timedelta(days=1500)
        return f"%({self._day_key(day)})s" if near else None

    def _finder(self) -> re.Pattern[str]:
        """What is looked for in a text, and what it is replaced by where it is a word of the copy's own."""
        case, given = self._case, self._applicant
        literals = {
            case["number"]: "%(number)s",
            case["number"].replace("-", ""): "%(number)s",
            f'"{case["branch_code"]}"': '"%(branch)s"',
            "ΚΕΠ Δοκιμών": "%(branch_name)s",
            '"Δοκιμών"': '"%(municipality)s"',
        }
        literals |= {number: f"%({key})s" for key, number in self._receipts.items()}
        for name in _PEOPLE_FIELDS:
            value = getattr(given, name)
            if value and len(value) > 3:
                literals.setdefault(value, f"%({name})s")
        self._literals = literals
        longest_first = sorted(map(re.escape, literals), key=len, reverse=True)
        return re.compile("|".join([*longest_first, _UUID, _MOMENT, _DAY]))

    def _line(self, line: Mapping[str, Any]) -> "_Line":
        name, at = line["actor_name"], self._moment_key(line["at"])
        is_role = name in _ROLES and line["actor_id"] is not None
        actor = f"%(id of {name})s" if is_role else str(line["actor_id"] or "")
        called = f"%(name of {name})s" if is_role else name
        branch = "%(branch)s" if line["branch_code"] else None
        reason = line["reason"]
        before = (
            f'["%(case)s",{line["number"]},"%({at})s","{line["actor_kind"]}",'
            f'{_quoted(actor)},"{called}",{_quoted(branch)},"{line["action"]}",'
        )
        detail = json.dumps(line["detail"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        after = f",{json.dumps(reason, ensure_ascii=False)}".replace("%", "%%")
        row = [
            _Getter("case"),
            _Getter(at),
            line["actor_kind"],
            _Getter(f"id of {name}") if is_role else (str(line["actor_id"]) if line["actor_id"] else None),
            _Getter(f"name of {name}") if is_role else name,
            _Getter("branch") if line["branch_code"] else None,
            line["action"],
            None,
            reason,
        ]
        return _Line(hashed=(_Filled(before), self._filled(detail), _Filled(after)), row=row)


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else "null"


def _far(moment: datetime) -> str | None:
    """The text of a moment that means no end; None for any other."""
    return moment.isoformat() if moment.year > 2200 else None


@lru_cache(maxsize=8192)
def _offset(day: date, zone: tzinfo) -> timedelta:
    """How far Athens is ahead on that day, from its morning on."""
    found = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
    return found or timedelta(0)


def _time_of(identifier: UUID) -> datetime | None:
    """The moment that a UUIDv7 carries (RFC 9562, 5.7); None for another identifier."""
    if identifier.version != 7:
        return None
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)
