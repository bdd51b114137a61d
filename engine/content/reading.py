"""Reading texts: what is to be read, what stands beside the work, and that somebody has read one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.content import store as content_store
from engine.content.model import Content, ContentStatus, Reader
from engine.context import Command, QueryContext, Transaction
from engine.kernel.actor import Actor, ActorKind
from engine.kernel.permission import require_person
from engine.kernel.refusal import NotFound
from engine.organisation import tree_store


@dataclass(frozen=True, kw_only=True)
class ConfirmReading(Command[None]):
    """Say that one has read a text."""

    content_id: UUID


def confirm_reading(command: ConfirmReading, transaction: Transaction) -> None:
    """Note it; a second time changes nothing."""
    user_id = require_person(transaction.actor)
    _readable(command.content_id, transaction)
    content_store.add_receipt(transaction.connection, command.content_id, user_id, transaction.now)


@dataclass(frozen=True, kw_only=True)
class ListToRead:
    """What the asker must read and has not yet."""

    def answer(self, context: QueryContext) -> Sequence[Content]:
        """The newest first; none for who is no person."""
        actor = context.actor
        if actor.kind is not ActorKind.USER or actor.id is None:
            return ()
        found = content_store.unread(context.connection, actor.id, context.today)
        return _for_reader(found, context)


@dataclass(frozen=True, kw_only=True)
class ListBeside:
    """Scripts and help texts beside the work: those of a place, on a procedure where one is chosen."""

    place: str
    procedure: str | None = None

    def answer(self, context: QueryContext) -> Sequence[Content]:
        """Scripts first, then by key."""
        found = content_store.beside(context.connection, self.place, context.today)
        about = [one for one in found if one.writing.audience.is_about(self.procedure)]
        return _for_reader(about, context)


@dataclass(frozen=True, kw_only=True)
class NewsItem:
    """A text with whether the asker confirmed that they read it."""

    content: Content
    is_read: bool

    @property
    def is_due(self) -> bool:
        """Whether it must be read and was not."""
        return self.content.writing.must_read and not self.is_read


@dataclass(frozen=True, kw_only=True)
class ListNews:
    """Announcements, circulars and articles for the asker."""

    def answer(self, context: QueryContext) -> Sequence[NewsItem]:
        """The newest first."""
        user_id = require_person(context.actor)
        found = content_store.news(context.connection, user_id, context.today)
        reader = reader_of(context.actor, context)
        return [
            NewsItem(content=content, is_read=is_read)
            for content, is_read in found
            if content.writing.audience.has(reader)
        ]


@dataclass(frozen=True, kw_only=True)
class ReadContent:
    """One text, as its readers see it."""

    content_id: UUID

    def answer(self, context: QueryContext) -> NewsItem:
        """The text; `NotFound` if it is not read now, or not by the asker."""
        user_id = require_person(context.actor)
        content = _readable(self.content_id, context)
        is_read = user_id in content_store.readers_of(context.connection, content.id)
        return NewsItem(content=content, is_read=is_read)


def reader_of(actor: Actor, context: Transaction | QueryContext) -> Reader:
    """The actor as a reader."""
    place = actor.organisation_id or actor.branch_id or actor.agency_id
    line = tree_store.codes_of_line(context.connection, place, context.today) if place else ()
    return Reader(roles=actor.roles, line=line)


def _readable(content_id: UUID, context: Transaction | QueryContext) -> Content:
    found = content_store.content(context.connection, content_id)
    if (
        found is None
        or found.status is not ContentStatus.PUSHED
        or not found.writing.counts_on(context.today)
        or not found.writing.audience.has(reader_of(context.actor, context))
    ):
        raise NotFound.of("text", content_id)
    return found


def _for_reader(found: Sequence[Content], context: QueryContext) -> Sequence[Content]:
    """Those for the asker; whose place they are in is looked up only where there is one."""
    if not found:
        return ()
    reader = reader_of(context.actor, context)
    return [one for one in found if one.writing.audience.has(reader)]
