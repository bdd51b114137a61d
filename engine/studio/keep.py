"""Keep the files of a draft; of two texts that were written on the same revision, none is lost."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.bpmn.shared_parts import FOLDER as SHARED
from engine.bundle.metadata import FILE as METADATA_FILE
from engine.context import Command, Transaction
from engine.kernel.permission import require_person
from engine.kernel.procedure_rights import require_draws
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.studio import store as studio_store
from engine.studio.begin import require_bounds, titles_in, with_change
from engine.studio.model import MOST_FILES, ChangeKind, LaidAside, StudioDraft, StudioFile


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """What came of keeping a file: the file as it stands, and whether somebody else's text stands there.

    Then the text that was to be kept is laid aside.
    """

    file: StudioFile
    clashes: bool = False


@dataclass(frozen=True, kw_only=True)
class KeepFile(Command[KeptFile]):
    """Keep the text of a file, written on the revision `made_on`.

    With `over`, the newest text of somebody else, whose revision is `made_on`, is laid aside for it.
    """

    draft_id: UUID
    name: str
    content: bytes
    made_on: int
    over: bool = False


def keep_file(command: KeepFile, transaction: Transaction) -> KeptFile:
    """The file as it is now; the same text once more changes nothing."""
    require_draws(transaction.actor)
    draft = locked_draft(command.draft_id, transaction)
    _require_own(draft, command.name)
    require_bounds({command.name: command.content})
    found = _file(draft, command.name, transaction)
    if found.content == command.content:
        return KeptFile(file=found)
    if found.revision != command.made_on:
        _lay_aside(draft, replace(found, content=command.content), command.made_on, transaction)
        studio_store.save_draft(
            transaction.connection,
            with_change(draft, ChangeKind.LAID_ASIDE, transaction, file=command.name),
        )
        return KeptFile(file=found, clashes=True)
    if command.over:
        _lay_aside(draft, found, found.revision, transaction, author_name=found.changed_by)
    changed = with_change(draft, ChangeKind.KEPT, transaction, file=command.name)
    kept = _as_of(changed, command.name, command.content)
    studio_store.put_file(transaction.connection, draft.id, kept, is_new=False)
    studio_store.save_draft(transaction.connection, _titled(changed, kept))
    return KeptFile(file=kept)


@dataclass(frozen=True, kw_only=True)
class AddFile(Command[StudioFile]):
    """Add a file to a draft."""

    draft_id: UUID
    name: str
    content: bytes


def add_file(command: AddFile, transaction: Transaction) -> StudioFile:
    """The file; `Conflict` if there is one of that name."""
    require_draws(transaction.actor)
    draft = locked_draft(command.draft_id, transaction)
    _require_own(draft, command.name)
    require_bounds({command.name: command.content})
    names = studio_store.revisions_of(transaction.connection, draft.id)
    if command.name.casefold() in {name.casefold() for name in names}:
        raise Conflict(f"Expected a new name, but the draft has a file {command.name}.", code="file_exists")
    if len(names) >= MOST_FILES:
        raise Invalid.field("name", f"expected at most {MOST_FILES} files in a draft")
    changed = with_change(draft, ChangeKind.ADDED, transaction, file=command.name)
    added = _as_of(changed, command.name, command.content)
    studio_store.put_file(transaction.connection, draft.id, added, is_new=True)
    studio_store.save_draft(transaction.connection, changed)
    return added


@dataclass(frozen=True, kw_only=True)
class RemoveFile(Command[None]):
    """Take a file out of a draft; its text is laid aside."""

    draft_id: UUID
    name: str


def remove_file(command: RemoveFile, transaction: Transaction) -> None:
    require_draws(transaction.actor)
    draft = locked_draft(command.draft_id, transaction)
    _require_own(draft, command.name)
    found = _file(draft, command.name, transaction)
    if command.name == METADATA_FILE:
        raise Conflict(f"Expected a draft to keep its {METADATA_FILE}.", code="file_needed")
    _lay_aside(draft, found, found.revision, transaction, author_name=found.changed_by)
    studio_store.remove_file(transaction.connection, draft.id, command.name)
    changed = with_change(draft, ChangeKind.REMOVED, transaction, file=command.name)
    studio_store.save_draft(transaction.connection, changed)


def locked_draft(draft_id: UUID, transaction: Transaction) -> StudioDraft:
    """The draft, locked for change; `NotFound` if there is none."""
    draft = studio_store.draft_of(transaction.connection, draft_id, locked=True)
    if draft is None:
        raise NotFound.of("draft", draft_id)
    return draft


def _require_own(draft: StudioDraft, name: str) -> None:
    """Refuse to change a shared part from within a procedure that calls it: it is pinned."""
    if name.startswith(f"{SHARED}/"):
        raise Conflict(
            f"Expected a file of {draft.procedure_key} itself, found {name} of a shared part, "
            "which is as it was published.",
            code="shared_part_changed",
        )


def _file(draft: StudioDraft, name: str, transaction: Transaction) -> StudioFile:
    found = studio_store.file_of(transaction.connection, draft.id, name)
    if found is None:
        raise NotFound.of("file", name)
    return found


def _as_of(draft: StudioDraft, name: str, content: bytes) -> StudioFile:
    """A file as it was changed by the last change of the draft."""
    return StudioFile(
        name=name,
        content=content,
        revision=draft.revision,
        changed_at=draft.changed_at,
        changed_by=draft.changed_by,
    )


def _titled(draft: StudioDraft, kept: StudioFile) -> StudioDraft:
    """The draft under the titles of its metadata, if these were just written."""
    if kept.name != METADATA_FILE:
        return draft
    title, title_en = titles_in({kept.name: kept.content}, otherwise=draft.procedure_key)
    return replace(draft, title=title, title_en=title_en)


def _lay_aside(
    draft: StudioDraft,
    file: StudioFile,
    made_on: int,
    transaction: Transaction,
    *,
    author_name: str | None = None,
) -> None:
    """Lay the text of a file aside: the actor's, or that of the `author_name` who is not here."""
    actor = transaction.actor
    text = LaidAside(
        id=transaction.new_id(),
        file=file.name,
        content=file.content,
        made_on=made_on,
        author_id=require_person(actor) if author_name is None else None,
        author_name=actor.name if author_name is None else author_name,
        at=transaction.now,
    )
    studio_store.lay_aside(transaction.connection, draft.id, text)
