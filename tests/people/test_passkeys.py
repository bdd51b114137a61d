"""Claims about passkeys beyond the pages: whose challenge, how many, and which recovery codes stay."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import Conflict, NotFound, NotPermitted
from engine.people import one_time_code
from engine.people.attempts import SignInAttempt
from engine.people.passkey import PasskeyRefused, RelyingParty
from engine.people.passkeys import (
    AskForPasskey,
    BeginPasskey,
    PassPasskey,
    RemovePasskey,
    TakeChallenge,
)
from engine.people.queries import ShowAccountPage, ShowOwnAccount
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from engine.people.session import SignInMethod
from engine.people.signing_in import SignIn, SignOut
from tests.builders import an_id
from tests.office import Office, an_office
from tests.pages.visiting import LIFE
from tests.people.device import Device, adds_passkey

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


def test_a_further_passkey_makes_no_further_recovery_codes(office: Office) -> None:
    adds_passkey(office, PARTY)
    before = office.engine.ask(ShowOwnAccount(), actor=office.clerk)

    adds_passkey(office, PARTY, credential_id=b"d" * 32)

    assert office.engine.ask(ShowOwnAccount(), actor=office.clerk) == before


def test_recovery_codes_go_with_the_last_passkey(office: Office) -> None:
    passkey_id = adds_passkey(office, PARTY)

    office.does(RemovePasskey(passkey_id=passkey_id))

    assert recovery_codes_left(office) == 0
    with pytest.raises(NotFound):
        office.does(RemovePasskey(passkey_id=passkey_id))


def test_a_challenge_is_taken_once_and_within_five_minutes(office: Office) -> None:
    session_id = session_of(office)
    begins, takes = BeginPasskey(session_id=session_id, party=PARTY), TakeChallenge(session_id=session_id)
    with pytest.raises(PasskeyRefused, match="none was put"):
        office.does(takes)

    office.does(begins)
    office.clock.advance(timedelta(minutes=5) - timedelta(microseconds=1))
    taken = office.does(takes)
    with pytest.raises(PasskeyRefused, match="none was put"):
        office.does(takes)
    office.does(begins)
    office.clock.advance(timedelta(minutes=5))
    with pytest.raises(PasskeyRefused, match="too late"):
        office.does(takes)

    assert len(taken) == 32


def test_a_passkey_is_begun_in_an_open_session_of_ones_own(office: Office) -> None:
    own, ended = session_of(office), session_of(office)
    office.does(SignOut(session_id=ended))

    for actor, session_id in ((office.colleague, own), (SYSTEM, own), (office.clerk, an_id())):
        with pytest.raises(NotFound):
            office.does(BeginPasskey(session_id=session_id, party=PARTY), actor=actor)
    with pytest.raises(NotFound):
        office.does(TakeChallenge(session_id=an_id()))
    with pytest.raises(NotPermitted):
        office.does(BeginPasskey(session_id=ended, party=PARTY))


def test_who_has_no_passkey_is_asked_for_none(office: Office) -> None:
    secret = office.does(EnrolSecondFactor())
    step = one_time_code.step_at(office.clock.now())
    office.does(ConfirmSecondFactor(code=one_time_code.code_of(secret, step)))

    with pytest.raises(NotFound, match="passkey"):
        office.does(AskForPasskey(session_id=session_of(office), party=PARTY), actor=SYSTEM)


def test_the_use_of_a_passkey_is_noted_and_opens_a_session(office: Office) -> None:
    device = Device(PARTY.origin)
    adds_passkey(office, PARTY, device=device)
    adds_passkey(office, PARTY, credential_id=b"d" * 32)
    waiting = session_of(office)
    asked = office.does(AskForPasskey(session_id=waiting, party=PARTY), actor=SYSTEM)
    proves = PassPasskey(
        session_id=waiting,
        response=replace(device, counts=7).uses(asked),
        challenge=office.does(TakeChallenge(session_id=waiting)),
        party=PARTY,
        life=LIFE,
        attempt=SignInAttempt(username="maria", address="192.0.2.7"),
    )

    opened = office.does(proves, actor=SYSTEM)

    kept = office.engine.ask(ShowAccountPage(), actor=office.clerk).passkeys
    assert [one.last_used_at for one in kept] == [office.clock.now(), None]
    assert not opened.session.awaits_code
    assert recovery_codes_left(office) == 10
