"""What is different between two versions, and how many running cases stand where it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bundle.comparing import Change, ChangeKind, PartKind, changes_between
from engine.bundle.contract import Files
from engine.context import QueryContext
from engine.operations import standing_store
from engine.procedures import store as procedures_store
from engine.procedures.queries import version_numbered


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The changes, the files of both, and how many running cases of the old one wait at changed elements.

    `standing` is by the id of the element. Elements that were added are none that a case stands on.
    """

    changes: tuple[Change, ...]
    old: Files
    new: Files
    running: int
    standing: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CompareVersions:
    """Compare a version of a procedure with another of the same. Everybody who is known may ask."""

    key: str
    old: int
    new: int

    def answer(self, context: QueryContext) -> Comparison:
        connection = context.connection
        before = version_numbered(self.key, self.old, context)
        after = version_numbered(self.key, self.new, context)
        old = procedures_store.files_of_version(connection, before.id)
        new = procedures_store.files_of_version(connection, after.id)
        changes = changes_between(old, new)
        standing = standing_store.waiting_at(connection, before.id)
        touched = {
            one.id for one in changes if one.part is PartKind.STEP and one.kind is not ChangeKind.ADDED
        }
        return Comparison(
            changes=changes,
            old=old,
            new=new,
            running=standing_store.running(connection, before.id),
            standing={element: count for element, count in standing.items() if element in touched},
        )
