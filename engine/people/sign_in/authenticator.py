"""The authenticator: every way to sign in that the settings allow, and what it proves of somebody."""

from dataclasses import dataclass, field
from uuid import UUID

from engine.people.external_identities import ReceivePerson
from engine.people.queries import Candidate
from engine.people.role_mapping import GroupPosts, GroupRule
from engine.people.session import SignInMethod
from engine.people.sign_in.contract import Directory, ExternalIdentity, IdentityProvider
from engine.people.sign_in.passwords import Passwords


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Who somebody is: a user by their password here, or an external identity, whose user is to be found."""

    who: UUID | ExternalIdentity
    method: SignInMethod
    better_hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class RoleMapping:
    """How groups become roles: not at all without a `rule`; with `alone`, nothing else gives roles.

    With `registers`, somebody new in a group that the rule knows becomes a user.
    """

    rule: GroupRule | None = None
    alone: bool = False
    registers: bool = False

    def posts(self, person: ExternalIdentity) -> GroupPosts | None:
        """The posts that the person's groups give; None without a rule."""
        return self.rule.posts(person.groups) if self.rule else None

    def reception(self, person: ExternalIdentity, posts: GroupPosts | None) -> ReceivePerson:
        """The command that finds or registers the person's user and gives them these posts."""
        return ReceivePerson(
            person=person,
            posts=posts.posts if posts else None,
            groups_alone=self.alone,
            registers=self.registers,
        )


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """The ways to sign in. `directory` and `provider` are None where the settings name none."""

    passwords: Passwords
    directory: Directory | None = None
    provider: IdentityProvider | None = None
    role_mapping: RoleMapping = field(default_factory=RoleMapping)

    def proof(
        self, username: str, password: str, candidate: Candidate, *, is_known: bool = False
    ) -> Proof | None:
        """What a password proves; None if it is wrong or unknown, after the same work in both cases.

        Whoever comes at a known device does not wait for strangers. A user with a password here is never
        looked for in the directory, which so never sees theirs. `Unavailable` if the directory is needed and
        does not answer.
        """
        verdict = self.passwords.verdict(candidate.password_hash, password, is_known=is_known)
        if candidate.password_hash is not None and candidate.user_id is not None:
            if not verdict.is_right:
                return None
            return Proof(who=candidate.user_id, method=SignInMethod.PASSWORD, better_hash=verdict.better_hash)
        person = self.directory.person(username, password) if self.directory else None
        return Proof(who=person, method=SignInMethod.LDAP) if person else None
