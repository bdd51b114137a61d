"""Procedures as records of the National Registry of Administrative Procedures, and drafts made of such."""

from typing import Any

import marshmallow as ma
import orjson
from flask import Response
from marshmallow import fields

from api.http.calls import ETAG, JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, FreeData, Shape, Text, TwoLanguages
from api.http.identity import count_address
from api.http.responses import with_etag
from api.rest.procedures import VERSION_PATH
from engine.kernel.actor import CITIZEN, Scope
from engine.kernel.bilingual import Language
from engine.procedures.registry_records import (
    BeginFromRecord,
    LeftOutOfRecord,
    RecordOfService,
    RecordOfVersion,
)

_RECORD = {"schema": {"type": "object"}, "content_type": JSON}
_SENT: dict[str, Any] = {
    "success": True,
    "data": {
        "id": "812345",
        "title": {"el": "Άδεια στάθμευσης κατοίκου"},
        "metadata": {"process": {"deadline": "P10D"}, "process_conditions": []},
    },
}


class RegistryRecordQuery(ma.Schema):
    """In which language the texts of a record are wanted."""

    lang = Choice(Language, load_default=Language.EL, means="The language of the texts.")


class RegistryDraftBody(ma.Schema):
    """A record, and what it does not say: our keys."""

    key = Text(most=60, required=True, means="The key of the procedure.", example="parking-permit")
    agency = Text(most=60, required=True, means="The key of the competent agency.", example="municipality")
    record = FreeData(means="The record, as the registry's API answers.", example=_SENT, required=True)
    english = FreeData(
        means="The same record as the API answers in English.", load_default=None, allow_none=True
    )


class UnmappedShape(Shape):
    """Something that one of record and procedure says and the other cannot, or needs and is not said."""

    path = fields.String(
        required=True, metadata={"description": "Its path in the record, or in procedure.yaml."}
    )
    value = fields.String(required=True, metadata={"description": "Empty where the record says nothing."})
    why = fields.Nested(TwoLanguages, required=True)


class LeftOutList(ma.Schema):
    """What a version says and a record of it cannot."""

    items = fields.List(fields.Nested(UnmappedShape), required=True)


class RegistryDraft(ma.Schema):
    """The files of a draft, by name, and what could not be said in them."""

    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    unmapped = fields.List(fields.Nested(UnmappedShape), required=True)


calls = Calls("mitos", about="Records of the National Registry of Administrative Procedures (MITOS).")


@calls.call(
    "GET", "/catalogue/<key:key>/mitos", scope=None, headers=["If-None-Match"], refuses=[404, 422, 429]
)
@calls.arguments(RegistryRecordQuery, location="query")
@calls.alt_response(200, **_RECORD, headers=ETAG, description="The record.", success=True)
def show_record_of_service(query: dict[str, Any], key: str) -> object:
    """Show a procedure on offer as a record.

    In the shape in which the registry's API answers for one procedure.
    """
    count_address("catalogue")
    return _answered(engine().ask(RecordOfService(key=key, language=query["lang"]), actor=CITIZEN))


@calls.call(
    "GET",
    VERSION_PATH + "/mitos",
    scope=Scope.PROCEDURES_READ,
    headers=["If-None-Match"],
    refuses=[404, 422],
)
@calls.arguments(RegistryRecordQuery, location="query")
@calls.alt_response(200, **_RECORD, headers=ETAG, description="The record.", success=True)
def show_record_of_version(query: dict[str, Any], key: str, number: int) -> object:
    """Show a version as a record.

    A draft too. What the registry cannot say is left out.
    """
    question = RecordOfVersion(key=key, number=number, language=query["lang"])
    return _answered(engine().ask(question, actor=actor()))


@calls.call("GET", VERSION_PATH + "/mitos/left-out", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(
    200,
    LeftOutList,
    example={
        "items": [
            {
                "path": "retention",
                "value": '{"years":5,"then":"destroy"}',
                "why": {"el": "Το μητρώο δεν έχει τέτοιο πεδίο.", "en": "The registry has no field for it."},
            }
        ]
    },
)
def show_left_out(key: str, number: int) -> object:
    """Show what the record of a version leaves out.

    By its path in procedure.yaml, with the reason.
    """
    return {"items": engine().ask(LeftOutOfRecord(key=key, number=number), actor=actor())}


@calls.call("POST", "/mitos/drafts", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[422])
@calls.arguments(RegistryDraftBody)
@calls.response(
    200,
    RegistryDraft,
    example={
        "files": {"procedure.yaml": "key: parking-permit\n"},
        "unmapped": [
            {
                "path": "metadata.process.deadline",
                "value": "P10D",
                "why": {"el": "Ελέγξτε το.", "en": "Check that."},
            }
        ],
    },
)
def begin_from_record(body: dict[str, Any]) -> object:
    """Make the files of a draft of a record.

    They pass the check and their scenarios. Nothing is kept: deploy them to keep them. 422 names each field
    of the record that cannot be read by its path.
    """
    made = engine().ask(BeginFromRecord(**body), actor=actor())
    return {
        "files": {name: content.decode() for name, content in made.files.items()},
        "unmapped": made.unmapped,
    }


def _answered(record: dict[str, Any]) -> object:
    response = Response(orjson.dumps(record), content_type=JSON)
    response.add_etag()
    return with_etag(response, response.headers["ETag"])
