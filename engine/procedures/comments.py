"""What analysts and certifiers write to one another about a version: on it, a file, a line or an element."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.procedure_rights import require_comments
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.procedures import comment_store
from engine.procedures import store as procedures_store
from engine.procedures.comment import Comment
from engine.procedures.queries import version_numbered
from engine.procedures.versions import locked_version

LONGEST = 4000
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class CommentVersion(Command[Comment]):
    """Begin a thread on a version; `file`, `line` and `element_id` say what it is about, as far as known."""

    key: str
    number: int
    text: str
    file: str | None = None
    line: int | None = None
    element_id: str | None = None


def comment_version(command: CommentVersion, transaction: Transaction) -> Comment:
    """The comment, which is open until somebody resolves it."""
    require_comments(transaction.actor)
    version = locked_version(command.key, command.number, transaction)
    files = procedures_store.files_of_version(transaction.connection, version.id)
    problems = {}
    if command.file is not None and command.file not in files:
        problems["file"] = [f"expected a file of the version ({', '.join(sorted(files))})"]
    if command.file is None and command.line is not None:
        problems["file"] = ["expected the file in which the line is"]
    if problems:
        raise Invalid("The comment is about nothing in the version.", problems)
    comment = Comment(
        id=transaction.new_id(),
        version_id=version.id,
        thread_id=None,
        file=command.file,
        line=command.line,
        element_id=command.element_id,
        author_id=transaction.actor.id,
        author_name=transaction.actor.name,
        written_at=transaction.now,
        text=_text(command.text),
    )
    comment_store.add_comment(transaction.connection, comment)
    return comment


@dataclass(frozen=True, kw_only=True)
class AnswerComment(Command[Comment]):
    """Write below a comment."""

    comment_id: UUID
    text: str


def answer_comment(command: AnswerComment, transaction: Transaction) -> Comment:
    """The answer; the thread is as open or resolved as it was."""
    require_comments(transaction.actor)
    begun = _begun(command.comment_id, transaction)
    answer = replace(
        begun,
        id=transaction.new_id(),
        thread_id=begun.id,
        author_id=transaction.actor.id,
        author_name=transaction.actor.name,
        written_at=transaction.now,
        text=_text(command.text),
        resolved_at=None,
        resolved_by=None,
    )
    comment_store.add_comment(transaction.connection, answer)
    return answer


@dataclass(frozen=True, kw_only=True)
class ResolveComment(Command[Comment]):
    """Say that what a thread was about is settled, or that it is open again."""

    comment_id: UUID
    resolved: bool = True


def resolve_comment(command: ResolveComment, transaction: Transaction) -> Comment:
    """The comment that began the thread; `Conflict` if it is so already."""
    require_comments(transaction.actor)
    begun = _begun(command.comment_id, transaction)
    if (begun.resolved_at is not None) == command.resolved:
        state = "resolved" if command.resolved else "open"
        raise Conflict(f"Expected a thread to change, but it is {state} already.")
    changed = replace(
        begun,
        resolved_at=transaction.now if command.resolved else None,
        resolved_by=transaction.actor.name if command.resolved else None,
    )
    comment_store.save_comment(transaction.connection, changed)
    return changed


@dataclass(frozen=True, kw_only=True)
class ListComments:
    """Everything that was written about a version."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Sequence[Comment]:
        """The threads, oldest first, each with its answers below it."""
        require_comments(context.actor)
        version = version_numbered(self.key, self.number, context)
        return comment_store.comments_of(context.connection, version.id)


def require_settled(version_id: UUID, transaction: Transaction) -> None:
    """Refuse to certify what somebody still asks about."""
    comments = comment_store.comments_of(transaction.connection, version_id)
    waiting = [one for one in comments if one.thread_id is None and one.resolved_at is None]
    if waiting:
        places = ", ".join(sorted({one.place for one in waiting}))
        raise Conflict(
            f"Expected every comment to be resolved, but {len(waiting)} are open: {places}.",
            code="comments_open",
        )


def _begun(comment_id: UUID, transaction: Transaction) -> Comment:
    """The comment that began the thread, locked."""
    found = comment_store.lock_comment(transaction.connection, comment_id)
    if found is not None and found.thread_id is not None:
        found = comment_store.lock_comment(transaction.connection, found.thread_id)
    if found is None:
        raise NotFound.of("comment", comment_id)
    return found


def _text(text: str) -> str:
    stripped = text.strip()
    if not 1 <= len(stripped) <= LONGEST:
        raise Invalid.field("text", f"expected 1 to {LONGEST} characters, found {len(stripped)}")
    return stripped
