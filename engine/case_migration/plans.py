"""The plan for a pair of versions: proposed by the engine, edited by a person, decided by another one."""

from dataclasses import dataclass

from engine.case_migration import store as migration_store
from engine.case_migration.model import Hand, MigrationPlan
from engine.context import Command, QueryContext, Transaction
from engine.kernel.migration_rights import require_decides_migration, require_plans_migration
from engine.kernel.refusal import Conflict, Invalid, NotFound
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.runtime.migration_contract import Elements, ProposedElement
from engine.storage.database import Connection


@dataclass(frozen=True, kw_only=True)
class VersionPair:
    """Two versions of one procedure."""

    old: ProcedureVersion
    new: ProcedureVersion


def version_pair(connection: Connection, key: str, from_number: int, to_number: int) -> VersionPair:
    """The two versions; `NotFound` for one that is not there, `Invalid` for a version and itself."""
    if from_number == to_number:
        raise Invalid.field("to", f"expected another version than {from_number}")
    versions = {version.number: version for version in procedures_store.all_versions(connection, key)}
    for number in (from_number, to_number):
        if number not in versions:
            raise NotFound.of("version", f"{number} of {key}")
    return VersionPair(old=versions[from_number], new=versions[to_number])


@dataclass(frozen=True, kw_only=True)
class EditPlan(Command[MigrationPlan]):
    """Say what stands for what between two versions; `elements` None takes what is proposed, as it is.

    What is proposed has no author: whoever decides it is the second pair of eyes after the engine.
    """

    procedure: str
    from_number: int
    to_number: int
    elements: Elements | None = None


def edit_plan(command: EditPlan, transaction: Transaction) -> MigrationPlan:
    """The plan that is kept; `Invalid` with every element that cannot stand for the other.

    `Conflict` while cases are being moved by it. The same elements again change nothing.
    """
    require_plans_migration(transaction.actor)
    connection = transaction.connection
    pair = version_pair(connection, command.procedure, command.from_number, command.to_number)
    proposed = {one.old: one.new for one in proposal(pair, transaction)}
    elements = proposed if command.elements is None else dict(command.elements)
    _require_sound(pair, elements, transaction)
    known = migration_store.plan_between(connection, pair.old.id, pair.new.id, lock=True)
    if known is not None and known.elements == elements:
        return known
    hand = Hand.of(transaction.actor) if elements != proposed else None
    if known is None:
        new = MigrationPlan(
            id=transaction.new_id(),
            procedure_key=command.procedure,
            from_number=command.from_number,
            to_number=command.to_number,
            from_version_id=pair.old.id,
            to_version_id=pair.new.id,
            elements=elements,
            author=hand,
            edited_at=transaction.now,
        )
        migration_store.add_plan(connection, new)
        return new
    if migration_store.run_under_way(connection, known.id) is not None:
        raise Conflict("Cases are being moved by this plan: stop that first.", code="run_under_way")
    edited = known.edited(elements, hand, transaction.now)
    migration_store.save_plan(connection, edited)
    return edited


@dataclass(frozen=True, kw_only=True)
class DecidePlan(Command[MigrationPlan]):
    """Decide that cases may be moved by the plan; `decree` names the act by which."""

    procedure: str
    from_number: int
    to_number: int
    decree: str


def decide_plan(command: DecidePlan, transaction: Transaction) -> MigrationPlan:
    """The decided plan; `Conflict` where the one who decides has edited it (four eyes)."""
    require_decides_migration(transaction.actor)
    pair = version_pair(transaction.connection, command.procedure, command.from_number, command.to_number)
    plan = kept_plan(pair, transaction.connection, lock=True)
    decided = plan.decided(Hand.of(transaction.actor), transaction.now, command.decree)
    migration_store.save_plan(transaction.connection, decided)
    return decided


def kept_plan(pair: VersionPair, connection: Connection, *, lock: bool = False) -> MigrationPlan:
    """The plan that is kept for two versions; `NotFound` if there is none."""
    plan = migration_store.plan_between(connection, pair.old.id, pair.new.id, lock=lock)
    if plan is None:
        raise NotFound.of("migration plan", f"from {pair.old.number} to {pair.new.number} of {pair.old.key}")
    return plan


def proposal(pair: VersionPair, context: Transaction | QueryContext) -> tuple[ProposedElement, ...]:
    """What stands for each element, as the engine proposes it."""
    return context.workflow.propose_migration(
        context.procedure(pair.old.id).definition, context.procedure(pair.new.id).definition
    )


def _require_sound(pair: VersionPair, elements: Elements, transaction: Transaction) -> None:
    problems = transaction.workflow.check_migration(
        transaction.procedure(pair.old.id).definition,
        transaction.procedure(pair.new.id).definition,
        elements,
    )
    if problems:
        errors = {f"elements.{old}": sentences for old, sentences in problems.items()}
        raise Invalid("The plan cannot be kept.", errors)
