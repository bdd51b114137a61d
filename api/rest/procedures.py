"""Procedures: the catalogue, the versions and their files, and the life of a version."""

from typing import Any

import marshmallow as ma
from flask import Response, request
from marshmallow import fields

from api.http.arguments import slice_of
from api.http.calls import ETAG, JSON, Calls
from api.http.context import actor, engine
from api.http.fields import (
    Choice,
    ComposedShape,
    Euros,
    FreeData,
    Moment,
    PageQuery,
    Shape,
    Text,
    TwoLanguages,
    page_of,
)
from api.http.idempotency import once
from api.http.responses import with_etag
from engine.bpmn.diagram import is_diagram
from engine.bundle import from_zip
from engine.cases.reception import PapersFor
from engine.cases.where_offered import WhereOffered
from engine.kernel.actor import Scope
from engine.kernel.vocabulary import Channel
from engine.procedures.model import ProcedureVersion, VersionStatus
from engine.procedures.queries import FindProcedures, ListVersions, ShowFile, ShowVersion
from engine.procedures.versions import DeployProcedure

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
    "fees": [
        {
            "id": "licence",
            "title": {"el": "Παράβολο άδειας", "en": "Licence fee"},
            "law": "ν. 4442/2016 άρθρο 7",
            "amount": "75.00",
            "exemption": None,
        }
    ],
}


class ListedVersion(ComposedShape):
    """A version of a procedure."""

    key = fields.String(required=True)
    version = fields.Integer(required=True, attribute="number")
    status = Choice(VersionStatus, required=True)
    title = fields.Nested(TwoLanguages, required=True)
    sha256 = fields.String(required=True, metadata={"description": "Over all its files."})
    created_at = Moment(required=True)
    published_at = Moment(required=True, allow_none=True, means="On offer since then; it may be to come.")
    retired_at = Moment(required=True, allow_none=True, means="On offer until then; it may be to come.")

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


class AskedPaper(ComposedShape):
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


class AskedFee(ComposedShape):
    """A fee that somebody has to pay."""

    id = fields.String(required=True)
    title = fields.Nested(TwoLanguages, required=True)
    law = fields.String(required=True)
    amount = Euros(
        required=True, allow_none=True, means="Null while something is not known on which it depends."
    )
    exemption = fields.Nested(
        TwoLanguages,
        required=True,
        allow_none=True,
        metadata={"description": "Who need not pay it, where this person is one of them."},
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """The amount and the exemption are of this person, the rest is of the fee."""
        if name == "exemption":
            return thing.exemption.title if thing.exemption else None
        return thing.amount if name == "amount" else getattr(thing.fee, name)


class ChecklistShape(Shape):
    """The papers that somebody has to bring, and the fees."""

    papers = fields.List(fields.Nested(AskedPaper), required=True)
    settled = fields.Boolean(
        required=True,
        attribute="is_settled",
        metadata={"description": "Whether these are all: false while something is not known that decides."},
    )
    fees = fields.List(fields.Nested(AskedFee), required=True)


class _OfferedQuery(ma.Schema):
    branch = Text(most=64, load_default=None, example="0009", means="The code of a branch; your own.")


class NearBranchShape(ComposedShape):
    """A branch that offers it."""

    code = fields.String(required=True)
    name = fields.Nested(TwoLanguages, required=True)
    address = fields.String(required=True)
    phone = fields.String(required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The name in both languages."""
        if name == "name":
            return {"el": thing.called.el, "en": thing.called.en}
        return getattr(thing, name)


class OfferedShape(ma.Schema):
    """Whether a branch offers a procedure, and where else it is offered."""

    offered = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    elsewhere = fields.List(fields.Nested(NearBranchShape), required=True)


_OFFERED: dict[str, Any] = {
    "offered": False,
    "reason": "Δεν υπάρχει εκτυπωτής.",
    "elsewhere": [
        {
            "code": "0010",
            "name": {"el": "ΚΕΠ Κυψέλης", "en": "Kypseli"},
            "address": "Κυψέλης 5",
            "phone": "210 7654321",
        }
    ],
}


class ProcedureQuery(PageQuery):
    """Which procedures are wanted."""

    q = Text(most=200, load_default=None, means="Words of the key or the titles.")
    status = Choice(VersionStatus, load_default=None)


ProcedurePage = page_of(ListedVersion)


calls = Calls("procedures", about="The catalogue of certified procedures, in numbered immutable versions.")

ZIP = "application/zip"
_MEDIA_TYPES = {".dmn": "application/xml", ".form": "application/json"}
VERSION_PATH = "/procedures/<key:key>/versions/<number:number>"
_FILE = {"schema": {"type": "string", "contentMediaType": "text/plain"}, "content_type": "text/plain"}


@calls.call("GET", "/procedures", scope=Scope.PROCEDURES_READ, refuses=[422])
@calls.arguments(ProcedureQuery, location="query")
@calls.response(200, ProcedurePage, example={"items": [VERSION], "next": None})
def find_procedures(query: dict[str, Any]) -> object:
    """Find procedures.

    For each procedure the version on offer, else the newest, by key.
    """
    question = FindProcedures(text=query["q"], status=query["status"], part=slice_of(query))
    return engine().ask(question, actor=actor())


@calls.call(
    "POST",
    "/procedures",
    scope=Scope.PROCEDURES_WRITE,
    takes=ZIP,
    headers=["Idempotency-Key"],
    refuses=[409],
)
@calls.doc(
    requestBody={
        "required": True,
        "description": "A zip of a procedure folder: procedure.yaml, BPMN, DMN, forms/*.form, notes.md.",
        "content": {ZIP: {"schema": {"type": "string", "contentMediaType": ZIP}}},
    }
)
@calls.response(201, WholeVersion, example={**VERSION, "status": "draft", "metadata": {}})
def deploy_procedure() -> object:
    """Deploy a procedure.

    Checks the files and stores them as the next version, a draft. The very same files again give the version
    that they made. 422 lists every finding by file.
    """
    command = DeployProcedure(files=from_zip(request.get_data()))
    version = engine().carry_out(command, actor=actor(), once=once())
    return version, {"Location": f"{request.path}/{version.key}/versions/{version.number}"}


@calls.call(
    "GET", "/procedures/<key:key>", scope=Scope.PROCEDURES_READ, headers=["If-None-Match"], refuses=[404]
)
@calls.response(200, WholeVersion, headers=ETAG, example={**VERSION, "metadata": {}})
def show_procedure(key: str) -> object:
    """Show a procedure.

    Its version on offer, else its newest.
    """
    versions = engine().ask(ListVersions(key=key), actor=actor())
    on_offer = (version for version in versions if version.status is VersionStatus.PUBLISHED)
    shown = next(on_offer, versions[0])
    return with_etag(shown, _tag(shown))


@calls.call(
    "POST", "/procedures/<key:key>/papers", scope=Scope.PROCEDURES_READ, takes=JSON, refuses=[404, 422]
)
@calls.arguments(PapersBody)
@calls.response(200, ChecklistShape, example=CHECKLIST)
def tell_papers(body: dict[str, Any], key: str) -> object:
    """Tell which papers are needed, and what is to be paid.

    For the version on offer, and for somebody of whom the start form says this. Nothing is kept.
    """
    question = PapersFor(procedure=key, data=body["data"], channel=body["channel"])
    return engine().ask(question, actor=actor())


@calls.call("GET", "/procedures/<key:key>/offered", scope=Scope.PROCEDURES_READ, refuses=[404, 422])
@calls.arguments(_OfferedQuery, location="query")
@calls.response(200, OfferedShape, example=_OFFERED)
def show_where_offered(query: dict[str, str | None], key: str) -> object:
    """Show whether a branch offers a procedure.

    Today; your own branch where you name none. Where it does not, why, and the open branches of its
    municipality that do.
    """
    found = engine().ask(WhereOffered(procedure=key, branch=query["branch"]), actor=actor())
    return {
        "offered": found is None,
        "reason": found.reason if found else None,
        "elsewhere": found.elsewhere if found else (),
    }


@calls.call("GET", "/procedures/<key:key>/versions", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, VersionList, example={"items": [VERSION]})
def list_versions(key: str) -> object:
    """List the versions of a procedure.

    Newest first.
    """
    return {"items": engine().ask(ListVersions(key=key), actor=actor())}


@calls.call("GET", VERSION_PATH, scope=Scope.PROCEDURES_READ, headers=["If-None-Match"], refuses=[404])
@calls.response(
    200,
    VersionWithFiles,
    headers=ETAG,
    example={**VERSION, "metadata": {}, "files": ["procedure.yaml", "residence-certificate.bpmn"]},
)
def show_version(key: str, number: int) -> object:
    """Show a version.

    With the names of its files.
    """
    found = engine().ask(ShowVersion(key=key, number=number), actor=actor())
    return with_etag(found, _tag(found[0]))


@calls.call(
    "GET",
    VERSION_PATH + "/files/<path:name>",
    scope=Scope.PROCEDURES_READ,
    headers=["If-None-Match"],
    refuses=[404],
)
@calls.alt_response(200, **_FILE, headers=ETAG, description="The file's text.", success=True)
@calls.alt_response(200, schema={"type": "string"}, content_type="application/xml", success=True)
@calls.alt_response(200, schema={"type": "object"}, content_type="application/json", success=True)
def show_file(key: str, number: int, name: str) -> object:
    """Show a file of a version.

    BPMN, DMN, a form, or procedure.yaml, as it was deployed.
    """
    content = engine().ask(ShowFile(key=key, number=number, name=name), actor=actor())
    extension = name[name.rfind(".") :] if "." in name else ""
    media_type = "application/xml" if is_diagram(name) else _MEDIA_TYPES.get(extension, "text/plain")
    response = Response(content, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment"
    response.add_etag()
    return with_etag(response, response.headers["ETag"])


def _tag(version: ProcedureVersion) -> str:
    return f'"{version.sha256[:16]}-{version.status}"'
