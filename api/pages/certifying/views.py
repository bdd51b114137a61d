"""What waits for certifiers and analysts, and everything about one version on a page."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from api.http.context import engine, site
from api.pages.certifying import facts, words
from api.pages.frame.dates import full_date, moment
from api.pages.frame.flash import flash_message
from api.pages.frame.page import page
from api.pages.frame.sessions import actor, signed_in
from api.pages.frame.version_words import version_mark
from engine.kernel.actor import Role
from engine.kernel.pages import Slice
from engine.operations.certifying import (
    CertifiersWork,
    ReviewVersion,
    ShowCertifiersWork,
    VersionUnderReview,
    WaitingVersion,
)
from engine.people.passkey import relying_party_at
from engine.procedures.acts import Act, ActKind
from engine.procedures.model import VersionStatus

blueprint = Blueprint("certifying", __name__, url_prefix="/certifying")

REVIEWERS = (Role.CERTIFIER, Role.ANALYST)
_ON_A_PAGE = 50


@blueprint.get("")
@signed_in(*REVIEWERS)
def list_versions() -> Response:
    text, cursor = request.args.get("q", "").strip() or None, request.args.get("cursor") or None
    question = ShowCertifiersWork(text=text, part=Slice(limit=_ON_A_PAGE, cursor=cursor))
    found = engine().ask(question, actor=actor())
    following = found.on_offer.next
    return page(
        "certifying/list.html",
        groups=_groups(found),
        on_offer=found.on_offer.items,
        text=text or "",
        cursor=cursor,
        first_address=url_for("certifying.list_versions", q=text),
        next_address=url_for("certifying.list_versions", q=text, cursor=following) if following else None,
        last_act=_last_act,
        may_certify=actor().has(Role.CERTIFIER),
        moment=moment,
    )


@blueprint.get("/<key:key>/<number:number>")
@signed_in(*REVIEWERS)
def show(key: str, number: int) -> Response:
    """Everything about a version; `with` is the number of the version that it is compared with."""
    return version_page(key, number)


def version_page(
    key: str,
    number: int,
    *,
    problems: Mapping[str, Sequence[str]] | None = None,
    acting: str = "",
    about: str = "",
) -> Response:
    """The page of a version; after a refused act with its `problems`.

    `acting` is the form that they are of; of an answer, `about` is the question's id.
    """
    question = ReviewVersion(key=key, number=number, compared_with=request.args.get("with", type=int))
    reviewed = engine().ask(question, actor=actor())
    plays = request.args.get("scenarios") == "1"
    version = reviewed.version
    return page(
        "certifying/version.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        reviewed=reviewed,
        version=version,
        mark=version_mark(version.status),
        others=[one.number for one in reviewed.versions if one.number != version.number],
        changes=facts.changes_by_file(reviewed.changes),
        diagrams=facts.diagrams_side_by_side(reviewed),
        change_marks=(facts.added(), facts.changed(), facts.removed()),
        meaning=facts.meaning(reviewed, scenarios=plays),
        plays=plays,
        standing=facts.standing_at_changes(reviewed),
        measures=facts.measures(reviewed.evidence) if reviewed.evidence else [],
        covered_diagrams=facts.covered_diagrams(reviewed),
        coverage_marks=(facts.covered(), facts.uncovered()),
        scenarios=reviewed.evidence["scenarios"] if reviewed.evidence else [],
        findings=facts.findings(reviewed.files),
        threads=facts.threads(reviewed),
        elements=list(facts.element_names(reviewed.files).items()),
        certification=_certification(reviewed),
        acts=reviewed.acts,
        act_words=words.act_words,
        problems=problems or {},
        acting=acting,
        about=about,
        typed=request.form,
        may_certify=actor().has(Role.CERTIFIER) and not reviewed.is_own,
        is_certifier=actor().has(Role.CERTIFIER),
        may_retire=version.status in (VersionStatus.PUBLISHED, VersionStatus.CERTIFIED)
        and version.published_at is not None,
        party=relying_party_at(site().settings.public_url),
        flash=flash_message(),
        full_date=full_date,
    )


def _certification(reviewed: VersionUnderReview) -> Act | None:
    """The act by which the version was certified, if it was."""
    found = [one for one in reviewed.acts if one.kind is ActKind.CERTIFIED]
    return found[-1] if found else None


def _groups(found: CertifiersWork) -> list[tuple[str, list[WaitingVersion]]]:
    """What waits, by for whom: submitted, certified and not on offer yet, returned."""
    order = (VersionStatus.SUBMITTED, VersionStatus.CERTIFIED, VersionStatus.RETURNED)
    return [
        (status.value, [one for one in found.waiting if one.version.status is status]) for status in order
    ]


def _last_act(waiting: WaitingVersion) -> Act | None:
    """What brought the version to where it is."""
    return waiting.acts[-1] if waiting.acts else None
