"""The receipt as a sheet of paper: one page in A5, set by Typst as tagged PDF."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from api.pages.frame.language import gettext as _
from api.pages.frame.language import language

_SHEET = Path(__file__).with_name("receipt.typ")

_SHOWN = (
    "number",
    "branch",
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
    words = {
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
    return bytes(typst.compile(_source(), sys_inputs={**shown, **words}, pdf_standards=["ua-1"]))


@cache
def _source() -> bytes:
    return _SHEET.read_bytes()
