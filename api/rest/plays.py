"""Plays: a draft or a version played step by step, on the real engine and on a clock of its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import request
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, site
from api.http.fields import ComposedShape, FreeData, Moment, Shape, Text, TwoLanguages, Whole
from api.rest.procedures import ZIP
from api.rest.terms import TermShape
from engine.kernel.actor import Scope
from engine.kernel.money import euro_text

PLAY: dict[str, Any] = {
    "id": "019cd277-ea00-733e-91b0-c9633e4de777",
    "procedure": "residence-certificate",
    "version": 3,
    "acts": [{"begin": {"applicant": {"given_name": "Μαρία", "family_name": "Παπαδοπούλου"}, "data": {}}}],
    "changes": 1,
    "begun_at": "2026-03-09T07:00:00Z",
    "expires_at": "2026-03-16T07:00:00Z",
}
STATE: dict[str, Any] = {
    "start_form": None,
    "at": "2026-03-09T07:00:00Z",
    "number": "0009-26-000001-6",
    "status": "open",
    "outcome": None,
    "flags": [],
    "tokens": ["check_papers"],
    "completed": ["application_received"],
    "scopes": [{"element": "residence_certificate", "variables": {"declared": True}}],
    "tasks": [],
    "service_tasks": [],
    "messages": [],
    "timers": [],
    "actions": [],
    "due": [],
    "documents": {},
    "terms": [],
    "journal": [],
}


class PlayBody(ma.Schema):
    """The version to be played."""

    procedure = Text(most=60, required=True, example="residence-certificate")
    version = Whole(least=1, most=999_999, required=True, means="Its number.")


class ActBody(ma.Schema):
    """One act."""

    act = FreeData(
        means="A step as a scenario file writes it. The first one is `begin`, with what `given` says there; "
        '`{"advance": "next_timer"}` lets the clock jump to the timer that is due next.',
        example={"complete": "check_papers", "data": {"papers_verdict": "complete"}},
        required=True,
    )


class ScenarioBody(ma.Schema):
    """What the scenario is called."""

    title = Text(most=200, required=True, example="A paper is missing")


class ScenarioFile(Shape):
    """A scenario file."""

    content = fields.String(required=True, metadata={"description": "YAML, for the folder `scenarios/`."})


class KeptPlayShape(ComposedShape):
    """A play, with every act so far."""

    id = fields.UUID(required=True)
    procedure = fields.String(required=True, attribute="procedure_key")
    version = fields.Integer(
        required=True,
        allow_none=True,
        attribute="version_number",
        metadata={"description": "Null for a draft that came as an archive."},
    )
    acts = fields.List(FreeData(means="A step as a scenario file writes it."), required=True)
    changes = fields.Integer(required=True)
    begun_at = Moment(required=True)
    expires_at = Moment(required=True)


class PlayedTaskShape(ComposedShape):
    """An open task."""

    element = fields.String(required=True)
    name = fields.String(required=True)
    form = FreeData(means="The form-js form that completes it.", required=True, allow_none=True)
    variables = FreeData(means="What the form begins with.", required=True)
    roles = fields.List(fields.String(), required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The form stands beside the task."""
        task = thing.task
        values = {
            "element": task.element_id,
            "name": task.name,
            "form": thing.form,
            "variables": _plain(task.prefill),
            "roles": task.candidate_groups,
        }
        return values[name]


class PlayedServiceTaskShape(ComposedShape):
    """A service task that waits."""

    element = fields.String(required=True)
    topic = fields.String(required=True)
    name = fields.String(required=True)
    sees = FreeData(means="What the agency is told: these variables and no others.", required=True)
    form = FreeData(means="The form that an answer must fit.", required=True, allow_none=True)
    errors = FreeData(means="The error codes that are caught, with what they are called.", required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Form and codes stand beside the service task."""
        task = thing.service_task
        values = {
            "element": task.element_id,
            "topic": task.topic,
            "name": task.name,
            "sees": _plain(task.variables),
            "form": thing.form,
            "errors": thing.errors,
        }
        return values[name]


class PlayedScopeShape(ComposedShape):
    """The variables that a scope has of its own."""

    element = fields.String(required=True, metadata={"description": "The process, or the activity."})
    variables = FreeData(means="By name.", required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Values of FEEL are written as JSON has them."""
        return thing.element_id if name == "element" else _plain(thing.variables)


class PlayedMessageShape(ComposedShape):
    """A message or signal that is waited for."""

    element = fields.String(required=True)
    kind = fields.String(required=True)
    message = fields.String(required=True)
    key = fields.String(required=True, allow_none=True)
    senders = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata={
            "description": "Who may send it, as `stoa:message-from` has it; null where it is not said."
        },
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """Senders are written as the diagram has them."""
        values = {"element": thing.element_id, "key": thing.correlation_key, "message": thing.message}
        if name == "senders":
            return None if thing.senders is None else list(thing.senders)
        return values.get(name, getattr(thing, name, None))


class PlayedTimerShape(Shape):
    """A timer that waits."""

    element = fields.String(required=True, attribute="element_id")
    due = Moment(required=True, allow_none=True, means="Null while it rests with its term.")


class PlayedActionShape(ComposedShape):
    """An action that can be taken now."""

    name = fields.String(required=True)
    label = fields.Nested(TwoLanguages, required=True)
    roles = fields.List(fields.String(), required=True)
    form = fields.String(required=True, allow_none=True, attribute="form_id")


class PlayedDueShape(ComposedShape):
    """A fee that is to be paid."""

    fee = fields.String(required=True)
    amount = fields.String(required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """An amount of euros as text."""
        if name == "fee":
            return thing.fee_id
        return euro_text(thing.amount) if thing.amount is not None else None


class PlayedLineShape(ComposedShape):
    """A line of the journal."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    by = fields.String(required=True)
    action = fields.String(required=True)
    detail = FreeData(means="What the line is about.", required=True)
    reason = fields.String(required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Who acted by name; everything else as it is."""
        return thing.actor_name if name == "by" else getattr(thing, name)


class PlayStateShape(ComposedShape):
    """Where a play stands; before anybody has come there is the start form alone."""

    start_form = FreeData(means="The form that `begin` fills in.", required=True, allow_none=True)
    at = Moment(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    flags = fields.List(fields.String(), required=True)
    tokens = fields.List(fields.String(), required=True)
    completed = fields.List(fields.String(), required=True)
    scopes = fields.List(fields.Nested(PlayedScopeShape), required=True)
    tasks = fields.List(fields.Nested(PlayedTaskShape), required=True)
    service_tasks = fields.List(fields.Nested(PlayedServiceTaskShape), required=True)
    messages = fields.List(fields.Nested(PlayedMessageShape), required=True)
    timers = fields.List(fields.Nested(PlayedTimerShape), required=True)
    actions = fields.List(fields.Nested(PlayedActionShape), required=True)
    due = fields.List(fields.Nested(PlayedDueShape), required=True)
    documents = FreeData(means="The references of the documents in the case, by name.", required=True)
    terms = fields.List(fields.Nested(TermShape), required=True)
    journal = fields.List(fields.Nested(PlayedLineShape), required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Marks and what waits stand one level deeper."""
        inner = {
            "tokens": thing.marks.active,
            "completed": thing.marks.completed,
            "scopes": thing.standing.scopes,
            "messages": thing.standing.events,
            "timers": thing.standing.timers,
        }
        return inner[name] if name in inner else getattr(thing, name)


class PlayShape(ComposedShape):
    """A play and where it stands."""

    play = fields.Nested(KeptPlayShape, required=True)
    state = fields.Nested(PlayStateShape, required=True)


class PlayList(ma.Schema):
    """Plays."""

    items = fields.List(fields.Nested(KeptPlayShape), required=True)


def _plain(variables: Mapping[str, Any]) -> Any:
    """Variables as JSON has them."""
    from engine.rehearsal.play_state import plain  # loaded when somebody first plays anything

    return plain(variables)


calls = Calls(
    "plays", about="Drafts and versions played step by step, in memory, before anybody certifies them."
)

_WHOLE = {"play": PLAY, "state": STATE}


@calls.call("GET", "/plays", scope=Scope.PROCEDURES_WRITE)
@calls.response(200, PlayList, example={"items": [PLAY]})
def list_plays() -> object:
    """List one's plays.

    The newest first. A play is kept for a week after its last act.
    """
    return {"items": site().playhouse.list_plays(actor())}


@calls.call("POST", "/plays", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409, 422])
@calls.arguments(PlayBody)
@calls.response(201, PlayShape, example=_WHOLE)
def begin_play(body: dict[str, Any]) -> object:
    """Begin to play a version.

    Whatever its status: nothing that is played leaves the engine's memory.
    """
    playing = site().playhouse.begin_version(body["procedure"], body["version"], actor=actor())
    return playing, {"Location": f"{request.path}/{playing.play.id}"}


@calls.call("POST", "/plays/drafts", scope=Scope.PROCEDURES_WRITE, takes=ZIP, refuses=[409])
@calls.doc(
    requestBody={
        "required": True,
        "description": "A zip of a procedure folder, as it would be deployed.",
        "content": {ZIP: {"schema": {"type": "string", "contentMediaType": ZIP}}},
    }
)
@calls.response(201, PlayShape, example={"play": {**PLAY, "version": None}, "state": STATE})
def begin_draft() -> object:
    """Begin to play a draft.

    Its files are kept with the play alone. 422 lists every finding by file.
    """
    playing = site().playhouse.begin_files(request.get_data(), actor=actor())
    return playing, {"Location": f"{request.path.removesuffix('/drafts')}/{playing.play.id}"}


@calls.call("GET", "/plays/<uuid:play_id>", scope=Scope.PROCEDURES_WRITE, refuses=[404, 409])
@calls.response(200, PlayShape, example=_WHOLE)
def show_play(play_id: UUID) -> object:
    """Show a play.

    Its acts are played again from the beginning; what they lead to is the same each time.
    """
    return site().playhouse.show(play_id, actor=actor())


@calls.call(
    "POST", "/plays/<uuid:play_id>/acts", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409, 422]
)
@calls.arguments(ActBody)
@calls.response(200, PlayShape, example=_WHOLE)
def take_act(body: dict[str, Any], play_id: UUID) -> object:
    """Take an act in a play.

    Complete a task, answer, fail or ask as the agency, pay, send a message, take an action, let time pass. An
    act that cannot be taken changes nothing, and the refusal says why.
    """
    return site().playhouse.act(play_id, body["act"], actor=actor())


@calls.call("POST", "/plays/<uuid:play_id>/undo", scope=Scope.PROCEDURES_WRITE, refuses=[404, 409])
@calls.response(200, PlayShape, example=_WHOLE)
def undo_act(play_id: UUID) -> object:
    """Take the last act back.

    The play stands as it stood before it.
    """
    return site().playhouse.undo(play_id, actor=actor())


@calls.call(
    "POST",
    "/plays/<uuid:play_id>/scenario",
    scope=Scope.PROCEDURES_WRITE,
    takes=JSON,
    refuses=[404, 409, 422],
)
@calls.arguments(ScenarioBody)
@calls.response(200, ScenarioFile, example={"content": "title: A paper is missing\n"})
def save_scenario(body: dict[str, Any], play_id: UUID) -> object:
    """Make a scenario of a play.

    The text of a file that expects what came of the play.
    """
    return {"content": site().playhouse.scenario(play_id, body["title"], actor=actor())}


@calls.call("DELETE", "/plays/<uuid:play_id>", scope=Scope.PROCEDURES_WRITE, refuses=[404])
@calls.response(204)
def end_play(play_id: UUID) -> object:
    """End a play.

    It is kept no longer.
    """
    site().playhouse.end(play_id, actor=actor())
    return ""
