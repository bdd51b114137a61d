"""Questions about citizens who were here before: what an earlier case has is not asked of them again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.cases import changeset_store
from engine.cases import store as cases_store
from engine.cases.case_queries import applicant_in
from engine.cases.locked_case import CaseView
from engine.cases.party import are_same
from engine.context import QueryContext
from engine.kernel.permission import sight_of
from engine.kernel.person import Person, search_form

_MOST_LOOKED_AT = 5


@dataclass(frozen=True, kw_only=True)
class EarlierApplicant:
    """A citizen as a case has them that was opened before."""

    case_id: UUID
    number: str
    opened_at: datetime
    person: Person


@dataclass(frozen=True, kw_only=True)
class FindEarlierApplicant:
    """The citizen of an AFM or AMKA, in the newest case that the asker sees."""

    afm: str | None = None
    amka: str | None = None

    def answer(self, context: QueryContext) -> EarlierApplicant | None:
        """The applicant of that case; None where there is none, or the two numbers name two people."""
        words = tuple(search_form(number) for number in (self.afm, self.amka) if number)
        sight = sight_of(context.actor)
        if not words or sight.nothing:
            return None
        cases = cases_store.cases_with_any_word(context.connection, words, sight=sight, limit=_MOST_LOOKED_AT)
        for case in cases:
            view = changeset_store.case(context.connection, case.id)
            if view is not None and (person := self._applicant(view)) is not None:
                return EarlierApplicant(
                    case_id=case.id, number=case.number, opened_at=case.opened_at, person=person
                )
        return None

    def _applicant(self, view: CaseView) -> Person | None:
        """The applicant, if the numbers are theirs: a representative is found by the same words."""
        person = applicant_in(view)
        return person if person and are_same(person, afm=self.afm, amka=self.amka) else None
