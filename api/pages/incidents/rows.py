"""The rows of the incidents' room as people read them: causes, the cases they hold up, failing agencies."""

from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import of_two
from api.pages.incidents.search import Search
from api.pages.incidents.words import elements_by_id, place_words, why_of
from engine.incidents.model import Incident
from engine.incidents.queries import Causes
from engine.operations.model import FailingAgency
from engine.tasks.label import Caption


@dataclass(frozen=True, kw_only=True)
class ShownCause:
    """What held up `count` cases, in words."""

    count: int
    heading: str
    meaning: str
    remedy: str
    place: str
    procedure: str
    oldest: str
    newest: str
    address: str


class StuckCase(NamedTuple):
    """A case that a cause holds up."""

    address: str
    number: str
    applicant: str | None
    since: str
    last: str
    attempts: int


class Unreached(NamedTuple):
    """An agency that could not be reached, and what is done about it."""

    agency: FailingAgency
    next_attempt: str | None
    disabled: str | None


def shown_causes(causes: Causes, search: Search) -> list[ShownCause]:
    """A part of the causes that were looked for; one that struck a single case leads straight to it."""
    elements = {version: elements_by_id(texts) for version, texts in causes.diagrams.items()}
    shown = []
    for group in causes.page.items:
        cause = group.cause
        version, why = causes.versions[cause.version_id], why_of(cause.code)
        one = url_for("repairs.show", incident_id=group.one_of_them)
        shown.append(
            ShownCause(
                count=group.count,
                heading=why.heading,
                meaning=why.meaning,
                remedy=why.remedy,
                place=place_words(cause.element_id, elements[cause.version_id]),
                procedure=_(
                    "%(title)s, version %(number)s",
                    title=of_two(version.title, version.title_en),
                    number=version.number,
                ),
                oldest=dates.moment(group.oldest_at),
                newest=dates.moment(group.newest_at),
                address=one if group.count == 1 else search.of_cause(cause).address(),
            )
        )
    return shown


def stuck_case(incident: Incident, caption: Caption | None) -> StuckCase:
    """A case that is held up; its applicant is told to those who see its caption."""
    return StuckCase(
        address=url_for("repairs.show", incident_id=incident.id),
        number=incident.case_number,
        applicant=caption.applicant if caption else None,
        since=dates.moment(incident.opened_at),
        last=dates.moment(incident.last_at),
        attempts=incident.attempts,
    )


def unreached(agency: FailingAgency) -> Unreached:
    """An agency that could not be reached."""
    return Unreached(
        agency=agency,
        next_attempt=dates.moment(agency.next_at) if agency.next_at else None,
        disabled=dates.moment(agency.disabled_at) if agency.disabled_at else None,
    )
