"""Keeping texts: which there are, one with its versions, and who has not read yet what must be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine.content import store as content_store
from engine.content.model import Content, ContentKind, ContentStatus, Reader
from engine.content.store import ContentFilter
from engine.content.writing import owner_of
from engine.context import QueryContext
from engine.kernel.actor import Role
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import NotFound
from engine.kernel.supervision import require_writes_content, writes_all_content
from engine.organisation import tree_store, version_store
from engine.people.staff_store import staff


@dataclass(frozen=True, kw_only=True)
class ListContents:
    """Texts that the asker may write in, in every status."""

    kind: ContentKind | None = None
    status: ContentStatus | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[Content]:
        """Versions, the one that was changed last first; those of the asker's organisations alone."""
        actor, owners = context.actor, None
        if not writes_all_content(actor):
            own = actor.organisation_id if actor.has(Role.ADMINISTRATOR) else None
            if own is None:
                return Page(items=(), next=None)
            owners = version_store.below(context.connection, own, on=context.today)
        wanted = ContentFilter(kind=self.kind, status=self.status, owners=owners)
        return content_store.list_contents(context.connection, wanted, self.part)


@dataclass(frozen=True, kw_only=True)
class ShowContent:
    """One version of a text, for who may write in it."""

    content_id: UUID

    def answer(self, context: QueryContext) -> Content:
        """The text; `NotFound` for others."""
        found = content_store.content(context.connection, self.content_id)
        if found is None:
            raise NotFound.of("text", self.content_id)
        require_writes_content(context.actor, owner_of(found, context))
        return found


@dataclass(frozen=True, kw_only=True)
class BranchReaders:
    """How a branch stands with a text: how many are to read it, and who has not, by user name and name."""

    code: str
    name: str
    readers: int
    unread: tuple[tuple[str, str], ...]

    @property
    def usernames(self) -> Sequence[str]:
        """The user names of who has not."""
        return [username for username, _ in self.unread]

    @property
    def read(self) -> int:
        """How many have confirmed that they read it."""
        return self.readers - len(self.unread)


@dataclass(frozen=True, kw_only=True)
class ContentReaders:
    """A text with how the branches of its audience stand, those with most left to read first."""

    content: Content
    branches: Sequence[BranchReaders]


@dataclass(frozen=True, kw_only=True)
class ListReaders:
    """Who has not read a text yet, by branch."""

    content_id: UUID

    def answer(self, context: QueryContext) -> ContentReaders:
        """Whoever works now in a branch of the audience, in one of its roles."""
        content = ShowContent(content_id=self.content_id).answer(context)
        have_read = content_store.readers_of(context.connection, content.id)
        tree = tree_store.tree_on(context.connection, context.today)
        audience = content.writing.audience
        of_branch: dict[tuple[str, str], list[tuple[str, str, bool]]] = {}
        for one in staff(context.connection, context.today):
            reader = Reader(roles=one.roles, line=tree.codes_of_line(one.organisation_id))
            if audience.has(reader):
                person = (one.username, one.display_name, one.user_id in have_read)
                node = tree.nodes[one.organisation_id]
                of_branch.setdefault((node.code, node.name), []).append(person)
        found = [
            BranchReaders(
                code=code,
                name=name,
                readers=len(people),
                unread=tuple((username, called) for username, called, has_read in people if not has_read),
            )
            for (code, name), people in of_branch.items()
        ]
        found.sort(key=lambda branch: (-len(branch.unread), branch.code))
        return ContentReaders(content=content, branches=found)
