"""The beginning of a procedure version: its files are checked, and deployed as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.shared_parts import FILE as PART_FILE
from engine.bpmn.shared_parts import divided
from engine.bundle.files import fingerprint
from engine.bundle.procedure import Procedure
from engine.context import Command, Transaction
from engine.kernel.procedure_rights import require_deploys
from engine.kernel.refusal import Invalid, NotFound
from engine.kernel.vocabulary import OpenedBy
from engine.procedures import part_store, record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import ActKind
from engine.procedures.model import ProcedureVersion
from engine.procedures.record import recorded
from engine.procedures.starts import starts_nobody_works
from engine.runtime.contract import DefinitionRefused, Surroundings


@dataclass(frozen=True, kw_only=True)
class DeployProcedure(Command[ProcedureVersion]):
    """Check the files of a procedure and store them as its next version, a draft."""

    files: Mapping[str, bytes]


def deploy_procedure(command: DeployProcedure, transaction: Transaction) -> ProcedureVersion:
    """The draft, or the newest version if its files are the very same.

    Its record has everybody who brought these files in. `Invalid` lists every finding by file.
    """
    require_deploys(transaction.actor)
    version = _stored_version(command.files, transaction)
    actor = transaction.actor
    acts = record_store.acts_of(transaction.connection, version.id)
    if any((act.actor_id, act.actor_name) == (actor.id, actor.name) for act in acts):
        return version.at(transaction.now)
    # Under the lock that the record needs: somebody else may be at it.
    locked = locked_version(version.key, version.number, transaction)
    after = recorded(locked, ActKind.DEPLOYED, transaction, detail={"sha256": version.sha256})
    procedures_store.save_version(transaction.connection, after)
    return after.at(transaction.now)


def _stored_version(files: Mapping[str, bytes], transaction: Transaction) -> ProcedureVersion:
    """The next version with these files, a draft; or the newest, if its files are the very same.

    Those were checked when they were stored.
    """
    sha256 = fingerprint(files)
    known = procedures_store.last_version_of_files(transaction.connection, sha256)
    if known is not None:
        return known
    procedure = _checked(files, transaction)
    require_parts_as_pinned(parts_of(files), transaction)
    last = procedures_store.last_version(transaction.connection, procedure.key)
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
        opened_by=OpenedBy(procedure.metadata.get("opened_by", OpenedBy.BRANCH)),
    )
    procedures_store.add_version(transaction.connection, version, files)
    return version


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


def parts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each shared part among the files, by name."""
    return {name: fingerprint(inside) for name, inside in divided(files)[1].items()}


def require_parts_as_pinned(parts: Mapping[str, str], transaction: Transaction) -> None:
    """Refuse a shared part that was published with other files by the same name and number."""
    pinned = part_store.pinned_parts(transaction.connection, parts)
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


def locked_version(key: str, number: int, transaction: Transaction) -> ProcedureVersion:
    """The version, locked with all others of its procedure; `NotFound` if there is none."""
    return one_of(procedures_store.locked_versions(transaction.connection, key), key, number)


def one_of(versions: Sequence[ProcedureVersion], key: str, number: int) -> ProcedureVersion:
    """The version of that number; `NotFound` if there is none."""
    for version in versions:
        if version.number == number:
            return version
    raise NotFound.of("version", f"{number} of {key}")


def _lint_errors(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Every error by file, in English, with line, element and remedy."""
    from engine.lint import check  # the rules are loaded where somebody deploys

    errors: dict[str, list[str]] = {}
    for finding in check(files).errors:
        element = f", element {finding.element_id}" if finding.element_id else ""
        column = f", column {finding.column}" if finding.column else ""
        sentence = (
            f"Line {finding.line}{column}{element}: {finding.message.en} {finding.remedy.en} [{finding.rule}]"
        )
        errors.setdefault(finding.file, []).append(sentence)
    return errors
