"""Questions about drafts: analysts see those of everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.bundle.contract import Files
from engine.context import QueryContext
from engine.kernel.procedure_rights import require_draws
from engine.kernel.refusal import NotFound
from engine.plays.model import KeptPlay
from engine.plays.queries import ListPlays, ShowPlay
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.studio import store as studio_store
from engine.studio.model import DraftChange, LaidAside, StudioDraft, StudioFile

MOST_DRAFTS = 100
"""Drafts on one page: those that were changed last."""


@dataclass(frozen=True, kw_only=True)
class ListDrafts:
    """The drafts that were changed last."""

    def answer(self, context: QueryContext) -> Sequence[StudioDraft]:
        """The newest first."""
        require_draws(context.actor)
        return studio_store.newest_drafts(context.connection, MOST_DRAFTS)


@dataclass(frozen=True, kw_only=True)
class DraftSheet:
    """A draft with all that its room shows."""

    draft: StudioDraft
    files: tuple[StudioFile, ...]
    changes: tuple[DraftChange, ...]
    aside: tuple[LaidAside, ...]

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The files by name, as everything else takes them."""
        return {one.name: one.content for one in self.files}

    def file(self, name: str) -> StudioFile:
        """One of the files; `NotFound` if there is none of that name."""
        for one in self.files:
            if one.name == name:
                return one
        raise NotFound.of("file", name)


@dataclass(frozen=True, kw_only=True)
class ShowDraft:
    """One draft."""

    draft_id: UUID

    def answer(self, context: QueryContext) -> DraftSheet:
        """The draft and its files; `NotFound` if there is none."""
        require_draws(context.actor)
        connection = context.connection
        draft = studio_store.draft_of(connection, self.draft_id)
        if draft is None:
            raise NotFound.of("draft", self.draft_id)
        return DraftSheet(
            draft=draft,
            files=tuple(studio_store.files_of(connection, draft.id)),
            changes=tuple(studio_store.changes_of(connection, draft.id)),
            aside=tuple(studio_store.texts_aside(connection, draft.id)),
        )


@dataclass(frozen=True, kw_only=True)
class ShowDraftPlays:
    """A draft, and the plays of whoever asks."""

    draft_id: UUID

    def answer(self, context: QueryContext) -> tuple[DraftSheet, Sequence[KeptPlay]]:
        """The draft, and the plays of its procedure, the newest first."""
        sheet = ShowDraft(draft_id=self.draft_id).answer(context)
        key = sheet.draft.procedure_key
        return sheet, [one for one in ListPlays().answer(context) if one.procedure_key == key]


@dataclass(frozen=True, kw_only=True)
class ShowDraftPlay:
    """A draft, and one play of whoever asks."""

    draft_id: UUID
    play_id: UUID

    def answer(self, context: QueryContext) -> tuple[DraftSheet, KeptPlay, Files]:
        """The draft, the play and the files that are played in it."""
        sheet = ShowDraft(draft_id=self.draft_id).answer(context)
        play, files = ShowPlay(play_id=self.play_id).answer(context)
        return sheet, play, files


@dataclass(frozen=True, kw_only=True)
class ShowBasis:
    """A draft, and the version that it was copied from."""

    draft_id: UUID

    def answer(
        self, context: QueryContext
    ) -> tuple[DraftSheet, ProcedureVersion | None, Mapping[str, bytes]]:
        """The draft; the version and its files, None and none where there is no such version."""
        sheet = ShowDraft(draft_id=self.draft_id).answer(context)
        versions = procedures_store.all_versions(context.connection, sheet.draft.procedure_key)
        based_on = sheet.draft.based_on
        basis = next((one for one in versions if one.number == based_on), None)
        if basis is None:
            return sheet, None, {}
        files = procedures_store.files_of_version(context.connection, basis.id)
        return sheet, basis.at(context.now), files
