"""Questions about incidents and what it takes to repair them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.bundle.contract import OutcomeRule
from engine.cases import changeset_store
from engine.cases.changeset_store import CaseView
from engine.cases.fees import amount_in_feel
from engine.cases.model import Case
from engine.cases.surroundings import surroundings_at
from engine.context import QueryContext
from engine.incidents import store as incidents_store
from engine.incidents.model import Incident, IncidentFilter, IncidentGroup
from engine.incidents.repair import Waiting
from engine.kernel.disclosure import Disclosure, Purpose, Shown, listed
from engine.kernel.pages import Page, Slice
from engine.kernel.permission import incidents_in_sight, require_repairs
from engine.kernel.refusal import Conflict, NotFound
from engine.kernel.vocabulary import CaseStatus
from engine.messages import subscription_store
from engine.organisation import store as organisation_store
from engine.people.queries import NamePeople
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.runtime.contract import (
    Marks,
    OpenedServiceTask,
    OpenedSubscription,
    OpenedTask,
    Phase,
    Step,
    StepRefused,
)
from engine.runtime.values import as_json
from engine.service_tasks.model import ServiceTask
from engine.signatures import store as signatures_store
from engine.tasks.model import Task


@dataclass(frozen=True, kw_only=True)
class ListIncidents:
    """Incidents, newest first: a manager's branch, or all for an operator."""

    wanted: IncidentFilter = field(default_factory=IncidentFilter)
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[Incident]:
        """The incidents without what was sent."""
        sight = incidents_in_sight(context.actor)
        page = incidents_store.list_incidents(context.connection, self.wanted, sight=sight, part=self.part)
        return replace(page, items=tuple(incident.without_data() for incident in page.items))

    def disclosed(self, answer: Page[Incident]) -> Iterable[Disclosure]:
        return listed(answer.items)


@dataclass(frozen=True, kw_only=True)
class Causes:
    """A part of the list of causes, with the versions they are of and the texts of their diagrams, by id.

    `incidents` counts those of all causes.
    """

    page: Page[IncidentGroup]
    incidents: int
    versions: Mapping[UUID, ProcedureVersion]
    diagrams: Mapping[UUID, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class ListCauses:
    """What holds cases up, by cause: a manager's branch, or all for an operator."""

    wanted: IncidentFilter = field(default_factory=IncidentFilter)
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Causes:
        """The causes, the one that struck last first."""
        sight = incidents_in_sight(context.actor)
        page = incidents_store.incident_groups(context.connection, self.wanted, sight=sight, part=self.part)
        version_ids = {group.cause.version_id for group in page.items}
        return Causes(
            page=page,
            incidents=incidents_store.count_incidents(context.connection, self.wanted, sight=sight),
            versions={version_id: _version(version_id, context) for version_id in version_ids},
            diagrams={version_id: _diagrams(version_id, context) for version_id in version_ids},
        )


@dataclass(frozen=True, kw_only=True)
class IncidentsToRetry:
    """Which incidents to try again in one go, and how many there are in all."""

    wanted: IncidentFilter
    limit: int

    def answer(self, context: QueryContext) -> tuple[tuple[UUID, ...], int]:
        """Up to `limit` of them, those first whose last attempt is longest ago, and the count of all."""
        sight = incidents_in_sight(context.actor)
        chosen = incidents_store.longest_untried(
            context.connection, self.wanted, sight=sight, limit=self.limit
        )
        return tuple(chosen), incidents_store.count_incidents(context.connection, self.wanted, sight=sight)


@dataclass(frozen=True, kw_only=True)
class IncidentSheet:
    """One incident with what it takes to repair it.

    `diagrams` are the BPMN texts of its version, the one that a case starts in first. `ways` tells where the
    case stands and could be moved to; `source` is the place at which what was attempted waits, None where
    that is no one place. `tasks` and `service_tasks` are what is open in the case. `resolved_by` is the
    name of who resolved it.
    """

    incident: Incident
    case: Case
    version: ProcedureVersion
    diagrams: tuple[str, ...]
    marks: Marks
    ways: Mapping[str, tuple[str, ...]]
    source: str | None
    tasks: tuple[Task, ...]
    service_tasks: tuple[ServiceTask, ...]
    resolved_by: str | None

    @property
    def may_be_repaired(self) -> bool:
        """Whether the incident is open, and its case neither suspended nor closed."""
        return self.incident.is_open and self.case.status is CaseStatus.OPEN


@dataclass(frozen=True, kw_only=True)
class ShowIncident:
    """One incident, for whoever may repair its case."""

    incident_id: UUID

    def answer(self, context: QueryContext) -> IncidentSheet:
        """The incident without what was sent, and its case; `NotFound` for those who may not know of it."""
        incident = incidents_store.incident(context.connection, self.incident_id)
        if incident is None:
            raise NotFound.of("incident", self.incident_id)
        view = _repairable(incident.case_id, context)
        definition = context.procedure(view.case.version_id).definition
        return IncidentSheet(
            incident=incident.without_data(),
            case=view.case,
            version=_version(view.case.version_id, context),
            diagrams=_diagrams(view.case.version_id, context),
            marks=context.workflow.marks(definition, view.case.snapshot),
            ways=context.workflow.ways(definition, view.case.snapshot),
            source=_place_of(incident.attempt.token, view, context),
            tasks=view.tasks,
            service_tasks=view.service_tasks,
            resolved_by=_called(incident.resolved_by, context),
        )

    def disclosed(self, answer: IncidentSheet) -> Iterable[Disclosure]:
        return (repair_shown(answer.case.id),)


@dataclass(frozen=True, kw_only=True)
class ShowVariables:
    """The variables of a case, for whoever may repair it."""

    case_id: UUID

    def answer(self, context: QueryContext) -> Mapping[str, Any]:
        """The variables as JSON, as they are now on all branches of the case."""
        view = _repairable(self.case_id, context)
        procedure = context.procedure(view.case.version_id)
        return as_json(context.workflow.variables(procedure.definition, view.case.snapshot))

    def disclosed(self, _answer: Mapping[str, Any]) -> Iterable[Disclosure]:
        return (repair_shown(self.case_id, Shown.VALUES),)


@dataclass(frozen=True, kw_only=True)
class MovePreview:
    """What a move would do: what it cancels, what it begins, and the outcome if it ends the case."""

    cancelled_tasks: tuple[Task, ...]
    cancelled_service_tasks: tuple[ServiceTask, ...]
    tasks: tuple[OpenedTask, ...]
    service_tasks: tuple[OpenedServiceTask, ...]
    subscriptions: tuple[OpenedSubscription, ...]
    ends: bool
    outcome: OutcomeRule | None


@dataclass(frozen=True, kw_only=True)
class PreviewMove:
    """What it would do to take a case from one element to another; nothing is changed."""

    case_id: UUID
    source: str
    target: str

    def answer(self, context: QueryContext) -> MovePreview:
        """The same as the move would do now; `Conflict` with its reason where the move would be refused."""
        view = _repairable(self.case_id, context)
        procedure = context.procedure(view.case.version_id)
        case, connection = view.case, context.connection
        try:
            step = context.workflow.move(
                procedure.definition,
                case.snapshot,
                source=self.source,
                target=self.target,
                surroundings=surroundings_at(
                    context.now,
                    zone=context.zone,
                    branch=lambda: organisation_store.branch_coded(
                        connection, case.branch_code, on=context.today
                    ),
                    case=case,
                    fee=lambda fee_id: amount_in_feel(context, case, fee_id),
                    signers=lambda: signatures_store.signers_of(connection, case.id),
                    described=lambda: procedure.metadata,
                ),
            )
        except StepRefused as refusal:
            raise Conflict(str(refusal), code="move_refused") from refusal
        if step.phase is Phase.STUCK:
            why = step.incident.message if step.incident else "the case cannot go on from there"
            raise Conflict(why, code="case_stuck")
        outcome = procedure.outcome(step.outcome) if step.outcome else None
        return _preview(step, view, outcome)

    def disclosed(self, _answer: MovePreview) -> Iterable[Disclosure]:
        return (repair_shown(self.case_id),)


def repair_shown(case_id: UUID, shown: Shown = Shown.CASE) -> Disclosure:
    """That a case is shown to whoever repairs it."""
    return Disclosure(shown=shown, case_id=case_id, purpose=Purpose.REPAIR)


def _preview(step: Step, view: CaseView, outcome: OutcomeRule | None) -> MovePreview:
    ends = step.phase is Phase.COMPLETED
    return MovePreview(
        cancelled_tasks=tuple(task for task in view.tasks if ends or task.token in step.closed),
        cancelled_service_tasks=tuple(
            task for task in view.service_tasks if ends or task.token in step.closed
        ),
        tasks=step.opened_tasks,
        service_tasks=step.opened_service_tasks,
        subscriptions=step.opened_subscriptions,
        ends=ends,
        outcome=outcome,
    )


def _repairable(case_id: UUID, context: QueryContext) -> CaseView:
    view = changeset_store.case(context.connection, case_id)
    if view is None:
        raise NotFound.of("case", case_id)
    require_repairs(context.actor, view.case)
    return view


def _place_of(token: UUID | None, view: CaseView, context: QueryContext) -> str | None:
    if token is None:
        return None
    subscriptions = subscription_store.subscriptions_of(context.connection, view.case.id)
    waiting: tuple[Waiting, ...] = (*view.tasks, *view.service_tasks, *subscriptions)
    return next((one.element_id for one in waiting if one.token == token), None)


def _called(username: str | None, context: QueryContext) -> str | None:
    if username is None:
        return None
    return NamePeople(usernames=(username,)).answer(context).get(username, username)


def _version(version_id: UUID, context: QueryContext) -> ProcedureVersion:
    version = procedures_store.version_by_id(context.connection, version_id)
    if version is None:
        raise NotFound.of("version", version_id)
    return version


def _diagrams(version_id: UUID, context: QueryContext) -> tuple[str, ...]:
    return context.procedure(version_id).diagrams
