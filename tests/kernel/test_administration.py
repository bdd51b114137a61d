"""Who administers and supervises which organisation, writes its texts, decides settings, registers topics."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from engine.kernel.actor import CITIZEN, SYSTEM, Actor, Role
from engine.kernel.administration import (
    require_administers,
    require_administers_above,
    require_authorises,
    require_lists_organisations,
)
from engine.kernel.office_settings import KINDS, SettingKey
from engine.kernel.permission_to_administer import (
    decides,
    require_assigns_topics,
    require_decides,
    require_reads_settings,
    require_reads_topics,
    require_registers_topics,
)
from engine.kernel.refusal import NotFound, NotPermitted, Refusal
from engine.kernel.supervision import (
    require_authorises_content,
    require_supervises,
    require_writes_content,
    supervises_all,
    writes_all_content,
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
    all_but,
    somebody,
)

SUPERVISOR = somebody(Role.SUPERVISOR, at=MINISTRY)
ADMINISTERED = {
    SYSTEM: EVERY_PLACE,
    OPERATOR: EVERY_PLACE,
    OF_MINISTRY: EVERY_PLACE[:-1],
    OF_ATHENS: (ATHENS, BRANCH),
    OF_BRANCH: (BRANCH,),
    MANAGER: (),
    somebody(Role.ADMINISTRATOR): (),
}


def refused(rule: Callable[..., None], *arguments: object) -> type[Refusal] | None:
    """Of which kind the refusal is; None where there is none."""
    try:
        rule(*arguments)
    except Refusal as refusal:
        return type(refusal)
    return None


def test_each_administers_their_own_organisation_and_what_is_below() -> None:
    for actor, places in ADMINISTERED.items():
        for place in EVERY_PLACE:
            expected = None if place in places else NotFound
            assert refused(require_administers, actor, place) is expected, (actor, place)
    for actor in all_but(Role.OPERATOR, Role.ADMINISTRATOR):
        assert refused(require_administers, actor, BRANCH) is NotFound
    with pytest.raises(NotFound, match="0010"):
        require_administers(OF_ATHENS, OTHER_BRANCH)


def test_what_becomes_of_an_organisation_is_decided_above_it() -> None:
    for actor in (SYSTEM, OPERATOR, OF_MINISTRY, OF_ATHENS):
        assert refused(require_administers_above, actor, BRANCH) is None
    assert refused(require_administers_above, OF_BRANCH, BRANCH) is NotPermitted
    assert refused(require_administers_above, OF_MINISTRY, MINISTRY) is NotPermitted
    assert refused(require_administers_above, OF_ATHENS, OTHER_BRANCH) is NotFound
    own = replace(OPERATOR, organisation_id=BRANCH.id)
    assert refused(require_administers_above, own, BRANCH) is None


def test_the_register_is_listed_by_who_administers_something() -> None:
    for actor in (SYSTEM, OPERATOR, OF_BRANCH):
        assert refused(require_lists_organisations, actor) is None
    for actor in (CITIZEN, *all_but(Role.OPERATOR, Role.ADMINISTRATOR)):
        assert refused(require_lists_organisations, actor) is NotPermitted


def test_new_organisations_are_authorised_by_the_top_of_the_tree() -> None:
    for actor in (SYSTEM, OPERATOR):
        assert refused(require_authorises, actor, None) is None
        assert refused(require_authorises, actor, ATHENS) is None
    assert refused(require_authorises, OF_MINISTRY, ATHENS) is None
    assert refused(require_authorises, OF_MINISTRY, MINISTRY) is None
    assert refused(require_authorises, OF_MINISTRY, None) is NotPermitted
    assert refused(require_authorises, OF_ATHENS, ATHENS) is NotPermitted
    assert refused(require_authorises, OF_ATHENS, PATRAS) is NotFound
    assert refused(require_authorises, somebody(Role.MANAGER, at=MINISTRY), MINISTRY) is NotFound


def test_texts_are_written_by_supervisors_and_by_administrators_for_their_own() -> None:
    assert writes_all_content(SYSTEM)
    assert writes_all_content(SUPERVISOR)
    for actor in all_but(Role.SUPERVISOR):
        assert not writes_all_content(actor)
        own = actor.has(Role.ADMINISTRATOR)
        operates = actor.has(Role.OPERATOR)
        assert refused(require_writes_content, actor, None) is NotPermitted
        assert refused(require_writes_content, actor, BRANCH) is (None if own else NotPermitted), operates
    for actor in (SYSTEM, SUPERVISOR):
        assert refused(require_writes_content, actor, None) is None
        assert refused(require_writes_content, actor, ELSEWHERE) is None
    assert refused(require_writes_content, OF_ATHENS, OTHER_BRANCH) is NotFound


def test_a_text_is_authorised_by_a_person_who_wrote_nothing_of_it() -> None:
    assert refused(require_authorises_content, SUPERVISOR, [uuid4()]) is None
    assert refused(require_authorises_content, SUPERVISOR, [uuid4(), SUPERVISOR.id]) is NotPermitted
    with pytest.raises(NotPermitted) as nobody:
        require_authorises_content(SYSTEM, [])
    assert nobody.value.code == "four_eyes"


def test_the_country_is_seen_by_supervisors_and_a_part_of_it_by_its_administrators() -> None:
    for actor in (SYSTEM, SUPERVISOR):
        assert supervises_all(actor)
        assert refused(require_supervises, actor, None) is None
        assert refused(require_supervises, actor, ELSEWHERE) is None
    for actor in all_but(Role.SUPERVISOR):
        assert not supervises_all(actor)
        assert refused(require_supervises, actor, None) is NotPermitted
        own = actor.has(Role.ADMINISTRATOR)
        assert refused(require_supervises, actor, BRANCH) is (None if own else NotPermitted)
    assert refused(require_supervises, OF_ATHENS, OTHER_BRANCH) is NotFound


def kind(*, by_ministry: bool) -> SettingKey:
    return next(key for key, one in KINDS.items() if one.by_ministry is by_ministry)


def test_settings_are_decided_by_operators_and_by_the_ministry_where_they_are_its_own() -> None:
    own, technical = KINDS[kind(by_ministry=True)], KINDS[kind(by_ministry=False)]
    for actor in (SYSTEM, OPERATOR):
        assert all(decides(actor, one, of_ministry=False) for one in (own, technical))
    assert decides(OF_MINISTRY, own, of_ministry=True)
    assert not decides(OF_MINISTRY, technical, of_ministry=True)
    assert not decides(OF_ATHENS, own, of_ministry=False)
    for actor in all_but(Role.OPERATOR, Role.ADMINISTRATOR):
        assert not decides(actor, own, of_ministry=True)
    require_decides(OPERATOR, technical, of_ministry=False)
    with pytest.raises(NotPermitted, match=technical.key):
        require_decides(OF_MINISTRY, technical, of_ministry=True)


BY_ROLE: list[tuple[Callable[[Actor], None], set[Role]]] = [
    (require_registers_topics, {Role.OPERATOR}),
    (require_assigns_topics, {Role.OPERATOR}),
    (
        require_reads_topics,
        {Role.OPERATOR, Role.ANALYST, Role.CERTIFIER, Role.SUPERVISOR, Role.AUDITOR},
    ),
    (
        require_reads_settings,
        {
            Role.OPERATOR,
            Role.ADMINISTRATOR,
            Role.SUPERVISOR,
            Role.AUDITOR,
            Role.DATA_PROTECTION_OFFICER,
        },
    ),
]


@pytest.mark.parametrize(("rule", "roles"), BY_ROLE, ids=lambda one: getattr(one, "__name__", ""))
def test_these_rights_follow_from_roles_alone(rule: Callable[[Actor], None], roles: set[Role]) -> None:
    passing = {role for role in Role if refused(rule, somebody(role, at=BRANCH)) is None}

    assert passing == roles
    assert refused(rule, SYSTEM) is None
    assert refused(rule, CITIZEN) is NotPermitted
