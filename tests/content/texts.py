"""Texts for tests, and the people who write, authorise and read them."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from engine.content import store as content_store
from engine.content.model import Audience, Content, ContentKind, ContentStatus, Writing
from engine.content.writing import AuthoriseContent, PushContent, SubmitContent, WriteContent
from engine.kernel.actor import Actor, Role
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationKind
from engine.organisation.tree_store import tree_on
from tests.builders import NOON, a_branch, a_clerk, a_user, an_id
from tests.office import Office, an_office
from tests.organisations import TODAY, save_branch


def a_writing(**changes: Any) -> Writing:
    """An announcement for everybody."""
    writing = Writing(
        title_el="Νέο ωράριο", title_en="New hours", text_el="Από **Δευτέρα**.", text_en="From **Monday**."
    )
    return replace(writing, **changes)


def pushed_text(office: Office) -> UUID:
    """The id of a text of the branch for everybody, which others wrote and pushed."""
    content = Content(
        id=an_id(),
        kind=ContentKind.ANNOUNCEMENT,
        key="hours",
        version=1,
        writing=a_writing(),
        owner_id=office.branch.id,
        authors=(an_id(),),
        author_name="somebody",
        changed_at=NOON,
        status=ContentStatus.PUSHED,
        pushed_at=NOON,
    )
    with office.engine.store.begin() as connection:
        content_store.add_content(connection, content)
        connection.commit()
    return content.id


@dataclass
class Newsroom:
    """An office whose ministry has two supervisors, and whose municipality has two administrators."""

    office: Office = field(default_factory=an_office)

    def __post_init__(self) -> None:
        self.author = self._supervisor("anna")
        self.other = self._supervisor("eva")
        with self.office.engine.store.begin() as connection:
            save_branch(connection, OTHER_BRANCH)
            connection.commit()
        with self.office.engine.store.reading() as connection:
            tree = tree_on(connection, TODAY)
        municipality = tree.above(self.office.branch.id, OrganisationKind.MUNICIPALITY)
        assert municipality is not None
        self.municipality = municipality
        self.administrator = self._administrator("takis", municipality.id)
        self.colleague = self._administrator("roula", municipality.id)

    def line_of(self, organisation_id: UUID) -> tuple[UUID, ...]:
        """An organisation with all above it."""
        with self.office.engine.store.reading() as connection:
            return version_store.line_of(connection, organisation_id, on=TODAY)

    def writes(
        self, *, by: Actor | None = None, kind: ContentKind = ContentKind.ANNOUNCEMENT, **changes: Any
    ) -> Content:
        """A draft."""
        key = changes.pop("key", "hours")
        command = WriteContent(kind=kind, key=key, writing=a_writing(**changes))
        return self.office.does(command, actor=by or self.author)

    def pushes(
        self, draft: Content, *, by: Actor | None = None, authorised_by: Actor | None = None
    ) -> Content:
        """The draft, submitted, authorised by somebody else, and pushed."""
        author = by or self.author
        self.office.does(SubmitContent(content_id=draft.id), actor=author)
        self.office.does(AuthoriseContent(content_id=draft.id), actor=authorised_by or self.other)
        return self.office.does(PushContent(content_id=draft.id), actor=author)

    def _supervisor(self, name: str) -> Actor:
        return replace(
            a_clerk(self.office.branch, user=a_user(username=name)), roles=frozenset({Role.SUPERVISOR})
        )

    def _administrator(self, name: str, organisation_id: UUID) -> Actor:
        return replace(
            self._supervisor(name),
            id=an_id(),
            roles=frozenset({Role.ADMINISTRATOR}),
            branch_id=None,
            branch_code=None,
            organisation_id=organisation_id,
        )


OTHER_BRANCH = a_branch(code="0010", name="ΚΕΠ Πατρέων", name_en="Patras", municipality="Πατρέων")


def only_for(*codes: str, roles: tuple[Role, ...] = (), procedures: tuple[str, ...] = ()) -> Audience:
    """An audience of those organisations."""
    return Audience(organisations=codes, roles=frozenset(roles), procedures=procedures)
