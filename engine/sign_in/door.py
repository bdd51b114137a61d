"""The door: every way in that the settings open, and the proof that somebody brings through it."""

from dataclasses import dataclass
from uuid import UUID

from engine.domain.session import SignInMethod
from engine.ports.sign_in import Directory, IdentityProvider
from engine.queries.accounts import Candidate
from engine.sign_in.passwords import Passwords


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That somebody is this user, and how they proved it."""

    user_id: UUID
    method: SignInMethod
    better_hash: str | None = None


@dataclass(frozen=True, kw_only=True)
class Door:
    """The ways in. `directory` and `provider` are None where the settings name none."""

    passwords: Passwords
    directory: Directory | None = None
    provider: IdentityProvider | None = None

    def proof(self, username: str, password: str, candidate: Candidate) -> Proof | None:
        """The proof that a password brings; None if it brings none, after the same work whoever it was.

        A user with a password here is never looked for in the directory, so that it does not get to see
        theirs. `Unavailable` if the directory would have to say and does not answer.
        """
        verdict = self.passwords.verdict(candidate.password_hash, password)
        if candidate.password_hash is not None and candidate.user_id is not None:
            if not verdict.is_right:
                return None
            return Proof(
                user_id=candidate.user_id, method=SignInMethod.PASSWORD, better_hash=verdict.better_hash
            )
        if self.directory is None or not self.directory.vouches_for(username, password):
            return None
        if candidate.user_id is None:
            return None
        return Proof(user_id=candidate.user_id, method=SignInMethod.LDAP)
