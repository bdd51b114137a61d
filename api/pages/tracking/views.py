"""The tracking page: where is my case? For anybody with number and code of the receipt; nothing personal.

Number and code are asked for once: a visit stands for them for a while, so that no address holds the code.
What the case awaits of its citizen is sent from the same page.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from api.http.context import engine
from api.http.identity import count_address, count_guess
from api.pages.appointments.facts import own_appointment
from api.pages.desk_actions.views import offered_to_citizen
from api.pages.frame import words
from api.pages.frame.closings import closing_words
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair, ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import takes_up_to
from api.pages.payments import words as payment_words
from api.pages.signing.standing import shown_standing
from api.pages.tracking.readers import readers_page
from api.pages.tracking.status import answer_of, begin_visit, end_visit, present_visit, stages_of, term_of
from api.supplies import LARGEST_BODY, count_receipt, sent_files, supply
from engine.cases.expectations import Expectation
from engine.documents.model import MOST_BYTES, Document, DocumentFault, fault_of
from engine.kernel.actor import CITIZEN
from engine.kernel.office_settings import SettingKey
from engine.kernel.refusal import Conflict, NotFound
from engine.supplements.model import LONGEST_NOTE, MOST_FILES, BroughtFile
from engine.supplements.tracking import BeginVisit, TrackCase, Tracking, Visit

blueprint = Blueprint("track", __name__, url_prefix="/track")

_LONGEST = 40
"""Letters of a number or a code; nobody's receipt has more."""
_SHOWN_OF_DIGEST = 12
"""Digits of a document's digest that tell it from any other."""
_MEGABYTE = 1_000_000

Problems = dict[str, list[str]]
"""Sentences by the id of the field that they are about."""


def _note() -> str:
    """What officials want citizens to read now; empty for nothing."""
    decided, now = engine().decided(), engine().clock.now()
    greek = str(decided.value(SettingKey.CITIZENS_NOTE, now))
    return localized_pair(greek, str(decided.value(SettingKey.CITIZENS_NOTE_EN, now)))


@dataclass(frozen=True, kw_only=True)
class AwaitedItem:
    """Something that the citizen is to send, with its form.

    `text` is what an agency asks for, None where the service centre asked in person. `once` is the form's
    idempotency key. `place` numbers the form, for the ids of its fields.
    """

    id: UUID
    text: str | None
    place: int
    once: str
    note: str = ""
    problems: Problems = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A document that the citizen sent; `name` only during the visit in which they sent it."""

    name: str | None
    kind: str
    size: str
    digest: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RefusedForm:
    """A refused form: what is wrong with its files and note, and the note as typed."""

    awaited_id: UUID | None
    files: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    typed: str = ""


@blueprint.get("")
def track() -> Response:
    """The form for number and code; with both in the address, as in the receipt's QR code, a visit begins."""
    number, code = _number_and_code(request.args.get("number"), request.args.get("code"))
    if number or code:
        return _start_visit(number, code)
    flash = {
        "over": FlashMessage(
            _("Your time on the page of your case is over. Give number and code once more."), "bad"
        ),
        "finished": FlashMessage(_("You have left your case. Whoever comes next sees nothing of it.")),
    }.get(request.args.get("said", ""))
    return page("tracking/form.html", number="", code="", problem=None, flash=flash, note=_note())


@blueprint.post("")
def find() -> Response:
    return _start_visit(*_number_and_code(request.form.get("number"), request.form.get("code")))


@blueprint.get("/case")
def show() -> Response:
    found = _current_case()
    taken = FlashMessage(_("It is done: we have it. Below you see where your case is now."))
    flash = taken if request.args.get("said") == "action-taken" else None
    return _render(*found, flash=flash) if found else _visit_ended()


@blueprint.post("/case/supplies/<uuid:awaited_id>")
@takes_up_to(LARGEST_BODY, of=lambda: _current_case() is not None)
def send(awaited_id: UUID) -> Response:
    """Send files to what awaits them."""
    found = _current_case()
    if found is None:
        return _visit_ended()
    visit, tracking = found
    count_guess("supply")
    count_receipt(visit.number, visit.given)
    files, note = sent_files(), request.form.get("note", "").strip()
    refused = RefusedForm(
        awaited_id=awaited_id, files=_file_problems(files), note=_note_problems(note), typed=note
    )
    if refused.files or refused.note:
        return _render(visit, tracking, refused=refused, status=422)
    try:
        brought = supply(
            number=visit.number,
            proof=visit.given,
            awaited_id=awaited_id,
            files=files,
            note=note,
            key=request.form.get("once", "")[:_LONGEST] or None,
        )
    except Conflict as conflict:
        return _render(visit, tracking, flash=FlashMessage(_refusal_words(conflict), "bad"), status=409)
    digests = [document.sha256[:_SHOWN_OF_DIGEST] for document in brought.documents]
    return redirect(url_for("track.sent", files=",".join(digests)), 303)


@blueprint.get("/case/sent")
def sent() -> Response:
    """What was received just now, and what happens next."""
    found = _current_case()
    if found is None:
        return _visit_ended()
    visit, tracking = found
    wanted = request.args.get("files", "").split(",")
    documents = [one for one in tracking.brought if one.sha256[:_SHOWN_OF_DIGEST] in wanted]
    if not documents:
        return redirect(url_for("track.show"), 303)
    return page(
        "tracking/sent.html",
        found=tracking,
        title=_title(tracking),
        sent=[_sent(document, visit) for document in documents],
        at=max(document.added_at for document in documents),
        answer=answer_of(tracking),
        stages=stages_of(tracking),
        term=term_of(tracking),
    )


@blueprint.get("/case/readers")
def show_readers() -> Response:
    """Who has read the case."""
    visit = present_visit()
    if visit is None:
        return _visit_ended()
    count_address("tracked")
    try:
        return readers_page(visit)
    except NotFound:
        return _visit_ended()


@blueprint.post("/finish")
def finish() -> Response:
    """End the visit, for whoever uses this screen next."""
    response = redirect(url_for("track.track", said="finished"), 303)
    end_visit(response)
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """Say that the files together are too large; they were not read."""
    found = _current_case()
    if found is None:
        return _visit_ended()
    most = MOST_FILES * MOST_BYTES // _MEGABYTE
    problem = _(
        "Together the files are too large: at most %(most)s MB. Send fewer, or smaller ones.", most=most
    )
    awaited_id = (request.view_args or {}).get("awaited_id")
    return _render(*found, refused=RefusedForm(awaited_id=awaited_id, files=[problem]), status=413)


def _start_visit(number: str, code: str) -> Response:
    count_guess("track")
    try:
        visit = engine().ask(BeginVisit(number=number, code=code), actor=CITIZEN)
    except NotFound:
        problem = _("We find no case with this number and this code. Both are on your receipt.")
        return page(
            "tracking/form.html",
            status=404,
            number=number,
            code=code,
            problem=problem,
            flash=None,
            note=_note(),
        )
    response = redirect(url_for("track.show"), 303)
    begin_visit(response, visit)
    return response


def _number_and_code(*texts: str | None) -> tuple[str, str]:
    number, code = ((text or "").strip()[:_LONGEST] for text in texts)
    return number, code


def _current_case() -> tuple[Visit, Tracking] | None:
    """The present visit and its case, looked up once a request; None without a valid visit."""
    if "tracked" not in g:
        g.tracked = _look_up_case()
    return cast(tuple[Visit, Tracking] | None, g.tracked)


def _look_up_case() -> tuple[Visit, Tracking] | None:
    visit = present_visit()
    if visit is None:
        return None
    count_address("tracked")
    try:
        return visit, engine().ask(TrackCase(number=visit.number, code=visit.given), actor=CITIZEN)
    except NotFound:
        return None


def _visit_ended() -> Response:
    response = redirect(url_for("track.track", said="over"), 303)
    end_visit(response)
    return response


def _render(
    visit: Visit,
    found: Tracking,
    *,
    refused: RefusedForm | None = None,
    flash: FlashMessage | None = None,
    status: int = 200,
) -> Response:
    wanted = [_awaited_item(thing, place, refused) for place, thing in enumerate(found.awaited, start=1)]
    errors = {name: sentences for one in wanted for name, sentences in one.problems.items()}
    return page(
        "tracking/case.html",
        status=status,
        flash=flash,
        found=found,
        closing=closing_words(found.closing),
        title=_title(found),
        status_shown=words.status_mark(found.status),
        answer=answer_of(found),
        fees=[payment_words.shown(one, to_public=True) for one in found.payments],
        wanted=wanted,
        appointments=[own_appointment(one) for one in found.appointments],
        errors=errors,
        offered=offered_to_citizen(found.offered),
        stages=stages_of(found),
        term=term_of(found),
        signers=[shown_standing(one) for one in found.signers],
        sent=[_sent(document, visit) for document in found.brought],
        most_files=MOST_FILES,
        most_bytes=MOST_BYTES,
        longest_note=LONGEST_NOTE,
    )


def _title(found: Tracking) -> str:
    return localized_pair(found.procedure_title, found.procedure_title_en)


def _awaited_item(thing: Expectation, place: int, refused: RefusedForm | None) -> AwaitedItem:
    awaited_id = thing.task_id or thing.service_task_id
    if awaited_id is None:
        raise ValueError("Expected what awaits the citizen to be a task or a service task.")
    wanted = AwaitedItem(id=awaited_id, text=thing.wanted, place=place, once=uuid4().hex)
    if refused is None or refused.awaited_id != awaited_id:
        return wanted
    found = {f"files-{place}": refused.files, f"note-{place}": refused.note}
    problems = {name: sentences for name, sentences in found.items() if sentences}
    return AwaitedItem(
        id=awaited_id, text=thing.wanted, place=place, once=wanted.once, note=refused.typed, problems=problems
    )


def _sent(document: Document, visit: Visit) -> Sent:
    return Sent(
        name=document.name if document.added_at >= visit.given.began_at else None,
        kind=document.media_type.rpartition("/")[2].upper(),
        size=words.size_words(document.size),
        digest=document.sha256[:_SHOWN_OF_DIGEST],
        at=document.added_at,
    )


def _file_problems(files: tuple[BroughtFile, ...]) -> list[str]:
    if not files:
        return [_("Choose at least one file.")]
    if len(files) > MOST_FILES:
        return [
            ngettext("Send at most %(num)s file at once.", "Send at most %(num)s files at once.", MOST_FILES)
        ]
    faults = ((file.name, fault_of(file.content)) for file in files)
    return [_fault_words(name, fault) for name, fault in faults if fault is not None]


def _fault_words(name: str, fault: DocumentFault) -> str:
    match fault:
        case DocumentFault.EMPTY:
            return _("“%(name)s” is empty.", name=name)
        case DocumentFault.TOO_LARGE:
            most = MOST_BYTES // _MEGABYTE
            return _("“%(name)s” is too large: at most %(most)s MB.", name=name, most=most)
        case DocumentFault.UNKNOWN_KIND:
            return _("“%(name)s” is no PDF and no picture. Take a photograph of the paper.", name=name)


def _note_problems(note: str) -> list[str]:
    if len(note) <= LONGEST_NOTE:
        return []
    return [_("Write at most %(most)s letters; these are %(found)s.", most=LONGEST_NOTE, found=len(note))]


def _refusal_words(conflict: Conflict) -> str:
    if conflict.code == "supply_full":
        return _("You have sent as much as we can take this way. Bring the rest to the service centre.")
    return _("We no longer wait for this, and took nothing. Below you see where your case is now.")
