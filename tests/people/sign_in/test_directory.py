"""Claims about signing in with the password of a directory, against a real one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Unavailable
from engine.people.posts import ConfirmPost
from engine.people.queries import ShowUser
from engine.people.register import ShowPerson
from engine.people.role_mapping import GroupPost, GroupRule, group_pattern
from engine.people.sign_in.authenticator import Authenticator, RoleMapping
from engine.people.sign_in.ldap import LdapDirectory, LdapGroups
from tests.builders import a_branch
from tests.people.sign_in.browser import PASSWORD, QUICK, Counter, a_counter
from tests.people.sign_in.directory import (
    BASE,
    MARIAS_NAME,
    MARIAS_PASSWORD,
    READER,
    READER_PASSWORD,
    SLAPD,
    RunningDirectory,
    running_directory,
)

pytestmark = pytest.mark.skipif(
    SLAPD is None, reason="slapd is not installed (Debian: apt-get install slapd)"
)


DOWN = "ldap://127.0.0.1:1"
"""Where no directory answers."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDirectory]:
    """The directory."""
    with running_directory(tmp_path_factory.mktemp("slapd")) as found:
        yield found


@pytest.fixture
def directory(running: RunningDirectory) -> LdapDirectory:
    """The way to it, with StartTLS."""
    return LdapDirectory(
        url=running.url,
        search_base=BASE,
        person_filter="(uid={username})",
        bind_name=READER,
        bind_password=READER_PASSWORD,
        ca_file=str(running.ca_file),
    )


def test_the_directory_vouches_for_the_right_password(directory: LdapDirectory) -> None:
    assert directory.person("maria", MARIAS_PASSWORD)


def test_over_tls_from_the_start_as_well(directory: LdapDirectory, running: RunningDirectory) -> None:
    assert replace(directory, url=running.tls_url).person("maria", MARIAS_PASSWORD)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("maria", "wrong"),
        ("maria", MARIAS_PASSWORD.upper()),
        ("unknown", MARIAS_PASSWORD),
        ("", MARIAS_PASSWORD),
    ],
)
def test_it_vouches_for_nobody_else(directory: LdapDirectory, username: str, password: str) -> None:
    assert not directory.person(username, password)


def test_an_empty_password_proves_nothing(directory: LdapDirectory) -> None:
    assert not directory.person("maria", "")


@pytest.mark.parametrize(("username", "password"), [("", MARIAS_PASSWORD), ("maria", "")])
def test_the_directory_is_not_asked_about_nothing(
    directory: LdapDirectory, username: str, password: str
) -> None:
    assert replace(directory, url=DOWN).person(username, password) is None


@pytest.mark.parametrize(
    "username", ["*", "mar*", "maria)(uid=*", "maria)(|(uid=*", "\\2a", "mar\x00ia", "(uid=maria)"]
)
def test_a_name_cannot_change_the_question(directory: LdapDirectory, username: str) -> None:
    assert not directory.person(username, MARIAS_PASSWORD)


def test_a_name_that_two_people_have_opens_nothing(directory: LdapDirectory) -> None:
    assert not directory.person("twice", MARIAS_PASSWORD)


def test_a_name_that_many_people_have_opens_nothing(directory: LdapDirectory) -> None:
    many = replace(directory, person_filter="(|(uid={username})(objectClass=inetOrgPerson))")

    assert many.person("maria", MARIAS_PASSWORD) is None


def test_no_other_server_is_asked_that_the_directory_names(directory: LdapDirectory) -> None:
    elsewhere = replace(directory, search_base=f"ou=elsewhere,{BASE}")

    assert elsewhere.person("maria", MARIAS_PASSWORD) is None


def test_the_directory_has_five_seconds_to_answer(directory: LdapDirectory) -> None:
    with directory._connected(READER, READER_PASSWORD) as connection:
        directory._entry_of(connection, "maria")

        assert connection.server.connect_timeout == 5
        assert connection.socket.gettimeout() == 5
        assert connection.request["timeLimit"] == 5


def test_no_more_is_asked_for_than_tells_one_person_from_several(directory: LdapDirectory) -> None:
    with directory._connected(READER, READER_PASSWORD) as connection:
        directory._entry_of(connection, "maria")

        assert connection.request["sizeLimit"] == 2


def test_a_connection_is_closed_when_everything_was_asked(directory: LdapDirectory) -> None:
    with directory._connected(READER, READER_PASSWORD) as connection:
        assert not connection.closed

    assert connection.closed
    assert connection.socket is None


def test_a_connection_that_failed_keeps_no_socket(directory: LdapDirectory) -> None:
    sockets = _open_sockets()

    # What was raised is kept, and the connection with it.
    with pytest.raises(Unavailable) as _kept:
        replace(directory, url=DOWN).person("maria", MARIAS_PASSWORD)

    assert _open_sockets() == sockets


def _open_sockets() -> set[str]:
    """Those of this process."""
    links = (link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return {str(target) for target in links if str(target).startswith("socket:")}


def test_a_server_that_nobody_vouches_for_is_told_no_password(directory: LdapDirectory) -> None:
    with pytest.raises(Unavailable):
        replace(directory, ca_file="").person("maria", MARIAS_PASSWORD)


def test_a_server_of_another_name_is_told_no_password(
    directory: LdapDirectory, running: RunningDirectory
) -> None:
    elsewhere = running.url.replace("localhost", "127.0.0.1")

    with pytest.raises(Unavailable):
        replace(directory, url=elsewhere).person("maria", MARIAS_PASSWORD)


def test_a_directory_that_may_not_be_searched_is_no_wrong_password(directory: LdapDirectory) -> None:
    with pytest.raises(Unavailable):
        replace(directory, bind_password="not the reader's").person("maria", MARIAS_PASSWORD)


def test_a_directory_that_is_down_is_told_as_such(directory: LdapDirectory) -> None:
    authenticator = Authenticator(passwords=QUICK, directory=replace(directory, url=DOWN))
    counter = a_counter(authenticator=authenticator)
    counter.engages("anna", a_branch(code="0301"), password=None)

    told = counter.browser().signs_in("anna", MARIAS_PASSWORD)

    assert told.status_code == 422
    assert "δεν απαντά" in told.text


def test_people_sign_in_with_the_password_of_the_directory(directory: LdapDirectory) -> None:
    counter = a_counter(authenticator=Authenticator(passwords=QUICK, directory=directory))
    counter.engages("nobody-here", a_branch(code="0301"), password=None)

    entered = counter.browser().signs_in("nobody-here", MARIAS_PASSWORD)
    refused = counter.browser().signs_in("nobody-here", "wrong")

    assert (entered.status_code, refused.status_code) == (303, 422)


def test_a_person_of_the_directory_who_is_nobody_here_is_refused(directory: LdapDirectory) -> None:
    counter = a_counter(authenticator=Authenticator(passwords=QUICK, directory=directory))

    assert counter.browser().signs_in("nobody-here", MARIAS_PASSWORD).status_code == 422


def test_a_user_with_a_password_here_does_not_sign_in_with_that_of_the_directory(
    directory: LdapDirectory,
) -> None:
    counter = a_counter(authenticator=Authenticator(passwords=QUICK, directory=directory))

    assert counter.browser().signs_in("maria", MARIAS_PASSWORD).status_code == 422
    assert counter.browser().signs_in("maria", PASSWORD).status_code == 303


def test_the_certificate_file_is_what_is_trusted(directory: LdapDirectory, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        replace(directory, ca_file=str(tmp_path / "missing.pem")).person("maria", MARIAS_PASSWORD)


BY_ATTRIBUTE = LdapGroups()
BY_SEARCH = LdapGroups(
    search_base=f"ou=groups,{BASE}", group_filter="(&(objectClass=groupOfNames)(member={dn}))"
)
RULE = GroupRule(patterns=(group_pattern("stoa-{branch}-{role}"), group_pattern("stoa-agency-{agency}")))


@pytest.mark.parametrize(
    "groups",
    [BY_ATTRIBUTE, BY_SEARCH, replace(BY_SEARCH, search_base="")],
    ids=["attribute", "search", "search where people are"],
)
def test_a_persons_groups_are_known_by_their_names(directory: LdapDirectory, groups: LdapGroups) -> None:
    person = replace(directory, groups=groups, name_attribute="displayName").person("maria", MARIAS_PASSWORD)

    assert person is not None
    assert person.display_name == MARIAS_NAME
    assert person.groups == {"stoa-0301-clerk", "stoa-agency-municipality", "vpn, users"}


def test_groups_are_not_asked_for_where_they_decide_nothing(directory: LdapDirectory) -> None:
    person = directory.person("maria", MARIAS_PASSWORD)

    assert person is not None
    assert person.groups == frozenset()


@pytest.mark.parametrize(
    ("groups", "asked"),
    [(None, {"cn"}), (BY_ATTRIBUTE, {"cn", "memberOf"}), (BY_SEARCH, {"cn"})],
    ids=["none", "attribute", "search"],
)
def test_of_a_person_no_more_is_asked_than_is_needed(
    directory: LdapDirectory, groups: LdapGroups | None, asked: set[str]
) -> None:
    with directory._connected(READER, READER_PASSWORD) as connection:
        found = replace(directory, groups=groups)._entry_of(connection, "maria")

    assert found is not None
    assert set(found.attributes) == asked


@pytest.mark.parametrize("groups", [BY_ATTRIBUTE, BY_SEARCH], ids=["attribute", "search"])
def test_nobody_has_no_groups(directory: LdapDirectory, groups: LdapGroups) -> None:
    assert replace(directory, groups=groups).person("unknown", MARIAS_PASSWORD) is None


def test_groups_that_cannot_be_searched_are_no_groups_that_were_left(directory: LdapDirectory) -> None:
    elsewhere = replace(BY_SEARCH, search_base="dc=elsewhere")

    with pytest.raises(Unavailable):
        replace(directory, groups=elsewhere).person("maria", MARIAS_PASSWORD)


@pytest.mark.parametrize("registers", [True, False])
def test_somebody_new_is_let_in_by_their_groups_where_that_is_wanted(
    directory: LdapDirectory, registers: bool
) -> None:
    role_mapping = RoleMapping(rule=RULE, registers=registers)
    authenticator = Authenticator(
        passwords=QUICK, directory=replace(directory, groups=BY_SEARCH), role_mapping=role_mapping
    )
    counter = a_counter(authenticator=authenticator)
    browser = counter.browser()

    entered = browser.signs_in("nobody-here", MARIAS_PASSWORD)

    assert entered.status_code == (303 if registers else 422)
    if registers:
        found = counter.office.engine.ask(ShowUser(username="nobody-here"), actor=SYSTEM)
        assert [(place.code, place.roles) for place in found.workplaces] == [
            ("municipality", frozenset({Role.OFFICER}))
        ]
        assert found.user.display_name == "Nobody"
        assert browser.opens(entered.location).location == "/desk/agency"
    else:
        assert "Δεν είστε γνωστοί εδώ" in entered.text


def test_a_person_whose_groups_place_them_nowhere_sees_their_account(directory: LdapDirectory) -> None:
    rule = GroupRule(patterns=(group_pattern("kep-{branch}-{role}"),))
    authenticator = Authenticator(
        passwords=QUICK,
        directory=replace(directory, groups=BY_ATTRIBUTE),
        role_mapping=RoleMapping(rule=rule, alone=True),
    )
    counter = a_counter(authenticator=authenticator)
    counter.engages("nobody-here", a_branch(code="0301"), password=None)
    browser = counter.browser()

    entered = browser.signs_in("nobody-here", MARIAS_PASSWORD)
    shown = browser.client.get(entered.location, follow_redirects=True)

    assert shown.request.path == "/account"
    assert shown.status_code == 200
    assert "δεν εργάζεστε σε κάποιο ΚΕΠ" in shown.text


def test_a_directory_alone_makes_nobody_an_auditor(directory: LdapDirectory) -> None:
    claimed = (GroupPost("0009", Role.AUDITOR), GroupPost("0009", Role.CLERK))
    rule = GroupRule(exceptions={"stoa-agency-municipality": claimed})
    authenticator = Authenticator(
        passwords=QUICK,
        directory=replace(directory, groups=BY_SEARCH),
        role_mapping=RoleMapping(rule=rule, registers=True),
    )
    counter = a_counter(authenticator=authenticator)

    entered = counter.browser().signs_in("nobody-here", MARIAS_PASSWORD)

    assert entered.status_code == 303
    assert roles_of(counter, "nobody-here") == {Role.CLERK}
    posts = counter.office.engine.ask(ShowPerson(username="nobody-here"), actor=SYSTEM).member.posts
    (waiting,) = [one.post for one in posts if one.post.awaits_confirmation]
    counter.office.does(ConfirmPost(post_id=waiting.id), actor=SYSTEM)
    counter.browser().signs_in("nobody-here", MARIAS_PASSWORD)
    assert roles_of(counter, "nobody-here") == {Role.AUDITOR, Role.CLERK}


def roles_of(counter: Counter, username: str) -> set[Role]:
    found = counter.office.engine.ask(ShowUser(username=username), actor=SYSTEM)
    return {role for place in found.workplaces for role in place.roles}
