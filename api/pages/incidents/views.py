"""The overview of incidents, for managers and operators: by cause, with bulk retry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine, site
from api.pages.frame import dates
from api.pages.frame.flash import FlashMessage
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair, ngettext
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.incidents.bulk import MOST, BulkResult, for_each
from api.pages.incidents.search import Search
from api.pages.incidents.system_status import Indicator, indicators_of
from api.pages.incidents.words import codes, elements_by_id, explanation_of, place_words
from engine.incidents.model import Incident
from engine.incidents.pages import ShowCause
from engine.incidents.queries import Causes, IncidentsToRetry
from engine.incidents.repair import RetryIncident
from engine.kernel.actor import Role
from engine.kernel.refusal import NotFound
from engine.operations.model import FailingAgency
from engine.operations.queries import GivenUpDeliveries, ShowIncidentOverview
from engine.procedures.model import ProcedureVersion
from engine.service_tasks.deliveries import ReplayJob
from engine.service_tasks.switching import SwitchAgencyOn
from engine.tasks.worklist_model import CaseLabel

blueprint = Blueprint("desk_incidents", __name__, url_prefix="/desk/incidents")

REPAIRERS = (Role.MANAGER, Role.OPERATOR)


@blueprint.get("")
@signed_in(*REPAIRERS)
def show() -> Response:
    """All causes of open incidents; for operators the state of the system too."""
    search = Search.read(request.args)
    return _overview(search)


@blueprint.get("/cause")
@signed_in(*REPAIRERS)
def show_cause() -> Response:
    search = Search.read(request.args)
    if search.cause is None:
        return redirect(url_for("desk_incidents.show"), 303)
    found = engine().ask(ShowCause(wanted=search.wanted, part=search.part), actor=actor())
    causes, listed = found.causes, found.incidents
    if not causes.page.items:
        return redirect(_after(url_for("desk_incidents.show"), _bulk_result()), 303)
    (cause,) = shown_causes(causes, search)
    return page(
        "incidents/cause.html",
        flash=_flash(),
        cause=cause,
        search=search,
        cases=[stuck_case(incident, found.labels.get(incident.case_id)) for incident in listed.items],
        next_address=search.address(cursor=listed.next) if listed.next else None,
        at_once=MOST,
    )


@blueprint.post("/retry")
@signed_in(*REPAIRERS)
def retry() -> Response:
    """Try again everything of one cause, and say how many cases go on."""
    search = Search.read(request.form)
    if search.cause is None:
        raise NotFound.of("cause", "without a version")
    reader = actor()
    question = IncidentsToRetry(wanted=search.wanted, limit=MOST)
    chosen, count = engine().ask(question, actor=reader)

    def try_again(incident_id: UUID) -> bool:
        state = engine().carry_out(RetryIncident(incident_id=incident_id), actor=reader)
        return all(incident.id != incident_id for incident in state.incidents)

    return redirect(_after(search.address(), for_each(chosen, try_again, of=count)), 303)


@blueprint.post("/undelivered/<agency>/send-again")
@signed_in(Role.OPERATOR)
def send_again(agency: str) -> Response:
    """Repeat the deliveries to an agency that were given up."""
    reader = actor()
    jobs = engine().ask(GivenUpDeliveries(agency_key=agency, limit=MOST), actor=reader)

    def send(job_id: UUID) -> bool:
        engine().carry_out(ReplayJob(job_id=job_id), actor=reader)
        return True

    tally = for_each(jobs, send, of=len(jobs))
    return redirect(url_for("desk_incidents.show", sent=tally.done, of=tally.of), 303)


@blueprint.post("/paused/<agency>/switch-on")
@signed_in(Role.OPERATOR)
def switch_on(agency: str) -> Response:
    """Send to a paused agency again, beginning with what was held."""
    command = SwitchAgencyOn(agency_key=agency, reason=request.form.get("reason", ""))
    sent = engine().carry_out(command, actor=actor())
    return redirect(url_for("desk_incidents.show", sent=sent), 303)


def _overview(search: Search) -> Response:
    found = engine().ask(ShowIncidentOverview(wanted=search.wanted, part=search.part), actor=actor())
    causes, following = found.causes, found.causes.page.next
    return page(
        "incidents/incidents.html",
        flash=_flash(),
        now=engine().clock.now(),
        search=search,
        causes=shown_causes(causes, search),
        incidents=causes.incidents,
        next_address=search.address(cursor=following) if following else None,
        procedures=[("", _("Any procedure")), *_procedures(found.procedures)],
        agencies=[
            ("", _("Any agency")),
            *sorted((key, localized(name)) for key, name in found.agencies.items()),
        ],
        codes=[("", _("Any kind")), *codes()],
        indicators=_indicators() if actor().has(Role.OPERATOR) else [],
        unreachable=[unreachable_agency(agency) for agency in found.failing],
        paused=found.paused,
        switches=actor().has(Role.OPERATOR),
    )


def _indicators() -> list[Indicator]:
    return indicators_of(site().gauges.now(), now=engine().clock.now())


def _procedures(found: Sequence[ProcedureVersion]) -> Sequence[tuple[str, str]]:
    return sorted(
        ((version.key, localized_pair(version.title, version.title_en)) for version in found),
        key=lambda pair: pair[1],
    )


def _after(address: str, tally: BulkResult | None) -> str:
    """The address with the counts of a bulk retry."""
    if tally is None:
        return address
    join = "&" if "?" in address else "?"
    return f"{address}{join}done={tally.done}&failed={tally.failed}&of={tally.of}"


def _bulk_result() -> BulkResult | None:
    """The counts of a bulk retry in the address; None without them."""
    done, failed, of = (request.args.get(name, type=int) for name in ("done", "failed", "of"))
    return (
        None if done is None or failed is None or of is None else BulkResult(of=of, done=done, failed=failed)
    )


def _flash() -> FlashMessage | None:
    sent = request.args.get("sent", type=int)
    if sent is not None:
        return FlashMessage(
            ngettext("%(num)s request is sent again.", "%(num)s requests are sent again.", sent)
        )
    tally = _bulk_result()
    return _bulk_result_words(tally) if tally is not None else None


def _bulk_result_words(tally: BulkResult) -> FlashMessage:
    words = _("%(done)s of %(of)s cases go on.", done=tally.done, of=tally.of)
    if tally.failed:
        again = ngettext("%(num)s stopped there again.", "%(num)s stopped there again.", tally.failed)
        words = f"{words} {again}"
    if tally.left:
        left = ngettext(
            "%(num)s was not reached yet: press again.",
            "%(num)s were not reached yet: press again.",
            tally.left,
        )
        words = f"{words} {left}"
    return FlashMessage(words, "good" if tally.done and not tally.failed else "bad")


@dataclass(frozen=True, kw_only=True)
class ShownCause:
    """A cause in words, and the number of cases that it stopped."""

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
    address: str
    number: str
    applicant: str | None
    since: str
    last: str
    attempts: int


class UnreachableAgency(NamedTuple):
    agency: FailingAgency
    next_attempt: str | None


def shown_causes(causes: Causes, search: Search) -> list[ShownCause]:
    """One page of the causes; a cause of a single case leads straight to its incident."""
    elements = {version: elements_by_id(texts) for version, texts in causes.diagrams.items()}
    shown = []
    for group in causes.page.items:
        cause = group.cause
        version, drawn = causes.versions[cause.version_id], elements[cause.version_id]
        why = explanation_of(cause.code, drawn.get(cause.element_id or ""))
        one = url_for("repairs.show", incident_id=group.one_of_them)
        shown.append(
            ShownCause(
                count=group.count,
                heading=why.heading,
                meaning=why.meaning,
                remedy=why.remedy,
                place=place_words(cause.element_id, drawn),
                procedure=_(
                    "%(title)s, version %(number)s",
                    title=localized_pair(version.title, version.title_en),
                    number=version.number,
                ),
                oldest=dates.moment(group.oldest_at),
                newest=dates.moment(group.newest_at),
                address=one if group.count == 1 else search.of_cause(cause).address(),
            )
        )
    return shown


def stuck_case(incident: Incident, label: CaseLabel | None) -> StuckCase:
    return StuckCase(
        address=url_for("repairs.show", incident_id=incident.id),
        number=incident.case_number,
        applicant=label.applicant if label else None,
        since=dates.moment(incident.opened_at),
        last=dates.moment(incident.last_at),
        attempts=incident.attempts,
    )


def unreachable_agency(agency: FailingAgency) -> UnreachableAgency:
    return UnreachableAgency(
        agency=agency,
        next_attempt=dates.moment(agency.next_at) if agency.next_at else None,
    )
