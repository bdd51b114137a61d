"""The door: every way in that the settings open, and the proof that somebody brings through it."""

from dataclasses import dataclass, field
from uuid import UUID

from engine.people.account_queries import Candidate
from engine.people.external_identities import ReceivePerson
from engine.people.role_mapping import GroupRule, Posts
from engine.people.session import SignInMethod
from engine.people.sign_in.contract import Directory, IdentityProvider, VouchedPerson
from engine.people.sign_in.passwords import Passwords


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Who somebody is: a user by their password here, or a person of the directory, who is to be received."""

    who: UUID | VouchedPerson
    method: SignInMethod
    better_hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class Placing:
    """What groups decide: nothing without a `rule`; with `alone`, nothing else counts beside them.

    With `registers`, whoever is new here and in a group that the rule knows is registered.
    """

    rule: GroupRule | None = None
    alone: bool = False
    registers: bool = False

    def posts(self, person: VouchedPerson) -> Posts | None:
        """The posts that the person's groups give; None if groups decide nothing."""
        return self.rule.posts(person.groups) if self.rule else None

    def reception(self, person: VouchedPerson, posts: Posts | None) -> ReceivePerson:
        """How the person is received who has these posts."""
        return ReceivePerson(
            person=person,
            posts=posts.posts if posts else None,
            groups_alone=self.alone,
            registers=self.registers,
        )


@dataclass(frozen=True, kw_only=True)
class Door:
    """The ways in. `directory` and `provider` are None where the settings name none."""

    passwords: Passwords
    directory: Directory | None = None
    provider: IdentityProvider | None = None
    placing: Placing = field(default_factory=Placing)

    def proof(self, username: str, password: str, candidate: Candidate) -> Proof | None:
        """The proof that a password brings; None if it brings none, after the same work whoever it was.

        A user with a password here is never looked for in the directory, so that it does not get to see
        theirs. `Unavailable` if the directory would have to say and does not answer.
        """
        verdict = self.passwords.verdict(candidate.password_hash, password)
        if candidate.password_hash is not None and candidate.user_id is not None:
            if not verdict.is_right:
                return None
            return Proof(who=candidate.user_id, method=SignInMethod.PASSWORD, better_hash=verdict.better_hash)
        person = self.directory.person(username, password) if self.directory else None
        return Proof(who=person, method=SignInMethod.LDAP) if person else None
