"""Migrations: running cases taken from one version of a procedure to another, tried first, and back."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, Moment, PageQuery, Shape, Text, page_of
from api.http.idempotency import once
from engine.case_migration.model import RunKind, RunState, Verdict
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.queries import ListPlans, ListResults, ListRuns, ShowMigrationPlan, ShowRun
from engine.case_migration.runs import PutRun, StartRun
from engine.kernel.actor import Scope

PLAN: dict[str, Any] = {
    "from": 1,
    "to": 2,
    "elements": {"check_papers": "check_papers", "remind_municipality": None},
    "author": "anna",
    "edited_at": "2026-03-09T08:00:00Z",
    "decided_by": "kostas",
    "decided_at": "2026-03-10T08:00:00Z",
    "decree": "ΥΑ 1234/2026",
}
SHOWN: dict[str, Any] = {
    "from": 1,
    "to": 2,
    "cases": 1000,
    "elements": {"check_papers": "check_papers"},
    "proposed": [{"old": "check_papers", "new": "check_papers", "by": "id"}],
    "kept": {**PLAN, "elements": {"check_papers": "check_papers"}},
}
RUN: dict[str, Any] = {
    "id": "01936b2e-b000-7aaa-8bbb-0123456789ab",
    "kind": "move",
    "state": "running",
    "decree": "ΥΑ 1234/2026",
    "started_by": "olga",
    "started_at": "2026-03-11T08:00:00Z",
    "ended_at": None,
    "total": 1000,
    "looked": 412,
    "moved": 409,
    "with_consequences": 120,
    "refused": 3,
}
RESULT: dict[str, Any] = {
    "case_id": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "case_number": "0009-26-000123-4",
    "verdict": "refused",
    "at": "2026-03-11T08:01:00Z",
    "findings": [
        {
            "code": "no_target",
            "text": "The case is at remind_municipality, for which the new version has no element.",
            "element": "remind_municipality",
        }
    ],
}


def _elements(**options: Any) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        metadata={
            "description": "New ids by old ids; null for an element that nothing stands for. One that is not "
            "named stands for the one of the same id."
        },
        **options,
    )


class PlanShape(ComposedShape):
    """The plan that is kept for two versions."""

    from_ = fields.Integer(required=True, data_key="from", attribute="from_number")
    to = fields.Integer(required=True, attribute="to_number")
    elements = _elements(required=True)
    author = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who edited it last; null while it is as the engine proposed it."},
    )
    edited_at = Moment(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = Moment(required=True, allow_none=True)
    decree = fields.String(required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """People by their user names; what was decided lies in the decision."""
        decision = thing.decision
        match name:
            case "author":
                return thing.author.name if thing.author else None
            case "decided_by":
                return decision.by.name if decision else None
            case "decided_at":
                return decision.at if decision else None
            case "decree":
                return decision.decree if decision else None
        return super().value_of(thing, name)


class ProposedShape(Shape):
    """What the engine proposes to stand for an element, and by what it was found."""

    old = fields.String(required=True)
    new = fields.String(required=True, allow_none=True)
    by = fields.String(
        required=True, allow_none=True, metadata={"description": "`id`, `name` or `position`."}
    )


class ShownPlanShape(Shape):
    """What is proposed for two versions, what is kept, and how many cases are under way on the old one."""

    from_ = fields.Integer(required=True, data_key="from", attribute="from_number")
    to = fields.Integer(required=True, attribute="to_number")
    cases = fields.Integer(required=True)
    elements = _elements(required=True)
    proposed = fields.List(fields.Nested(ProposedShape), required=True)
    kept = fields.Nested(PlanShape, required=True, allow_none=True)


class PlanList(ma.Schema):
    """The plans of a procedure."""

    items = fields.List(fields.Nested(PlanShape), required=True)


class RunShape(ComposedShape):
    """A run as far as it has come."""

    id = fields.UUID(required=True)
    kind = Choice(RunKind, required=True)
    state = Choice(RunState, required=True)
    decree = fields.String(required=True)
    started_by = fields.String(required=True)
    started_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    total = fields.Integer(required=True, metadata={"description": "Cases there were when it began."})
    looked = fields.Integer(required=True, metadata={"description": "Cases that are done."})
    moved = fields.Integer(required=True, metadata={"description": "Of these, those that moved, or would."})
    with_consequences = fields.Integer(required=True)
    refused = fields.Integer(required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Whoever began it by the user name."""
        return thing.started_by.name if name == "started_by" else super().value_of(thing, name)


class FindingShape(Shape):
    """A consequence, or a reason why a case stays where it is."""

    code = fields.String(required=True, metadata={"description": "Stable: `no_target` and its like."})
    text = fields.String(required=True)
    element = fields.String(required=True, allow_none=True, attribute="element_id")


class ResultShape(Shape):
    """What a run made of one case."""

    case_id = fields.UUID(required=True)
    case_number = fields.String(required=True)
    verdict = Choice(Verdict, required=True)
    at = Moment(required=True)
    findings = fields.List(fields.Nested(FindingShape), required=True)


class PlanBody(ma.Schema):
    """The plan as somebody wants it."""

    elements = _elements(load_default=None, allow_none=True)


class DecisionBody(ma.Schema):
    """By which act cases may be moved."""

    decree = Text(most=200, required=True, example="ΥΑ 1234/2026")


class RunBody(ma.Schema):
    """What a run does, and whether with one case alone."""

    kind = Choice(RunKind, required=True, means="`dry_run` changes nothing, `back` takes cases back.")
    case = fields.UUID(load_default=None, metadata={"description": "The id of one case."})


class ResultQuery(PageQuery):
    """Which cases of a run are wanted."""

    verdict = Choice(Verdict, load_default=None)


RunPage = page_of(RunShape)
ResultPage = page_of(ResultShape)

calls = Calls(
    "migrations",
    about="A running case keeps its version until it is taken to another one: by a plan that one person "
    "edits and another decides, in a run that can be tried before, paused, and taken back.",
)

_PAIR = "/procedures/<key:key>/migrations/<number:from_number>/<number:to_number>"
_RUN = "/procedures/<key:key>/migrations/runs/<uuid:run_id>"


@calls.call("GET", "/procedures/<key:key>/migrations", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, PlanList, example={"items": [PLAN]})
def list_plans(key: str) -> Any:
    """List the plans of a procedure."""
    return {"items": engine().ask(ListPlans(procedure=key), actor=actor())}


@calls.call("GET", _PAIR, scope=Scope.PROCEDURES_READ, refuses=[404, 422])
@calls.response(200, ShownPlanShape, example=SHOWN)
def show_plan(key: str, from_number: int, to_number: int) -> Any:
    """Show the plan for two versions.

    What the engine proposes, by id, then name, then place in the diagram, and what is kept.
    """
    question = ShowMigrationPlan(procedure=key, from_number=from_number, to_number=to_number)
    return engine().ask(question, actor=actor())


@calls.call("PUT", _PAIR, scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(PlanBody)
@calls.response(200, PlanShape, example={**PLAN, "decided_by": None, "decided_at": None, "decree": None})
def edit_plan(body: dict[str, Any], key: str, from_number: int, to_number: int) -> Any:
    """Edit the plan.

    Without elements it is kept as it is proposed. Whatever was decided about it is void. 422 names every
    element that cannot stand for the other, and why.
    """
    command = EditPlan(procedure=key, from_number=from_number, to_number=to_number, elements=body["elements"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", f"{_PAIR}/decide", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(DecisionBody)
@calls.response(200, PlanShape, example=PLAN)
def decide_plan(body: dict[str, str], key: str, from_number: int, to_number: int) -> Any:
    """Decide that cases may be moved by the plan.

    Somebody else than who edited it does this.
    """
    command = DecidePlan(procedure=key, from_number=from_number, to_number=to_number, decree=body["decree"])
    return engine().carry_out(command, actor=actor())


@calls.call(
    "POST",
    f"{_PAIR}/runs",
    scope=Scope.PROCEDURES_WRITE,
    takes=JSON,
    headers=["Idempotency-Key"],
    refuses=[404, 409],
)
@calls.arguments(RunBody)
@calls.response(201, RunShape, example={**RUN, "looked": 0, "moved": 0, "with_consequences": 0, "refused": 0})
def start_run(body: dict[str, Any], key: str, from_number: int, to_number: int) -> Any:
    """Begin a run.

    The worker goes through the cases, one in each transaction, while people work on.
    """
    command = StartRun(
        procedure=key,
        from_number=from_number,
        to_number=to_number,
        kind=body["kind"],
        case_id=body["case"],
    )
    return engine().carry_out(command, actor=actor(), once=once())


@calls.call("GET", f"{_PAIR}/runs", scope=Scope.PROCEDURES_READ, refuses=[404, 422])
@calls.arguments(PageQuery, location="query")
@calls.response(200, RunPage, example={"items": [RUN], "next": None})
def list_runs(query: dict[str, Any], key: str, from_number: int, to_number: int) -> Any:
    """List the runs of a plan.

    Newest first, with how far each has come.
    """
    question = ListRuns(procedure=key, from_number=from_number, to_number=to_number, part=slice_of(query))
    return engine().ask(question, actor=actor())


@calls.call("GET", _RUN, scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, RunShape, example=RUN)
def show_run(key: str, run_id: UUID) -> Any:
    """Show a run.

    With its figures as they are now.
    """
    return engine().ask(ShowRun(procedure=key, run_id=run_id), actor=actor())


@calls.call("GET", f"{_RUN}/cases", scope=Scope.PROCEDURES_READ, refuses=[404, 422])
@calls.arguments(ResultQuery, location="query")
@calls.response(200, ResultPage, example={"items": [RESULT], "next": None})
def list_results(query: dict[str, Any], key: str, run_id: UUID) -> Any:
    """List what a run made of the cases.

    Each moves, moves with consequences, or is refused, and why. Nothing of who is in them is shown.
    """
    question = ListResults(procedure=key, run_id=run_id, verdict=query["verdict"], part=slice_of(query))
    return engine().ask(question, actor=actor())


@calls.call("POST", f"{_RUN}/pause", scope=Scope.PROCEDURES_WRITE, refuses=[404, 409])
@calls.response(200, RunShape, example={**RUN, "state": "paused"})
def pause_run(key: str, run_id: UUID) -> Any:
    """Pause a run.

    What is done stays done.
    """
    return _put(key, run_id, RunState.PAUSED)


@calls.call("POST", f"{_RUN}/continue", scope=Scope.PROCEDURES_WRITE, refuses=[404, 409])
@calls.response(200, RunShape, example=RUN)
def continue_run(key: str, run_id: UUID) -> Any:
    """Let a paused run go on."""
    return _put(key, run_id, RunState.RUNNING)


@calls.call("POST", f"{_RUN}/stop", scope=Scope.PROCEDURES_WRITE, refuses=[404, 409])
@calls.response(200, RunShape, example={**RUN, "state": "stopped", "ended_at": "2026-03-11T09:00:00Z"})
def stop_run(key: str, run_id: UUID) -> Any:
    """Stop a run for good.

    What is done stays done; another run goes on with the rest.
    """
    return _put(key, run_id, RunState.STOPPED)


def _put(key: str, run_id: UUID, state: RunState) -> Any:
    return engine().carry_out(PutRun(procedure=key, run_id=run_id, state=state), actor=actor())
