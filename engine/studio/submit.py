"""A draft becomes a version, which is submitted in the same step."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.context import Command, Transaction
from engine.kernel.procedure_rights import require_submits
from engine.kernel.refusal import Conflict, Invalid
from engine.procedures.model import ProcedureVersion
from engine.procedures.submission import SubmitVersion, submit_version
from engine.procedures.versions import DeployProcedure, deploy_procedure
from engine.studio import store as studio_store
from engine.studio.begin import with_change
from engine.studio.keep import locked_draft
from engine.studio.model import ChangeKind


@dataclass(frozen=True, kw_only=True)
class SubmitDraft(Command[ProcedureVersion]):
    """Make a version of a draft and submit it, as it was looked at: at that revision."""

    draft_id: UUID
    revision: int


def submit_draft(command: SubmitDraft, transaction: Transaction) -> ProcedureVersion:
    """The submitted version, with everybody who drew it in its record; `Invalid` lists what it lacks.

    `Conflict` if somebody has changed the draft meanwhile. Nothing is stored of a draft that is refused.
    """
    require_submits(transaction.actor)
    draft = locked_draft(command.draft_id, transaction)
    if draft.revision != command.revision:
        raise Conflict("The draft was changed meanwhile. Look at it again.", code="draft_changed")
    files = {one.name: one.content for one in studio_store.files_of(transaction.connection, draft.id)}
    evidence = transaction.evidence_of(files)
    if not evidence.passes:
        raise Invalid(
            f"The draft of {draft.procedure_key} cannot be submitted yet: "
            f"{len(evidence.findings)} things are missing.",
            evidence.by_place(),
            code="gate_refused",
        )
    version = deploy_procedure(DeployProcedure(files=files), transaction)
    authors = tuple(studio_store.authors_of(transaction.connection, draft.id))
    submission = SubmitVersion(key=version.key, number=version.number, drawn_by=authors)
    submitted = submit_version(submission, transaction)
    changed = with_change(draft, ChangeKind.SUBMITTED, transaction)
    studio_store.save_draft(transaction.connection, replace(changed, submitted_as=submitted.number))
    return submitted
