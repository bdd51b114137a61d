"""Settings as people look at them: what holds, what is planned, and everything that was decided before."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.context import QueryContext, Transaction
from engine.kernel.office_settings import KINDS, ChangeState, SettingChange, SettingKind, SettingValue
from engine.kernel.permission_to_administer import decides, require_reads_settings
from engine.organisation import version_store


def is_of_ministry(source: Transaction | QueryContext) -> bool:
    """Whether the actor acts for the organisation at the top of the tree."""
    own = source.actor.organisation_id
    if own is None:
        return False
    return version_store.line_of(source.connection, own, on=source.today) == (own,)


@dataclass(frozen=True, kw_only=True)
class DatedChange:
    """A change with what has become of it."""

    change: SettingChange
    state: ChangeState


@dataclass(frozen=True, kw_only=True)
class SettingSheet:
    """A setting: what holds now, all its changes, the newest first, and whether the reader may change it."""

    kind: SettingKind
    value: SettingValue
    changes: Sequence[DatedChange]
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class ListSettings:
    """Every setting that officials decide, with its history."""

    def answer(self, context: QueryContext) -> Sequence[SettingSheet]:
        require_reads_settings(context.actor)
        decided, of_ministry = context.decided(), is_of_ministry(context)
        return [
            SettingSheet(
                kind=kind,
                value=decided.value(key, context.now),
                changes=[
                    DatedChange(change=one, state=decided.state(one, context.now))
                    for one in reversed(decided.changes)
                    if one.key is key
                ],
                may_change=decides(context.actor, kind, of_ministry=of_ministry),
            )
            for key, kind in KINDS.items()
        ]
