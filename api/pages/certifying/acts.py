"""What is done with a version from its page: asked about, certified, returned, published, retired."""

from uuid import UUID

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from api.http.context import engine, site
from api.http.counted_code import with_counted_code
from api.pages.certifying.views import REVIEWERS, version_page
from api.pages.certifying.words import problems_of
from api.pages.frame.dates import day_sent
from api.pages.frame.language import gettext as _
from api.pages.frame.sessions import actor, reader, signed_in
from api.pages.people.sign_in import passkeys_not_possible, script_problem
from engine.context import Command
from engine.kernel.actor import Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted
from engine.people.attempts import TooManyAttempts
from engine.people.passkey import PasskeyAnswer, relying_party_at
from engine.people.passkeys import AskForPasskeyToAct, TakeChallenge
from engine.procedures.certification import CertifyVersion, Decree, certification_act
from engine.procedures.comments import AnswerComment, CommentVersion, ResolveComment
from engine.procedures.model import ProcedureVersion, Validity
from engine.procedures.publishing import PublishVersion, RetireVersion
from engine.procedures.submission import ReturnVersion

blueprint = Blueprint("certifying_acts", __name__, url_prefix="/certifying")

_VERSION = "/<key:key>/<number:number>"
_REFUSALS = (Invalid, Conflict, NotPermitted, TooManyAttempts)
"""What is told on the page; whoever may not act at all is refused before."""


@blueprint.post(_VERSION + "/questions")
@signed_in(*REVIEWERS)
def ask(key: str, number: int) -> AnyResponse:
    """Begin a thread, on an element or on all of it."""
    element = request.form.get("element", "") or None
    text = request.form.get("text", "")
    command = CommentVersion(key=key, number=number, text=text, element_id=element)
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return version_page(key, number, problems=problems_of(refused), acting="ask")
    return _back(key, number, "version-asked", "questions")


@blueprint.post(_VERSION + "/questions/<uuid:comment_id>/answers")
@signed_in(*REVIEWERS)
def answer(key: str, number: int, comment_id: UUID) -> AnyResponse:
    """Write below a question."""
    command = AnswerComment(comment_id=comment_id, text=request.form.get("text", ""))
    try:
        engine().carry_out(command, actor=actor())
    except Invalid as refused:
        return version_page(
            key, number, problems=problems_of(refused), acting="answer", about=str(comment_id)
        )
    return _back(key, number, "version-answered", "questions")


@blueprint.post(_VERSION + "/questions/<uuid:comment_id>/resolution")
@signed_in(*REVIEWERS)
def resolve(key: str, number: int, comment_id: UUID) -> AnyResponse:
    """Say that a question is settled, or open again."""
    command = ResolveComment(comment_id=comment_id, resolved=request.form.get("resolved") == "yes")
    try:
        engine().carry_out(command, actor=actor())
    except Conflict:
        # Somebody else was quicker with the same: the page shows how it stands.
        return _back(key, number, "", "questions")
    return _back(key, number, "version-settled" if command.resolved else "version-opened", "questions")


@blueprint.post(_VERSION + "/certification/options")
@signed_in(Role.CERTIFIER)
def ask_for_passkey(key: str, number: int) -> AnyResponse:
    """What the browser needs to prove by a passkey that this certification is meant, as `{"options"}`."""
    party = relying_party_at(site().settings.public_url)
    if party is None:
        return script_problem(passkeys_not_possible())
    sha256 = request.form.get("sha256", "")
    try:
        act = certification_act(key, number, sha256=sha256, decree=_decree(), validity=_validity())
        command = AskForPasskeyToAct(session_id=reader().session.id, party=party, act=act)
        return jsonify({"options": engine().carry_out(command, actor=actor())})
    except Invalid as refused:
        ((field, (sentence, *_others)), *_rest) = problems_of(refused).items()
        return script_problem(sentence, field=field)
    except NotFound:
        return script_problem(_("You have no passkey. Add one in your account, or type a code."))


@blueprint.post(_VERSION + "/certification")
@signed_in(Role.CERTIFIER)
def certify(key: str, number: int) -> AnyResponse:
    """Certify by decree, proved by a code or by a passkey that was asked for this very certification."""
    try:
        command = CertifyVersion(
            key=key,
            number=number,
            sha256=request.form.get("sha256", ""),
            decree=_decree(),
            validity=_validity(),
            second_factor=_second_factor(),
        )
        with_counted_code(command)
    except _REFUSALS as refused:
        return version_page(key, number, problems=problems_of(refused), acting="certify")
    return _back(key, number, "version-certified", "decide")


@blueprint.post(_VERSION + "/return")
@signed_in(Role.CERTIFIER)
def give_back(key: str, number: int) -> AnyResponse:
    """Return a submitted version to its analysts."""
    command = ReturnVersion(key=key, number=number, reason=request.form.get("reason", ""))
    return _acted(command, key, number, acting="return", said="version-returned")


@blueprint.post(_VERSION + "/publication")
@signed_in(Role.CERTIFIER)
def publish(key: str, number: int) -> AnyResponse:
    """Put a certified version on offer, from a day on."""
    typed = request.form.get("since", "")
    since = day_sent(typed)
    if typed and since is None:
        problem = Invalid.field("since", "expected a date")
        return version_page(key, number, problems=problems_of(problem), acting="publish")
    command = PublishVersion(key=key, number=number, since=since)
    return _acted(command, key, number, acting="publish", said="version-published")


@blueprint.post(_VERSION + "/retirement")
@signed_in(Role.CERTIFIER)
def retire(key: str, number: int) -> AnyResponse:
    """Offer a version no longer, or let it not come."""
    command = RetireVersion(key=key, number=number, reason=request.form.get("reason", ""))
    return _acted(command, key, number, acting="retire", said="version-retired")


def _acted(
    command: Command[ProcedureVersion], key: str, number: int, *, acting: str, said: str
) -> AnyResponse:
    try:
        engine().carry_out(command, actor=actor())
    except _REFUSALS as refused:
        return version_page(key, number, problems=problems_of(refused), acting=acting)
    return _back(key, number, said, "decide")


def _back(key: str, number: int, said: str, section: str) -> AnyResponse:
    address = url_for("certifying.show", key=key, number=number, said=said or None, _anchor=section)
    return redirect(address, 303)


def _decree() -> Decree:
    typed = {name: request.form.get(name, "") for name in ("decree", "gazette", "ada")}
    return Decree(number=typed["decree"], gazette=typed["gazette"], ada=typed["ada"])


def _validity() -> Validity:
    """The days of the form; `Invalid` for what is none."""
    days = {}
    for name, field in (("since", "valid_from"), ("until", "valid_until")):
        typed = request.form.get(field, "")
        days[name] = day_sent(typed)
        if typed and days[name] is None:
            raise Invalid.field(field, "expected a date")
    return Validity(**days)


def _second_factor() -> str | PasskeyAnswer:
    """The answer of a passkey, whose challenge is taken from the session, or else the code that was typed."""
    response, party = request.form.get("credential", ""), relying_party_at(site().settings.public_url)
    if response and party is not None:
        challenge = engine().carry_out(TakeChallenge(session_id=reader().session.id), actor=actor())
        return PasskeyAnswer(response=response, challenge=challenge, party=party)
    code = request.form.get("code", "").strip()
    if not code:
        raise Invalid.field("code", "expected a code")
    return code
