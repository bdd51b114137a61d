"""Runs of a plan: begun once they were confirmed with their figures, watched, paused, stopped, taken back."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.cases.facts import case_address
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_READERS, actor, signed_in
from api.pages.migrations.views import PLANNERS, render_plan
from api.pages.migrations.words import (
    conflict_words,
    kind_words,
    state_tone,
    state_words,
    verdict_words,
)
from engine.case_migration.model import CaseResult, MigrationRun, RunKind, RunState, Verdict
from engine.case_migration.room import RunSheet, ShowPlanSheet, ShowRunSheet
from engine.case_migration.runs import PutRun, StartRun
from engine.kernel.actor import Role
from engine.kernel.migration_rights import require_runs_migration
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict

blueprint = Blueprint("migration_runs", __name__, url_prefix="/migrations")

_ON_A_PAGE = 50
_ACTS = {"pause": RunState.PAUSED, "continue": RunState.RUNNING, "stop": RunState.STOPPED}
_MOVING = {"move": RunKind.MOVE, "back": RunKind.BACK}


class ShownCase(NamedTuple):
    """What a run made of a case; `address` is empty for who does not read cases."""

    number: str
    address: str
    words: str
    tone: str
    findings: list[str]


@blueprint.post("/<key>/<int:from_number>/<int:to_number>/dry-runs")
@signed_in(*PLANNERS)
def try_out(key: str, from_number: int, to_number: int) -> Response:
    return _begin(key, from_number, to_number, RunKind.DRY_RUN)


@blueprint.get("/<key>/<int:from_number>/<int:to_number>/<kind>")
@signed_in(Role.OPERATOR)
def confirm_start(key: str, from_number: int, to_number: int, kind: str) -> Response:
    """Ask once more before cases are moved or taken back, with how many they are."""
    question = ShowPlanSheet(procedure=key, from_number=from_number, to_number=to_number)
    sheet = engine().ask(question, actor=actor())
    if kind not in _MOVING or sheet.plan.kept is None:
        raise NotFound
    return page(
        "migrations/confirm_start.html",
        key=key,
        sheet=sheet,
        kept=sheet.plan.kept,
        kind=kind,
        last_try=sheet.last_try,
    )


@blueprint.post("/<key>/<int:from_number>/<int:to_number>/<kind>")
@signed_in(Role.OPERATOR)
def start(key: str, from_number: int, to_number: int, kind: str) -> Response:
    if kind not in _MOVING:
        raise NotFound
    return _begin(key, from_number, to_number, _MOVING[kind])


def _begin(key: str, from_number: int, to_number: int, kind: RunKind) -> Response:
    command = StartRun(procedure=key, from_number=from_number, to_number=to_number, kind=kind)
    try:
        run = engine().carry_out(command, actor=actor())
    except Conflict as refused:
        flash = FlashMessage(conflict_words(refused), "bad")
        return render_plan(key, from_number, to_number, flash=flash, status=409)
    return redirect(url_for("migration_runs.show", key=key, run_id=run.id), 303)


@blueprint.get("/<key>/runs/<uuid:run_id>")
@signed_in(*PLANNERS)
def show(key: str, run_id: UUID) -> Response:
    return _render(key, run_id)


@blueprint.get("/<key>/runs/<uuid:run_id>/<act>")
@signed_in(*PLANNERS)
def confirm(key: str, run_id: UUID, act: str) -> Response:
    """Ask once more before a run is paused, goes on or is stopped, with how far it has come."""
    if act not in _ACTS:
        raise NotFound
    sheet = engine().ask(ShowRunSheet(procedure=key, run_id=run_id, part=Slice(limit=1)), actor=actor())
    if sheet.run.is_moving:
        require_runs_migration(actor())
    return page("migrations/confirm.html", key=key, act=act, **_facts(sheet))


@blueprint.post("/<key>/runs/<uuid:run_id>/<act>")
@signed_in(*PLANNERS)
def put(key: str, run_id: UUID, act: str) -> Response:
    if act not in _ACTS:
        raise NotFound
    try:
        engine().carry_out(PutRun(procedure=key, run_id=run_id, state=_ACTS[act]), actor=actor())
    except Conflict as refused:
        return _render(key, run_id, flash=FlashMessage(conflict_words(refused), "bad"), status=409)
    return redirect(url_for("migration_runs.show", key=key, run_id=run_id), 303)


def _render(key: str, run_id: UUID, *, flash: FlashMessage | None = None, status: int = 200) -> Response:
    wanted = request.args.get("verdict", "")
    verdict = Verdict(wanted) if wanted in set(Verdict) else None
    cursor = request.args.get("cursor") or None
    part = Slice(limit=_ON_A_PAGE, cursor=cursor)
    question = ShowRunSheet(procedure=key, run_id=run_id, verdict=verdict, part=part)
    sheet = engine().ask(question, actor=actor())
    run, found = sheet.run, sheet.results

    def address(*, cursor: str | None) -> str:
        chosen = verdict.value if verdict else None
        return url_for("migration_runs.show", key=key, run_id=run_id, verdict=chosen, cursor=cursor)

    return page(
        "migrations/run.html",
        status=status,
        key=key,
        flash=flash,
        **_facts(sheet),
        verdict=verdict.value if verdict else "",
        verdicts=[(one.value, verdict_words(one, run)) for one in Verdict if one in _possible(run)],
        cases=[_shown(one, run) for one in found.items],
        cursor=cursor,
        own_address=address(cursor=cursor),
        first_address=address(cursor=None),
        next_address=address(cursor=found.next) if found.next else None,
    )


def _possible(run: MigrationRun) -> frozenset[Verdict]:
    """The verdicts that a run of its kind comes to."""
    if run.kind is RunKind.BACK:
        return frozenset({Verdict.MOVES, Verdict.REFUSED})
    return frozenset(Verdict)


def _facts(sheet: RunSheet) -> dict[str, Any]:
    """What every page about a run says of it."""
    run = sheet.run
    who = actor()
    return {
        "run": run,
        "plan": sheet.plan,
        "is_tried": run.kind is RunKind.DRY_RUN,
        "heading": kind_words(run.kind),
        "state": state_words(run.state),
        "tone": state_tone(run.state),
        "may_steer": who.has(Role.OPERATOR) or run.kind is RunKind.DRY_RUN,
    }


def _shown(result: CaseResult, run: MigrationRun) -> ShownCase:
    reads_cases = actor().has(*CASE_READERS)
    return ShownCase(
        number=result.case_number,
        address=case_address(result.case_id) if reads_cases else "",
        words=verdict_words(result.verdict, run),
        tone={Verdict.MOVES: "good", Verdict.CONSEQUENCES: "soon"}.get(result.verdict, "bad"),
        findings=[localized(finding.said) for finding in result.findings],
    )
