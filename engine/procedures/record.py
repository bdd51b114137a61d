"""The record of a version: who deployed, submitted, returned, certified, published and retired it, and why.

It is a chain like the journal of a case, made with the same keys and covered by the same anchors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.context import Transaction
from engine.kernel.actor import Actor
from engine.kernel.refusal import NotPermitted
from engine.procedures import record_store
from engine.procedures.acts import Act, ActKind
from engine.procedures.model import ProcedureVersion, RecordHead


def recorded(
    version: ProcedureVersion,
    kind: ActKind,
    transaction: Transaction,
    *,
    detail: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> ProcedureVersion:
    """The version with one more act in its record, which is written; the version is not."""
    key, actor = transaction.journal_keys.newest, transaction.actor
    absent = {"for": list(actor.stands_in_for)} if actor.stands_in_for else {}
    draft = Act(
        version_id=version.id,
        number=version.record.length + 1,
        at=transaction.now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        branch_code=actor.branch_code,
        kind=kind,
        detail={**(detail or {}), **absent},
        reason=reason,
        previous_hash=version.record.hash,
        key_name=key.name if key else None,
    )
    act = replace(draft, hash=draft.computed_hash(key))
    record_store.add_act(transaction.connection, act)
    return replace(version, record=RecordHead(length=act.number, hash=act.hash))


def after_all_acts(versions: Sequence[ProcedureVersion], transaction: Transaction) -> Transaction:
    """The same transaction, at a moment that is not before what was done last with one of these versions.

    A command that waited for another to end began before that one, and acts after it.
    """
    last = record_store.last_act_at(transaction.connection, [version.id for version in versions])
    return transaction if last is None else replace(transaction, now=max(transaction.now, last))


DRAWN_BY = "drawn_by"
"""In the detail of a submission: the ids of everybody who drew what is submitted."""

_MADE_BY = frozenset({ActKind.DEPLOYED, ActKind.SUBMITTED})


def is_made_by(version: ProcedureVersion, acts: Sequence[Act], actor: Actor) -> bool:
    """Whether somebody drew, deployed or submitted a version.

    Who did so at the command line is known by their account on that machine alone.
    """
    made = [act for act in acts if act.kind in _MADE_BY]
    return actor.id == version.created_by or any(
        act.actor_id == actor.id
        or act.actor_name == f"cli:{actor.name}"
        or str(actor.id) in act.detail.get(DRAWN_BY, ())
        for act in made
    )


def require_other_eyes(version: ProcedureVersion, acts: Sequence[Act], transaction: Transaction) -> None:
    """Refuse who drew, deployed or submitted a version to certify or publish it (four eyes)."""
    if is_made_by(version, acts, transaction.actor):
        raise NotPermitted(
            "A version is certified and published by somebody else than those who deployed or submitted it.",
            code="four_eyes",
        )
