"""Migrations in words: what runs do, how far they are, what became of a case, why not."""

from api.pages.frame.language import gettext as _
from engine.case_migration.model import MigrationRun, RunKind, RunState, Verdict
from engine.kernel.refusal import Conflict


def kind_words(kind: RunKind) -> str:
    return {
        RunKind.DRY_RUN: _("Dry run"),
        RunKind.MOVE: _("Move"),
        RunKind.BACK: _("Taking back"),
    }[kind]


def state_words(state: RunState) -> str:
    return {
        RunState.RUNNING: _("under way"),
        RunState.PAUSED: _("paused"),
        RunState.STOPPED: _("stopped"),
        RunState.DONE: _("done"),
    }[state]


def state_tone(state: RunState) -> str:
    """The tone of the mark that says how far a run is."""
    return {RunState.RUNNING: "calm", RunState.PAUSED: "soon", RunState.STOPPED: "bad"}.get(state, "good")


def verdict_words(verdict: Verdict, run: MigrationRun) -> str:
    """What became of a case; of a dry run, what would become of it."""
    if run.kind is RunKind.DRY_RUN:
        return {
            Verdict.MOVES: _("Moves"),
            Verdict.CONSEQUENCES: _("Moves, with consequences"),
            Verdict.REFUSED: _("Cannot move"),
        }[verdict]
    if run.kind is RunKind.BACK:
        return {Verdict.REFUSED: _("Stayed where it is")}.get(verdict, _("Is back"))
    return {
        Verdict.MOVES: _("Moved"),
        Verdict.CONSEQUENCES: _("Moved, with consequences"),
        Verdict.REFUSED: _("Stayed where it is"),
    }[verdict]


def found_by_words(by: str | None) -> str:
    """By what the engine found an element."""
    return {
        "id": _("the same id"),
        "name": _("the same name"),
        "position": _("the same place in the diagram"),
    }.get(by or "", _("nothing stands for it"))


def conflict_words(refused: Conflict) -> str:
    """Why something could not be done with a plan or a run as it is."""
    return {
        "four_eyes": _("You edited this plan: somebody else has to decide it."),
        "run_under_way": _("Cases are being moved by this plan: wait for that, or stop it first."),
        "plan_not_decided": _("The plan was not decided yet."),
        "other_version": _("The case is on another version."),
        "run_stopped": _("The run was stopped already."),
        "run_done": _("The run is done already."),
    }.get(refused.code, _("The version to which the cases go is not on offer."))
