"""Claims about who keeps whose people: below one's own organisation, never oneself, and some by two."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import build_in_memory
from engine.context import Command
from engine.dispatch import Engine
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role, Scope
from engine.kernel.pages import Page
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.organisation.organisation import Organisation, OrganisationKind
from engine.organisation.registers import SaveAgency
from engine.people import post_store
from engine.people.invitations import AcceptInvitation, InvitePerson, RevokeInvitation, ShowInvitation
from engine.people.post import Post
from engine.people.posts import ConfirmPost, EndPost, GivePost
from engine.people.register import ListStaff, ShowPerson, ShowStaffPage, StaffMember
from engine.people.rights_here import WhoMayDoWhat
from engine.people.session import SessionLife, SignInMethod, digest, digest_of
from engine.people.signing_in import SignIn
from engine.people.tokens import FindTokenOwner, IssueToken
from engine.people.users import SaveUser
from tests.builders import NOON, a_branch, a_user, an_agency
from tests.office import MovableClock
from tests.organisations import save_branch, save_organisation

R = TypeVar("R")
HERE = a_branch(code="0009", name="ΚΕΠ Αθηναίων", municipality="Αθηναίων")
THERE = a_branch(code="0301", name="ΚΕΠ Πατρέων", municipality="Πατρέων")


@dataclass
class Country:
    """A ministry, with two municipalities below it that have a branch each, and an agency beside."""

    engine: Engine
    clock: MovableClock
    ministry: Organisation
    athens: Organisation
    patras: Organisation
    people: dict[str, Actor]

    def does(self, command: Command[R], *, by: str) -> R:
        return self.engine.carry_out(command, actor=self.people[by])

    def gives(self, username: str, role: Role, *, by: str, organisation: str = "0009") -> Post:
        return self.does(GivePost(username=username, organisation=organisation, role=role), by=by)

    def lists(self, *, by: str, **wanted: object) -> Page[StaffMember]:
        return self.engine.ask(ListStaff(**wanted), actor=self.people[by])  # type: ignore[arg-type] - as each test says


@pytest.fixture
def country() -> Iterator[Country]:
    clock = MovableClock(NOON)
    engine = build_in_memory(clock=clock, zone=ZoneInfo("Europe/Athens"))
    kinds = OrganisationKind
    with engine.store.begin() as connection:
        ministry = save_organisation(connection, kinds.MINISTRY, "ministry")
        athens = save_organisation(
            connection, kinds.MUNICIPALITY, "athens", parent_id=ministry.id, name="Αθηναίων"
        )
        patras = save_organisation(
            connection, kinds.MUNICIPALITY, "patras", parent_id=ministry.id, name="Πατρέων"
        )
        for branch in (HERE, THERE):
            save_branch(connection, branch)
        connection.commit()
    engine.carry_out(SaveAgency(agency=an_agency()), actor=SYSTEM)
    found = Country(engine=engine, clock=clock, ministry=ministry, athens=athens, patras=patras, people={})
    for name, place, role in (
        ("minister", ministry.code, Role.ADMINISTRATOR),
        ("second", ministry.code, Role.ADMINISTRATOR),
        ("mayor", athens.code, Role.ADMINISTRATOR),
        ("other", patras.code, Role.ADMINISTRATOR),
        ("boss", "0009", Role.MANAGER),
        ("maria", "0009", Role.CLERK),
        ("far", "0301", Role.CLERK),
    ):
        user = a_user(username=name)
        engine.carry_out(SaveUser(user=user), actor=SYSTEM)
        engine.carry_out(GivePost(username=name, organisation=place, role=role), actor=SYSTEM)
        (workplace,) = engine.ask(ShowPerson(username=name), actor=SYSTEM).member.posts
        branch_id = workplace.post.organisation_id if place in ("0009", "0301") else None
        found.people[name] = Actor(
            kind=ActorKind.USER,
            id=user.id,
            name=name,
            roles=frozenset({role}),
            branch_id=branch_id,
            organisation_id=workplace.post.organisation_id,
        )
    yield found
    engine.close()


def names(page: Page[StaffMember]) -> list[str]:
    return [member.user.username for member in page.items]


def test_everybody_sees_the_people_of_their_own_organisation_and_below(country: Country) -> None:
    assert names(country.lists(by="minister")) == sorted(country.people)
    assert names(country.lists(by="mayor")) == ["boss", "maria", "mayor"]
    assert names(country.lists(by="other")) == ["far", "other"]
    assert names(country.lists(by="boss")) == ["boss", "maria"]
    with pytest.raises(NotPermitted):
        country.lists(by="maria")


def test_who_works_elsewhere_is_as_unknown_as_who_is_not_there(country: Country) -> None:
    reader = country.people["mayor"]
    for name in ("far", "nobody"):
        with pytest.raises(NotFound, match=f"no person {name} that you may see"):
            country.engine.ask(ShowPerson(username=name), actor=reader)
        with pytest.raises(NotFound, match=f"no person {name} that you may see"):
            country.gives(name, Role.CLERK, by="mayor")
    for code in ("0301", "patras", "nowhere"):
        with pytest.raises(NotFound, match=f"no organisation {code} that you may see"):
            country.lists(by="mayor", organisation=code)
        with pytest.raises(NotFound, match=f"no organisation {code} that you may see"):
            country.gives("maria", Role.CLERK, by="mayor", organisation=code)


def test_of_somebody_who_works_for_two_each_sees_their_own_posts_alone(country: Country) -> None:
    country.gives("maria", Role.CLERK, by="minister", organisation="0301")

    def seen(by: str) -> list[str]:
        shown = country.engine.ask(ShowPerson(username="maria"), actor=country.people[by])
        return [one.code for one in shown.member.posts]

    assert (seen("mayor"), seen("other")) == (["0009"], ["0301"])
    theirs = country.lists(by="other", text="maria").items[0].posts[0].post
    for command in (EndPost(post_id=theirs.id), ConfirmPost(post_id=theirs.id)):
        with pytest.raises(NotFound, match="no post"):
            country.does(command, by="mayor")


def test_nobody_gives_themselves_anything(country: Country) -> None:
    for who, role, place in (
        ("mayor", Role.MANAGER, "0009"),
        ("minister", Role.AUDITOR, "0009"),
        ("boss", Role.CLERK, "0009"),
    ):
        with pytest.raises(NotPermitted, match="themselves"):
            country.gives(who, role, by=who, organisation=place)


def test_a_manager_gives_the_role_of_a_clerk_and_no_other(country: Country) -> None:
    for role in (Role.MANAGER, Role.ADMINISTRATOR, Role.AGENT, Role.AUDITOR):
        with pytest.raises(NotPermitted):
            country.gives("maria", role, by="boss")


def test_the_administrator_of_a_municipality_gives_what_ends_with_it(country: Country) -> None:
    assert not country.gives("maria", Role.MANAGER, by="mayor").awaits_confirmation
    assert not country.gives(
        "maria", Role.ADMINISTRATOR, by="mayor", organisation="athens"
    ).awaits_confirmation
    for role in (Role.AGENT, Role.ANALYST, Role.AUDITOR, Role.SUPERVISOR, Role.OPERATOR, Role.CERTIFIER):
        with pytest.raises(NotPermitted):
            country.gives("maria", role, by="mayor")


def test_where_there_is_no_ministry_above_nobody_local_gives_its_roles(country: Country) -> None:
    with country.engine.store.begin() as connection:
        alone = save_organisation(connection, OrganisationKind.MUNICIPALITY, "alone")
        save_organisation(connection, OrganisationKind.BRANCH, "0777", parent_id=alone.id)
        connection.commit()
    country.people["lonely"] = replace(country.people["mayor"], name="lonely", organisation_id=alone.id)
    given = GivePost(username="maria", organisation="0777", role=Role.CLERK)
    country.engine.carry_out(given, actor=SYSTEM)

    with pytest.raises(NotPermitted):
        country.gives("maria", Role.AUDITOR, by="lonely", organisation="0777")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.SUPERVISOR, "0009"),
        (Role.CERTIFIER, "0009"),
        (Role.AUDITOR, "0009"),
        (Role.OPERATOR, "0009"),
        (Role.DATA_PROTECTION_OFFICER, "0009"),
        (Role.ADMINISTRATOR, "ministry"),
    ],
)
def test_a_role_of_the_ministry_counts_once_another_has_confirmed_it(
    country: Country, role: Role, place: str
) -> None:
    proposed = country.gives("maria", role, by="minister", organisation=place)

    with pytest.raises(NotPermitted, match="proposed"):
        country.does(ConfirmPost(post_id=proposed.id), by="minister")
    maria = replace(country.people["minister"], id=country.people["maria"].id, name="maria")
    with pytest.raises(NotPermitted, match="themselves"):
        country.engine.carry_out(ConfirmPost(post_id=proposed.id), actor=maria)
    confirmed = country.does(ConfirmPost(post_id=proposed.id), by="second")

    day = country.clock.now().date()
    assert (proposed.counts_on(day), confirmed.counts_on(day)) == (False, True)
    assert (confirmed.given_by, confirmed.confirmed_by) == ("minister", "second")
    with pytest.raises(Conflict):
        country.does(ConfirmPost(post_id=proposed.id), by="second")


def test_a_proposed_post_opens_nothing_and_is_listed_as_such(country: Country) -> None:
    country.gives("maria", Role.AUDITOR, by="minister")

    with country.engine.store.reading() as connection:
        maria = country.people["maria"].id
        assert maria is not None
        roles = post_store.roles_at(connection, maria, HERE.id, on=NOON.date())
    assert roles == {Role.CLERK}
    assert names(country.lists(by="minister", proposed=True)) == ["maria"]


def test_people_are_found_by_name_role_and_by_who_leaves(country: Country) -> None:
    (member,) = country.lists(by="boss", text="maria").items
    country.does(EndPost(post_id=member.posts[0].post.id, last_day=NOON.date()), by="boss")

    assert names(country.lists(by="mayor", leaving=True)) == ["maria"]
    assert names(country.lists(by="mayor", role=Role.MANAGER)) == ["boss"]
    assert names(country.lists(by="mayor", text="Μαρ")) == ["maria"]
    assert names(country.lists(by="mayor", text="far")) == []


def test_who_may_do_what_follows_from_the_rules(country: Country) -> None:
    rights = country.engine.ask(WhoMayDoWhat(organisation="0009"), actor=country.people["mayor"]).rights

    by_name = {f"{one.thing}: {one.action}": [user.username for user in one.people] for one in rights}
    assert by_name["task: hand out"] == ["boss"]
    assert by_name["case: open"] == ["boss", "maria"]
    assert by_name["installation: run"] == []


def test_by_what_somebody_has_a_right_is_said_as_far_as_the_asker_keeps_them(country: Country) -> None:
    until = (NOON + timedelta(days=3)).date()
    country.gives("minister", Role.AUDITOR, by="second", organisation="ministry")
    (proposed,) = country.lists(by="second", text="minister", proposed=True).items
    waiting = next(one.post for one in proposed.posts if one.post.awaits_confirmation)
    country.engine.carry_out(ConfirmPost(post_id=waiting.id), actor=SYSTEM)
    stand_in = GivePost(
        username="maria", organisation="0009", role=Role.MANAGER, valid_until=until, substitute_for="boss"
    )
    country.does(stand_in, by="mayor")

    def held(by: str) -> dict[str, list[tuple[str, str, str]]]:
        found = country.engine.ask(WhoMayDoWhat(organisation="0009"), actor=country.people[by])
        return {
            f"{right.thing}: {right.action}": [
                (one.user.username if one.user else "", one.role.value, one.source.value)
                for one in right.holders
                if one.role is not Role.OPERATOR
            ]
            for right in found.rights
        }

    mayors, ministers = held("mayor"), held("minister")
    assert mayors["task: hand out"] == [("boss", "manager", "post"), ("maria", "manager", "substitute")]
    assert mayors["organisation: move, close"] == [
        ("mayor", "administrator", "delegation"),
        ("", "administrator", "delegation"),
    ]
    assert mayors["organisation: enter"] == [("", "administrator", "delegation")]
    assert ("", "auditor", "everywhere") in mayors["case: find"]
    assert "minister" not in str(mayors)
    assert ("minister", "auditor", "everywhere") in ministers["case: find"]
    assert ("minister", "administrator", "delegation") in ministers["organisation: enter"]
    assert ("mayor", "administrator", "delegation") not in ministers["organisation: enter"]


def test_what_is_told_of_others_is_the_same_whether_there_are_any_or_not(country: Country) -> None:
    def others() -> set[str]:
        found = country.engine.ask(WhoMayDoWhat(organisation="0009"), actor=country.people["mayor"])
        return {str(one) for right in found.rights for one in right.holders if one.user is None}

    before = others()
    country.gives("far", Role.AGENT, by="minister", organisation="0301")
    country.gives("far", Role.AUDITOR, by="minister", organisation="0301")

    assert before == others()


# Invitations


def invites(country: Country, *, by: str = "boss", **given: object) -> tuple[RevokeInvitation, str]:
    command = InvitePerson(**{"name": "Άννα Γεωργίου", "organisation": "0009", "role": Role.CLERK, **given})  # type: ignore[arg-type] - as each test says
    made = country.does(command, by=by)
    assert made.code is not None
    return RevokeInvitation(invitation_id=made.invitation.id), made.code


def test_who_is_invited_begins_with_the_code_once(country: Country) -> None:
    _, code = invites(country)
    invited = country.engine.ask(ShowInvitation(code=code.upper().replace("-", " ")), actor=SYSTEM)

    accepted = country.engine.carry_out(AcceptInvitation(code=code, password_hash="$h$"), actor=SYSTEM)

    assert (invited.name, accepted.user.display_name) == ("Άννα Γεωργίου", "Άννα Γεωργίου")
    assert accepted.user.username == invited.username
    assert accepted.user.username.startswith("georgiou-")
    assert accepted.post.counts_on(NOON.date())
    assert accepted.user.username in names(country.lists(by="boss"))
    with pytest.raises(NotFound):
        country.engine.carry_out(AcceptInvitation(code=code, password_hash="$h$"), actor=SYSTEM)


def test_who_has_an_account_keeps_it_and_nobody_learned_of_it(country: Country) -> None:
    _, code = invites(country, name="Far")

    accepted = country.engine.carry_out(AcceptInvitation(code=code), actor=country.people["far"])

    assert accepted.user.username == "far"
    assert "far" in names(country.lists(by="boss"))


def test_an_invitation_is_over_after_its_time_and_when_it_is_taken_back(country: Country) -> None:
    revoke, revoked = invites(country)
    _, late = invites(country)
    with pytest.raises(NotFound):
        country.does(revoke, by="other")
    country.does(revoke, by="mayor")
    with pytest.raises(NotFound):
        country.engine.ask(ShowInvitation(code=revoked), actor=SYSTEM)
    country.clock.move_to(NOON.replace(day=23, minute=1))

    with pytest.raises(NotFound):
        country.engine.carry_out(AcceptInvitation(code=late, password_hash="$h$"), actor=SYSTEM)
    assert (
        country.engine.ask(ShowStaffPage(staff=ListStaff()), actor=country.people["boss"]).invitations == []
    )


def test_an_invitation_to_a_role_of_the_ministry_waits_for_another_too(country: Country) -> None:
    _, code = invites(country, by="minister", role=Role.AUDITOR)

    accepted = country.engine.carry_out(AcceptInvitation(code=code, password_hash="$h$"), actor=SYSTEM)

    assert accepted.post.awaits_confirmation
    with pytest.raises(NotPermitted):
        country.does(ConfirmPost(post_id=accepted.post.id), by="minister")


def test_nobody_invites_themselves_or_elsewhere_or_to_more_than_they_may_give(country: Country) -> None:
    _, code = invites(country)
    with pytest.raises(NotPermitted, match="themselves"):
        country.engine.carry_out(AcceptInvitation(code=code), actor=country.people["boss"])
    with pytest.raises(NotFound):
        invites(country, organisation="0301")
    with pytest.raises(NotPermitted):
        invites(country, role=Role.MANAGER)


def test_every_field_of_an_invitation_that_does_not_fit_is_named(country: Country) -> None:
    with pytest.raises(Invalid) as refused:
        invites(country, by="mayor", name=" ", email="nobody", position="x" * 201, role=Role.OFFICER)

    assert set(refused.value.errors) == {"name", "email", "position", "role"}


def test_an_administrators_token_acts_in_the_organisation_that_they_administer(country: Country) -> None:
    owner = country.engine.ask(FindTokenOwner(user="mayor", organisation="athens"), actor=SYSTEM)
    issued = IssueToken(
        label="t",
        scopes=frozenset(Scope),
        user_id=owner.user_id,
        organisation_id=owner.organisation_id,
    )
    actor = country.engine.identify(digest(country.engine.carry_out(issued, actor=SYSTEM).text))

    assert actor is not None
    assert (actor.roles, actor.organisation_id) == ({Role.ADMINISTRATOR}, country.athens.id)
    assert names(country.engine.ask(ListStaff(), actor=actor)) == ["boss", "maria", "mayor"]
    for wrong in (HERE.id, country.patras.id):
        with pytest.raises(Invalid):
            country.engine.carry_out(replace(issued, organisation_id=wrong), actor=SYSTEM)


def test_whoever_signs_in_at_a_municipality_administers_it(country: Country) -> None:
    mayor = country.people["mayor"].id
    assert mayor is not None
    life = SessionLife(idle=timedelta(hours=1), longest=timedelta(hours=1))
    opened = country.engine.carry_out(
        SignIn(user_id=mayor, method=SignInMethod.OIDC, life=life), actor=SYSTEM
    )

    signed_in = country.engine.identify_session(digest_of(opened.text))

    assert signed_in is not None
    assert (signed_in.actor.organisation_id, signed_in.actor.branch_id) == (country.athens.id, None)
    assert signed_in.actor.has(Role.ADMINISTRATOR)
