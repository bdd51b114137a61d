"""A draft is submitted to be certified, and returned with reasons where it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.context import Command, QueryContext, Transaction
from engine.kernel.procedure_rights import require_certifies, require_submits
from engine.kernel.refusal import Invalid, required
from engine.procedures import record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import ActKind
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import version_numbered
from engine.procedures.record import DRAWN_BY, recorded, require_other_eyes
from engine.procedures.versions import locked_version


@dataclass(frozen=True, kw_only=True)
class SubmitVersion(Command[ProcedureVersion]):
    """Ask for a version to be certified; `drawn_by` are the ids of others who drew it, for the four eyes."""

    key: str
    number: int
    drawn_by: tuple[UUID, ...] = ()


def submit_version(command: SubmitVersion, transaction: Transaction) -> ProcedureVersion:
    """The submitted version, with the evidence that it lacks nothing; `Invalid` lists what it lacks."""
    require_submits(transaction.actor)
    version = locked_version(command.key, command.number, transaction).submitted()
    files = procedures_store.files_of_version(transaction.connection, version.id)
    evidence = transaction.evidence_of(files)
    if not evidence.passes:
        raise Invalid(
            f"Version {version.number} of {version.key} cannot be submitted yet: "
            f"{len(evidence.findings)} things are missing.",
            evidence.by_place(),
            code="gate_refused",
        )
    drawn = {DRAWN_BY: [str(user_id) for user_id in command.drawn_by]} if command.drawn_by else {}
    detail = {"sha256": evidence.sha256, **drawn}
    submitted = recorded(version, ActKind.SUBMITTED, transaction, detail=detail)
    record_store.add_evidence(
        transaction.connection, version.id, act=submitted.record.length, document=evidence.document
    )
    procedures_store.save_version(transaction.connection, submitted)
    return submitted


@dataclass(frozen=True, kw_only=True)
class FilesToSubmit:
    """The files of a version, for whoever is about to submit it: evidence is gathered before, from these."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Mapping[str, bytes]:
        """Its files by name."""
        require_submits(context.actor)
        version = version_numbered(self.key, self.number, context)
        return procedures_store.files_of_version(context.connection, version.id)


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
