"""Claims about passkeys beyond the pages: whose challenge, how many, and which recovery codes stay."""

from uuid import UUID

import pytest

from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotFound, NotPermitted
from engine.people import one_time_code
from engine.people.passkey import RelyingParty
from engine.people.passkeys import BeginPasskey, RemovePasskey, TakeChallenge
from engine.people.queries import ShowOwnAccount
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from engine.people.session import SignInMethod
from engine.people.signing_in import SignIn
from tests.office import Office, an_office
from tests.pages.visiting import LIFE
from tests.people.device import adds_passkey

PARTY = RelyingParty(id="kep.example", origin="https://kep.example")


@pytest.fixture
def office() -> Office:
    return an_office()


def session_of(office: Office) -> UUID:
    """A session of the clerk's, by password."""
    assert office.clerk.id is not None
    command = SignIn(user_id=office.clerk.id, method=SignInMethod.PASSWORD, life=LIFE)
    return office.does(command, actor=SYSTEM).session.id


def recovery_codes_left(office: Office) -> int:
    return len(office.engine.ask(ShowOwnAccount(), actor=office.clerk).recovery_digests)


def test_nobody_takes_the_challenge_of_somebody_else(office: Office) -> None:
    session_id = session_of(office)
    office.does(BeginPasskey(session_id=session_id, party=PARTY), actor=office.clerk)

    with pytest.raises(NotFound):
        office.does(TakeChallenge(session_id=session_id), actor=office.colleague)


def test_no_passkey_is_added_before_the_second_factor_is_proved(office: Office) -> None:
    adds_passkey(office, PARTY)
    waiting = session_of(office)

    with pytest.raises(NotPermitted):
        office.does(BeginPasskey(session_id=waiting, party=PARTY), actor=office.clerk)


def test_more_passkeys_than_anybody_keeps_are_refused(office: Office) -> None:
    session_id = session_of(office)
    for number in range(20):
        adds_passkey(office, PARTY, credential_id=bytes([number]) * 32)

    with pytest.raises(Conflict):
        office.does(BeginPasskey(session_id=session_id, party=PARTY), actor=office.clerk)


def test_recovery_codes_stay_while_there_is_another_passkey(office: Office) -> None:
    first = adds_passkey(office, PARTY)
    adds_passkey(office, PARTY, credential_id=b"d" * 32)

    office.does(RemovePasskey(passkey_id=first), actor=office.clerk)

    assert recovery_codes_left(office) == 10


def test_recovery_codes_stay_while_a_telephone_makes_codes(office: Office) -> None:
    passkey_id = adds_passkey(office, PARTY)
    secret = office.does(EnrolSecondFactor(), actor=office.clerk)
    step = one_time_code.step_at(office.clock.now())
    office.does(ConfirmSecondFactor(code=one_time_code.code_of(secret, step)), actor=office.clerk)

    office.does(RemovePasskey(passkey_id=passkey_id), actor=office.clerk)

    assert recovery_codes_left(office) == 10
