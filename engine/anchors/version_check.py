"""Whether procedure versions are what was certified: files, records, and the anchors that cover these."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.anchors import Break, Finding, verification_store
from engine.anchors import store as anchors_store
from engine.anchors.chain_check import AnchoredHead, ChainCheck
from engine.bundle.files import fingerprint
from engine.context import QueryContext
from engine.procedures import record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import Act, ActKind
from engine.procedures.certification import is_as_certified
from engine.procedures.model import ProcedureVersion


@dataclass(frozen=True, kw_only=True)
class VersionsPart:
    """What was found in some versions; `last` is the last of them, None at the end of all.

    `uncertified` are those that were published before there were records.
    """

    findings: tuple[Finding, ...]
    last: UUID | None
    versions: int
    acts: int
    uncertified: int


@dataclass(frozen=True, kw_only=True)
class VerifyVersions:
    """The next `limit` versions after one, by id: their files, their records, and the leaves of these."""

    after: UUID | None = None
    limit: int = 100

    def answer(self, context: QueryContext) -> VersionsPart:
        connection = context.connection
        versions = procedures_store.versions_after(connection, self.after, self.limit)
        last = versions[-1].id if len(versions) == self.limit else None
        leaves = verification_store.anchored_records(connection, self.after, last)
        findings: list[Finding] = []
        acts = uncertified = 0
        for version in versions:
            record = record_store.acts_of(connection, version.id)
            acts += len(record)
            uncertified += version.published_at is not None and not _certifications(record)
            findings += _findings(version, record, leaves.pop(version.id, []), context)
        for gone in leaves.values():
            name, covers = gone[-1].name, f"anchor {gone[-1].anchor} covers {gone[-1].length} acts of it"
            findings.append(_of(name, Break.VERSION_REMOVED, None, f"is gone; {covers}"))
        return VersionsPart(
            findings=tuple(findings),
            last=last,
            versions=len(versions),
            acts=acts,
            uncertified=uncertified,
        )


def _findings(
    version: ProcedureVersion, record: Sequence[Act], leaves: list[AnchoredHead], context: QueryContext
) -> Iterator[Finding]:
    name = f"version {version.key} {version.number}"

    def told(what: Break, line: int | None, found: str) -> Finding:
        return _of(name, what, line, found)

    must_be_keyed = context.journal_keys.newest is not None and anchors_store.any_takes_unkeyed(
        context.connection
    )
    check = ChainCheck(
        owner="version",
        told=told,
        keys=context.journal_keys,
        leaves=leaves,
        must_be_keyed=must_be_keyed,
    )
    for act in record:
        yield from check.follow(act)
    yield from check.end(version.record.length, version.record.hash)
    files = procedures_store.files_of_version(context.connection, version.id)
    if fingerprint(files) != version.sha256:
        yield told(Break.FILES_CHANGED, None, "its files are not those that were deployed")
    for certification in _certifications(record):
        if not is_as_certified(certification, files):
            found = "its files are not those that were certified"
            yield told(Break.FILES_CHANGED, certification.number, found)


def _certifications(record: Sequence[Act]) -> list[Act]:
    return [act for act in record if act.kind is ActKind.CERTIFIED]


def _of(version: str, what: Break, line: int | None, found: str) -> Finding:
    return Finding(what=what, version=version.removeprefix("version "), line=line, found=found)
