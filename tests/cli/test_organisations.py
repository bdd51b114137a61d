"""Claims about the commands with which an operator keeps organisations, and has cases go on."""

from engine.organisation.organisation import OrganisationKind
from tests.cli.conftest import Stoa
from tests.office import Office
from tests.organisations import save_organisation
from tests.pages.stuck import is_refused

REASON = ("--reason", "Απόφαση 12")
FIRST, LATER = "2099-01-01", "2099-06-01"


def test_an_organisation_is_entered_changed_compared_withdrawn_and_closed(stoa: Stoa, office: Office) -> None:
    assert stoa("org", "enter", "ministry", "interior", "Υπουργείο", *REASON).exit_code == 0
    below = ("--below", "interior", "--ada", "6ΥΘΖ46ΜΤ-Λ2Σ", *REASON)
    entered = stoa("org", "enter", "municipality", "volos", "Δήμος Βόλου", *below)
    misplaced = stoa("org", "enter", "ministry", "other", "Άλλο", "--below", "volos", *REASON)
    what = ("--phone", "210 1234567", "--patron-day", "10-03", "--closed", "2099-04-09 Απόφαση 3")
    changed = stoa(
        "org", "change", "volos", *what, "--not-offered", "amka-issue: Όχι", "--from", FIRST, *REASON
    )
    wrong = stoa("org", "change", "volos", "--closed", "αύριο", *REASON)
    compared = stoa("org", "compare", "volos", "2098-12-31", FIRST)
    renamed = stoa("org", "change", "volos", "--name", "Βόλος", "--from", LATER, *REASON)
    never = stoa("org", "withdraw", "volos", "2099-05-05", *REASON)
    withdrawn = stoa("org", "withdraw", "volos", LATER, *REASON)
    tree = stoa("org", "tree", "--on", LATER)
    closed = stoa("org", "close", "volos", "--from", LATER, "--decision", "7", *REASON)
    shown = stoa("org", "show", "volos", "--on", LATER)

    for result in (entered, changed, renamed, withdrawn, closed):
        assert result.exit_code == 0, result.output
    assert (
        "expected nothing (the top of the tree) above an organisation of the kind ministry"
        in misplaced.output
    )
    assert "expected a day such as 2027-04-09 first" in wrong.output
    for name in ("phone", "local_holidays", "closures", "not_offered"):
        assert f"\n{name}" in compared.output
    assert f"({FIRST}, {LATER}), found 2099-05-05" in never.output
    assert "  volos  Δήμος Βόλου  (municipality)" in tree.output
    assert "closed" in shown.output


def test_organisations_that_stand_where_their_kind_may_not_are_told(stoa: Stoa, office: Office) -> None:
    before = stoa("doctor").output
    with office.engine.store.begin() as connection:
        save_organisation(connection, OrganisationKind.ANNEX, "0777")
        connection.commit()

    after = stoa("doctor").output

    assert "every organisation stands where its kind may" in before
    assert "1 stand where their kind may not: 0777 (annex) below no other" in after


def test_an_incident_is_listed_and_tried_again(stoa: Stoa, office: Office) -> None:
    incident = is_refused(office)

    listed = stoa("incidents", "list")
    again = stoa("incidents", "retry", str(incident.id))

    assert (str(incident.id) in listed.output, incident.case_number in listed.output) == (True, True)
    assert (again.exit_code, again.output) == (1, f"{incident.case_number}: stopped there again\n")
