"""The page of a party: what they are asked to sign, and nothing else of the case.

The code in the link and the last digits of a number that they are known by open it, for half an hour; no
address holds either after that.
"""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http import session_cookie
from api.http.context import engine
from api.http.identity import count_address, count_guess, count_guess_of
from api.pages.frame.flash import FlashMessage
from api.pages.frame.form_sheet import typed_data
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from api.pages.frame.page import page
from api.pages.signing.words import shown_sheet
from engine.kernel.refusal import Conflict, FieldErrors, Invalid, NotFound
from engine.signatures.model import A_PARTY, LONGEST_REASON, PASS_LIFE, SigningPass, digest_of
from engine.signatures.queries import ShowSigning, SigningSheet
from engine.signatures.sign import Decision, OpenLink, SignFromLink

blueprint = Blueprint("sign", __name__, url_prefix="/sign")

_COOKIE = "stoa_signing"
_LONGEST = 40
"""Letters of a code or of digits; nobody's link has more."""
_LONGEST_VISIT = 160
_ENDED = "over"


@blueprint.get("")
def ask() -> Response:
    """The form for the code and the last digits; a link brings its code along."""
    flash = {
        _ENDED: FlashMessage(_("Your time on this page is over. Open your link once more."), "bad"),
        "finished": FlashMessage(_("You have left the page. Whoever comes next sees nothing of it.")),
    }.get(request.args.get("said", ""))
    return page("signing/ask.html", code=_given(request.args.get("code")), problem=None, flash=flash)


@blueprint.post("")
def open_link() -> Response:
    """Show who one is; every attempt is counted, by address and by link."""
    count_guess("sign")
    code, digits = _given(request.form.get("code")), _given(request.form.get("digits"))
    count_guess_of(f"sign {digest_of(code)}")
    try:
        opened = engine().carry_out(OpenLink(code=code, digits=digits), actor=A_PARTY)
    except NotFound:
        opened = None
    if opened is not None and opened.given is not None:
        response = redirect(url_for("sign.show"), 303)
        _begin_visit(response, opened.given)
        return response
    if opened is not None and opened.is_spent:
        problem = _("This link opens nothing any more. Ask the service centre for a new one, or sign there.")
    else:
        problem = _("We find nothing to sign with this code and these digits.")
    return page("signing/ask.html", status=404, code=code, problem=problem, flash=None)


@blueprint.get("/sheet")
def show() -> Response:
    visit = _present_visit()
    sheet = _sheet(visit)
    return _visit_ended() if sheet is None else _render(sheet)


@blueprint.post("/sheet")
def decide() -> Response:
    """Sign or refuse, once however often the button is pressed, and in however many windows."""
    visit = _present_visit()
    sheet = _sheet(visit)
    if visit is None or sheet is None:
        return _visit_ended()
    count_guess_of(f"sign {visit.seal}")
    refuses = request.form.get("decision") == "refuse"
    reason = request.form.get("reason", "").strip()
    problems = _problems(reason, refuses=refuses)
    if problems:
        return _render(sheet, problems=problems, status=422)
    decision = Decision(signed=not refuses, data={} if refuses else typed_data(), reason=reason)
    try:
        engine().carry_out(SignFromLink(given=visit, decision=decision), actor=A_PARTY)
    except Invalid as refused:
        errors = {name: [localized(one) for one in sentences] for name, sentences in refused.errors.items()}
        return _render(sheet, errors=errors, status=422)
    except Conflict:
        again = _sheet(visit)
        if again is None:
            return _visit_ended()
        flash = FlashMessage(_("This was not done: it was settled before, or the case rests."), "bad")
        return _render(again, flash=flash, status=409)
    except NotFound:
        return _visit_ended()
    return redirect(url_for("sign.show"), 303)


@blueprint.post("/finish")
def finish() -> Response:
    """End the visit, for whoever uses this screen next."""
    response = redirect(url_for("sign.ask", said="finished"), 303)
    session_cookie.delete_cookie(response, _COOKIE)
    return response


def _problems(reason: str, *, refuses: bool) -> dict[str, list[str]]:
    if not refuses:
        return {} if request.form.get("agreed") else {"agreed": [_("Tick that you have read it.")]}
    if 1 <= len(reason) <= LONGEST_REASON:
        return {}
    return {"reason": [_("Say in at most %(most)s letters why you refuse.", most=LONGEST_REASON)]}


def _render(
    sheet: SigningSheet,
    *,
    problems: FieldErrors | None = None,
    errors: FieldErrors | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    typed = typed_data() if request.method == "POST" else {}
    return page(
        "signing/sheet.html",
        status=status,
        flash=flash,
        problems=problems or {},
        typed=request.form,
        longest_reason=LONGEST_REASON,
        branch=sheet.branch,
        **shown_sheet(sheet, typed=typed, errors=errors),
    )


def _sheet(visit: SigningPass | None) -> SigningSheet | None:
    if visit is None:
        return None
    count_address("signing")
    try:
        return engine().ask(ShowSigning(given=visit), actor=A_PARTY)
    except NotFound:
        return None


def _given(text: str | None) -> str:
    return (text or "").strip()[:_LONGEST]


def _begin_visit(response: Response, given: SigningPass) -> None:
    """Set the cookie of a visit, which is not sent with what other sites post."""
    value = f"{given.signature_id}.{given.began_at.timestamp():.0f}.{given.seal}"
    session_cookie.set_cookie(response, _COOKIE, value, max_age=int(PASS_LIFE.total_seconds()))


def _present_visit() -> SigningPass | None:
    """The visit in the browser's cookie, which the engine has yet to check; None without one."""
    shown = session_cookie.cookie(_COOKIE)
    wanted, _dot, proof = shown.partition(".")
    began, _dot, seal = proof.partition(".")
    if len(shown) > _LONGEST_VISIT or not (began.isascii() and began.isdigit() and len(began) <= 11):
        return None
    try:
        signature_id = UUID(wanted)
    except ValueError:
        return None
    return SigningPass(
        signature_id=signature_id, began_at=datetime.fromtimestamp(int(began), tz=UTC), seal=seal
    )


def _visit_ended() -> Response:
    response = redirect(url_for("sign.ask", said=_ENDED), 303)
    session_cookie.delete_cookie(response, _COOKIE)
    return response
