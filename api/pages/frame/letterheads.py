"""What stands above a receipt or letter: what the branch was called then, and how it was reached."""

from typing import Any

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized
from engine.organisation.letterheads import Letterhead


def letterhead_facts(head: Letterhead | None, code: str) -> dict[str, Any]:
    """`branch` and `reached` for the page; the code where nothing is known of the branch."""
    if head is None:
        return {"branch": code, "reached": ""}
    phone = _("tel. %(phone)s", phone=head.phone) if head.phone else ""
    return {
        "branch": localized(head.called),
        "reached": " · ".join(text for text in (head.address, phone) if text),
    }
