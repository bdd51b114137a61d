"""What the studio begins with: drafts, and the versions of which drafts can be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.context import QueryContext
from engine.kernel.pages import Page, Slice
from engine.kernel.procedure_rights import require_draws
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import FindProcedures
from engine.studio.model import StudioDraft
from engine.studio.queries import ListDrafts


@dataclass(frozen=True, kw_only=True)
class StudioList:
    """The drafts that were changed last, and a page of procedures."""

    drafts: Sequence[StudioDraft]
    procedures: Page[ProcedureVersion]


@dataclass(frozen=True, kw_only=True)
class ListStudio:
    """Drafts and procedures; `text` are words of a procedure's key or titles."""

    text: str | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> StudioList:
        """Drafts are left out after the first page of procedures."""
        require_draws(context.actor)
        is_first = self.part.cursor is None
        return StudioList(
            drafts=ListDrafts().answer(context) if is_first else (),
            procedures=FindProcedures(text=self.text, part=self.part).answer(context),
        )
