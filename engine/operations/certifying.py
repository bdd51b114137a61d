"""What certifiers and analysts look at: which versions wait for somebody, and all that there is about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.bundle.comparing import Change, changes_between
from engine.bundle.contract import Files
from engine.context import QueryContext
from engine.kernel.pages import Page, Slice
from engine.kernel.procedure_rights import require_comments
from engine.kernel.refusal import NotFound
from engine.operations import standing_store
from engine.people import account_store
from engine.people.account import SecondFactors
from engine.procedures import comment_store, record_store
from engine.procedures import store as procedures_store
from engine.procedures.acts import Act
from engine.procedures.comment import Comment
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.queries import FindProcedures, ListVersions
from engine.procedures.record import is_made_by
from engine.procedures.topics import FindUnserved

MOST = 200
"""Versions that are listed as waiting."""


@dataclass(frozen=True, kw_only=True)
class WaitingVersion:
    """A version that waits for somebody: its record, its open threads, and whether the reader made it."""

    version: ProcedureVersion
    acts: Sequence[Act]
    open_threads: int
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class CertifiersWork:
    """What waits, by key, and a part of what is on offer."""

    waiting: Sequence[WaitingVersion]
    on_offer: Page[ProcedureVersion]


@dataclass(frozen=True, kw_only=True)
class ShowCertifiersWork:
    """Which versions wait for an official or an analyst, and which are on offer; for both of them."""

    text: str | None = None
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> CertifiersWork:
        require_comments(context.actor)
        versions = procedures_store.undecided_versions(context.connection, context.now, MOST)
        ids = [version.id for version in versions]
        acts = record_store.acts_of_versions(context.connection, ids)
        threads = comment_store.open_threads(context.connection, ids)
        offered = FindProcedures(text=self.text, status=VersionStatus.PUBLISHED, part=self.part)
        return CertifiersWork(
            waiting=[
                WaitingVersion(
                    version=one,
                    acts=acts[one.id],
                    open_threads=threads.get(one.id, 0),
                    is_own=is_made_by(one, acts[one.id], context.actor),
                )
                for one in versions
            ],
            on_offer=offered.answer(context),
        )


@dataclass(frozen=True, kw_only=True)
class VersionUnderReview:
    """A version with all that somebody weighs who certifies it.

    `earlier` is the version that it is compared with, None for the first of its procedure; `running` are the
    running cases of that one, `standing` how many of them wait at an element, by its id. `evidence` is what
    it was submitted with last. `unserved` are sentences about its topics that keep it from being published.
    """

    version: ProcedureVersion
    versions: Sequence[ProcedureVersion]
    files: Files
    earlier: ProcedureVersion | None
    earlier_files: Files
    changes: Sequence[Change]
    running: int
    standing: Mapping[str, int]
    acts: Sequence[Act]
    evidence: Mapping[str, Any] | None
    comments: Sequence[Comment]
    unserved: Sequence[str]
    is_own: bool
    factors: SecondFactors


@dataclass(frozen=True, kw_only=True)
class ReviewVersion:
    """All about one version, beside an earlier one: that of `compared_with`, or else what is on offer."""

    key: str
    number: int
    compared_with: int | None = None

    def answer(self, context: QueryContext) -> VersionUnderReview:
        """`NotFound` if there is no such version, or none to compare it with of the number that was asked."""
        require_comments(context.actor)
        connection, actor = context.connection, context.actor
        versions = ListVersions(key=self.key).answer(context)
        version = _numbered(versions, self.key, self.number)
        earlier = (
            _before(version, versions)
            if self.compared_with is None
            else _numbered(versions, self.key, self.compared_with)
        )
        files = procedures_store.files_of_version(connection, version.id)
        earlier_files = procedures_store.files_of_version(connection, earlier.id) if earlier else {}
        acts = record_store.acts_of(connection, version.id)
        return VersionUnderReview(
            version=version,
            versions=versions,
            files=files,
            earlier=earlier,
            earlier_files=earlier_files,
            changes=changes_between(earlier_files, files) if earlier else (),
            running=standing_store.running(connection, earlier.id) if earlier else 0,
            standing=standing_store.waiting_at(connection, earlier.id) if earlier else {},
            acts=acts,
            evidence=record_store.evidence_of(connection, version.id),
            comments=comment_store.comments_of(connection, version.id),
            unserved=FindUnserved(key=self.key, number=self.number).answer(context),
            is_own=is_made_by(version, acts, actor),
            factors=(
                account_store.second_factors(connection, actor.id)
                if actor.id
                else SecondFactors(takes_codes=False, has_passkeys=False)
            ),
        )


def _numbered(versions: Sequence[ProcedureVersion], key: str, number: int) -> ProcedureVersion:
    for version in versions:
        if version.number == number:
            return version
    raise NotFound.of("version", f"{number} of {key}")


def _before(version: ProcedureVersion, versions: Sequence[ProcedureVersion]) -> ProcedureVersion | None:
    """What a version is compared with: the one on offer, else the last that was, else the one before."""
    others = [one for one in versions if one.number < version.number]
    on_offer = [one for one in others if one.status is VersionStatus.PUBLISHED]
    was_on_offer = [one for one in others if one.published_at is not None]
    return next(iter((*on_offer, *was_on_offer, *others)), None)
