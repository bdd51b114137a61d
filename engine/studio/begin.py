"""Begin a draft: of a version, whose files are copied, or of files that come from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.bundle.files import is_file_name
from engine.bundle.metadata import FILE as METADATA_FILE
from engine.bundle.yaml_tree import read_yaml
from engine.context import Command, QueryContext, Transaction
from engine.kernel.permission import require_person
from engine.kernel.procedure_rights import require_draws
from engine.kernel.refusal import Invalid
from engine.procedures import store as procedures_store
from engine.procedures.queries import version_numbered
from engine.studio import store as studio_store
from engine.studio.model import MOST_BYTES, MOST_FILES, ChangeKind, DraftChange, StudioDraft, StudioFile


@dataclass(frozen=True, kw_only=True)
class FilesToDraw:
    """The files of a version, for whoever begins a draft of it."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Mapping[str, bytes]:
        """The files by name; `NotFound` if there is no such version."""
        require_draws(context.actor)
        version = version_numbered(self.key, self.number, context)
        return procedures_store.files_of_version(context.connection, version.id)


@dataclass(frozen=True, kw_only=True)
class BeginDraft(Command[StudioDraft]):
    """Begin a draft of the procedure `key` with these files; they may have mistakes.

    `based_on` is the number of the version that they were copied from.
    """

    key: str
    files: Mapping[str, bytes]
    based_on: int | None = None


def begin_draft(command: BeginDraft, transaction: Transaction) -> StudioDraft:
    """The draft; `Invalid` for files that are too many, too large or cannot be called so."""
    require_draws(transaction.actor)
    user_id, name, now = require_person(transaction.actor), transaction.actor.name, transaction.now
    require_bounds(command.files)
    title, title_en = titles_in(command.files, otherwise=command.key)
    draft = StudioDraft(
        id=transaction.new_id(),
        procedure_key=command.key,
        title=title,
        title_en=title_en,
        based_on=command.based_on,
        revision=1,
        begun_at=now,
        begun_by=name,
        changed_at=now,
        changed_by=name,
    )
    files = [
        StudioFile(name=file, content=content, revision=1, changed_at=now, changed_by=name)
        for file, content in sorted(command.files.items())
    ]
    begun = DraftChange(number=1, kind=ChangeKind.BEGUN, file=None, actor_id=user_id, actor_name=name, at=now)
    studio_store.add_draft(transaction.connection, draft, files)
    studio_store.add_change(transaction.connection, draft.id, begun)
    return draft


def with_change(
    draft: StudioDraft, kind: ChangeKind, transaction: Transaction, *, file: str | None = None
) -> StudioDraft:
    """The draft after one more change, which is written down; the draft is not."""
    user_id, name = require_person(transaction.actor), transaction.actor.name
    changed = replace(draft, revision=draft.revision + 1, changed_at=transaction.now, changed_by=name)
    change = DraftChange(
        number=changed.revision, kind=kind, file=file, actor_id=user_id, actor_name=name, at=transaction.now
    )
    studio_store.add_change(transaction.connection, draft.id, change)
    return changed


def require_bounds(files: Mapping[str, bytes]) -> None:
    """Refuse files that no draft can have: every problem by file."""
    problems: dict[str, list[str]] = {}
    if not 1 <= len(files) <= MOST_FILES:
        problems["files"] = [f"expected from 1 to {MOST_FILES} files, found {len(files)}"]
    for name, content in files.items():
        if not is_file_name(name):
            problems.setdefault(name[:150], []).append(
                "expected a relative name of Latin letters, digits, dots and hyphens"
            )
        if len(content) > MOST_BYTES:
            problems.setdefault(name[:150], []).append(
                f"expected at most {MOST_BYTES:,} bytes, found {len(content):,}"
            )
    if problems:
        raise Invalid("These files cannot be those of a draft.", problems)


def titles_in(files: Mapping[str, bytes], *, otherwise: str) -> tuple[str, str]:
    """The Greek and the English title that procedure.yaml says; `otherwise` where it cannot be read."""
    try:
        tree = read_yaml(files[METADATA_FILE])
    except (KeyError, ValueError):
        return otherwise, otherwise
    title = tree.value.get("title") if isinstance(tree.value, dict) else None
    if not isinstance(title, dict):
        return otherwise, otherwise
    el, en = (title.get(language) for language in ("el", "en"))
    return (
        el if isinstance(el, str) and el else otherwise,
        en if isinstance(en, str) and en else otherwise,
    )
