"""What the page of a party and that of the clerk show alike."""

from collections.abc import Mapping
from typing import Any

from flask import request

from api.http.context import site
from api.pages.frame import dates
from api.pages.frame.form_sheet import sheet as form_sheet
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.service_tasks.facts import facts_of
from engine.bundle.party_rules import SigningMeans
from engine.kernel.refusal import FieldErrors
from engine.kernel.signing import SignatureState
from engine.signatures.model import Signature
from engine.signatures.queries import SigningSheet


def settled_words(signature: Signature) -> str | None:
    """How a signature was settled, as a sentence; None while it is awaited."""
    if signature.state.is_awaited or signature.settled_at is None:
        return None
    at = dates.moment(signature.settled_at)
    match signature.state, signature.means:
        case SignatureState.SIGNED, SigningMeans.COUNTER:
            return _("Signed at the counter on %(at)s.", at=at)
        case SignatureState.SIGNED, _means:
            return _("Signed from the link on %(at)s.", at=at)
        case SignatureState.REFUSED, _means:
            return _("Refused on %(at)s.", at=at)
    return _("No signature is awaited any more since %(at)s.", at=at)


def shown_sheet(
    sheet: SigningSheet, *, typed: Mapping[str, Any], errors: FieldErrors | None = None
) -> dict[str, Any]:
    """What both pages show of what is to be signed."""
    asked, form = sheet.request, sheet.request.form
    statement = sheet.rule.statement
    return {
        "title": localized_pair(asked.title, asked.title_en),
        "what": localized(asked.task.name) or _("Signature"),
        "number": sheet.case_number,
        "role": localized(sheet.rule.title),
        "name": sheet.party.person.full_name,
        "statement": localized(statement) if statement else "",
        "consents": sheet.rule.consents,
        "facts": facts_of(asked),
        "sheet": form_sheet(form, typed, errors=errors) if form else None,
        "settled": settled_words(sheet.signature),
        "reason_given": sheet.signature.reason,
    }


def signing_page() -> str:
    """The address at which parties sign."""
    return f"{(site().settings.public_url or request.url_root).rstrip('/')}/sign"
