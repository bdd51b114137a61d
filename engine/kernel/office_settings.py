"""Settings that officials decide: which there are, what they may be, and which value holds at a moment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.kernel.bilingual import Bilingual


class SettingKey(StrEnum):
    """The settings that officials decide."""

    SESSION_IDLE_MINUTES = "session_idle_minutes"
    SESSION_HOURS = "session_hours"
    ACCESS_ALERT_CASES = "access_alert_cases"
    ACCESS_ALERT_PEOPLE = "access_alert_people"
    ACCESS_KEPT_YEARS = "access_kept_years"
    EXCEPTIONAL_ACCESS_HOURS = "exceptional_access_hours"
    QUIET_FROM = "quiet_from"
    QUIET_UNTIL = "quiet_until"
    CITIZENS_NOTE = "citizens_note"
    CITIZENS_NOTE_EN = "citizens_note_en"
    APPLICATIONS_BRANCH = "applications_branch"


SettingValue = int | str


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, text: str) -> SettingValue:
        """The value of a text; `ValueError` says what was expected."""
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            raise ValueError(f"a whole number from {self.least} to {self.most}")
        return int(text)


@dataclass(frozen=True, kw_only=True)
class TimeOfDay:
    """A time of the clock such as 21:00; empty for none."""

    def read(self, text: str) -> SettingValue:
        if text and not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", text):
            raise ValueError("a time such as 21:00, or nothing")
        return text


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text for people of at most so many characters; empty for none."""

    most: int

    def read(self, text: str) -> SettingValue:
        if len(text) > self.most:
            raise ValueError(f"at most {self.most} characters")
        return text.strip()


@dataclass(frozen=True, kw_only=True)
class BranchCode:
    """The code of a branch, 4 digits; empty for none."""

    def read(self, text: str) -> SettingValue:
        if text and not re.fullmatch(r"[0-9]{4}", text):
            raise ValueError("the 4 digits of a branch, or nothing")
        return text


@dataclass(frozen=True, kw_only=True)
class SettingKind:
    """A setting: how its value is read, what it is called and means, and who decides it.

    `by_ministry`: administrators of the ministry may, and not operators alone. `four_eyes`: what one proposes
    another approves, as it touches everybody.
    """

    key: SettingKey
    value: Whole | TimeOfDay | Words | BranchCode
    name: Bilingual
    by_ministry: bool
    four_eyes: bool


def _kind(
    key: SettingKey,
    value: Whole | TimeOfDay | Words | BranchCode,
    *,
    el: str,
    en: str,
    by_ministry: bool = True,
    four_eyes: bool = True,
) -> SettingKind:
    name = Bilingual(en, el=el, en=en)
    return SettingKind(key=key, value=value, name=name, by_ministry=by_ministry, four_eyes=four_eyes)


KINDS: Final[Mapping[SettingKey, SettingKind]] = {
    kind.key: kind
    for kind in (
        _kind(
            SettingKey.SESSION_IDLE_MINUTES,
            Whole(least=1, most=1440),
            el="Λεπτά χωρίς κίνηση ώσπου να λήξει η σύνδεση",
            en="Minutes without a request until a session ends",
            by_ministry=False,
        ),
        _kind(
            SettingKey.SESSION_HOURS,
            Whole(least=1, most=168),
            el="Ώρες που διαρκεί το πολύ μια σύνδεση",
            en="Hours that a session lasts at most",
            by_ministry=False,
        ),
        _kind(
            SettingKey.ACCESS_ALERT_CASES,
            Whole(least=1, most=100_000),
            el="Υποθέσεις σε μία ώρα πάνω από τις οποίες ελέγχεται η ανάγνωση",
            en="Cases in an hour above which reading is looked into",
            four_eyes=False,
        ),
        _kind(
            SettingKey.ACCESS_ALERT_PEOPLE,
            Whole(least=1, most=10_000_000),
            el="Πρόσωπα σε λίστες σε μία ώρα πάνω από τα οποία ελέγχεται η ανάγνωση",
            en="People in lists in an hour above which reading is looked into",
            four_eyes=False,
        ),
        _kind(
            SettingKey.ACCESS_KEPT_YEARS,
            Whole(least=1, most=30),
            el="Έτη που τηρείται ποιος διάβασε τι",
            en="Years for which it is kept who read what",
        ),
        _kind(
            SettingKey.EXCEPTIONAL_ACCESS_HOURS,
            Whole(least=1, most=72),
            el="Ώρες που μένει ανοικτή μια υπόθεση που διαβάζεται κατ' εξαίρεση",
            en="Hours for which a case stays open that is read exceptionally",
            four_eyes=False,
        ),
        _kind(
            SettingKey.QUIET_FROM,
            TimeOfDay(),
            el="Ώρα από την οποία δεν στέλνονται SMS",
            en="Time from which no SMS is sent",
        ),
        _kind(
            SettingKey.QUIET_UNTIL,
            TimeOfDay(),
            el="Ώρα έως την οποία δεν στέλνονται SMS",
            en="Time until which no SMS is sent",
        ),
        _kind(
            SettingKey.CITIZENS_NOTE,
            Words(most=500),
            el="Σημείωση προς τους πολίτες στη σελίδα παρακολούθησης",
            en="Note to citizens on the tracking page, in Greek",
            four_eyes=False,
        ),
        _kind(
            SettingKey.CITIZENS_NOTE_EN,
            Words(most=500),
            el="Η ίδια σημείωση στα αγγλικά",
            en="The same note in English",
            four_eyes=False,
        ),
        _kind(
            SettingKey.APPLICATIONS_BRANCH,
            BranchCode(),
            el="Κωδικός της υπηρεσίας του Υπουργείου που εξετάζει αιτήσεις δήμων και φορέων",
            en="Code of the ministry's office that examines applications of organisations",
            four_eyes=False,
        ),
    )
}
"""Every setting that officials decide, in the order of the page."""

FIRST_VALUES: Final[Mapping[SettingKey, SettingValue]] = {
    SettingKey.SESSION_IDLE_MINUTES: 60,
    SettingKey.SESSION_HOURS: 12,
    SettingKey.ACCESS_ALERT_CASES: 60,
    SettingKey.ACCESS_ALERT_PEOPLE: 5000,
    SettingKey.ACCESS_KEPT_YEARS: 5,
    SettingKey.EXCEPTIONAL_ACCESS_HOURS: 8,
    SettingKey.QUIET_FROM: "",
    SettingKey.QUIET_UNTIL: "",
    SettingKey.CITIZENS_NOTE: "",
    SettingKey.CITIZENS_NOTE_EN: "",
    SettingKey.APPLICATIONS_BRANCH: "",
}
"""What holds until somebody decides, where the environment says nothing either."""


class ChangeState(StrEnum):
    """What has become of a change of a setting."""

    PROPOSED = "proposed"
    """Somebody else has yet to approve it."""
    PLANNED = "planned"
    IN_FORCE = "in force"
    PAST = "past"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class SettingChange:
    """A value that somebody decided, from when on, why, and by which decision; kept for good.

    `number` rises from change to change. `approved_by` is None until it is approved; with `withdrawn_by` it
    never holds.
    """

    id: UUID
    number: int
    key: SettingKey
    value: SettingValue
    valid_from: datetime
    proposed_at: datetime
    proposed_by: str
    reason: str
    decision: str
    approved_at: datetime | None = None
    approved_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None

    @property
    def counts(self) -> bool:
        return self.approved_at is not None and self.withdrawn_at is None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """All settings as the changes have them, at whichever moment is asked for.

    `first` are the values until somebody decides.
    """

    first: Mapping[SettingKey, SettingValue] = field(default_factory=lambda: FIRST_VALUES)
    changes: Sequence[SettingChange] = ()

    def holding(self, key: SettingKey, at: datetime) -> SettingChange | None:
        """The change in force then; of several from the same moment the one decided last. None before any."""
        counting = [one for one in self.changes if one.key is key and one.counts and one.valid_from <= at]
        return max(counting, key=lambda one: (one.valid_from, one.number), default=None)

    def value(self, key: SettingKey, at: datetime) -> SettingValue:
        change = self.holding(key, at)
        return change.value if change is not None else self.first[key]

    def number(self, key: SettingKey, at: datetime) -> int:
        """The value of a setting that is a whole number."""
        return int(self.value(key, at))

    def state(self, change: SettingChange, at: datetime) -> ChangeState:
        if change.withdrawn_at is not None:
            return ChangeState.WITHDRAWN
        if change.approved_at is None:
            return ChangeState.PROPOSED
        if change.valid_from > at:
            return ChangeState.PLANNED
        return ChangeState.IN_FORCE if self.holding(change.key, at) == change else ChangeState.PAST

    def quiet_until(self, at: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours end in which `at` lies, by the clock of the zone; None if it lies in none."""
        begins, ends = (str(self.value(key, at)) for key in (SettingKey.QUIET_FROM, SettingKey.QUIET_UNTIL))
        if not begins or not ends or begins == ends:
            return None
        first, last = time.fromisoformat(begins), time.fromisoformat(ends)
        local = at.astimezone(zone)
        clock = local.time()
        is_over_midnight = first > last
        is_quiet = (clock >= first or clock < last) if is_over_midnight else first <= clock < last
        if not is_quiet:
            return None
        day = local.date()
        if is_over_midnight and clock >= first:
            day = date.fromordinal(day.toordinal() + 1)
        return datetime.combine(day, last, tzinfo=zone)
