"""Questions about one's own plays; those of others do not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.bundle.contract import Files
from engine.bundle.files import from_zip
from engine.context import QueryContext
from engine.kernel.permission import require_plays
from engine.kernel.refusal import NotFound
from engine.plays import store as plays_store
from engine.plays.model import KeptPlay
from engine.procedures.queries import version_numbered
from engine.procedures.store import files_of_version


@dataclass(frozen=True, kw_only=True)
class ListPlays:
    """The plays of whoever asks."""

    def answer(self, context: QueryContext) -> Sequence[KeptPlay]:
        """The newest first."""
        return plays_store.plays_of(context.connection, require_plays(context.actor))


@dataclass(frozen=True, kw_only=True)
class ShowPlay:
    """One play, with the files that are played in it."""

    play_id: UUID

    def answer(self, context: QueryContext) -> tuple[KeptPlay, Files]:
        """The play and the files."""
        play = plays_store.play_of(context.connection, self.play_id, require_plays(context.actor))
        if play is None or play.expires_at < context.now:
            raise NotFound.of("play", self.play_id)
        if play.archive is not None:
            return play, from_zip(play.archive)
        return play, played_files(play.procedure_key, play.version_number or 0, context)


@dataclass(frozen=True, kw_only=True)
class FilesToPlay:
    """The files of a version, for whoever is about to play it."""

    procedure_key: str
    version_number: int

    def answer(self, context: QueryContext) -> Files:
        """The files; `NotFound` if there is no such version."""
        require_plays(context.actor)
        return played_files(self.procedure_key, self.version_number, context)


def played_files(key: str, number: int, context: QueryContext) -> Files:
    """The files of a version by key and number."""
    return files_of_version(context.connection, version_numbered(key, number, context).id)
