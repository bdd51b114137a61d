"""Templates: what of a model case is its own, found once, so that copies need only be filled in.

Everything of a copy is a value by name: an id, a moment, a day, a text with such values in it. A row is the
names of its cells. Ids and moments stand in rows as the database keeps them and in texts as JSON has them;
where these differ, the former have a name of their own.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from demo.country.model_cases import STAMPED, ModelCase, Moment
from engine.kernel.actor import Role
from engine.runtime.closed_snapshots import COMPACT, inflated
from engine.schema import metadata
from engine.storage.bulk import RowFormat
from engine.storage.types import Euros

KEPT: Final = " kept"
"""How the name of a value ends that a database keeps in another form than JSON has it."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MOMENT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
_DAY = r"20\d\d-\d\d-\d\d(?!\d)"
_ROLES: Final = {role.value for role in Role}
_OWN: Final = {
    "branch_id": "branch_id",
    "branch_code": "branch",
    "number": "number",
    "case_number": "number",
}
"""What stands in columns of these names."""
_NAMES_OF_PEOPLE: Final = ("assignee_name", "actor_name", "taken_by")
PEOPLE_FIELDS: Final = (
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
Getter = Callable[[Values], Sequence[Any]]


@dataclass(frozen=True)
class LineTemplate:
    """A line of the journal: the text under its hash, and the cells before the hashes."""

    hashed: str
    cells: Getter


class Template:
    """A model at one of its moments, taken apart.

    What a copy needs, by the names of values: `ids`, each with how many milliseconds after the opening it was
    made; local `moments` and `days` of the model; `receipts`; `constants`; `texts` (the names by their
    patterns) and `snapshots` (patterns, and whether they are compact); `kept_ids` and `kept_moments`, names
    of values in the form of the database, each with the other name; `rows` by table, the `journal` apart.
    `amka_begins` are the digits of the applicant's birth date, None where the model's has no AMKA.
    """

    def __init__(
        self,
        model: ModelCase,
        moment: Moment,
        *,
        version: tuple[UUID, int],
        agencies: Mapping[str, tuple[UUID, str]],
        zone: tzinfo,
        form: RowFormat,
    ) -> None:
        (self._case,) = moment.rows["cases"]
        self._applicant, self._zone, self._form = model.given.applicant, zone, form
        self.opened_at: datetime = model.opened_at
        self.local = model.opened_at.astimezone(zone).replace(tzinfo=None)
        self._fixed = {str(self._case["version_id"]): str(version[0])}
        self._version_number, self._agencies = version[1], agencies
        self.ids: dict[str, int] = {}
        self.moments: dict[str, datetime] = {}
        self.days: dict[str, date] = {}
        self.constants: dict[str, Any] = {}
        self.texts: dict[str, str] = {}
        self.snapshots: dict[str, tuple[str, bool]] = {}
        self.kept_ids: dict[str, str] = {}
        self.kept_moments: dict[str, str] = {}
        self._names: dict[tuple[type, Any], str] = {}
        self._users = {
            str(line["actor_id"]): line["actor_name"]
            for line in moment.rows["journal"]
            if line["actor_id"] is not None
        }
        self.receipts = {f"receipt {place}": number for place, number in enumerate(receipts_in(moment))}
        self._find = self._finder()
        self.journal = [self._line(line) for line in moment.rows["journal"]]
        self.rows = {
            name: [self._row(name, row) for row in moment.rows[name]]
            for name in STAMPED
            if name != "journal" and moment.rows[name]
        }
        self.last_at = self._moment_key(moment.rows["journal"][-1]["at"])
        self.last_at_kept = self._kept_moment(self.last_at)
        self.case_kept = self._kept_id(self._id_key(str(self._case["id"])))
        amka = self._applicant.amka
        self.amka_begins = amka[:6] if amka else None

    def _row(self, table: str, row: Mapping[str, Any]) -> Getter:
        if table == "service_tasks" and row["topic"] in self._agencies:
            agency_id, agency_key = self._agencies[row["topic"]]
            row = {**row, "agency_id": agency_id, "agency_key": agency_key}
            self._fixed[str(agency_id)] = str(agency_id)
        columns = metadata.tables[table].c
        return itemgetter(*(self._cell(table, column.name, column.type, row) for column in columns))

    def _cell(self, table: str, name: str, kind: object, row: Mapping[str, Any]) -> str:
        """The name of what a column of a copy holds."""
        value = row[name]
        if value is None:
            return self._constant(None)
        if name in _OWN and (name != "number" or table == "cases"):
            return self._kept_id("branch_id") if name == "branch_id" else _OWN[name]
        if table == "cases" and name in ("tracking_code", "journal_hash"):
            return {"tracking_code": "digest", "journal_hash": "head"}[name]
        if table == "cases" and name == "version_number":
            return self._constant(self._version_number)
        if isinstance(kind, Euros):
            return self._constant(int(value.scaleb(2)))
        if isinstance(value, str) and name in _NAMES_OF_PEOPLE and value in _ROLES:
            return f"name of {value}"
        return self._of_type(value)

    def _of_type(self, value: Any) -> str:
        if isinstance(value, bytes):
            return self._snapshot(value)
        if isinstance(value, UUID):
            found = self._id(str(value))
            return found if found in self.constants else self._kept_id(found)
        if isinstance(value, datetime):
            if _is_far(value):
                text = value.astimezone(UTC).isoformat(timespec="microseconds")
                return self._constant(self._form.moment(text))
            return self._kept_moment(self._moment_key(value))
        if isinstance(value, date):
            return self._day_key(value)
        if isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self._text(value) if isinstance(value, str) else self._constant(value)

    def _constant(self, value: Any) -> str:
        """The name of what is the same in every copy."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = name = f"constant {len(self._names)}"
            self.constants[name] = self._form.value(value)
        return self._names[key]

    def _kept_id(self, key: str) -> str:
        return self._kept(key, self.kept_ids)

    def _kept_moment(self, key: str) -> str:
        return self._kept(key, self.kept_moments)

    def _kept(self, key: str, names: dict[str, str]) -> str:
        if self._form.is_plain:
            return key
        if key == "branch_id" or key.startswith("id of "):
            return key + KEPT
        names[key + KEPT] = key
        return key + KEPT

    def _id(self, text: str) -> str:
        """The name of an id; that of a constant, in the form of rows, where it is the same in every copy."""
        if text in self._fixed:
            key = (UUID, self._fixed[text])
            if key not in self._names:
                self._names[key] = name = f"constant {len(self._names)}"
                self.constants[name] = self._form.identifier(self._fixed[text])
            return self._names[key]
        if text == str(self._case["branch_id"]):
            return "branch_id"
        if text in self._users and self._users[text] in _ROLES:
            return f"id of {self._users[text]}"
        return self._id_key(text)

    def _id_key(self, text: str) -> str:
        key = "case" if text == str(self._case["id"]) else f"id {text}"
        if key not in self.ids:
            made_at = _time_of(UUID(text)) or self.opened_at
            self.ids[key] = round((made_at - self.opened_at) / timedelta(milliseconds=1))
        return key

    def _moment_key(self, moment: datetime) -> str:
        key = f"at {moment.astimezone(UTC).isoformat()}"
        self.moments.setdefault(key, moment.astimezone(self._zone).replace(tzinfo=None))
        return key

    def _day_key(self, day: date) -> str:
        key = f"day {day.isoformat()}"
        self.days.setdefault(key, day)
        return key

    def _snapshot(self, value: bytes) -> str:
        is_compact = value.startswith(COMPACT)
        try:
            text = (inflated(value) if is_compact else value).decode()
        except UnicodeDecodeError:
            return self._constant(value)
        name = f"snapshot {len(self.snapshots)}"
        self.snapshots[name] = (self._pattern(text), is_compact)
        return name

    def _text(self, text: str) -> str:
        """The name of a text in a row."""
        pattern = self._pattern(text)
        if pattern == text.replace("%", "%%"):
            return self._constant(text)
        return self._named(self._form.value(pattern))

    def _named(self, pattern: str) -> str:
        return self.texts.setdefault(pattern, f"text {len(self.texts)}")

    def _pattern(self, text: str) -> str:
        """A text with a place for everything in it that is the copy's own."""
        parts, end = [], 0
        for found in self._find.finditer(text):
            replaced = self._replaced(found.group())
            if replaced is not None:
                parts += [text[end : found.start()].replace("%", "%%"), replaced]
                end = found.end()
        parts.append(text[end:].replace("%", "%%"))
        return "".join(parts)

    def _replaced(self, text: str) -> str | None:
        """What stands in place of something that was found; None where it stays."""
        if text in self._literals:
            return self._literals[text]
        if re.fullmatch(_UUID, text):
            return self._fixed.get(text) or f"%({self._id(text)})s"
        if "T" in text:
            moment = datetime.fromisoformat(text)
            return None if _is_far(moment) else f"%({self._moment_key(moment)})s"
        day = date.fromisoformat(text)
        opened = self.local.date()
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
        literals |= {number: f"%({key})s" for key, number in self.receipts.items()}
        for name in PEOPLE_FIELDS:
            value = getattr(given, name)
            if value and len(value) > 3:
                literals.setdefault(value, f"%({name})s")
        self._literals = literals
        longest_first = sorted(map(re.escape, literals), key=len, reverse=True)
        return re.compile("|".join([*longest_first, _UUID, _MOMENT, _DAY]))

    def _line(self, line: Mapping[str, Any]) -> LineTemplate:
        name, at = line["actor_name"], self._moment_key(line["at"])
        is_role = name in _ROLES and line["actor_id"] is not None
        actor = f"%(id of {name})s" if is_role else str(line["actor_id"] or "")
        called = f"%(name of {name})s" if is_role else name
        branch = "%(branch)s" if line["branch_code"] else None
        reason = line["reason"]
        detail = json.dumps(line["detail"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        hashed = (
            f'["%(case)s",{line["number"]},"%({at})s","{line["actor_kind"]}",'
            f'{_quoted(actor)},"{called}",{_quoted(branch)},"{line["action"]}",'
            f"{self._pattern(detail)},{json.dumps(reason, ensure_ascii=False).replace('%', '%%')}"
        )
        if is_role:
            actor_id = self._kept_id(f"id of {name}")
        else:
            kept = str(line["actor_id"]) if line["actor_id"] else None
            actor_id = self._constant(kept and self._form.identifier(kept))
        cells = (
            self._kept_id(self._id_key(str(self._case["id"]))),
            self._constant(line["number"]),
            self._kept_moment(at),
            self._constant(line["actor_kind"]),
            actor_id,
            f"name of {name}" if is_role else self._constant(name),
            "branch" if line["branch_code"] else self._constant(None),
            self._constant(line["action"]),
            self._text(detail),
            self._constant(reason),
        )
        return LineTemplate(hashed=hashed, cells=itemgetter(*cells))


def receipts_in(moment: Moment) -> Sequence[str]:
    """The numbers of the receipts that a model has at a moment."""
    return [one["receipt_number"] for one in moment.rows["payments"] if one["receipt_number"]]


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else "null"


def _is_far(moment: datetime) -> bool:
    """Whether a moment means no end."""
    return moment.year > 2200


def _time_of(identifier: UUID) -> datetime | None:
    """The moment that a UUIDv7 carries (RFC 9562, 5.7); None for another identifier."""
    if identifier.version != 7:
        return None
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)
