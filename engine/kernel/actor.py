"""Who is asking: a person in an office, an agency, a citizen with a receipt, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The kinds of asker."""

    USER = "user"
    AGENCY = "agency"
    CITIZEN = "citizen"
    SYSTEM = "system"


class Role(StrEnum):
    """What a user does in an office (domain words; a user may have several)."""

    CLERK = "clerk"
    MANAGER = "manager"
    AGENT = "agent"
    ANALYST = "analyst"
    CERTIFIER = "certifier"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    OFFICER = "officer"
    """Works for an agency, not in a branch."""
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    """Watches over how personal data is used (GDPR, art. 37-39), and reads no case."""
    ADMINISTRATOR = "administrator"
    """Keeps an organisation and what is below it in order: its names, hours, services and people."""


class Scope(StrEnum):
    """What a token may be used for; a token never allows more than its owner may do."""

    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    SERVICE_TASKS = "service-tasks"
    MESSAGES = "messages"
    PROCEDURES_READ = "procedures:read"
    PROCEDURES_WRITE = "procedures:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    SCIM = "scim"
    """For a directory that pushes who there is and who works where (RFC 7644)."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, in which office and with what rights.

    `name` is the user name or agency key that the journal shows. `branch_id` is the office a user acts in,
    `agency_id` the agency that an officer acts for. An agency, a citizen and the system have no branch.
    `organisation_id` is the organisation in which somebody acts: the branch, the agency, or for an
    administrator the one that they administer with all that is below it.
    `stands_in_for` are the user names of those in whose place the actor has some of the roles.
    """

    kind: ActorKind
    id: UUID | None
    name: str
    roles: frozenset[Role] = frozenset()
    branch_id: UUID | None = None
    branch_code: str | None = None
    scopes: frozenset[Scope] = frozenset(Scope)
    agency_id: UUID | None = None
    agency_key: str | None = None
    organisation_id: UUID | None = None
    stands_in_for: tuple[str, ...] = ()

    def has(self, *roles: Role) -> bool:
        """Whether the actor has one of `roles`."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(kind=ActorKind.SYSTEM, id=None, name="stoa")
"""The engine acting by itself: timers, deliveries, retries."""

CITIZEN = Actor(kind=ActorKind.CITIZEN, id=None, name="the citizen")
"""Whoever holds the receipt of a case; who that is, nobody is told. No user can have a name with a space."""
