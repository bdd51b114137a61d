"""The life of a procedure version: submitted, returned, certified, published, retired; and its record."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.counted_code import with_counted_code
from api.http.fields import Choice, FreeData, Moment, Shape, Text
from api.rest.procedures import VERSION, VERSION_PATH, WholeVersion
from engine.kernel.actor import Scope
from engine.kernel.refusal import LONGEST as LONGEST_REASON
from engine.procedures.acts import ActKind
from engine.procedures.certification import LONGEST, CertifyVersion, Decree
from engine.procedures.model import Validity
from engine.procedures.publishing import PublishVersion, RetireVersion
from engine.procedures.queries import ShowRecord
from engine.procedures.submission import FilesToSubmit, ReturnVersion, SubmitVersion

ACT: dict[str, Any] = {
    "number": 3,
    "at": "2026-03-02T08:00:00Z",
    "act": "certified",
    "by": "kostas",
    "branch": "0009",
    "reason": None,
    "detail": {"decree": "ΔΟΛΚΕΠ 1234/2026", "gazette": "Β΄ 512/2026", "ada": "Ψ8Ν246ΜΤΛ6-7ΘΞ"},
}
CERTIFICATION: dict[str, Any] = {
    "sha256": "5e" * 32,
    "decree": "ΔΟΛΚΕΠ 1234/2026",
    "gazette": "Β΄ 512/2026",
    "ada": "Ψ8Ν246ΜΤΛ6-7ΘΞ",
    "valid_from": "2026-12-15",
    "valid_until": None,
    "second_factor": "123456",
}


class ActShape(Shape):
    """What somebody did with a version."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    act = Choice(ActKind, required=True, attribute="kind")
    by = fields.String(required=True, attribute="actor_name")
    branch = fields.String(required=True, allow_none=True, attribute="branch_code")
    reason = fields.String(required=True, allow_none=True)
    detail = FreeData(means="Of a certification the decree and every file's SHA-256.", required=True)


class Record(ma.Schema):
    """Everything that was done with a version, first act first."""

    items = fields.List(fields.Nested(ActShape), required=True)


class VersionReasonBody(ma.Schema):
    """Why."""

    reason = Text(most=LONGEST_REASON, required=True, means="Why; it is kept.", example="Λείπει το ΦΕΚ.")


class CertificationBody(ma.Schema):
    """By what a version is certified, and that it is really you."""

    sha256 = Text(most=64, required=True, means="The `sha256` of the version that you looked at.")
    decree = Text(most=LONGEST, required=True, means="The number of the decree.")
    gazette = Text(most=LONGEST, required=True, means="The issue of the Government Gazette (ΦΕΚ).")
    ada = Text(most=20, required=True, means="The number under which Diavgeia published it (ΑΔΑ).")
    valid_from = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "The first day; null is any."}
    )
    valid_until = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "The last day; null is none."}
    )
    second_factor = Text(most=40, required=True, means="The code of your telephone, or a recovery code.")


class PublicationBody(ma.Schema):
    """From when."""

    since = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "From 00:00 of this day at the installation's place; "
            "null is the first day that is certified, or at once."
        },
    )


calls = Calls("version_life", about="How a version comes to be on offer, by whom, and how it ends.")

_EXAMPLE: dict[str, Any] = {**VERSION, "metadata": {}}


@calls.call("POST", VERSION_PATH + "/submit", scope=Scope.PROCEDURES_WRITE, refuses=[404, 409, 422])
@calls.response(200, WholeVersion, example={**_EXAMPLE, "status": "submitted"})
def submit_version(key: str, number: int) -> object:
    """Submit a version.

    A draft, or one that was returned, waits to be certified. 422 lists what it lacks: errors, scenarios that
    fail, elements, flows and rules that none covers.
    """
    # What takes seconds is done before there is a transaction, and remembered for the same files.
    engine().evidence_of(engine().ask(FilesToSubmit(key=key, number=number), actor=actor()))
    return engine().carry_out(SubmitVersion(key=key, number=number), actor=actor())


@calls.call("POST", VERSION_PATH + "/return", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(VersionReasonBody)
@calls.response(200, WholeVersion, example={**_EXAMPLE, "status": "returned"})
def return_version(body: dict[str, str], key: str, number: int) -> object:
    """Return a version.

    To its analysts, with the reasons.
    """
    command = ReturnVersion(key=key, number=number, reason=body["reason"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", VERSION_PATH + "/certify", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(CertificationBody, example=CERTIFICATION)
@calls.response(200, WholeVersion, example={**_EXAMPLE, "status": "certified"})
def certify_version(body: dict[str, Any], key: str, number: int) -> object:
    """Certify a version.

    By decree, and by somebody else than those who deployed or submitted it. The second factor is asked once
    more. `version_altered` if the files are not, byte by byte, those of `sha256`.
    """
    command = CertifyVersion(
        key=key,
        number=number,
        sha256=body["sha256"],
        decree=Decree(number=body["decree"], gazette=body["gazette"], ada=body["ada"]),
        validity=Validity(since=body["valid_from"], until=body["valid_until"]),
        second_factor=body["second_factor"],
    )
    return with_counted_code(command)


@calls.call("POST", VERSION_PATH + "/publish", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(PublicationBody)
@calls.response(200, WholeVersion, example=_EXAMPLE)
def publish_version(body: dict[str, Any], key: str, number: int) -> object:
    """Publish a version.

    A certified one is on offer from now on, or from the first moment of a day; the one before is superseded
    in the same moment. Somebody else than those who deployed or submitted it does this.
    """
    command = PublishVersion(key=key, number=number, since=body["since"])
    return engine().carry_out(command, actor=actor())


@calls.call("POST", VERSION_PATH + "/retire", scope=Scope.PROCEDURES_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(VersionReasonBody)
@calls.response(200, WholeVersion, example={**_EXAMPLE, "status": "retired"})
def retire_version(body: dict[str, str], key: str, number: int) -> object:
    """Retire a version.

    It is offered no longer, and nothing in its place; its running cases go on. One that is to be on offer
    from a later day does not come, and the one before goes on.
    """
    command = RetireVersion(key=key, number=number, reason=body["reason"])
    return engine().carry_out(command, actor=actor())


@calls.call("GET", VERSION_PATH + "/record", scope=Scope.PROCEDURES_READ, refuses=[404])
@calls.response(200, Record, example={"items": [ACT]})
def show_record(key: str, number: int) -> object:
    """Show the record of a version.

    Who deployed, submitted, returned, certified, published and retired it, when, and why. Nobody can change
    it without that showing.
    """
    return {"items": engine().ask(ShowRecord(key=key, number=number), actor=actor())}
