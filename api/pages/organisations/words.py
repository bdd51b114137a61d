"""Organisations in words: kinds, what is stated of them, and how a change reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from engine.organisation.organisation import (
    BEGINNING,
    Closure,
    Decision,
    NotOffered,
    OrganisationKind,
    OrganisationStatus,
    Particulars,
)


def kind_words(kind: OrganisationKind) -> str:
    return {
        OrganisationKind.MINISTRY: _("Ministry"),
        OrganisationKind.DECENTRALISED_ADMINISTRATION: _("Decentralised administration"),
        OrganisationKind.MUNICIPALITY: _("Municipality"),
        OrganisationKind.AGENCY: _("Agency"),
        OrganisationKind.BRANCH: _("Citizen service centre"),
        OrganisationKind.ANNEX: _("Annex of a centre"),
        OrganisationKind.POINT_OF_SINGLE_CONTACT: _("Point of single contact"),
    }[kind]


def status_words(status: OrganisationStatus) -> str:
    return {
        OrganisationStatus.OPEN: _("In operation"),
        OrganisationStatus.CLOSED: _("Closed for good"),
    }[status]


def stated_words() -> Mapping[str, str]:
    """What each of the particulars is called, in the order of the page."""
    return {
        "name": _("Name in Greek"),
        "name_en": _("Name in English"),
        "parent_id": _("Belongs to"),
        "address": _("Address"),
        "hours": _("Opening hours"),
        "phone": _("Telephone"),
        "local_holidays": _("Patron's day"),
        "closures": _("Days closed by decision"),
        "not_offered": _("Services not offered"),
        "status": _("State"),
        "successor_id": _("Successor"),
    }


def called(particulars: Particulars) -> str:
    name: str = localized_pair(particulars.name, particulars.name_en or particulars.name)
    return name


def day_words(day: date) -> str:
    return _("the beginning") if day == BEGINNING else dates.plain_day(day)


def value_words(name: str, value: Any, names: Mapping[UUID, Particulars]) -> str:
    """A value of the particulars in words; a dash for none."""
    if value in (None, "", ()):
        return "—"
    if name in ("parent_id", "successor_id"):
        return called(names[value]) if value in names else "—"
    if name == "status":
        return status_words(value)
    if name == "local_holidays":
        return ", ".join(_day_of_year(day) for day in value)
    if name == "closures":
        return ", ".join(_closure(one) for one in value)
    if name == "not_offered":
        return "; ".join(_not_offered(one) for one in value)
    return str(value)


def decision_words(decision: Decision | None) -> str:
    if decision is None:
        return ""
    gazette = _("Government Gazette %(number)s", number=decision.gazette) if decision.gazette else ""
    ada = f"ΑΔΑ {decision.ada}" if decision.ada else ""
    return ", ".join(text for text in (decision.number, gazette, ada) if text)


def _day_of_year(text: str) -> str:
    month, day = text.split("-")
    return f"{day}/{month}"


def _closure(one: Closure) -> str:
    day = dates.plain_day(one.day)
    return f"{day} ({one.decision})" if one.decision else day


def _not_offered(one: NotOffered) -> str:
    return f"{one.procedure}: {one.reason}"
