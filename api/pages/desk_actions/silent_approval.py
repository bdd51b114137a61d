"""The certificate of silent approval as a page to print, in Greek and in English."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import segno
from babel.dates import format_date
from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from api.http.context import engine
from api.http.identity import count_address
from api.pages.cases.facts import case_address
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.intake.receipts import tracking_address, tracking_page
from api.pages.tracking.status import end_visit, present_visit
from engine.cases.silent_approval import ShowCitizensSilentApproval, ShowSilentApproval, SilentApproval
from engine.kernel.actor import CITIZEN
from engine.kernel.bilingual import Language
from engine.kernel.refusal import Conflict, NotFound

blueprint = Blueprint("silent_approval", __name__)

_TEXTS: Mapping[Language, Mapping[str, str]] = {
    Language.EL: {
        "heading": "Βεβαίωση σιωπηρής έγκρισης",
        "sentence": "Η προθεσμία της υπηρεσίας παρήλθε χωρίς απάντηση, και η αίτηση εγκρίθηκε εκ του νόμου.",
        "number": "Αριθμός υπόθεσης",
        "procedure": "Διαδικασία",
        "applicant": "Αιτών",
        "law": "Νόμος",
        "day": "Ημέρα έγκρισης",
        "term": "Προθεσμία",
        "code": "Κωδικός επαλήθευσης",
    },
    Language.EN: {
        "heading": "Certificate of silent approval",
        "sentence": "The office's term passed without an answer, and the application was approved by law.",
        "number": "Case number",
        "procedure": "Procedure",
        "applicant": "Applicant",
        "law": "Law",
        "day": "Approved on",
        "term": "Term",
        "code": "Verification code",
    },
}
"""The certificate is in both languages whatever its reader's: these are no texts of the catalogue."""


class Sheet(NamedTuple):
    """The certificate in one language."""

    language: str
    branch: str
    reached: str
    heading: str
    sentence: str
    facts: Sequence[tuple[str, str]]


@blueprint.get("/desk/cases/<uuid:case_id>/silent-approval")
@signed_in(*CASE_WORKERS)
def show(case_id: UUID) -> Response:
    try:
        found = engine().ask(ShowSilentApproval(case_id=case_id), actor=actor())
    except Conflict:
        return redirect(case_address(case_id), 303)
    return _render(found, back=case_address(case_id))


@blueprint.get("/track/case/silent-approval")
def show_citizens() -> Response:
    visit = present_visit()
    if visit is None:
        return _visit_ended()
    count_address("tracked")
    try:
        found = engine().ask(ShowCitizensSilentApproval(number=visit.number, code=visit.given), actor=CITIZEN)
    except Conflict:
        return redirect(url_for("track.show"), 303)
    except NotFound:
        return _visit_ended()
    return _render(found, back=url_for("track.show"))


def _visit_ended() -> Response:
    response = redirect(url_for("track.track", said="over"), 303)
    end_visit(response)
    return response


def _render(found: SilentApproval, *, back: str) -> Response:
    code = segno.make(tracking_address(found.number, found.code), error="m", micro=False)
    return page(
        "desk_actions/silent_approval.html",
        found=found,
        sheets=[_sheet(found, language) for language in Language],
        qr_uri=code.svg_data_uri(scale=4, border=2),
        tracking_page=tracking_page(),
        back=back,
    )


def _sheet(found: SilentApproval, language: Language) -> Sheet:
    texts = _TEXTS[language]
    is_greek = language is Language.EL
    head = found.letterhead
    values = {
        "number": found.number,
        "procedure": found.title.el if is_greek else found.title.en,
        "applicant": found.applicant,
        "law": found.law,
        "day": format_date(found.day, "long", locale=language.value),
        "term": found.words.el if is_greek else found.words.en,
        "code": found.code,
    }
    return Sheet(
        language=language.value,
        branch=head.called.el if is_greek else head.called.en,
        reached=" · ".join(text for text in (head.address, head.phone) if text),
        heading=texts["heading"],
        sentence=texts["sentence"],
        facts=[(texts[name], value) for name, value in values.items() if value],
    )
