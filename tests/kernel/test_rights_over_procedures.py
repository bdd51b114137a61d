"""Who brings a version in, submits, certifies and comments it, and who takes running cases to another."""

from collections.abc import Callable

import pytest

from engine.kernel.actor import CITIZEN, SYSTEM, Actor, ActorKind, Role
from engine.kernel.migration_rights import (
    require_decides_migration,
    require_plans_migration,
    require_runs_migration,
)
from engine.kernel.procedure_rights import (
    require_certifies,
    require_comments,
    require_deploys,
    require_submits,
)
from engine.kernel.refusal import NotPermitted
from tests.kernel.places import BRANCH, somebody

Rule = Callable[[Actor], None]

OF_ANYBODY: list[tuple[Rule, set[Role]]] = [
    (require_deploys, {Role.ANALYST, Role.OPERATOR}),
    (require_plans_migration, {Role.ANALYST, Role.CERTIFIER, Role.OPERATOR}),
    (require_decides_migration, {Role.CERTIFIER}),
    (require_runs_migration, {Role.OPERATOR}),
]
OF_PEOPLE: list[tuple[Rule, set[Role]]] = [
    (require_comments, {Role.ANALYST, Role.CERTIFIER}),
    (require_submits, {Role.ANALYST}),
    (require_certifies, {Role.CERTIFIER}),
]


def passes(rule: Rule, actor: Actor) -> bool:
    try:
        rule(actor)
    except NotPermitted:
        return False
    return True


@pytest.mark.parametrize(
    ("rule", "roles"), [*OF_ANYBODY, *OF_PEOPLE], ids=lambda one: getattr(one, "__name__", "")
)
def test_each_right_follows_from_the_role(rule: Rule, roles: set[Role]) -> None:
    assert {role for role in Role if passes(rule, somebody(role, at=BRANCH))} == roles
    assert not passes(rule, CITIZEN)


def test_the_system_may_what_is_not_for_people_alone() -> None:
    assert all(passes(rule, SYSTEM) for rule, _ in OF_ANYBODY)
    assert not any(passes(rule, SYSTEM) for rule, _ in OF_PEOPLE)


@pytest.mark.parametrize("kind", [ActorKind.AGENCY, ActorKind.SYSTEM, ActorKind.CITIZEN])
def test_what_is_for_people_is_for_nobody_else_whatever_their_roles(kind: ActorKind) -> None:
    everything = somebody(*Role, at=BRANCH, kind=kind)

    assert not any(passes(rule, everything) for rule, _ in OF_PEOPLE)
