"""The two officials who put the procedures of the demonstration on offer: one submits, the other certifies.

They have no password, so nobody signs in as them; a second factor is made up whenever one is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.clock import identifier_at
from engine.organisation.model import Branch
from engine.people import one_time_code
from engine.people import store as people_store
from engine.people.model import User
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor, ResetSecondFactor
from engine.people.users import SaveUser
from engine.procedures.certification import CertifyVersion, Decree
from engine.procedures.model import ProcedureVersion, Validity, VersionStatus
from engine.procedures.publishing import PublishVersion
from engine.procedures.submission import SubmitVersion
from engine.procedures.versions import DeployProcedure

_DECREE = Decree(number="Επίδειξη 1/2026", gazette="Β΄ 1/2026", ada="ΕΠΙΔ26ΜΤΛ6-ΣΤΟ")
_NOT_YET = (VersionStatus.DRAFT, VersionStatus.RETURNED)


@dataclass(frozen=True, kw_only=True)
class Officials:
    """The analyst and the certifier."""

    analyst: Actor
    certifier: Actor

    def publish(self, engine: Engine, files: Mapping[str, bytes]) -> ProcedureVersion:
        """The version of these files, which goes the way of every version; what is on its way goes on."""
        version = engine.carry_out(DeployProcedure(files=files), actor=SYSTEM)
        key, number = version.key, version.number
        if version.status in _NOT_YET:
            version = engine.carry_out(SubmitVersion(key=key, number=number), actor=self.analyst)
        if version.status is VersionStatus.SUBMITTED:
            command = CertifyVersion(
                key=key,
                number=number,
                sha256=version.sha256,
                decree=_DECREE,
                validity=Validity(),
                second_factor=_recovery_code(engine, self.certifier),
            )
            version = engine.carry_out(command, actor=self.certifier)
        if version.status is VersionStatus.CERTIFIED and version.published_at is None:
            version = engine.carry_out(PublishVersion(key=key, number=number), actor=self.certifier)
        return version


def officials(engine: Engine, branch: Branch) -> Officials:
    """Both, in a branch."""
    return Officials(
        analyst=_employed(engine, branch, "ioanna", "Ιωάννα Ράπτη", Role.ANALYST),
        certifier=_employed(engine, branch, "stavros", "Σταύρος Λιάκος", Role.CERTIFIER),
    )


def _employed(engine: Engine, branch: Branch, username: str, name: str, role: Role) -> Actor:
    with engine.store.reading() as connection:
        known = people_store.user_named(connection, username)
    user = known or User(id=identifier_at(engine.clock.now()), username=username, display_name=name)
    roles = frozenset({role})
    engine.carry_out(SaveUser(user=user, branch_id=branch.id, roles=roles), actor=SYSTEM)
    return Actor(
        kind=ActorKind.USER,
        id=user.id,
        name=username,
        roles=roles,
        branch_id=branch.id,
        branch_code=branch.code,
    )


def _recovery_code(engine: Engine, person: Actor) -> str:
    """One of a second factor that is set up anew: nobody keeps the one before."""
    if not isinstance(person.id, UUID):
        raise TypeError("an official is a user")
    engine.carry_out(ResetSecondFactor(user_id=person.id), actor=SYSTEM)
    secret = engine.carry_out(EnrolSecondFactor(), actor=person)
    shown = one_time_code.code_of(secret, one_time_code.step_at(engine.clock.now()))
    return engine.carry_out(ConfirmSecondFactor(code=shown), actor=person)[0]
