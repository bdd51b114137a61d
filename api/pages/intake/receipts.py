"""The receipt of a case for the citizen, as a page to print and as a PDF."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from api.http.context import engine, site
from api.pages.cases.facts import case_address
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language, localized
from api.pages.frame.letterheads import letterhead_facts
from api.pages.frame.page import page
from api.pages.frame.sessions import CASE_WORKERS, actor, signed_in
from api.pages.payments import words as payment_words
from engine.cases.case_page import ReceiptPage, ShowReceipt
from engine.kernel.actor import Role
from engine.kernel.permission import may_take
from engine.tasks.model import Task

blueprint = Blueprint("receipts", __name__, url_prefix="/desk/cases")

_OPENERS = (*CASE_WORKERS, Role.AGENT)


@blueprint.get("/<uuid:case_id>/receipt")
@signed_in(*_OPENERS)
def show(case_id: UUID) -> Response:
    """The receipt, with the link to the case's first task."""
    flash = (
        FlashMessage(_("The case is open. Hand the receipt over."))
        if request.args.get("said") == "opened"
        else None
    )
    shown = _shown(case_id)
    return page(
        "intake/receipt.html",
        flash=flash,
        case_id=case_id,
        next_task=_next(shown.view.tasks),
        is_call=not actor().has(*CASE_WORKERS),
        **_receipt(shown),
    )


@blueprint.get("/<uuid:case_id>/receipt.pdf")
@signed_in(*_OPENERS)
def download(case_id: UUID) -> Response:
    receipt = _receipt(_shown(case_id))
    response = make_response(as_pdf(receipt))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{receipt["number"]}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _shown(case_id: UUID) -> ReceiptPage:
    return engine().ask(ShowReceipt(case_id=case_id), actor=actor())


def _receipt(shown: ReceiptPage) -> dict[str, Any]:
    """The texts of the receipt, and the tracking address as a QR code in SVG."""
    case = shown.view.case
    tracking = tracking_address(case.number, shown.code)
    code = segno.make(tracking, error="m", micro=False)
    return {
        "number": case.number,
        "case_address": case_address(case.id),
        **letterhead_facts(shown.letterhead, case.branch_code),
        "title": localized(shown.title),
        "applicant": shown.applicant,
        "opened": dates.moment(case.opened_at),
        "expected": dates.day(dates.last_day(case.expected_at)) if case.expected_at else None,
        "tracking_code": shown.code,
        "tracking_address": tracking,
        "tracking_page": tracking_page(),
        "fees": [payment_words.shown(one) for one in shown.payments],
        "qr_svg": code.svg_inline(scale=4, border=2, omitsize=False),
        "qr_uri": code.svg_data_uri(scale=4, border=2),
    }


def _next(tasks: tuple[Task, ...]) -> Task | None:
    """The first task of the case that the reader may go on with."""
    asker = actor()
    return next(
        (
            task
            for task in tasks
            if task.branch_id == asker.branch_id
            and task.assignee_id in (None, asker.id)
            and may_take(name=asker.name, roles=asker.roles, task=task)
        ),
        None,
    )


def tracking_page() -> str:
    """The address of the page on which cases are tracked."""
    return f"{(site().settings.public_url or request.url_root).rstrip('/')}/track"


def tracking_address(number: str, code: str) -> str:
    """The address at which a case is shown to whoever holds its receipt."""
    return f"{tracking_page()}?{urlencode({'number': number, 'code': code})}"


_SHEET = Path(__file__).with_name("receipt.typ")

_SHOWN = (
    "number",
    "branch",
    "reached",
    "title",
    "applicant",
    "opened",
    "tracking_code",
    "tracking_page",
    "qr_svg",
)


def as_pdf(receipt: Mapping[str, Any]) -> bytes:
    """The PDF, conforming to PDF/UA-1, in the reader's language."""
    shown = {name: str(receipt[name]) for name in _SHOWN}
    fees = "; ".join(f"{fee.title}: {fee.amount}, {fee.state}" for fee in receipt["fees"])
    words = {
        "fees": fees,
        "word_fees": _("Fees"),
        "language": language(),
        "expected": str(receipt["expected"] or ""),
        "word_receipt": _("Receipt"),
        "word_number": _("Case number"),
        "word_applicant": _("Applicant"),
        "word_opened": _("Filed"),
        "word_expected": _("Expected by"),
        "word_code": _("Code for tracking"),
        "word_track": _("See how your case stands:"),
        "word_qr": _("QR code of the page on which the case is tracked"),
    }
    import typst  # the typesetter is loaded with the first receipt

    return bytes(typst.compile(_source(), sys_inputs={**shown, **words}, pdf_standards=["ua-1"]))


@cache
def _source() -> bytes:
    return _SHEET.read_bytes()
