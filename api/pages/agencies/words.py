"""The words for what was changed of an agency, and for what came of a call."""

from api.pages.frame.language import gettext as _
from engine.organisation.connection import AgencyChange, Ping
from engine.service_tasks.connector import DeliveryResult


def change_words(change: AgencyChange) -> str:
    detail = change.detail
    match change.what:
        case "entered":
            return _("Entered the agency")
        case "endpoint":
            return _("Changed the address to %(to)s", to=detail["to"] or "–")
        case "key_added":
            return _("Made the key %(key)s", key=detail["key"])
        case "key_ended":
            return _("Ended the key %(key)s", key=detail["key"])
        case "topics":
            gained, lost = (", ".join(detail[name]) or "–" for name in ("added", "removed"))
            return _("Changed the topics: more %(gained)s; less %(lost)s", gained=gained, lost=lost)
        case _:
            return change.what


def ping_words(ping: Ping) -> str:
    """What came of it; the detail of a failure is the connector's, in English."""
    if ping.result is None:
        return _("The call is about to be made.")
    if ping.result in (DeliveryResult.FAILED, DeliveryResult.GONE):
        return _("The call failed: %(why)s", why=ping.detail)
    return _("The agency took the call.")
