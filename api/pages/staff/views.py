"""The register of people: searched and filtered, one person with their posts, who may do what in a place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.pages.frame.flash import flash_message
from api.pages.frame.page import page, wants_only_a_part
from api.pages.frame.sessions import actor, signed_in
from api.pages.organisations.chooser import choices, is_looking, only_choices
from api.pages.staff.forms import (
    ORGANISATION,
    Problems,
    choosable,
    day_field,
    named_organisations,
    offered_roles,
    organisation_field,
    problems_in_words,
    role_field,
    role_options,
    unclear_in_filter,
)
from api.pages.staff.rights import condition_words, right_words
from api.pages.staff.words import holder_words, place_name, post_state, source_words
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, Refusal
from engine.people.pauses import PauseClerk
from engine.people.posts import ConfirmPost, EndPost, GivePost
from engine.people.register import (
    ListStaff,
    ShowPerson,
    ShowStaffPage,
    StaffMember,
    StaffPost,
)
from engine.people.rights_here import Holder, WhoMayDoWhat

blueprint = Blueprint("staff_register", __name__, url_prefix="/admin/people")

KEEPERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.OPERATOR)
_ON_A_PAGE = 50
_LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which people are shown, as the address has it; what makes no sense is ignored."""

    text: str = ""
    organisation: str = ""
    role: str = ""
    only: str = ""
    cursor: str | None = None

    @classmethod
    def read(cls) -> "Search":
        def text(name: str) -> str:
            return request.args.get(name, "").replace("\0", "").strip()[:_LONGEST]

        role, only = text("role"), text("only")
        return cls(
            text=text("text"),
            organisation=text("organisation"),
            role=role if role in set(Role) else "",
            only=only if only in ("leaving", "proposed") else "",
            cursor=request.args.get("cursor") or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.organisation or self.role or self.only)

    def address(self, *, cursor: str | None = None) -> str:
        """The address of this search, from its beginning or after `cursor`."""
        given = {
            "text": self.text,
            "organisation": self.organisation,
            "role": self.role,
            "only": self.only,
            "cursor": cursor or "",
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{url_for('staff_register.show')}{'?' if query else ''}{query}"

    def question(self) -> ShowStaffPage:
        return ShowStaffPage(
            staff=ListStaff(
                text=self.text,
                organisation=self.organisation or None,
                role=Role(self.role) if self.role else None,
                leaving=self.only == "leaving",
                proposed=self.only == "proposed",
                part=Slice(limit=_ON_A_PAGE, cursor=self.cursor),
            )
        )


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """A post as a page shows it."""

    shown: StaffPost
    place: str
    state: str
    is_over: bool
    may_confirm: bool


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """By what somebody has rights in an organisation: as what, and the rest in words."""

    role: Role
    words: str


@blueprint.get("")
@signed_in(*KEEPERS)
def show() -> Response:
    """The people of the reader's organisations, and whom they have invited."""
    search, problem = Search.read(), None
    named: list[tuple[str, str]] = []
    try:
        found = engine().ask(search.question(), actor=actor())
    except NotFound:
        named = named_organisations(search.organisation)
        if len(named) == 1:
            return redirect(replace(search, organisation=named[0][0]).address(), 303)
        problem = unclear_in_filter(named)
        found = engine().ask(Search().question(), actor=actor())
    except Refusal as refused:
        problem = refused.message
        found = engine().ask(Search().question(), actor=actor())
    today = found.today
    return page(
        "staff/list.html",
        status=422 if problem else 200,
        flash=flash_message(),
        search=search,
        problem=problem,
        named=[(f"{code} · {name}", replace(search, organisation=code).address()) for code, name in named],
        people=[(member, _rows(member, today)) for member in found.people.items],
        invitations=[(one, place_name(one.place)) for one in found.invitations],
        roles=role_options(),
        first_address=search.address(),
        next_address=search.address(cursor=found.people.next) if found.people.next else None,
    )


@blueprint.get("/user/<username>")
@signed_in(*KEEPERS)
def show_person(username: str) -> Response:
    """One person: their posts with history, and the forms that change them."""
    if wants_only_a_part():
        return only_choices(choices(ORGANISATION, request.args))
    return _person_page(username)


@blueprint.post("/user/<username>/posts")
@signed_in(*KEEPERS)
def give(username: str) -> Response:
    """Give somebody a further post, or let them stand in for somebody."""
    if is_looking(request.form, ORGANISATION.name):
        return _person_page(username)
    problems: Problems = {}
    organisation = organisation_field(problems)
    valid_from = day_field("valid_from", problems)
    valid_until = day_field("valid_until", problems)
    role = role_field(problems)
    command = GivePost(
        username=username,
        organisation=organisation,
        role=role or Role.CLERK,
        valid_from=valid_from,
        valid_until=valid_until,
        position=request.form.get("position", ""),
        substitute_for=request.form.get("substitute_for", "").strip() or None,
    )
    try:
        if problems:
            raise Invalid("The post cannot be given so.", problems)
        post = engine().carry_out(command, actor=actor())
    except (Invalid, Conflict, NotPermitted) as refused:
        return _person_page(username, problems=problems_in_words(refused), status=422)
    said = "post-proposed" if post.awaits_confirmation else "post-given"
    return redirect(url_for("staff_register.show_person", username=username, said=said), 303)


@blueprint.post("/user/<username>/posts/<uuid:post_id>/end")
@signed_in(*KEEPERS)
def end(username: str, post_id: UUID) -> Response:
    """End a post with a day, or at once."""
    problems: Problems = {}
    last_day = day_field("last_day", problems)
    try:
        if problems:
            raise Invalid("The post cannot end so.", problems)
        engine().carry_out(EndPost(post_id=post_id, last_day=last_day), actor=actor())
    except (Invalid, Conflict, NotPermitted) as refused:
        return _person_page(username, problems=problems_in_words(refused), status=422)
    return redirect(url_for("staff_register.show_person", username=username, said="post-ended"), 303)


@blueprint.post("/user/<username>/posts/<uuid:post_id>/confirm")
@signed_in(*KEEPERS)
def confirm(username: str, post_id: UUID) -> Response:
    """Confirm a post that another has proposed."""
    try:
        engine().carry_out(ConfirmPost(post_id=post_id), actor=actor())
    except (Conflict, NotPermitted) as refused:
        return _person_page(username, problems=problems_in_words(refused), status=422)
    return redirect(url_for("staff_register.show_person", username=username, said="post-confirmed"), 303)


@blueprint.get("/rights")
@signed_in(*KEEPERS)
def show_rights() -> Response:
    """Who may do what in an organisation, worked out from the rules of permission."""
    code = request.args.get("organisation", "").strip()[:_LONGEST]
    found = engine().ask(WhoMayDoWhat(organisation=code), actor=actor())
    others = dict.fromkeys(
        holder for right in found.rights for holder in right.holders if holder.user is None
    )
    return page(
        "staff/rights.html",
        code=code,
        place=place_name(found.place),
        people=[
            {"user": one.user, "holds": [_held(holder) for holder in one.holds], "rights": one.rights}
            for one in found.people
        ],
        others=[_held(one) for one in others],
        sources=source_words(),
        right_words=right_words,
        condition_words=condition_words,
        rights=[one for one in found.rights if one.holders],
        without=[one for one in found.rights if not one.holders],
    )


def _held(holder: Holder) -> HeldRow:
    return HeldRow(role=holder.role, words=holder_words(holder))


@blueprint.post("/user/<username>/absence")
@signed_in(Role.MANAGER)
def plan_absence(username: str) -> Response:
    """Say from when until when somebody of the reader's branch is away and is given no work."""
    problems: Problems = {}
    since, until = day_field("since", problems), day_field("until", problems)
    command = PauseClerk(username=username, since=since, until=until, reason=request.form.get("reason", ""))
    try:
        if problems:
            raise Invalid("The absence cannot be planned so.", problems)
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return _person_page(username, problems=problems_in_words(refused), status=422)
    return redirect(url_for("staff_register.show_person", username=username, said="absence-planned"), 303)


def _person_page(username: str, *, problems: Problems | None = None, status: int = 200) -> Response:
    reader = actor()
    found = engine().ask(ShowPerson(username=username), actor=reader)
    return page(
        "staff/person.html",
        status=status,
        flash=flash_message(),
        person=found.member.user,
        posts=_rows(found.member, found.today, own_name=reader.name),
        absences=found.absences,
        errors=problems or {},
        typed=request.form,
        roles=offered_roles(found.offers),
        offers=[(one.code, f"{one.code} · {place_name(one.place)}") for one in found.offers if one.roles]
        if choosable(found.offers)
        else None,
        organisation=None if choosable(found.offers) else choices(ORGANISATION, request.form),
        plans_absences=reader.has(Role.MANAGER),
        is_self=found.member.user.username == reader.name,
    )


def _rows(member: StaffMember, today: date, *, own_name: str = "") -> Sequence[PostRow]:
    return [
        PostRow(
            shown=one,
            place=place_name(one.place),
            state=post_state(one, today),
            is_over=one.post.is_over(today),
            may_confirm=one.wants_confirmation
            and not one.post.is_over(today)
            and own_name not in (one.post.given_by, member.user.username),
        )
        for one in member.posts
    ]
