"""Procedures as records of the National Registry of Administrative Procedures, and drafts begun from such."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from engine.bpmn.shared_parts import divided
from engine.bundle.strict_fields import KEY
from engine.context import QueryContext
from engine.kernel.bilingual import Language
from engine.kernel.procedure_rights import require_deploys
from engine.kernel.refusal import Invalid, NotFound
from engine.mitos import Skeleton, left_out, record_in, record_of, skeleton_of
from engine.mitos.unmapped import Unmapped
from engine.organisation import store as organisation_store
from engine.procedures import store as procedures_store
from engine.procedures.model import ProcedureVersion
from engine.procedures.queries import version_numbered


@dataclass(frozen=True, kw_only=True)
class RecordOfService:
    """A procedure on offer as a record of the registry; open to everybody, as the registry is."""

    key: str
    language: Language = Language.EL

    def answer(self, context: QueryContext) -> dict[str, Any]:
        """The record; `NotFound` if no version of it is on offer."""
        version = procedures_store.version_on_offer(context.connection, self.key, context.now)
        if version is None:
            raise NotFound.of("procedure", self.key)
        return _record(version, self.language, context)


@dataclass(frozen=True, kw_only=True)
class RecordOfVersion:
    """A version of a procedure, a draft too, as a record of the registry. Everybody who is known may ask."""

    key: str
    number: int
    language: Language = Language.EL

    def answer(self, context: QueryContext) -> dict[str, Any]:
        """The record."""
        return _record(version_numbered(self.key, self.number, context), self.language, context)


@dataclass(frozen=True, kw_only=True)
class LeftOutOfRecord:
    """What a record of a version, or else of what is on offer, cannot say; for everybody who is known."""

    key: str
    number: int | None = None

    def answer(self, context: QueryContext) -> Sequence[Unmapped]:
        """By the paths of procedure.yaml; `NotFound` if there is no such version."""
        version = (
            procedures_store.version_on_offer(context.connection, self.key, context.now)
            if self.number is None
            else version_numbered(self.key, self.number, context)
        )
        if version is None:
            raise NotFound.of("procedure", self.key)
        own, _parts = divided(procedures_store.files_of_version(context.connection, version.id))
        return left_out(own)


@dataclass(frozen=True, kw_only=True)
class BeginFromRecord:
    """The files of a draft of the procedure `key`, made of a record of the registry; nothing is kept.

    `agency` is the key of the competent agency, `english` the same record with its texts in English, if there
    is one.
    """

    key: str
    agency: str
    record: Mapping[str, Any]
    english: Mapping[str, Any] | None = None

    def answer(self, context: QueryContext) -> Skeleton:
        """The files, and what could not be said in them; `Invalid` for what cannot be read, by its path."""
        require_deploys(context.actor)
        _require_keys({"key": self.key, "agency": self.agency})
        english = record_in(self.english, at="english") if self.english is not None else None
        return skeleton_of(
            record_in(self.record, at="record"), key=self.key, agency=self.agency, english=english
        )


def _require_keys(keys: Mapping[str, str]) -> None:
    problems: dict[str, list[str]] = {}
    for name, key in keys.items():
        try:
            KEY(key)
        except ValidationError as refusal:
            problems[name] = [*map(str, refusal.messages)]
    if problems:
        raise Invalid("Expected keys.", problems)


def _record(version: ProcedureVersion, language: Language, context: QueryContext) -> dict[str, Any]:
    own, _parts = divided(procedures_store.files_of_version(context.connection, version.id))
    agencies = organisation_store.all_agencies(context.connection, on=context.today)
    called = next((one.called for one in agencies if one.key == version.metadata["agency"]), None)
    return record_of(
        own,
        agency={Language.EL: called.el, Language.EN: called.en} if called else None,
        language=language,
        updated=version.created_at.isoformat(timespec="seconds"),
    )
