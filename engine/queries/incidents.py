"""Questions about incidents and what it takes to repair them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.commands.json_variables import as_json
from engine.domain.incident import Incident
from engine.domain.permission import incidents_in_sight, require_repairs
from engine.domain.refusal import NotFound
from engine.ports.incidents import IncidentFilter
from engine.ports.reads import Page, Slice
from engine.queries.question import Answering


@dataclass(frozen=True, kw_only=True)
class ListIncidents:
    """Incidents, newest first: a manager's branch, or all for an operator."""

    wanted: IncidentFilter = field(default_factory=IncidentFilter)
    part: Slice = field(default_factory=Slice)

    def answer(self, answering: Answering) -> Page[Incident]:
        """The incidents without what was sent."""
        sight = incidents_in_sight(answering.actor)
        page = answering.reads.incidents.incidents(self.wanted, sight=sight, part=self.part)
        return replace(page, items=tuple(incident.without_data() for incident in page.items))


@dataclass(frozen=True, kw_only=True)
class ShowVariables:
    """The variables of a case, for whoever may repair it."""

    case_id: UUID

    def answer(self, answering: Answering) -> Mapping[str, Any]:
        """The variables as JSON, as they are now on all branches of the case."""
        view = answering.reads.case(self.case_id)
        if view is None:
            raise NotFound.of("case", self.case_id)
        require_repairs(answering.actor, view.case)
        procedure = answering.procedure(view.case.version_id)
        return as_json(answering.workflow.variables(procedure.definition, view.case.snapshot))
