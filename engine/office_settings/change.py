"""Changing a setting: proposed, approved by another where it touches everybody, or withdrawn before."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.office_settings import KINDS, SettingChange, SettingKey, SettingKind
from engine.kernel.permission_to_administer import require_decides
from engine.kernel.refusal import LONGEST, Conflict, Invalid, NotFound, NotPermitted, OutOfDate, required
from engine.office_settings import store as settings_store
from engine.office_settings.queries import is_of_ministry


@dataclass(frozen=True, kw_only=True)
class ProposeSetting(Command[SettingChange]):
    """Decide a value from a day on, from its midnight on; without a day from now on.

    `seen` is the newest change of the setting that the asker saw, None if there was none.
    """

    key: str
    value: str
    reason: str
    decision: str = ""
    from_day: date | None = None
    seen: UUID | None = None


def propose_setting(command: ProposeSetting, transaction: Transaction) -> SettingChange:
    """The change, approved at once unless another has to; `OutOfDate` if somebody else was faster."""
    kind = _kind(command.key)
    require_decides(transaction.actor, kind, of_ministry=is_of_ministry(transaction))
    change = _change(command, kind, transaction)
    number = settings_store.lock(transaction.connection)
    earlier = [one for one in settings_store.all_changes(transaction.connection) if one.key is kind.key]
    newest = earlier[-1].id if earlier else None
    if newest != command.seen:
        raise OutOfDate("Somebody else changed this setting since you last saw it.")
    if not kind.four_eyes:
        change = replace(change, approved_at=transaction.now, approved_by=transaction.actor.name)
    numbered = replace(change, number=number)
    settings_store.add_change(transaction.connection, numbered)
    return numbered


@dataclass(frozen=True, kw_only=True)
class ApproveSetting(Command[SettingChange]):
    """Let a proposed change hold."""

    change_id: UUID


def approve_setting(command: ApproveSetting, transaction: Transaction) -> SettingChange:
    """The approved change, which holds from now on at the earliest; not by who proposed it (four eyes)."""
    settings_store.lock(transaction.connection)
    change = _open_change(command.change_id, transaction)
    if change.approved_at is not None:
        raise Conflict("This change was approved already.", code="setting_settled")
    if transaction.actor.kind is ActorKind.USER and change.proposed_by == transaction.actor.name:
        raise NotPermitted("A change is approved by somebody else than who proposed it.", code="four_eyes")
    now = transaction.now
    approved = replace(
        change,
        valid_from=max(change.valid_from, now),
        approved_at=now,
        approved_by=transaction.actor.name,
    )
    settings_store.settle_change(transaction.connection, approved)
    return approved


@dataclass(frozen=True, kw_only=True)
class WithdrawSetting(Command[SettingChange]):
    """Take a change back that does not hold yet."""

    change_id: UUID


def withdraw_setting(command: WithdrawSetting, transaction: Transaction) -> SettingChange:
    """The withdrawn change; `Conflict` once it holds: another one changes it then."""
    settings_store.lock(transaction.connection)
    change = _open_change(command.change_id, transaction)
    if change.approved_at is not None and change.valid_from <= transaction.now:
        raise Conflict("This change holds already: decide another value instead.", code="setting_settled")
    withdrawn = replace(change, withdrawn_at=transaction.now, withdrawn_by=transaction.actor.name)
    settings_store.settle_change(transaction.connection, withdrawn)
    return withdrawn


def _open_change(change_id: UUID, transaction: Transaction) -> SettingChange:
    change = settings_store.change(transaction.connection, change_id)
    if change is None:
        raise NotFound.of("change of a setting", change_id)
    require_decides(transaction.actor, KINDS[change.key], of_ministry=is_of_ministry(transaction))
    if change.withdrawn_at is not None:
        raise Conflict("This change was withdrawn.", code="setting_settled")
    return change


def _kind(key: str) -> SettingKind:
    if key not in list(SettingKey):
        raise NotFound.of("setting", key)
    return KINDS[SettingKey(key)]


def _change(command: ProposeSetting, kind: SettingKind, transaction: Transaction) -> SettingChange:
    """The change as it was proposed; `Invalid` with all that is wrong with it."""
    problems: dict[str, list[str]] = {}
    value: int | str = ""
    try:
        value = kind.value.read(command.value.strip())
    except ValueError as refused:
        problems["value"] = [f"expected {refused}, found {command.value!r:.80}"]
    valid_from = transaction.now
    if command.from_day is not None:
        valid_from = datetime.combine(command.from_day, time(), tzinfo=transaction.zone)
        if valid_from <= transaction.now:
            problems["from_day"] = [
                f"expected a day after {transaction.today}, or none for now; found {command.from_day}"
            ]
    try:
        required(command.reason)
    except Invalid as refused:
        problems.update(refused.errors)
    if len(command.decision) > LONGEST:
        problems["decision"] = [f"expected at most {LONGEST} characters, found {len(command.decision)}"]
    if problems:
        raise Invalid("The setting cannot be changed so.", problems)
    return SettingChange(
        id=transaction.new_id(),
        number=0,
        key=kind.key,
        value=value,
        valid_from=valid_from,
        proposed_at=transaction.now,
        proposed_by=transaction.actor.name,
        reason=command.reason.strip(),
        decision=command.decision.strip(),
    )
