"""The life of a procedure version: deployed as a draft, published, retired."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.shared_parts import FILE as PART_FILE
from engine.bpmn.shared_parts import divided
from engine.bundle.files import fingerprint
from engine.bundle.procedure import Procedure
from engine.context import Command, Transaction
from engine.kernel.actor import ActorKind
from engine.kernel.permission import require_certifies, require_deploys
from engine.kernel.refusal import Invalid, NotFound, NotPermitted
from engine.lint import check
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.procedures.starts import let_send, offer_starts, starts_nobody_works
from engine.procedures.topics import require_served
from engine.runtime.contract import DefinitionRefused, Surroundings


@dataclass(frozen=True, kw_only=True)
class DeployProcedure(Command[ProcedureVersion]):
    """Check the files of a procedure and store them as its next version, a draft."""

    files: Mapping[str, bytes]


def deploy_procedure(command: DeployProcedure, transaction: Transaction) -> ProcedureVersion:
    """The draft, or the newest version if its files are the very same.

    `Invalid` lists every finding by file.
    """
    require_deploys(transaction.actor)
    procedure = _checked(command.files, transaction)
    _require_parts_as_pinned(_parts(command.files), transaction)
    sha256 = fingerprint(command.files)
    last = procedures_store.last_version(transaction.connection, procedure.key)
    if last is not None and last.sha256 == sha256:
        return last
    version = ProcedureVersion(
        id=transaction.new_id(),
        key=procedure.key,
        number=last.number + 1 if last else 1,
        sha256=sha256,
        title=procedure.title,
        title_en=procedure.title_en,
        metadata=procedure.metadata,
        created_at=transaction.now,
        created_by=transaction.actor.id,
    )
    procedures_store.add_version(transaction.connection, version, command.files)
    return version


@dataclass(frozen=True, kw_only=True)
class PublishVersion(Command[ProcedureVersion]):
    """Offer a draft from now on."""

    key: str
    number: int


def publish_version(command: PublishVersion, transaction: Transaction) -> ProcedureVersion:
    """The published version. Whoever deployed it may not be the one who publishes it (four eyes).

    Its shared parts are pinned: no other version can have other files by the same name and number.
    """
    require_certifies(transaction.actor)
    version = _version(command.key, command.number, transaction)
    if transaction.actor.kind is ActorKind.USER and version.created_by == transaction.actor.id:
        raise NotPermitted(
            "A version is published by somebody else than the one who deployed it.", code="four_eyes"
        )
    published = version.published(transaction.now)
    parts = _parts(procedures_store.files_of_version(transaction.connection, version.id))
    procedures_store.pin_parts(transaction.connection, parts, transaction.now)
    _require_parts_as_pinned(parts, transaction)
    require_served(version.id, transaction)
    procedures_store.save_version(transaction.connection, published)
    offer_starts(published.key, transaction)
    let_send(published, transaction)
    return published


@dataclass(frozen=True, kw_only=True)
class RetireVersion(Command[ProcedureVersion]):
    """Offer a version no longer; its running cases go on."""

    key: str
    number: int


def retire_version(command: RetireVersion, transaction: Transaction) -> ProcedureVersion:
    """The retired version."""
    require_certifies(transaction.actor)
    retired = _version(command.key, command.number, transaction).retired(transaction.now)
    procedures_store.save_version(transaction.connection, retired)
    offer_starts(retired.key, transaction)
    return retired


def _checked(files: Mapping[str, bytes], transaction: Transaction) -> Procedure:
    if errors := _lint_errors(files):
        raise Invalid("The procedure has errors.", errors, code="procedure_refused")
    procedure = transaction.catalogue.check(files)
    try:
        transaction.workflow.prepare(procedure.definition)
        starts = transaction.workflow.start_events(
            procedure.definition, surroundings=Surroundings(now=transaction.now, zone=transaction.zone)
        )
    except DefinitionRefused as refusal:
        found = {procedure.main_file: list(refusal.findings)}
        raise Invalid("The diagram cannot be run.", found, code="procedure_refused") from refusal
    if problems := starts_nobody_works(starts):
        raise Invalid("The diagram cannot be run.", {procedure.main_file: problems}, code="procedure_refused")
    return procedure


def _parts(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each shared part among the files, by name."""
    return {name: fingerprint(inside) for name, inside in divided(files)[1].items()}


def _require_parts_as_pinned(parts: Mapping[str, str], transaction: Transaction) -> None:
    """Refuse a shared part that was published with other files by the same name and number."""
    pinned = procedures_store.pinned_parts(transaction.connection, parts)
    sentence = (
        "Expected the files that {name} was published with, found others. "
        "Raise the version: copy the folders of the part to the next number, and call that."
    )
    changed = {
        f"{name}/{PART_FILE}": [sentence.format(name=name)]
        for name, sha256 in sorted(parts.items())
        if pinned.get(name, sha256) != sha256
    }
    if changed:
        raise Invalid("A shared part was changed.", changed, code="shared_part_changed")


def _version(key: str, number: int, transaction: Transaction) -> ProcedureVersion:
    version = procedures_store.version(transaction.connection, key, number)
    if version is None:
        raise NotFound.of("version", f"{number} of {key}")
    return version


def _lint_errors(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Every error by file, in English, with line, element and remedy."""
    errors: dict[str, list[str]] = {}
    for finding in check(files).errors:
        element = f", element {finding.element_id}" if finding.element_id else ""
        sentence = f"Line {finding.line}{element}: {finding.message.en} {finding.remedy.en} [{finding.rule}]"
        errors.setdefault(finding.file, []).append(sentence)
    return errors
