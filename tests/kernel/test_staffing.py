"""Who keeps the people of which organisation, who gives which role there, and which roles need two."""

from uuid import uuid4

import pytest

from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.refusal import NotFound, NotPermitted
from engine.kernel.staffing import (
    BY_TWO,
    LOCAL,
    keeps_staff,
    may_give,
    needs_another,
    require_gives,
    require_keeps_some_staff,
    require_keeps_staff,
    require_provisions,
)
from tests.kernel.places import (
    ATHENS,
    BRANCH,
    ELSEWHERE,
    EVERY_PLACE,
    MANAGER,
    MINISTRY,
    OF_ATHENS,
    OF_BRANCH,
    OF_MINISTRY,
    OPERATOR,
    OTHER_BRANCH,
    PATRAS,
    Place,
    all_but,
    somebody,
)


@pytest.mark.parametrize(
    ("actor", "kept"),
    [
        (SYSTEM, EVERY_PLACE),
        (OPERATOR, EVERY_PLACE),
        (OF_MINISTRY, (MINISTRY, ATHENS, PATRAS, BRANCH, OTHER_BRANCH)),
        (OF_ATHENS, (ATHENS, BRANCH)),
        (OF_BRANCH, (BRANCH,)),
        (MANAGER, (BRANCH,)),
        (somebody(Role.ADMINISTRATOR), ()),
        (somebody(Role.MANAGER), ()),
        *((one, ()) for one in all_but(Role.OPERATOR, Role.ADMINISTRATOR, Role.MANAGER)),
    ],
    ids=lambda value: value.name if isinstance(value, Actor) else "",
)
def test_each_keeps_the_people_of_their_own_organisation_and_below(
    actor: Actor, kept: tuple[Place, ...]
) -> None:
    assert tuple(place for place in EVERY_PLACE if keeps_staff(actor, place)) == kept
    for place in EVERY_PLACE:
        if place in kept:
            require_keeps_staff(actor, place)
        else:
            with pytest.raises(NotFound, match=place.code):
                require_keeps_staff(actor, place)


def test_only_some_keep_people_at_all_and_only_operators_let_directories_push() -> None:
    for actor in (SYSTEM, OPERATOR, OF_BRANCH, MANAGER):
        require_keeps_some_staff(actor)
    for actor in all_but(Role.OPERATOR, Role.ADMINISTRATOR, Role.MANAGER):
        with pytest.raises(NotPermitted):
            require_keeps_some_staff(actor)
    for actor in (SYSTEM, OPERATOR):
        require_provisions(actor)
    for actor in all_but(Role.OPERATOR):
        with pytest.raises(NotPermitted):
            require_provisions(actor)


def given_by(actor: Actor, place: Place) -> set[Role]:
    ministry = MINISTRY.id if MINISTRY.id in place.line else None
    return {role for role in Role if may_give(actor, place, role, ministry_id=ministry)}


def test_who_may_give_which_role_where() -> None:
    everything = set(Role)
    assert given_by(SYSTEM, ELSEWHERE) == given_by(OPERATOR, ELSEWHERE) == everything
    assert given_by(OF_MINISTRY, MINISTRY) == given_by(OF_MINISTRY, BRANCH) == everything
    assert given_by(OF_MINISTRY, ELSEWHERE) == set()
    assert given_by(OF_ATHENS, ATHENS) == given_by(OF_ATHENS, BRANCH) == LOCAL
    assert given_by(OF_ATHENS, PATRAS) == given_by(OF_ATHENS, OTHER_BRANCH) == set()
    assert given_by(MANAGER, BRANCH) == {Role.CLERK}
    assert given_by(MANAGER, OTHER_BRANCH) == set()
    assert given_by(somebody(Role.CLERK, at=BRANCH), BRANCH) == set()
    # Who administers elsewhere gives as the manager, where they are the manager alone.
    both = Actor(
        kind=ActorKind.USER,
        id=uuid4(),
        name="both",
        roles=frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
        branch_id=BRANCH.id,
        organisation_id=PATRAS.id,
    )
    assert given_by(both, BRANCH) == {Role.CLERK}


def test_an_administrator_below_no_ministry_gives_the_local_roles() -> None:
    top = somebody(Role.ADMINISTRATOR, at=ELSEWHERE)
    nowhere = somebody(Role.ADMINISTRATOR)

    assert {role for role in Role if may_give(top, ELSEWHERE, role, ministry_id=None)} == LOCAL
    assert {role for role in Role if may_give(nowhere, ELSEWHERE, role, ministry_id=None)} == set()


def test_nobody_gives_a_post_to_themselves_and_the_refusal_says_what_is_wrong() -> None:
    require_gives(OF_ATHENS, BRANCH, Role.MANAGER, ministry_id=MINISTRY.id, to=uuid4())
    require_gives(OF_ATHENS, BRANCH, Role.MANAGER, ministry_id=MINISTRY.id, to=None)
    with pytest.raises(NotPermitted) as own:
        require_gives(OF_ATHENS, BRANCH, Role.MANAGER, ministry_id=MINISTRY.id, to=OF_ATHENS.id)
    with pytest.raises(NotPermitted, match="certifier") as higher:
        require_gives(OF_ATHENS, BRANCH, Role.CERTIFIER, ministry_id=MINISTRY.id, to=uuid4())
    with pytest.raises(NotFound):
        require_gives(OF_ATHENS, OTHER_BRANCH, Role.CLERK, ministry_id=MINISTRY.id, to=OF_ATHENS.id)
    require_gives(SYSTEM, BRANCH, Role.CLERK, ministry_id=MINISTRY.id, to=None)

    assert own.value.code == "own_post"
    assert higher.value.code != "own_post"


def test_the_roles_of_the_ministry_and_its_administration_need_two() -> None:
    def by_two(actor: Actor, place: Place) -> set[Role]:
        return {role for role in Role if needs_another(actor, place, role, ministry_id=MINISTRY.id)}

    assert {
        Role.SUPERVISOR,
        Role.CERTIFIER,
        Role.AUDITOR,
        Role.OPERATOR,
        Role.DATA_PROTECTION_OFFICER,
    } == BY_TWO
    assert {Role.CLERK, Role.MANAGER, Role.OFFICER, Role.ADMINISTRATOR} == LOCAL
    assert by_two(OPERATOR, BRANCH) == by_two(OF_ATHENS, ATHENS) == BY_TWO
    assert by_two(OF_MINISTRY, MINISTRY) == BY_TWO | {Role.ADMINISTRATOR}
    assert by_two(SYSTEM, MINISTRY) == set()
    agency = somebody(kind=ActorKind.AGENCY)
    assert by_two(agency, BRANCH) == BY_TWO
