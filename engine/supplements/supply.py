"""Supply a case from home: its citizen brings what it awaits, with the receipt as proof."""

from dataclasses import dataclass
from uuid import UUID

from engine.cases import changeset_store, journal_store
from engine.cases.case_number import CaseNumber
from engine.cases.changeset import CaseChangeset
from engine.cases.journal import Note
from engine.cases.take_step import update_flags
from engine.cases.tracking_code import Proof, no_such_receipt, opens
from engine.context import Command, Transaction
from engine.documents import store as documents_store
from engine.documents.add import document_detail
from engine.documents.content import first_scan, keep_document
from engine.documents.model import Document, document_of
from engine.kernel.actor import CITIZEN
from engine.kernel.refusal import Conflict, Invalid
from engine.kernel.vocabulary import Flag
from engine.service_tasks.model import ServiceTask
from engine.supplements.model import BroughtFile, Supply, require_acceptable, require_room
from engine.supplements.supplement import hand_to_agency
from engine.tasks.model import Task


@dataclass(frozen=True, kw_only=True)
class SupplyFromCitizen(Command[Supply]):
    """Bring files, and a word to the office, to what a case awaits of its citizen.

    `number` and `code` stand on the receipt; a pass may stand for the code. `awaited_id` is the id of the
    task or service task that awaits them; with what is brought it awaits nothing any more.
    """

    number: str
    code: Proof
    awaited_id: UUID
    files: tuple[BroughtFile, ...]
    note: str = ""


def supply_from_citizen(command: SupplyFromCitizen, transaction: Transaction) -> Supply:
    """What was brought.

    An agency that awaited it has its service task again, with references to the documents in the variable
    `supplement`, and is told once more; a task that awaited it is the clerk's turn again.
    """
    changeset = _opened(command, transaction)
    changeset.case.require_open()
    awaited = _awaited(changeset, command.awaited_id)
    note = command.note.strip()
    require_acceptable(command.files, note)
    documents = _kept(command.files, changeset, transaction)
    if note:
        _pass_on(note, changeset, transaction)
    if isinstance(awaited, ServiceTask):
        hand_to_agency(changeset, awaited, _references(documents, note), transaction)
    else:
        changeset.put(awaited.no_longer_awaiting_citizen())
        changeset.record("awaited_brought", {"task": str(awaited.id), "name": awaited.name})
    update_flags(changeset)
    changeset.save()
    return Supply(documents=documents, at=transaction.now)


def _opened(command: SupplyFromCitizen, transaction: Transaction) -> CaseChangeset:
    """The file of the case whose receipt is shown, locked; anything else is told like a wrong code."""
    refusal = no_such_receipt()
    try:
        number = str(CaseNumber.read(command.number))
    except Invalid as wrong:
        raise refusal from wrong
    connection = transaction.connection
    locked = changeset_store.lock_case_of_task(
        connection, command.awaited_id
    ) or changeset_store.lock_case_of_service_task(connection, command.awaited_id)
    if locked is None or not opens(
        locked.case, number=number, proof=command.code, now=transaction.now, seals=transaction.seals
    ):
        raise refusal
    return CaseChangeset(transaction, locked)


def _awaited(changeset: CaseChangeset, awaited_id: UUID) -> Task | ServiceTask:
    task, service_task = changeset.task(awaited_id), changeset.service_task(awaited_id)
    if task is not None and task.flag is Flag.AWAITING_CITIZEN:
        return task
    if service_task is not None and service_task.supplement_wanted is not None:
        return service_task
    raise Conflict(
        f"Expected case {changeset.case.number} to await this of its citizen, but it does not any more.",
        code="not_awaited",
    )


def _kept(
    files: tuple[BroughtFile, ...], changeset: CaseChangeset, transaction: Transaction
) -> tuple[Document, ...]:
    """The documents of the files; the same content is one document, however often it is brought."""
    brought = [
        one
        for one in documents_store.documents_of(transaction.connection, changeset.case.id)
        if one.added_by == CITIZEN.name
    ]
    by_content = {one.sha256: one for one in brought}
    kept: dict[UUID, Document] = {}
    for sent in files:
        document = document_of(
            sent.content,
            document_id=transaction.new_id(),
            case_id=changeset.case.id,
            name=sent.name,
            at=transaction.now,
            by=CITIZEN.name,
            scan=first_scan(transaction),
        )
        known = by_content.setdefault(document.sha256, document)
        kept[known.id] = known
        if known is document:
            require_room(tuple(by_content.values()))
            keep_document(transaction, document, sent.content)
            changeset.record("document_added", document_detail(document))
    return tuple(kept.values())


def _pass_on(text: str, changeset: CaseChangeset, transaction: Transaction) -> None:
    """The citizen's word is a note on the case, where the branch reads it."""
    note = Note(
        id=transaction.new_id(),
        case_id=changeset.case.id,
        author_id=None,
        author_name=CITIZEN.name,
        written_at=transaction.now,
        text=text,
    )
    journal_store.add_note(transaction.connection, note)
    changeset.record("note_added", {"note": str(note.id)})


def _references(documents: tuple[Document, ...], note: str) -> dict[str, object]:
    """What an agency is told of a supply: which documents, and what the citizen says of them."""
    detail = [{"name": document.name, **document_detail(document)} for document in documents]
    return {"documents": detail, "note": note} if note else {"documents": detail}
