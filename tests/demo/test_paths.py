"""Every path can be tried in the demonstration: the applicant's name decides how the agencies behave."""

from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pytest

from demo.walk import APPLICATION, Clerk
from tests.demo.show import Show, a_show_after
from tests.servers import eventually

pytestmark = pytest.mark.slow

_RESIDENCE = APPLICATION["data"]
_FAMILY = {
    "identity": {"kind": "passport", "number": "AE1234567"},
    "register": {"municipality": "Αθηναίων"},
    "copies": 1,
}
_RECORD = {
    "applies_by": "applicant",
    "birth": {"place": "Πάτρα", "date": "1980-01-15"},
    "purpose": "general",
}
_AMKA = {
    "person": {"category": "greek_adult", "nationality": "Ελληνική", "sex": "female", "by_proxy": False},
    "birth": {"date": "1998-05-14", "place": "Αθήνα", "country": "Ελλάδα"},
    "document": {"kind": "Ταυτότητα", "number": "ΑΒ 123456"},
    "declared": True,
}
_RELATIVES = {
    "deceased": {
        "given_name": "Γεώργιος",
        "family_name": "Παπαδόπουλος",
        "patronymic": "Ιωάννης",
        "died_on": "2026-02-14",
        "municipality": "Αθηναίων",
    },
    "relation": "child",
    "purpose": "inheritance",
    "declared": True,
}
_MILITARY = {
    "wanted": {"kind": "certificate"},
    "birth": {"place": "Πάτρα", "date": "1990-05-01"},
    "military": {"office": "Στρατολογική Υπηρεσία Πάτρας"},
    "certificate": {"kind": "type_a", "purpose": "work"},
}
_CARD = {"amka": "15018012342", "stay": {"country": "Ιταλία", "from": "2026-03-20"}}
_CENTRE = {
    "centre": {
        "title": "Τα Χελιδόνια",
        "operator": "natural_person",
        "infants": False,
        "places": 40,
        "street": "Σόλωνος",
        "number": "12",
        "postcode": "10680",
    }
}
_DECLARATION = {
    "provider": {"member_state": "DE", "address": "Lindenstraße 8, Berlin"},
    "licence": {"profession": "Tourist guide", "number": "TG-4471", "authority": "Berlin"},
    "insurance": {"company": "Nordhaft", "policy": "88-1204", "valid_until": "2030-12-31"},
    "service": {
        "description": "Guided tours of ancient sites.",
        "starts_on": "2026-05-01",
        "ends_on": "2026-09-30",
    },
    "declared": True,
}
_CHECKS: Mapping[str, Mapping[str, Any]] = {
    "residence-certificate": {"identity_checked": True, "papers_verdict": "complete"},
    "amka-issue": {"identity_checked": True, "presented": ["identity"]},
    "day-care-licence": {"identity_checked": True, "papers_verdict": "complete"},
    "cross-border-services": {"declaration_verdict": "complete"},
    "criminal-record": {
        "identity_kind": "passport",
        "identity_number": "AE1234567",
        "identity_verdict": "entitled",
    },
    "military-status": {"identity_checked": True, "papers_verdict": "complete"},
    "closest-relatives": {"identity_checked": True, "interest_verdict": "shown"},
}


class Application(NamedTuple):
    """Who applies for what, and the element that waits for a clerk once the agencies are done."""

    procedure: str
    data: Mapping[str, Any]
    family_name: str
    then: str


_APPLICATIONS = {
    f"{one.procedure} of {one.family_name}": one
    for one in (
        Application("residence-certificate", _RESIDENCE, "Αρναούτης", "inform_rejection"),
        Application("family-status-certificate", _FAMILY, "Δημητρίου", "hand_over"),
        Application("family-status-certificate", _FAMILY, "Σφακιανάκη", "hand_over"),
        Application("family-status-certificate", _FAMILY, "Σφαλιάρα", "hand_over"),
        Application("criminal-record", _RECORD, "Δημητρίου", "pickup_hand_over"),
        Application("criminal-record", _RECORD, "Άρνη", "appeal_tell"),
        Application("closest-relatives", _RELATIVES, "Δημητρίου", "pickup_hand_over"),
        Application("closest-relatives", _RELATIVES, "Άρνη", "appeal_tell"),
        Application("military-status", _MILITARY, "Δημητρίου", "pickup_hand_over"),
        Application("military-status", _MILITARY, "Άρνη", "appeal_tell"),
        Application("european-health-card", _CARD, "Δημητρίου", "give_temporary"),
        Application("european-health-card", _CARD, "Σφαλιάρα", "ask_by_phone"),
        Application("european-health-card", _CARD, "Άρνη", "appeal_tell"),
        Application("day-care-licence", _CENTRE, "Δημητρίου", "decide"),
        Application("day-care-licence", _CENTRE, "Άρνη", "decide"),
        Application("cross-border-services", _DECLARATION, "Δημητρίου", "send_confirmation"),
        Application("cross-border-services", _DECLARATION, "Άρνη", "appeal_tell"),
        Application("amka-issue", _AMKA, "Δημητρίου", "hand_over"),
        Application("amka-issue", _AMKA, "Διπλάρη", "judge_candidates"),
        Application("amka-issue", _AMKA, "Σφαλιάρα", "search_by_hand"),
        Application("amka-issue", _AMKA, "Άρνη", "inform_refusal"),
    )
}


def test_the_name_decides_what_the_clerk_does_next(first_show: Show, tmp_path: Path) -> None:
    with a_show_after(first_show, tmp_path) as show:
        show.starts()
        assert eventually(lambda: "Stop with Ctrl-C" in show.told)
        maria = Clerk(api=f"http://127.0.0.1:{show.port}", token=show.token("maria"))
        # All are sent first, so that the agencies answer at the same time.
        cases = {name: _open(maria, application) for name, application in _APPLICATIONS.items()}

        then = {name: _next_task(maria, case_id) for name, case_id in cases.items()}

        failed = cases["family-status-certificate of Σφαλιάρα"]
        journal = maria.get(f"/cases/{failed}/journal?limit=100")["items"]
    assert then == {name: application.then for name, application in _APPLICATIONS.items()}
    # A registry with a fault is followed by the municipality.
    told = [(line["action"], line["detail"].get("agency")) for line in journal]
    assert ("service_task_failed", "registry") in told
    assert ("service_task_completed", "municipality") in told


def _open(clerk: Clerk, wanted: Application) -> str:
    """A case whose papers are checked; gives its id."""
    applicant = {**APPLICATION["applicant"], "family_name": wanted.family_name}
    body = {
        "procedure": wanted.procedure,
        "channel": "counter",
        "applicant": applicant,
        "data": wanted.data,
    }
    case = clerk.post("/cases", body)
    for task in case["tasks"]:
        clerk.post(f"/tasks/{task['id']}/claim")
        clerk.post(f"/tasks/{task['id']}/complete", {"data": _CHECKS[wanted.procedure]})
    return str(case["id"])


def _next_task(clerk: Clerk, case_id: str) -> str | None:
    """The element that waits for a clerk once the agencies are done."""
    for _ in range(100):
        tasks: list[dict[str, str]] = clerk.get(f"/cases/{case_id}")["tasks"]
        if tasks:
            return tasks[0]["element"]
        Event().wait(0.2)
    return None
