"""Posts by groups: where a person works, and as what, by the groups that a directory or a provider names.

Most groups are described by a pattern such as `stoa-{branch}-{role}` or `stoa-agency-{agency}`; what no
pattern can say is an exception. Groups that neither describes mean nothing here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.kernel.actor import Role

_PARTS = {"branch": r"(?P<branch>[0-9]+)", "role": r"(?P<role>[^/]+)", "agency": r"(?P<agency>[^/]+)"}
_PART = re.compile(r"\{([a-z]*)\}")
_ENOUGH = ({"branch", "role"}, {"agency"})


@dataclass(frozen=True, order=True)
class GroupPost:
    """One role at one place: in the branch of a code, or as an officer for the agency of a key."""

    place: str
    role: Role

    @property
    def is_for_agency(self) -> bool:
        """Whether the place is an agency; the role says so."""
        return self.role is Role.OFFICER

    def __str__(self) -> str:
        return f"agency {self.place}" if self.is_for_agency else f"{self.place} {self.role.value}"


@dataclass(frozen=True, kw_only=True)
class GroupPosts:
    """What a person's groups say: their posts, and what a pattern found but nobody here knows."""

    posts: frozenset[GroupPost]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GroupRule:
    """How groups become posts; upper and lower case are the same.

    An exception wins over the patterns, and one without posts lets its group mean nothing. `roles` are
    further words for roles, beside their own names.
    """

    patterns: tuple[re.Pattern[str], ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    exceptions: Mapping[str, tuple[GroupPost, ...]] = field(default_factory=dict)

    def posts(self, groups: Iterable[str]) -> GroupPosts:
        """The posts that these groups give."""
        found: set[GroupPost] = set()
        unknown: set[str] = set()
        for group in groups:
            name = group.strip().casefold()
            if name in self.exceptions:
                found.update(self.exceptions[name])
            elif (match := self._matched(name)) is not None:
                post = self._post_of(match)
                if post is None:
                    unknown.add(f"role {match['role']}")
                else:
                    found.add(post)
        return GroupPosts(posts=frozenset(found), unknown=tuple(sorted(unknown)))

    def _matched(self, name: str) -> re.Match[str] | None:
        return next((match for one in self.patterns if (match := one.fullmatch(name))), None)

    def _post_of(self, match: re.Match[str]) -> GroupPost | None:
        parts = match.groupdict()
        if "agency" in parts:
            return GroupPost(parts["agency"], Role.OFFICER)
        role = self.roles.get(parts["role"]) or _ROLES.get(parts["role"])
        return GroupPost(parts["branch"], role) if role else None


_ROLES = {role.value: role for role in Role if role is not Role.OFFICER}


def group_pattern(text: str) -> re.Pattern[str]:
    """The pattern of such a text; `ValueError` unless it names a branch and a role, or an agency."""
    parts = _PART.findall(text)
    if set(parts) not in _ENOUGH or len(set(parts)) != len(parts):
        raise ValueError("patterns with {branch} and {role} in them, or with {agency}")
    pieces = _PART.split(text.strip().casefold())
    return re.compile(
        "".join(_PARTS[piece] if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    )


def post_of(text: str) -> GroupPost:
    """The post that `0301 manager` or `agency municipality` stands for; `ValueError` for anything else."""
    place, _, role = text.strip().partition(" ")
    role = role.strip()
    if place == "agency" and role:
        return GroupPost(role, Role.OFFICER)
    if role not in _ROLES:
        raise ValueError(f"a post such as '0301 manager' or 'agency municipality', and not {text!r}")
    return GroupPost(place, _ROLES[role])


def role_called(text: str) -> Role:
    """The role of a branch that has that name; `ValueError` if none has."""
    if text not in _ROLES:
        raise ValueError(f"one of the roles {', '.join(_ROLES)}, and not {text!r}")
    return _ROLES[text]
