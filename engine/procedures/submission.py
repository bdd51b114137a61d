"""A draft is submitted to be certified, and returned with reasons where it cannot be."""

from dataclasses import dataclass

from engine.context import Command, Transaction
from engine.kernel.procedure_rights import require_certifies, require_submits
from engine.kernel.refusal import required
from engine.procedures import record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import ActKind
from engine.procedures.model import ProcedureVersion
from engine.procedures.record import recorded, require_other_eyes
from engine.procedures.versions import locked_version


@dataclass(frozen=True, kw_only=True)
class SubmitVersion(Command[ProcedureVersion]):
    """Ask for a version to be certified."""

    key: str
    number: int


def submit_version(command: SubmitVersion, transaction: Transaction) -> ProcedureVersion:
    """The submitted version."""
    require_submits(transaction.actor)
    version = locked_version(command.key, command.number, transaction).submitted()
    submitted = recorded(version, ActKind.SUBMITTED, transaction)
    procedures_store.save_version(transaction.connection, submitted)
    return submitted


@dataclass(frozen=True, kw_only=True)
class ReturnVersion(Command[ProcedureVersion]):
    """Give a submitted version back to its analysts, with the reasons."""

    key: str
    number: int
    reason: str


def return_version(command: ReturnVersion, transaction: Transaction) -> ProcedureVersion:
    """The returned version; another with what was mended, or the same once more, may be submitted."""
    require_certifies(transaction.actor)
    version = locked_version(command.key, command.number, transaction).returned()
    require_other_eyes(version, record_store.acts_of(transaction.connection, version.id), transaction)
    returned = recorded(version, ActKind.RETURNED, transaction, reason=required(command.reason))
    procedures_store.save_version(transaction.connection, returned)
    return returned
