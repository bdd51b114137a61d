"""Keep a play: begin it, replace its acts by those that were tried, end it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.permission import require_plays
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.plays import store as plays_store
from engine.plays.model import KEPT, MOST_ACTS, MOST_BYTES, MOST_PLAYS, KeptPlay


@dataclass(frozen=True, kw_only=True)
class BeginPlay(Command[KeptPlay]):
    """Keep a play in which nobody has come yet: of a version, or of the files in a zip archive."""

    procedure_key: str
    version_number: int | None = None
    archive: bytes | None = None


def begin_play(command: BeginPlay, transaction: Transaction) -> KeptPlay:
    user_id = require_plays(transaction.actor)
    if len(plays_store.plays_of(transaction.connection, user_id)) >= MOST_PLAYS:
        raise Conflict(
            f"Expected at most {MOST_PLAYS} plays of one person. End one that is not needed any more.",
            code="too_many_plays",
        )
    play = KeptPlay(
        id=transaction.new_id(),
        user_id=user_id,
        procedure_key=command.procedure_key,
        version_number=command.version_number,
        archive=command.archive,
        acts=(),
        changes=0,
        begun_at=transaction.now,
        expires_at=transaction.now + KEPT,
    )
    plays_store.add_play(transaction.connection, play)
    return play


@dataclass(frozen=True, kw_only=True)
class KeepActs(Command[KeptPlay]):
    """Keep the acts of a play, tried already, in the place of those that it had after so many `changes`."""

    play_id: UUID
    acts: tuple[Mapping[str, Any], ...]
    changes: int


def keep_acts(command: KeepActs, transaction: Transaction) -> KeptPlay:
    """The play as it is now; `Conflict` if somebody, in another window perhaps, has changed it meanwhile."""
    user_id = require_plays(transaction.actor)
    play = plays_store.play_of(transaction.connection, command.play_id, user_id, locked=True)
    if play is None:
        raise NotFound.of("play", command.play_id)
    if play.changes != command.changes:
        raise Conflict("The play was changed meanwhile. Look at it again.", code="play_changed")
    if len(command.acts) > MOST_ACTS:
        raise Invalid.field("act", f"expected at most {MOST_ACTS} acts in one play")
    if len(json.dumps(command.acts)) > MOST_BYTES:
        raise Invalid.field("act", f"expected at most {MOST_BYTES:,} bytes in the acts of one play")
    kept = replace(play, acts=command.acts, changes=play.changes + 1, expires_at=transaction.now + KEPT)
    plays_store.save_play(transaction.connection, kept)
    return kept


@dataclass(frozen=True, kw_only=True)
class EndPlay(Command[None]):
    """Keep a play no longer."""

    play_id: UUID


def end_play(command: EndPlay, transaction: Transaction) -> None:
    user_id = require_plays(transaction.actor)
    if not plays_store.remove_play(transaction.connection, command.play_id, user_id):
        raise NotFound.of("play", command.play_id)
