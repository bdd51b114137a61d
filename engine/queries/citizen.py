"""Questions of the citizen who tracks a case: what they are awaited to bring."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.domain.waiting import Waiting, awaited_of_citizen
from engine.queries.casebook import waiting_of
from engine.queries.cases import tracked_case
from engine.queries.question import Answering


@dataclass(frozen=True, kw_only=True)
class AwaitedOfCitizen:
    """What a case waits for from its citizen; `things` is empty if nothing."""

    case_id: UUID
    things: tuple[Waiting, ...]


@dataclass(frozen=True, kw_only=True)
class ShowAwaited:
    """What am I to bring? Asked with the number and the code on the receipt."""

    number: str
    code: str

    def answer(self, answering: Answering) -> AwaitedOfCitizen:
        """What the citizen is to bring, for which task; a wrong code is told like an unknown number."""
        view = tracked_case(self.number, self.code, answering)
        things = awaited_of_citizen(waiting_of(view, answering))
        return AwaitedOfCitizen(
            case_id=view.case.id, things=tuple(replace(thing, who=None) for thing in things)
        )
