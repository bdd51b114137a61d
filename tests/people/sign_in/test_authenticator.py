"""Claims about what a user name and a password prove, here or in a directory, and what groups then give."""

from dataclasses import dataclass, field

import pytest

from engine.kernel.actor import Role
from engine.people.queries import Candidate
from engine.people.role_mapping import GroupPost, GroupRule, group_pattern
from engine.people.session import SignInMethod
from engine.people.sign_in.authenticator import Authenticator, Proof, RoleMapping
from engine.people.sign_in.contract import ExternalIdentity
from engine.people.sign_in.passwords import Passwords
from tests.builders import an_id
from tests.people.sign_in.browser import PASSWORD, QUICK

MARIA = an_id()
KNOWN_HERE = Candidate(user_id=MARIA, password_hash=QUICK.hashed(PASSWORD, username="maria"))
KNOWN_ELSEWHERE = Candidate(user_id=MARIA, password_hash=None)
NOBODY = Candidate(user_id=None, password_hash=None)
PERSON = ExternalIdentity(username="maria", groups=frozenset({"stoa-0301-clerk"}))
RULE = GroupRule(patterns=(group_pattern("stoa-{branch}-{role}"),))


@dataclass
class OnePerson:
    """A directory in which Maria has another password; it keeps whom it was asked for."""

    asked: list[str] = field(default_factory=list)

    def person(self, username: str, password: str) -> ExternalIdentity | None:
        self.asked.append(username)
        return PERSON if (username, password) == ("maria", "in the directory") else None


def test_a_password_that_is_kept_here_proves_its_user_and_no_other_does() -> None:
    directory = OnePerson()
    authenticator = Authenticator(passwords=QUICK, directory=directory)

    right = authenticator.proof("maria", PASSWORD, KNOWN_HERE)
    wrong = authenticator.proof("maria", "in the directory", KNOWN_HERE)

    assert right == Proof(who=MARIA, method=SignInMethod.PASSWORD)
    assert wrong is None
    assert directory.asked == []


def test_a_stronger_hash_comes_with_the_proof() -> None:
    stronger = Authenticator(passwords=Passwords(memory_kib=128, rounds=1, lanes=1))

    found = stronger.proof("maria", PASSWORD, KNOWN_HERE)

    assert found is not None
    assert found.better_hash is not None


@pytest.mark.parametrize("candidate", [KNOWN_ELSEWHERE, NOBODY])
def test_the_directory_vouches_for_who_has_no_password_here(candidate: Candidate) -> None:
    authenticator = Authenticator(passwords=QUICK, directory=OnePerson())

    assert authenticator.proof("maria", "in the directory", candidate) == Proof(
        who=PERSON, method=SignInMethod.LDAP
    )
    assert authenticator.proof("maria", PASSWORD, candidate) is None


@pytest.mark.parametrize("candidate", [KNOWN_ELSEWHERE, NOBODY])
def test_without_a_directory_nobody_vouches(candidate: Candidate) -> None:
    assert Authenticator(passwords=QUICK).proof("maria", PASSWORD, candidate) is None


def test_a_known_device_does_not_wait_for_strangers() -> None:
    passwords = Passwords(memory_kib=64, rounds=1, lanes=1, at_once=2, turn_seconds=0.01)

    with passwords._turn(is_known=False):
        found = Authenticator(passwords=passwords).proof("maria", PASSWORD, KNOWN_HERE, is_known=True)

    assert found is not None


def test_groups_give_posts_by_the_rule_and_without_one_nothing_is_said_of_posts() -> None:
    by_rule, none = RoleMapping(rule=RULE, alone=True, registers=True), RoleMapping()

    received = by_rule.reception(PERSON, by_rule.posts(PERSON))
    as_they_are = none.reception(PERSON, none.posts(PERSON))

    assert received.posts == {GroupPost("0301", Role.CLERK)}
    assert (received.groups_alone, received.registers) == (True, True)
    assert as_they_are.posts is None
    assert (as_they_are.groups_alone, as_they_are.registers) == (False, False)
