"""Questions about procedures: the catalogue, versions, and their files. Everybody who is known may ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.context import QueryContext
from engine.kernel.pages import Page, Slice
from engine.kernel.refusal import NotFound
from engine.procedures import record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import Act
from engine.procedures.model import ProcedureVersion, VersionStatus


@dataclass(frozen=True, kw_only=True)
class FindProcedures:
    """The catalogue, by key."""

    text: str | None = None
    status: VersionStatus | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> Page[ProcedureVersion]:
        """For each procedure the version on offer, else the newest."""
        return procedures_store.procedures(
            context.connection, at=context.now, words=self.text, status=self.status, part=self.part
        )


@dataclass(frozen=True, kw_only=True)
class ListVersions:
    """All versions of a procedure."""

    key: str

    def answer(self, context: QueryContext) -> Sequence[ProcedureVersion]:
        """The versions, newest first; `NotFound` if there is no such procedure."""
        versions = procedures_store.all_versions(context.connection, self.key)
        if not versions:
            raise NotFound.of("procedure", self.key)
        return [version.at(context.now) for version in versions]


@dataclass(frozen=True, kw_only=True)
class ShowVersion:
    """One version of a procedure, with the names of its files."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> tuple[ProcedureVersion, tuple[str, ...]]:
        """The version, and its file names in order."""
        version = version_numbered(self.key, self.number, context)
        return version, tuple(sorted(procedures_store.files_of_version(context.connection, version.id)))


@dataclass(frozen=True, kw_only=True)
class ShowFile:
    """One file of a version."""

    key: str
    number: int
    name: str

    def answer(self, context: QueryContext) -> bytes:
        """The file's bytes."""
        files = procedures_store.files_of_version(
            context.connection, version_numbered(self.key, self.number, context).id
        )
        if self.name not in files:
            raise NotFound.of("file", self.name)
        return files[self.name]


@dataclass(frozen=True, kw_only=True)
class FilesOfVersion:
    """All files of a version."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Mapping[str, bytes]:
        """Their bytes by name."""
        version = version_numbered(self.key, self.number, context)
        return procedures_store.files_of_version(context.connection, version.id)


@dataclass(frozen=True, kw_only=True)
class ShowRecord:
    """The record of a version."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Sequence[Act]:
        """Every act, first act first."""
        version = version_numbered(self.key, self.number, context)
        return record_store.acts_of(context.connection, version.id)


@dataclass(frozen=True, kw_only=True)
class ShowEvidence:
    """What was played and covered when a version was submitted."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Mapping[str, Any]:
        """The evidence as JSON; `NotFound` for a version that was never submitted."""
        version = version_numbered(self.key, self.number, context)
        found = record_store.evidence_of(context.connection, version.id)
        if found is None:
            raise NotFound.of("evidence of version", f"{self.number} of {self.key}")
        return found


def version_numbered(key: str, number: int, context: QueryContext) -> ProcedureVersion:
    """One version of a procedure; `NotFound` if there is none."""
    for version in procedures_store.all_versions(context.connection, key):
        if version.number == number:
            return version.at(context.now)
    raise NotFound.of("version", f"{number} of {key}")
