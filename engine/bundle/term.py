"""The term of a procedure: how long it may take, and what becomes of it while the citizen is awaited."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engine.kernel.calendar import WorkingCalendar


class SupplementRule(StrEnum):
    """What the term does while the citizen is awaited to bring something."""

    RUNS_ON = "runs_on"
    PAUSES = "pauses"
    """It rests meanwhile, and what was left of it goes on."""
    RESTARTS = "restarts"
    """It rests meanwhile, and begins anew, as where it counts from the complete file."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long a procedure may take by law or service norm, in calendar days or in working days."""

    days: int
    working_days: bool = False
    supplement: SupplementRule = SupplementRule.RUNS_ON

    def last_day(self, begun: date, calendar: WorkingCalendar) -> date:
        """The last day of a term that begins that day, which is not counted itself."""
        return self._counted(begun, self.days, calendar)

    def last_day_after_rest(
        self, last: date, *, asked: date, brought: date, calendar: WorkingCalendar
    ) -> date:
        """The last day of a term that rested; `last` is what it was before.

        The day on which the citizen was asked is not counted as rest, the one on which they brought it is, so
        that the authority has as many days afterwards as it had left.
        """
        match self.supplement:
            case SupplementRule.RUNS_ON:
                return last
            case SupplementRule.RESTARTS:
                return self.last_day(brought, calendar)
            case SupplementRule.PAUSES:
                return self._counted(last, self._rested(asked, brought, calendar), calendar)

    def _counted(self, start: date, days: int, calendar: WorkingCalendar) -> date:
        count = calendar.add_working_days if self.working_days else calendar.add_days
        return count(start, days)

    def _rested(self, asked: date, brought: date, calendar: WorkingCalendar) -> int:
        days = (brought - asked).days
        if not self.working_days:
            return days
        return sum(calendar.is_working_day(asked + timedelta(days=day)) for day in range(1, days + 1))
