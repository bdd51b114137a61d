"""People who bring a version on offer, for tests: an analyst, and a certifier with a second factor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.people import one_time_code
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from engine.people.users import SaveUser
from engine.procedures.certification import CertifyVersion, Decree
from engine.procedures.model import ProcedureVersion, Validity
from engine.procedures.publishing import PublishVersion
from engine.procedures.submission import SubmitVersion
from engine.procedures.versions import DeployProcedure
from engine.rehearsal.gate import Gate
from tests.builders import a_clerk, a_user
from tests.office import Office

DECREE = Decree(number="ΔΟΛΚΕΠ 1234/2026", gazette="Β΄ 512/2026", ada="Ψ8Ν246ΜΤΛ6-7ΘΞ")


@dataclass
class Officials:
    """An office with Anna, who draws, and Kostas, who certifies. `codes` are his recovery codes."""

    office: Office
    anna: Actor
    kostas: Actor
    codes: list[str] = field(default_factory=list)

    def deploys(self, files: Mapping[str, bytes]) -> ProcedureVersion:
        """Anna brings files in."""
        return self.office.does(DeployProcedure(files=files), actor=self.anna)

    def submits(self, files: Mapping[str, bytes]) -> ProcedureVersion:
        """Anna brings files in and submits them."""
        version = self.deploys(files)
        return self.office.does(SubmitVersion(key=version.key, number=version.number), actor=self.anna)

    def certifies(self, version: ProcedureVersion, **changes: Any) -> ProcedureVersion:
        """Kostas certifies a submitted version."""
        return self.office.does(self.certification(version, **changes), actor=self.kostas)

    def certification(self, version: ProcedureVersion, **changes: Any) -> CertifyVersion:
        """The command; `changes` are its fields."""
        given: dict[str, Any] = {
            "key": version.key,
            "number": version.number,
            "sha256": version.sha256,
            "decree": DECREE,
            "validity": Validity(),
            "second_factor": self.codes.pop(),
        }
        return CertifyVersion(**{**given, **changes})

    def publishes(self, version: ProcedureVersion, since: date | None = None) -> ProcedureVersion:
        """Kostas publishes a certified version."""
        command = PublishVersion(key=version.key, number=version.number, since=since)
        return self.office.does(command, actor=self.kostas)

    def brings_on_offer(self, files: Mapping[str, bytes], since: date | None = None) -> ProcedureVersion:
        """The whole way."""
        return self.publishes(self.certifies(self.submits(files)), since)


GATE = Gate()
"""What tests submit is played once in a process."""


def passes_gate(office: Office) -> None:
    """Let the office's engine remember what other tests have played."""
    office.engine = replace(office.engine, evidence_of=GATE.evidence_of)


def officials_of(office: Office) -> Officials:
    """Both, employed in the office's branch."""
    passes_gate(office)
    kostas = employed(office, "kostas", Role.CERTIFIER)
    return Officials(
        office=office,
        anna=employed(office, "anna", Role.ANALYST),
        kostas=kostas,
        codes=list(recovery_codes(office.engine, kostas)),
    )


def employed(office: Office, name: str, *roles: Role) -> Actor:
    """Somebody with those roles in the office's branch."""
    user = a_user(username=name)
    office.does(SaveUser(user=user, branch_id=office.branch.id, roles=frozenset(roles)), actor=SYSTEM)
    return a_clerk(office.branch, user=user, roles=frozenset(roles))


def recovery_codes(engine: Engine, person: Actor) -> tuple[str, ...]:
    """The recovery codes of a second factor that the person sets up."""
    secret = engine.carry_out(EnrolSecondFactor(), actor=person)
    shown = one_time_code.code_of(secret, one_time_code.step_at(engine.clock.now()))
    return engine.carry_out(ConfirmSecondFactor(code=shown), actor=person)
