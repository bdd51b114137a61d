"""Claims about how the groups of a directory or a provider become posts."""

import pytest

from engine.kernel.actor import Role
from engine.people.role_mapping import GroupPost, GroupRule, group_pattern, post_of

RULE = GroupRule(
    patterns=(group_pattern("stoa-{branch}-{role}"), group_pattern("Stoa-Agency-{agency}")),
    roles={"προϊστάμενος".casefold(): Role.MANAGER},
    exceptions={
        "γραφείο δημάρχου": (GroupPost("0301", Role.MANAGER), GroupPost("0302", Role.MANAGER)),
        "stoa-0301-clerk": (),
    },
)


@pytest.mark.parametrize(
    ("group", "posts"),
    [
        ("stoa-0302-clerk", {GroupPost("0302", Role.CLERK)}),
        ("STOA-0302-Clerk", {GroupPost("0302", Role.CLERK)}),
        ("stoa-0302-ΠΡΟΪΣΤΆΜΕΝΟΣ", {GroupPost("0302", Role.MANAGER)}),
        ("stoa-agency-municipality", {GroupPost("municipality", Role.OFFICER)}),
        ("Γραφείο Δημάρχου", {GroupPost("0301", Role.MANAGER), GroupPost("0302", Role.MANAGER)}),
        ("stoa-0301-clerk", set()),
        ("vpn-users", set()),
        ("my-stoa-0302-clerk", set()),
        ("stoa-0302-clerk-old\nstoa-0302-manager", set()),
        ("", set()),
    ],
)
def test_a_group_gives_the_posts_that_it_describes(group: str, posts: set[GroupPost]) -> None:
    assert RULE.posts([group]).posts == posts


@pytest.mark.parametrize("group", ["stoa-0302-boss", "stoa-0302-officer"])
def test_a_role_that_nobody_knows_is_told_and_gives_nothing(group: str) -> None:
    found = RULE.posts([group, "stoa-0303-clerk"])

    assert found.posts == {GroupPost("0303", Role.CLERK)}
    assert found.unknown == (f"role {group.rpartition('-')[2]}",)


def test_what_a_pattern_has_besides_its_parts_is_meant_as_it_stands() -> None:
    rule = GroupRule(patterns=(group_pattern("/kep.gr/{branch}/{role}"),))

    assert rule.posts(["/kep.gr/0301/clerk"]).posts == {GroupPost("0301", Role.CLERK)}
    assert rule.posts(["/kepxgr/0301/clerk"]).posts == frozenset()


@pytest.mark.parametrize(
    "text", ["stoa", "stoa-{branch}", "{role}", "{branch}-{role}-{agency}", "{branch}{branch}{role}", "{x}"]
)
def test_a_pattern_names_a_branch_and_a_role_or_an_agency(text: str) -> None:
    with pytest.raises(ValueError, match="branch"):
        group_pattern(text)


@pytest.mark.parametrize(
    ("text", "post"),
    [("0301 manager", GroupPost("0301", Role.MANAGER)), ("agency efka", GroupPost("efka", Role.OFFICER))],
)
def test_a_post_is_written_as_it_is_told(text: str, post: GroupPost) -> None:
    assert post_of(text) == post
    assert str(post) == text


@pytest.mark.parametrize("text", ["", "0301", "0301 boss", "0301 officer", "agency"])
def test_a_post_has_a_place_and_a_role(text: str) -> None:
    with pytest.raises(ValueError, match="a post such as"):
        post_of(text)


@pytest.mark.parametrize("text", ["stoa-{branch}-{role}", "stoa-agency-{agency}"])
def test_what_a_pattern_describes_is_found_by_it(text: str) -> None:
    assert group_pattern(text).fullmatch(text.format(branch="0301", role="clerk", agency="municipality"))
