"""Writing a text, from its draft until it is retired: whoever wrote in it does not authorise it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.content import store as content_store
from engine.content.model import Content, ContentKind, ContentStatus, Writing, problems_of
from engine.context import Command, QueryContext, Transaction
from engine.kernel.refusal import Conflict, Invalid, NotFound, OutOfDate, required
from engine.kernel.supervision import (
    require_authorises_content,
    require_writes_content,
    writes_all_content,
)
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationOnDay


@dataclass(frozen=True, kw_only=True)
class WriteContent(Command[Content]):
    """Begin a text, or the next version of one that was pushed or retired.

    An administrator's text is that of the organisation in which they act, a supervisor's the ministry's own.
    """

    kind: ContentKind
    key: str
    writing: Writing


def write_content(command: WriteContent, transaction: Transaction) -> Content:
    """The draft. A text belongs to the same organisation in all its versions."""
    actor = transaction.actor
    owner_id = None if writes_all_content(actor) else actor.organisation_id
    require_writes_content(actor, _organisation(owner_id, transaction))
    kind, key = command.kind, command.key.strip()
    _require_sound(kind, key, command.writing, transaction)
    versions = content_store.lock_versions(transaction.connection, kind, key)
    if versions and versions[0].owner_id != owner_id:
        raise Invalid.field("key", f"expected one of your own, but {key} is taken")
    if versions and versions[0].status in _UNDER_WAY:
        raise Conflict(f"Version {versions[0].version} of {key} is under way: go on with that one.")
    written = Content(
        id=transaction.new_id(),
        kind=kind,
        key=key,
        version=versions[0].version + 1 if versions else 1,
        writing=command.writing,
        owner_id=owner_id,
        authors=_with_actor((), transaction),
        author_name=transaction.actor.name,
        changed_at=transaction.now,
    )
    content_store.add_content(transaction.connection, written)
    return written


@dataclass(frozen=True, kw_only=True)
class RewriteContent(Command[Content]):
    """Change a draft; whoever does is one of its authors from then on."""

    content_id: UUID
    writing: Writing
    expected_version: int | None = None


def rewrite_content(command: RewriteContent, transaction: Transaction) -> Content:
    """The draft as it has become."""
    found = _own(command.content_id, transaction, expected=command.expected_version)
    _require(found, ContentStatus.DRAFT)
    _require_sound(found.kind, found.key, command.writing, transaction)
    changed = replace(
        found,
        writing=command.writing,
        authors=_with_actor(found.authors, transaction),
        author_name=transaction.actor.name,
        changed_at=transaction.now,
    )
    return content_store.save_content(transaction.connection, changed)


@dataclass(frozen=True, kw_only=True)
class SubmitContent(Command[Content]):
    """Hand a draft in, to be authorised."""

    content_id: UUID
    expected_version: int | None = None


def submit_content(command: SubmitContent, transaction: Transaction) -> Content:
    """The text as it waits for somebody else."""
    found = _own(command.content_id, transaction, expected=command.expected_version)
    return _moved(found, ContentStatus.SUBMITTED, transaction, note=None)


@dataclass(frozen=True, kw_only=True)
class SendBackContent(Command[Content]):
    """Give a submitted text back to its author, who reads why."""

    content_id: UUID
    reason: str
    expected_version: int | None = None


def send_back_content(command: SendBackContent, transaction: Transaction) -> Content:
    """The draft."""
    reason = required(command.reason)
    found = _own(command.content_id, transaction, expected=command.expected_version)
    unsigned = replace(found, authorised_by=None, authorised_at=None)
    return _moved(unsigned, ContentStatus.DRAFT, transaction, note=reason)


@dataclass(frozen=True, kw_only=True)
class AuthoriseContent(Command[Content]):
    """Say that a submitted text may go out; for somebody who wrote nothing of it."""

    content_id: UUID
    expected_version: int | None = None


def authorise_content(command: AuthoriseContent, transaction: Transaction) -> Content:
    """The text, ready to be pushed."""
    found = _own(command.content_id, transaction, expected=command.expected_version)
    require_authorises_content(transaction.actor, found.authors)
    authorised = replace(found, authorised_by=transaction.actor.name, authorised_at=transaction.now)
    return _moved(authorised, ContentStatus.AUTHORISED, transaction, note=None)


@dataclass(frozen=True, kw_only=True)
class PushContent(Command[Content]):
    """Let an authorised text be read from now on; the version that was read before is retired."""

    content_id: UUID
    expected_version: int | None = None


def push_content(command: PushContent, transaction: Transaction) -> Content:
    """The text that is read."""
    found = _own(command.content_id, transaction, expected=command.expected_version)
    for earlier in content_store.lock_versions(transaction.connection, found.kind, found.key):
        if earlier.status is ContentStatus.PUSHED and earlier.id != found.id:
            _moved(earlier, ContentStatus.RETIRED, transaction, note=None)
    pushed = replace(found, pushed_at=transaction.now)
    return _moved(pushed, ContentStatus.PUSHED, transaction, note=None)


@dataclass(frozen=True, kw_only=True)
class RetireContent(Command[Content]):
    """Let a text be read no more, or give it up before it ever was."""

    content_id: UUID
    reason: str
    expected_version: int | None = None


def retire_content(command: RetireContent, transaction: Transaction) -> Content:
    """The text, kept with its receipts."""
    reason = required(command.reason)
    found = _own(command.content_id, transaction, expected=command.expected_version)
    return _moved(found, ContentStatus.RETIRED, transaction, note=reason)


_UNDER_WAY: Final = (ContentStatus.DRAFT, ContentStatus.SUBMITTED, ContentStatus.AUTHORISED)

_BEFORE: Final[Mapping[ContentStatus, tuple[ContentStatus, ...]]] = {
    ContentStatus.SUBMITTED: (ContentStatus.DRAFT,),
    ContentStatus.DRAFT: (ContentStatus.SUBMITTED, ContentStatus.AUTHORISED),
    ContentStatus.AUTHORISED: (ContentStatus.SUBMITTED,),
    ContentStatus.PUSHED: (ContentStatus.AUTHORISED,),
    ContentStatus.RETIRED: (*_UNDER_WAY, ContentStatus.PUSHED),
}
"""From which status each can be reached."""


def _moved(found: Content, status: ContentStatus, transaction: Transaction, *, note: str | None) -> Content:
    _require(found, *_BEFORE[status])
    changed = replace(found, status=status, note=note, changed_at=transaction.now)
    return content_store.save_content(transaction.connection, changed)


def _require(found: Content, *expected: ContentStatus) -> None:
    if found.status not in expected:
        wanted = " or ".join(expected)
        raise Conflict(
            f"Expected version {found.version} of {found.key} to be {wanted}, but it is {found.status}."
        )


def _own(content_id: UUID, transaction: Transaction, *, expected: int | None) -> Content:
    """A text that the actor may write in, locked; at the version that they saw."""
    found = content_store.lock_content(transaction.connection, content_id)
    if found is None:
        raise NotFound.of("text", content_id)
    require_writes_content(transaction.actor, owner_of(found, transaction))
    if expected is not None and expected != found.row_version:
        raise OutOfDate(f"Expected version {expected}, but it has become version {found.row_version} since.")
    return found


def owner_of(content: Content, context: Transaction | QueryContext) -> OrganisationOnDay | None:
    """The organisation for which a text was written; None for the ministry's own."""
    return _organisation(content.owner_id, context)


def _organisation(
    organisation_id: UUID | None, context: Transaction | QueryContext
) -> OrganisationOnDay | None:
    if organisation_id is None:
        return None
    return version_store.organisation(context.connection, organisation_id, on=context.today)


def _require_sound(kind: ContentKind, key: str, writing: Writing, transaction: Transaction) -> None:
    """Refuse a text with a wrong field, all at once, or for people whom its author does not administer."""
    problems = dict(problems_of(kind, key, writing))
    for code in writing.audience.organisations:
        found = version_store.organisation_coded(transaction.connection, code, on=transaction.today)
        try:
            if found is None:
                raise NotFound.of("organisation", code)
            require_writes_content(transaction.actor, found)
        except NotFound as refused:
            problems["organisations"] = (refused.message,)
    if not writing.audience.organisations and not writes_all_content(transaction.actor):
        problems["organisations"] = ("expected the code of your organisation, or of some below it",)
    if problems:
        raise Invalid(f"The text {key} cannot be written so.", problems)


def _with_actor(authors: tuple[UUID, ...], transaction: Transaction) -> tuple[UUID, ...]:
    actor_id = transaction.actor.id
    return authors if actor_id is None or actor_id in authors else (*authors, actor_id)
