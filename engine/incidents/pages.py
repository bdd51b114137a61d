"""The pages on which incidents are repaired: everything that each shows, as it was at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.context import QueryContext
from engine.incidents.model import Incident, IncidentFilter
from engine.incidents.queries import (
    Causes,
    IncidentSheet,
    ListCauses,
    ListIncidents,
    MovePreview,
    PreviewMove,
    ShowIncident,
    ShowVariables,
    repair_shown,
)
from engine.kernel.disclosure import Disclosure, Shown, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import Conflict
from engine.tasks.labels import LabelCases
from engine.tasks.worklist_model import CaseLabel


@dataclass(frozen=True, kw_only=True)
class CausePage:
    """A cause, and a part of its incidents with the labels of their cases."""

    causes: Causes
    incidents: Page[Incident]
    labels: Mapping[UUID, CaseLabel]


@dataclass(frozen=True, kw_only=True)
class ShowCause:
    """What one cause holds up: a manager's branch, or all for an operator."""

    wanted: IncidentFilter
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> CausePage:
        """The incidents of the cause, newest first; no cause and no incidents once all are resolved."""
        incidents = ListIncidents(wanted=self.wanted, part=self.part).answer(context)
        case_ids = tuple({incident.case_id for incident in incidents.items})
        return CausePage(
            causes=ListCauses(wanted=self.wanted).answer(context),
            incidents=incidents,
            labels=LabelCases(case_ids=case_ids).answer(context),
        )

    def disclosed(self, answer: CausePage) -> Iterable[Disclosure]:
        return listed(answer.incidents.items)


@dataclass(frozen=True, kw_only=True)
class ValuesPage:
    """An incident, and the variables of its case as JSON."""

    sheet: IncidentSheet
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ShowValues:
    """The values of a case that cannot go on, for whoever may repair it."""

    incident_id: UUID

    def answer(self, context: QueryContext) -> ValuesPage:
        sheet = ShowIncident(incident_id=self.incident_id).answer(context)
        return ValuesPage(sheet=sheet, values=ShowVariables(case_id=sheet.case.id).answer(context))

    def disclosed(self, answer: ValuesPage) -> Iterable[Disclosure]:
        return (repair_shown(answer.sheet.case.id, Shown.VALUES),)


@dataclass(frozen=True, kw_only=True)
class MovePage:
    """An incident, the place from which its case is moved, and what the move would do or why it is refused.

    `source` is empty for a case that stands nowhere. Without a target there is
    neither `preview` nor `refusal`.
    """

    sheet: IncidentSheet
    source: str
    preview: MovePreview | None = None
    refusal: Conflict | None = None


@dataclass(frozen=True, kw_only=True)
class ShowMove:
    """Where a case can be moved, and what it would do to move it to `target`; nothing is changed."""

    incident_id: UUID
    source: str | None = None
    target: str | None = None

    def answer(self, context: QueryContext) -> MovePage:
        """The case is moved from where it is asked for, else from where it stopped, else its first place."""
        sheet = ShowIncident(incident_id=self.incident_id).answer(context)
        candidates = (self.source, sheet.source, *sheet.ways)
        source = next((one for one in candidates if one is not None and one in sheet.ways), "")
        if not self.target:
            return MovePage(sheet=sheet, source=source)
        question = PreviewMove(case_id=sheet.case.id, source=source, target=self.target)
        try:
            return MovePage(sheet=sheet, source=source, preview=question.answer(context))
        except Conflict as refusal:
            return MovePage(sheet=sheet, source=source, refusal=refusal)

    def disclosed(self, answer: MovePage) -> Iterable[Disclosure]:
        return (repair_shown(answer.sheet.case.id),)
