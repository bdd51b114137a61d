"""Playing a draft or a version step by step: the acts are kept, what they lead to is worked out in memory.

Several processes serve, so none of them keeps a play: each call plays its acts from the beginning, on the
real engine, in an office of its own (docs/adr/0055-plays-are-their-acts.md). Reading the files is what takes
long, and that is kept for the files played last.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from uuid import UUID

from engine.bundle.contract import Files
from engine.bundle.files import fingerprint, from_zip
from engine.bundle.scenario_reading import read_act, read_given
from engine.dispatch import Engine
from engine.kernel.actor import Actor
from engine.kernel.recently_used import RecentlyUsed
from engine.kernel.refusal import Conflict, Invalid
from engine.plays.keep import BeginPlay, EndPlay, KeepActs
from engine.plays.model import KeptPlay
from engine.plays.queries import FilesToPlay, ListPlays, ShowPlay
from engine.rehearsal.office import Stage, Unexpected
from engine.rehearsal.play_state import PlayState, state_of, state_without_case
from engine.rehearsal.player import Play
from engine.rehearsal.scenario_writing import scenario_text

BEGIN: Final = "begin"
"""The verb of the first act; what follows are steps as in a scenario file."""

NEXT_TIMER: Final = "next_timer"
"""Said in the place of a moment: `{"advance": "next_timer"}`."""

_PATIENCE: Final = 10.0
"""Seconds of the processor that one call may take."""

_STAGES: Final = 4
"""The files of how many procedures are kept read."""


@dataclass(frozen=True, kw_only=True)
class Playing:
    """A play with where it stands."""

    play: KeptPlay
    state: PlayState


class _Stages:
    """Files that were read; one play at a time in each."""

    def __init__(self) -> None:
        self._stages = RecentlyUsed[str, tuple[Stage, Lock]](_STAGES)

    @contextmanager
    def of(self, files: Files) -> Iterator[Stage]:
        """The stage of the files, for one play alone; `Invalid` if they are not a sound procedure."""
        stage, alone = self._stages.get(fingerprint(files), lambda: (Stage(files), Lock()))
        with alone:
            yield stage


class Playhouse:
    """The service behind the calls for plays; one for each process, and threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stages = _Stages()

    def list_plays(self, actor: Actor) -> Sequence[KeptPlay]:
        """The actor's plays, the newest first."""
        return self._engine.ask(ListPlays(), actor=actor)

    def begin_version(self, key: str, number: int, *, actor: Actor) -> Playing:
        """Begin to play a version, whatever its status."""
        files = self._engine.ask(FilesToPlay(procedure_key=key, version_number=number), actor=actor)
        return self._begin(files, BeginPlay(procedure_key=key, version_number=number), actor)

    def begin_files(self, archive: bytes, *, actor: Actor) -> Playing:
        """Begin to play the files of a zip archive; `Invalid` with every finding if they are not sound."""
        files = from_zip(archive)
        with self._stages.of(files) as stage:
            key = stage.key
        return self._begin(files, BeginPlay(procedure_key=key, archive=archive), actor)

    def show(self, play_id: UUID, *, actor: Actor) -> Playing:
        """Where a play stands."""
        play, files = self._engine.ask(ShowPlay(play_id=play_id), actor=actor)
        return self.standing(play, files)

    def standing(self, play: KeptPlay, files: Files) -> Playing:
        """Where a play stands that was read already, with the files that are played in it."""
        return Playing(play=play, state=self._played(files, play.acts))

    def act(self, play_id: UUID, act: Mapping[str, Any], *, actor: Actor) -> Playing:
        """Take one act.

        Nothing is kept of an act that cannot be taken: the refusal is that of the engine, or a `Conflict`
        with what was expected and what was found.
        """
        play, files = self._engine.ask(ShowPlay(play_id=play_id), actor=actor)
        if act == {"advance": NEXT_TIMER}:
            act = {"advance": self._next_timer(files, play.acts)}
        state = self._played(files, (*play.acts, act))
        kept = KeepActs(play_id=play_id, acts=(*play.acts, act), changes=play.changes)
        return Playing(play=self._engine.carry_out(kept, actor=actor), state=state)

    def undo(self, play_id: UUID, *, actor: Actor) -> Playing:
        """Take the last act back; `Conflict` if there is none."""
        play, files = self._engine.ask(ShowPlay(play_id=play_id), actor=actor)
        if not play.acts:
            raise Conflict("There is no act to take back.", code="nothing_to_undo")
        state = self._played(files, play.acts[:-1])
        kept = KeepActs(play_id=play_id, acts=play.acts[:-1], changes=play.changes)
        return Playing(play=self._engine.carry_out(kept, actor=actor), state=state)

    def scenario(self, play_id: UUID, title: str, *, actor: Actor) -> str:
        """What was played as the text of a scenario file, which expects what came of it."""
        play, files = self._engine.ask(ShowPlay(play_id=play_id), actor=actor)
        if not play.acts:
            raise Conflict("Nobody has come yet: there is nothing to save.", code="nothing_played")
        with self._stages.of(files) as stage:
            played = _play(stage, play.acts)
            return scenario_text(title, play.acts[0][BEGIN], play.acts[1:], played)

    def end(self, play_id: UUID, *, actor: Actor) -> None:
        """Keep a play no longer."""
        self._engine.carry_out(EndPlay(play_id=play_id), actor=actor)

    def _begin(self, files: Files, command: BeginPlay, actor: Actor) -> Playing:
        state = self._played(files, ())
        return Playing(play=self._engine.carry_out(command, actor=actor), state=state)

    def _played(self, files: Files, acts: Sequence[Mapping[str, Any]]) -> PlayState:
        with self._stages.of(files) as stage:
            if not acts:
                return state_without_case(stage.procedure)
            return state_of(_play(stage, acts))

    def _next_timer(self, files: Files, acts: Sequence[Mapping[str, Any]]) -> str:
        with self._stages.of(files) as stage:
            due = _play(stage, acts).view.case.next_timer_at if acts else None
        if due is None:
            raise Conflict("No timer waits.", code="no_timer")
        return due.isoformat()


def _play(stage: Stage, acts: Sequence[Mapping[str, Any]]) -> Play:
    """The acts, played; `Invalid` for one that is not written as it must be."""
    opening = acts[0]
    if set(opening) != {BEGIN}:
        raise Invalid.field("act", f"expected the first act to be {BEGIN}, found {_verb(opening)}")
    given = read_given(opening[BEGIN])
    play = Play(stage.office(given), keep_going=_bounded())
    try:
        play.begin(given, ())
        for number, act in enumerate(acts[1:], start=1):
            if BEGIN in act:
                raise Invalid.field("act", f"expected {BEGIN} as the first act alone")
            play.take(read_act(act, number))
    except Unexpected as found:
        raise Conflict(str(found), code="not_so_in_play") from found
    return play


def _bounded() -> Callable[[], None]:
    """Asked again and again while a play goes on; `Conflict` once it has taken too long."""
    end = time.thread_time() + _PATIENCE

    def keep_going() -> None:
        if time.thread_time() > end:
            raise Conflict(
                f"The play takes longer than {_PATIENCE:.0f} seconds. Is there a loop without an end?",
                code="play_too_long",
            )

    return keep_going


def _verb(act: Mapping[str, Any]) -> str:
    return str(next(iter(act), "nothing"))[:80]
