"""Claims about a passkey that certifies: it proves this decree on these files, once, by whom it was asked."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from engine.kernel.actor import SYSTEM, Actor, Role
from engine.kernel.refusal import NotFound
from engine.people.passkey import PasskeyAnswer, PasskeyRefused, RelyingParty
from engine.people.passkeys import AskForPasskeyToAct, BeginPasskey, TakeChallenge
from engine.people.session import SignInMethod
from engine.people.signing_in import SignIn
from engine.procedures.certification import CertifyVersion, certification_act
from engine.procedures.model import ProcedureVersion, Validity, VersionStatus
from engine.procedures.queries import ListVersions, ShowRecord
from tests.office import Office, an_office
from tests.officials import DECREE, employed, officials_of
from tests.pages.visiting import LIFE
from tests.people.device import Device, adds_passkey
from tests.procedures.test_version_life import small

PARTY = RelyingParty(id="kep.example", origin="https://kep.example")


@dataclass
class Certifying:
    """Eleni, a certifier with a passkey and no codes, before a version that was submitted."""

    office: Office
    eleni: Actor
    session_id: UUID
    version: ProcedureVersion
    device: Device = field(default_factory=lambda: Device(PARTY.origin))

    def command(self, **changes: Any) -> CertifyVersion:
        given: dict[str, Any] = {
            "key": self.version.key,
            "number": self.version.number,
            "sha256": self.version.sha256,
            "decree": DECREE,
            "validity": Validity(),
            "second_factor": "",
        }
        return CertifyVersion(**{**given, **changes})

    def answers(self, meant: CertifyVersion, *, device: Device | None = None) -> PasskeyAnswer:
        """What her device answers, asked for that certification."""
        act = certification_act(
            meant.key, meant.number, sha256=meant.sha256, decree=meant.decree, validity=meant.validity
        )
        asking = AskForPasskeyToAct(session_id=self.session_id, party=PARTY, act=act)
        used = device or self.device
        used.counts += 1
        response = used.uses(self.office.does(asking, actor=self.eleni))
        challenge = self.office.does(TakeChallenge(session_id=self.session_id), actor=self.eleni)
        return PasskeyAnswer(response=response, challenge=challenge, party=PARTY)

    def certifies(self, command: CertifyVersion) -> ProcedureVersion:
        return self.office.does(command, actor=self.eleni)

    @property
    def status(self) -> VersionStatus:
        return self.office.engine.ask(ListVersions(key="small"), actor=SYSTEM)[0].status


@pytest.fixture
def certifying() -> Certifying:
    office = an_office()
    version = officials_of(office).submits(small())
    eleni = employed(office, "eleni", Role.CERTIFIER)
    assert eleni.id is not None
    opened = office.does(SignIn(user_id=eleni.id, method=SignInMethod.PASSWORD, life=LIFE), actor=SYSTEM)
    found = Certifying(office=office, eleni=eleni, session_id=opened.session.id, version=version)
    adds_passkey(office, PARTY, device=found.device, owner=eleni)
    return found


def test_a_passkey_certifies_and_the_record_says_so(certifying: Certifying) -> None:
    command = certifying.command()

    certified = certifying.certifies(replace(command, second_factor=certifying.answers(command)))

    assert certified.status is VersionStatus.CERTIFIED
    acts = certifying.office.engine.ask(ShowRecord(key="small", number=1), actor=SYSTEM)
    assert acts[-1].detail["proved_by"] == "passkey"


Change = Callable[[CertifyVersion], CertifyVersion]


@pytest.mark.parametrize(
    "change",
    [
        lambda command: replace(command, sha256="0" * 64),
        lambda command: replace(command, decree=replace(DECREE, number="2/2026")),
        lambda command: replace(command, decree=replace(DECREE, gazette="Α΄ 1/2026")),
        lambda command: replace(command, decree=replace(DECREE, ada="ΩΩΩΩ46ΜΤΛ6-7ΘΞ")),
        lambda command: replace(command, validity=Validity(until=date(2027, 1, 1))),
        lambda command: replace(command, number=2),
    ],
    ids=["other files", "other decree", "other gazette", "other number", "other days", "other version"],
)
def test_what_was_asked_for_another_certification_proves_nothing(
    certifying: Certifying, change: Change
) -> None:
    command = certifying.command()

    with pytest.raises(PasskeyRefused, match="asked for something else"):
        certifying.certifies(replace(command, second_factor=certifying.answers(change(command))))

    assert certifying.status is VersionStatus.SUBMITTED


def test_a_challenge_for_a_new_passkey_certifies_nothing(certifying: Certifying) -> None:
    office, session_id = certifying.office, certifying.session_id
    begun = office.does(BeginPasskey(session_id=session_id, party=PARTY), actor=certifying.eleni)
    response = certifying.device.uses({"rpId": PARTY.id, "challenge": begun["challenge"]})
    challenge = office.does(TakeChallenge(session_id=session_id), actor=certifying.eleni)
    answer = PasskeyAnswer(response=response, challenge=challenge, party=PARTY)

    with pytest.raises(PasskeyRefused, match="asked for something else"):
        certifying.certifies(certifying.command(second_factor=answer))


def test_the_passkey_of_somebody_else_certifies_nothing(certifying: Certifying) -> None:
    other = Device(PARTY.origin, credential_id=b"d" * 32)
    adds_passkey(
        certifying.office, PARTY, device=other, owner=employed(certifying.office, "nefeli", Role.CERTIFIER)
    )
    command = certifying.command()

    with pytest.raises(PasskeyRefused):
        certifying.certifies(replace(command, second_factor=certifying.answers(command, device=other)))

    assert certifying.status is VersionStatus.SUBMITTED


def test_who_has_no_passkey_is_asked_for_none(certifying: Certifying) -> None:
    nefeli = employed(certifying.office, "nefeli", Role.CERTIFIER)
    assert nefeli.id is not None
    opened = certifying.office.does(
        SignIn(user_id=nefeli.id, method=SignInMethod.PASSWORD, life=LIFE), actor=SYSTEM
    )

    asking = AskForPasskeyToAct(session_id=opened.session.id, party=PARTY, act="certify")

    with pytest.raises(NotFound):
        certifying.office.does(asking, actor=nefeli)
