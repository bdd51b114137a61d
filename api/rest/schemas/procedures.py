"""Bodies about procedures."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.fields import Choice, FreeData, Moment, PageQuery, Shape, Text, TwoLanguages, page_of
from engine.kernel.case_words import Channel
from engine.procedures.model import VersionStatus

VERSION: dict[str, Any] = {
    "key": "residence-certificate",
    "version": 1,
    "status": "published",
    "title": {"el": "Βεβαίωση μόνιμης κατοικίας", "en": "Permanent residence certificate"},
    "sha256": "5e" * 32,
    "created_at": "2026-03-01T08:00:00Z",
    "published_at": "2026-03-02T08:00:00Z",
    "retired_at": None,
}

CHECKLIST: dict[str, Any] = {
    "papers": [
        {
            "id": "birth-certificate",
            "title": {"el": "Ληξιαρχική πράξη γέννησης", "en": "Birth registration"},
            "obligatory": True,
            "any_of": None,
        }
    ],
    "settled": True,
}


class ListedVersion(Shape):
    """A version of a procedure."""

    key = fields.String(required=True)
    version = fields.Integer(required=True, attribute="number")
    status = Choice(VersionStatus, required=True)
    title = fields.Nested(TwoLanguages, required=True)
    sha256 = fields.String(required=True, metadata={"description": "Over all its files."})
    created_at = Moment(required=True)
    published_at = Moment(required=True, allow_none=True)
    retired_at = Moment(required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The title comes in two fields, everything else as it is."""
        if name == "title":
            return {"el": thing.title, "en": thing.title_en}
        return super().value_of(thing, name)


class WholeVersion(ListedVersion):
    """A version with its metadata."""

    metadata = FreeData(means="All of procedure.yaml: codes, term, fee, papers, outcomes.", required=True)


class VersionWithFiles(WholeVersion):
    """A version with its metadata and the names of its files."""

    files = fields.List(fields.String(), required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The names come with the version, as a pair."""
        version, names = thing
        return names if name == "files" else super().value_of(version, name)


class VersionList(ma.Schema):
    """All versions of a procedure."""

    items = fields.List(fields.Nested(ListedVersion), required=True)


class PapersBody(ma.Schema):
    """Who asks for what, as far as it is known."""

    channel = Choice(Channel, load_default=Channel.COUNTER, means="How the citizen would come.")
    data = FreeData(
        means="The fields of the start form, as far as they are filled in.",
        example={"person": {"category": "newborn"}},
        load_default=dict,
    )


class AskedPaper(Shape):
    """A paper that is asked for."""

    id = fields.String(required=True)
    title = fields.Nested(TwoLanguages, required=True)
    obligatory = fields.Boolean(required=True)
    any_of = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The name of its group: of the papers of one group, one is enough."},
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """The title comes in two fields, everything else as it is."""
        if name == "title":
            return {"el": thing.title, "en": thing.title_en}
        return super().value_of(thing, name)


class ChecklistShape(Shape):
    """The papers that somebody has to bring."""

    papers = fields.List(fields.Nested(AskedPaper), required=True)
    settled = fields.Boolean(
        required=True,
        attribute="is_settled",
        metadata={"description": "Whether these are all: false while something is not known that decides."},
    )


class ProcedureQuery(PageQuery):
    """Which procedures are wanted."""

    q = Text(most=200, load_default=None, means="Words of the key or the titles.")
    status = Choice(VersionStatus, load_default=None)


ProcedurePage = page_of(ListedVersion)
