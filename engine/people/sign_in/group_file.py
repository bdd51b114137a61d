"""The file in which an operator writes which groups no pattern describes, in TOML.

[roles]                                  # what a directory calls a role
proistamenos = "manager"

[groups]                                 # a group, and the posts of whoever is in it
"Γραφείο Δημάρχου" = ["0301 manager", "agency municipality"]
"stoa-0301-clerk" = []                   # means nothing, although a pattern describes it
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.kernel.actor import Role
from engine.people.role_mapping import GroupPost, post_of, role_called

_TABLES = {"roles", "groups"}


@dataclass(frozen=True, kw_only=True)
class GroupFile:
    """What the file says: further words for roles, and the posts of groups; names in lower case."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    groups: Mapping[str, tuple[GroupPost, ...]] = field(default_factory=dict)


def read_group_file(text: str) -> GroupFile:
    """The file at that path, an empty one for no path; `ValueError` says what was expected in it."""
    if not text:
        return GroupFile()
    try:
        tables = tomllib.loads(Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"a file in TOML that can be read ({error})") from error
    if not tables.keys() <= _TABLES or not all(isinstance(table, dict) for table in tables.values()):
        raise ValueError("a file with the tables [roles] and [groups] alone")
    return GroupFile(
        roles={name.casefold(): role_called(str(role)) for name, role in tables.get("roles", {}).items()},
        groups={
            name.strip().casefold(): _posts(name, written)
            for name, written in tables.get("groups", {}).items()
        },
    )


def _posts(name: str, written: Any) -> tuple[GroupPost, ...]:
    if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
        raise ValueError(f"a list of posts for the group {name!r}")
    return tuple(post_of(one) for one in written)
