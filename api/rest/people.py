"""Who works where: the register of people, posts, invitations, files, and who may do what."""

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request
from marshmallow import fields

from api.http.calls import JSON, Calls
from api.http.context import actor, engine
from api.http.fields import Choice, ComposedShape, Moment, Shape, Text, WholeInQuery
from engine.kernel.actor import Role, Scope
from engine.kernel.bilingual import Language
from engine.kernel.pages import MAX_LIMIT, Slice
from engine.people.invitations import InvitePerson, RevokeInvitation
from engine.people.posts import ConfirmPost, EndPost, GivePost
from engine.people.register import ListInvitations, ListStaff, ShowPerson
from engine.people.rights_here import RightSource, WhoMayDoWhat
from engine.people.staff_csv import COLUMNS
from engine.people.staff_files import ExportPosts, ImportPosts

CSV = "text/csv"
POST: dict[str, Any] = {
    "id": "01936b2e-9000-7aaa-8bbb-0123456789ab",
    "role": "clerk",
    "position": "",
    "valid_from": "2027-01-01",
    "valid_until": None,
    "awaits_confirmation": False,
    "source": "register",
    "given_by": "nikos",
    "given_at": "2026-12-01T09:00:00Z",
    "confirmed_by": None,
    "withdrawn_by": None,
    "withdrawn_at": None,
}
PERSON: dict[str, Any] = {
    "username": "maria",
    "name": "Μαρία Παπαδοπούλου",
    "active": True,
    "posts": [{"organisation": "0009", "in_place_of": None, "wants_confirmation": False, "post": POST}],
}
INVITATION: dict[str, Any] = {
    "id": "01936b2e-9000-7aaa-8bbb-0123456789ab",
    "name": "Άννα Γεωργίου",
    "organisation": "0009",
    "role": "clerk",
    "expires_at": "2026-12-15T09:00:00Z",
    "by_email": False,
    "made_by": "nikos",
}


class StaffPostShape(Shape):
    """A role at an organisation from its first to its last day, both included, as days of Athens."""

    id = fields.UUID(required=True)
    role = Choice(Role, required=True)
    position = fields.String(required=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    awaits_confirmation = fields.Boolean(
        required=True, metadata={"description": "It counts only once another has confirmed it."}
    )
    source = fields.String(required=True)
    given_by = fields.String(required=True)
    given_at = Moment(required=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    withdrawn_by = fields.String(required=True, allow_none=True)
    withdrawn_at = Moment(required=True, allow_none=True)


class PlacedStaffPostShape(ComposedShape):
    """A post with the organisation where it is, and the user name of whom they stand in for."""

    organisation = fields.String(required=True, metadata={"description": "Its code."})
    in_place_of = fields.String(required=True, allow_none=True)
    wants_confirmation = fields.Boolean(
        required=True,
        metadata={"description": "Another is to confirm it. One that a group gave alone counts meanwhile."},
    )
    post = fields.Nested(StaffPostShape, required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The organisation by its code."""
        return thing.code if name == "organisation" else getattr(thing, name)


class StaffMemberShape(ComposedShape):
    """Somebody with their posts in organisations that the caller keeps."""

    username = fields.String(required=True)
    name = fields.String(required=True)
    active = fields.Boolean(required=True, metadata={"description": "Whether they may sign in."})
    posts = fields.List(fields.Nested(PlacedStaffPostShape), required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Of the user, but for the posts."""
        if name == "posts":
            return thing.posts
        return thing.user.display_name if name == "name" else getattr(thing.user, name)


class PeopleShape(ma.Schema):
    """A part of the register."""

    items = fields.List(fields.Nested(StaffMemberShape), required=True)
    next = fields.String(required=True, allow_none=True)


class StaffListQuery(ma.Schema):
    """Which people are wanted."""

    text = Text(most=100, load_default="", means="Words of a name.")
    organisation = Text(most=64, load_default=None, means="The code of an organisation.")
    role = Choice(Role, load_default=None, means="Who has this role somewhere.")
    leaving = fields.Boolean(
        load_default=False, metadata={"description": "Who leaves within a month, and nobody else."}
    )
    proposed = fields.Boolean(
        load_default=False, metadata={"description": "Of whom a post waits to be confirmed."}
    )
    limit = WholeInQuery(least=1, most=MAX_LIMIT, load_default=50)
    cursor = Text(most=500, load_default=None)


class StaffPostBody(ma.Schema):
    """A post to be given."""

    organisation = Text(most=64, required=True, example="0009", means="The code of the organisation.")
    role = Choice(Role, required=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    position = Text(most=200, least=0, load_default="")
    substitute_for = Text(
        most=63, load_default=None, allow_none=True, means="The user name of whom they stand in for."
    )


class EndPostBody(ma.Schema):
    """When a post ends."""

    last_day = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "Null to end it at once."}
    )


class InvitationBody(ma.Schema):
    """Who is invited, and to what."""

    name = Text(most=200, required=True, example="Άννα Γεωργίου")
    organisation = Text(most=64, required=True, example="0009")
    role = Choice(Role, required=True)
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    position = Text(most=200, least=0, load_default="")
    email = Text(most=254, load_default=None, allow_none=True, means="Null for a slip with the code.")
    language = Choice(Language, load_default=Language.EL)


class StaffInvitationShape(ComposedShape):
    """An invitation that is open; of its code nothing is kept that could be shown."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    role = Choice(Role, required=True)
    expires_at = Moment(required=True)
    by_email = fields.Boolean(required=True)
    made_by = fields.String(required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """Of the invitation, but for the code of the organisation."""
        if name == "organisation":
            return thing.code
        return thing.invitation.email is not None if name == "by_email" else getattr(thing.invitation, name)


class StaffInvitationsShape(ma.Schema):
    """The open invitations."""

    items = fields.List(fields.Nested(StaffInvitationShape), required=True)


class StaffMadeShape(ComposedShape):
    """A new invitation."""

    id = fields.UUID(required=True)
    expires_at = Moment(required=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Shown this once; null where it is sent by e-mail."},
    )

    def value_of(self, thing: Any, name: str) -> Any:
        """The code, and what the invitation says."""
        return thing.code if name == "code" else getattr(thing.invitation, name)


class StaffImportQuery(ma.Schema):
    """Whether a file is only tried."""

    trial = fields.Boolean(load_default=True, metadata={"description": "False to give the posts."})


class StaffProblemShape(Shape):
    """What is wrong with one cell."""

    line = fields.Integer(required=True)
    field = fields.String(required=True)
    value = fields.String(required=True)
    rule = fields.String(required=True)


class StaffReportShape(Shape):
    """What came of a file: it is taken whole, or, with a problem, not at all."""

    lines = fields.Integer(required=True)
    posts = fields.Integer(required=True)
    problems = fields.List(fields.Nested(StaffProblemShape), required=True)
    is_trial = fields.Boolean(required=True)


class StaffRightsQuery(ma.Schema):
    """Which organisation is meant."""

    organisation = Text(most=64, required=True, example="0009")


class RightHolderShape(ComposedShape):
    """Who has a right there, as what, and by what; nobody is named whose organisation you do not keep."""

    username = fields.String(required=True, allow_none=True)
    role = fields.Enum(Role, by_value=True, required=True)
    source = fields.Enum(RightSource, by_value=True, required=True)
    in_place_of = fields.String(required=True, allow_none=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The person by their user name."""
        if name == "username":
            return thing.user.username if thing.user else None
        return getattr(thing, name)


class StaffRightShape(ComposedShape):
    """A right, and who has it in the organisation."""

    thing = fields.String(required=True)
    action = fields.String(required=True)
    when = fields.String(required=True)
    people = fields.List(fields.String(), required=True)
    holders = fields.List(fields.Nested(RightHolderShape), required=True)

    def value_of(self, thing: Any, name: str) -> Any:
        """The people by their user names."""
        return [user.username for user in thing.people] if name == "people" else getattr(thing, name)


class StaffRightsShape(ma.Schema):
    """Who may do what in an organisation."""

    items = fields.List(fields.Nested(StaffRightShape), required=True)


REPORT = {"lines": 12, "posts": 12, "problems": [], "is_trial": True}
RIGHT = {
    "thing": "case",
    "action": "open",
    "when": "",
    "people": ["maria", "nikos"],
    "holders": [
        {"username": "maria", "role": "clerk", "source": "post", "in_place_of": None},
        {"username": "nikos", "role": "manager", "source": "substitute", "in_place_of": "petros"},
        {"username": None, "role": "agent", "source": "everywhere", "in_place_of": None},
    ],
}

calls = Calls("people", about="Who works where, as what, and from when to when.")


@calls.call("GET", "/people", scope=Scope.PEOPLE_READ, refuses=[404])
@calls.arguments(StaffListQuery, location="query")
@calls.response(200, PeopleShape, example={"items": [PERSON], "next": None})
def list_people(query: dict[str, Any]) -> object:
    """List people.

    Who works in the organisations whose people you keep, by user name, with the posts that are not over.
    """
    part = Slice(limit=query.pop("limit"), cursor=query.pop("cursor"))
    return engine().ask(ListStaff(**query, part=part), actor=actor())


@calls.call("GET", "/people/<username>", scope=Scope.PEOPLE_READ, refuses=[404])
@calls.response(200, StaffMemberShape, example=PERSON)
def show_person(username: str) -> object:
    """Show a person.

    With every post in organisations that you keep, past ones too. 404 for who works elsewhere.
    """
    return engine().ask(ShowPerson(username=username), actor=actor()).member


@calls.call("POST", "/people/<username>/posts", scope=Scope.PEOPLE_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(StaffPostBody, example={"organisation": "0009", "role": "clerk"})
@calls.response(201, StaffPostShape, example=POST)
def give_post(body: dict[str, Any], username: str) -> object:
    """Give a post.

    One of the ministry's roles waits for another to confirm it.
    """
    return engine().carry_out(GivePost(username=username, **body), actor=actor())


@calls.call("POST", "/posts/<uuid:post_id>/end", scope=Scope.PEOPLE_WRITE, takes=JSON, refuses=[404, 409])
@calls.arguments(EndPostBody, example={"last_day": "2027-06-30"})
@calls.response(200, StaffPostShape, example={**POST, "valid_until": "2027-06-30"})
def end_post(body: dict[str, Any], post_id: UUID) -> object:
    """End a post.

    With its last day, or at once. What they have in hand goes back to the branch, drafts stay in it.
    """
    return engine().carry_out(EndPost(post_id=post_id, **body), actor=actor())


@calls.call("POST", "/posts/<uuid:post_id>/confirm", scope=Scope.PEOPLE_WRITE, refuses=[404, 409])
@calls.response(200, StaffPostShape, example={**POST, "confirmed_by": "eleni"})
def confirm_post(post_id: UUID) -> object:
    """Confirm a post.

    That another has proposed; who proposed it cannot.
    """
    return engine().carry_out(ConfirmPost(post_id=post_id), actor=actor())


@calls.call("GET", "/people/invitations", scope=Scope.PEOPLE_READ)
@calls.response(200, StaffInvitationsShape, example={"items": [INVITATION]})
def list_invitations() -> object:
    """List invitations.

    Those that somebody may still accept, newest first.
    """
    return {"items": engine().ask(ListInvitations(), actor=actor())}


@calls.call("POST", "/people/invitations", scope=Scope.PEOPLE_WRITE, takes=JSON, refuses=[404])
@calls.arguments(InvitationBody, example={"name": "Άννα Γεωργίου", "organisation": "0009", "role": "clerk"})
@calls.response(
    201,
    StaffMadeShape,
    example={
        "id": INVITATION["id"],
        "expires_at": INVITATION["expires_at"],
        "code": "abcd-efgh-jkmn-pqrs-tuvw",
    },
)
def invite_person(body: dict[str, Any]) -> object:
    """Invite somebody.

    They choose a password with the code at /invitation, or accept with the account that they have.
    """
    return engine().carry_out(InvitePerson(**body), actor=actor())


@calls.call(
    "POST", "/people/invitations/<uuid:invitation_id>/revoke", scope=Scope.PEOPLE_WRITE, refuses=[404, 409]
)
@calls.response(204)
def revoke_invitation(invitation_id: UUID) -> None:
    """Take an invitation back.

    Its code opens nothing any more.
    """
    engine().carry_out(RevokeInvitation(invitation_id=invitation_id), actor=actor())


@calls.call("POST", "/people/import", scope=Scope.PEOPLE_WRITE, takes=CSV)
@calls.arguments(StaffImportQuery, location="query")
@calls.doc(
    requestBody={
        "required": True,
        "description": f"A line for each post: {';'.join(COLUMNS)}.",
        "content": {CSV: {"schema": {"type": "string"}}},
    }
)
@calls.response(200, StaffReportShape, example=REPORT)
def import_posts(query: dict[str, bool]) -> object:
    """Read posts from a file.

    All of them, or none: every problem is told by line. Only a trial, unless you say otherwise.
    """
    command = ImportPosts(content=request.get_data(), is_trial=query["trial"])
    return engine().carry_out(command, actor=actor())


@calls.call("GET", "/people/export", scope=Scope.PEOPLE_READ)
@calls.alt_response(200, schema={"type": "string"}, content_type=CSV, success=True)
def export_posts() -> object:
    """Write posts to a file.

    As CSV in UTF-8 with a byte order mark, a line for each post that is not over.
    """
    content = engine().ask(ExportPosts(), actor=actor())
    return Response(content, content_type="text/csv; charset=utf-8")


@calls.call("GET", "/people/rights", scope=Scope.PEOPLE_READ, refuses=[404])
@calls.arguments(StaffRightsQuery, location="query")
@calls.response(200, StaffRightsShape, example={"items": [RIGHT]})
def show_rights(query: dict[str, str]) -> object:
    """Show who may do what.

    In an organisation, worked out from the rules of permission as they are today.
    """
    return {"items": engine().ask(WhoMayDoWhat(**query), actor=actor()).rights}
