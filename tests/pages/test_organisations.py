"""Claims about the register of organisations in the browser: found, changed, compared and closed."""

import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.organisation import version_store
from engine.organisation.organisation import OrganisationKind
from engine.people.posts import GivePost
from engine.people.users import SaveUser
from tests.api.desk import Desk, a_desk
from tests.builders import a_user
from tests.organisations import TODAY, save_organisation
from tests.pages.visiting import COOKIE, Visitor, session_of

ACT = {"from": "2027-01-01", "reason": "Απόφαση 12/2026"}


@pytest.fixture
def desk() -> Desk:
    found = a_desk()
    with found.office.engine.store.begin() as connection:
        parent_id = found.office.branch.id
        save_organisation(connection, OrganisationKind.ANNEX, "0011", parent_id=parent_id, name="Παράρτημα Α")
        save_organisation(connection, OrganisationKind.ANNEX, "0012", parent_id=parent_id, name="Παράρτημα Β")
        save_organisation(connection, OrganisationKind.BRANCH, "0301", name="ΚΕΠ Πατρέων")
        connection.commit()
    return found


@pytest.fixture
def administrator(desk: Desk) -> Visitor:
    user_id = desk.engages("dimos", desk.office.branch, Role.ADMINISTRATOR)
    client = desk.app.test_client()
    client.set_cookie(COOKIE, session_of(desk.office.engine, user_id))
    visitor = Visitor(client=client, language="el")
    visitor.opens("/account")
    return visitor


def form_of(page: str, **typed: str) -> dict[str, str]:
    """What the form sends: what it showed, with what was typed over it."""
    shown = {"name": "Παράρτημα Α", "was-name": "Παράρτημα Α", "seen": "1", "name_en": "", "was-name_en": ""}
    assert 'name="seen" value="1"' in page
    return {**shown, **ACT, **typed}


def test_an_administrator_finds_their_own_and_nobody_elses(administrator: Visitor) -> None:
    everything = administrator.opens("/admin/organisations").text
    found = administrator.opens("/admin/organisations?q=παράρτημα+β").text
    others = [administrator.opens(f"/admin/organisations/{code}").status_code for code in ("0301", "9999")]

    assert "Παράρτημα Α" in everything
    assert "Πατρέων" not in everything
    assert "Παράρτημα Β" in found
    assert "Παράρτημα Α" not in found
    assert others == [404, 404]


def test_a_change_is_planned_shown_compared_and_withdrawn(desk: Desk, administrator: Visitor) -> None:
    page = administrator.opens("/admin/organisations/0011/change").text
    typed = form_of(page, name="Παράρτημα Κυψέλης", closures="09/04/2027 Απόφαση 3")

    sent = administrator.sends("/admin/organisations/0011/change", **typed)

    assert sent.status_code == 200
    shown = administrator.opens("/admin/organisations/0011").text
    assert "Παράρτημα Κυψέλης" in shown
    assert "<h1>Παράρτημα Α</h1>" in shown
    later = administrator.opens("/admin/organisations/0011?on=2027-01-01").text
    assert "<h1>Παράρτημα Κυψέλης</h1>" in later
    compared = administrator.opens("/admin/organisations/0011?before=2026-12-31&after=2027-01-01").text
    assert "Απόφαση 3" in compared
    with desk.office.engine.store.reading() as connection:
        known = version_store.organisation_coded(connection, "0011", on=TODAY)
        assert known is not None
        planned = version_store.counting(connection, known.id)[-1]
    address = f"/admin/organisations/0011/changes/{planned.id}/withdraw"
    assert administrator.sends(address, seen="2", reason="Λάθος").status_code == 200
    assert "<h1>Παράρτημα Α</h1>" in administrator.opens("/admin/organisations/0011?on=2027-01-01").text


def test_what_is_wrong_is_said_at_its_fields_and_what_was_typed_stays(administrator: Visitor) -> None:
    page = administrator.opens("/admin/organisations/0011/change").text
    wrong = {"name": "Νέο", "local_holidays": "32 Μαΐου", "reason": " ", "from": "αύριο"}

    refused = administrator.sends("/admin/organisations/0011/change", **form_of(page, **wrong))

    assert refused.status_code == 422
    for sentence in ("Επιλέξτε την ημέρα από την οποία ισχύει.", "Γράψτε κάθε ημέρα όπως 03/10"):
        assert sentence in refused.text
    assert "32 Μαΐου" in refused.text


def test_whoever_saw_an_earlier_state_is_told_that_somebody_changed_it(administrator: Visitor) -> None:
    page = administrator.opens("/admin/organisations/0011/change").text
    administrator.sends("/admin/organisations/0011/change", **form_of(page, name="Πρώτο"))

    second = administrator.sends("/admin/organisations/0011/change", **form_of(page, name="Δεύτερο"))

    assert second.status_code == 422
    assert "Κάποιος άλλαξε στο μεταξύ τον οργανισμό." in second.text


def test_an_annex_is_closed_with_a_successor_and_ones_own_is_not(administrator: Visitor) -> None:
    administrator.opens("/admin/organisations/0011/close")
    closing = {**ACT, "seen": "1", "successor": "0012"}

    unknown = administrator.sends("/admin/organisations/0011/close", **{**closing, "successor": "0301"})
    closed = administrator.sends("/admin/organisations/0011/close", **closing)
    own = administrator.sends("/admin/organisations/0009/close", **closing)

    assert unknown.status_code == 422
    assert "Επιλέξτε διάδοχο" in unknown.text
    assert closed.status_code == 200
    assert own.status_code == 403
    later = administrator.opens("/admin/organisations/0011?on=2027-01-01").text
    assert "Έκλεισε οριστικά" in later
    assert "Παράρτημα Β" in later


@pytest.fixture
def minister(desk: Desk) -> Visitor:
    """Somebody who administers the top of a tree: a ministry with a municipality and its branch."""
    with desk.office.engine.store.begin() as connection:
        ministry = save_organisation(connection, OrganisationKind.MINISTRY, "ministry", name="Υπουργείο")
        save_organisation(
            connection, OrganisationKind.MUNICIPALITY, "volos", parent_id=ministry.id, name="Δήμος Βόλου"
        )
        connection.commit()
    user = a_user(username="minister")
    desk.office.does(SaveUser(user=user), actor=SYSTEM)
    desk.office.does(
        GivePost(username="minister", organisation="ministry", role=Role.ADMINISTRATOR), actor=SYSTEM
    )
    client = desk.app.test_client()
    client.set_cookie(COOKIE, session_of(desk.office.engine, user.id))
    visitor = Visitor(client=client, language="el")
    visitor.opens("/account")
    return visitor


NEW = {**ACT, "kind": "branch", "code": "0444", "name": "ΚΕΠ Βόλου", "parent": "volos"}


def test_an_organisation_is_entered_below_another_and_stands_in_the_tree(minister: Visitor) -> None:
    minister.opens("/admin/organisations/new?below=volos")
    shown = minister.sees("//input[@name='parent'][@checked]/@value")

    entered = minister.sends("/admin/organisations/new", **NEW)
    taken = minister.sends("/admin/organisations/new", **NEW)

    assert shown == ["volos"]
    assert entered.status_code == 200
    assert "<h1>ΚΕΠ Βόλου</h1>" in entered.text
    assert taken.status_code == 422
    assert minister.sees("//p[@id='code-error-1']") == ["Άλλος οργανισμός έχει ήδη αυτόν τον κωδικό."]
    minister.opens("/admin/organisations/tree?on=2027-01-01")
    assert minister.sees("//ul[@class='tree']//ul//ul//a") == ["ΚΕΠ Βόλου"]
    minister.opens("/admin/organisations/tree")
    assert minister.sees("//ul[@class='tree']//a") == ["Υπουργείο", "Δήμος Βόλου"]
    minister.opens("/admin/organisations/tree?on=2027-01-01&q=βολου")
    assert minister.sees("//ul[@class='tree']//strong") == ["Δήμος Βόλου", "ΚΕΠ Βόλου"]


def test_all_that_is_wrong_with_a_new_one_is_said_at_its_fields(minister: Visitor) -> None:
    minister.opens("/admin/organisations/new")

    nothing = minister.sends("/admin/organisations/new")
    of_form = minister.sees("//div[@id='errors']//a/@href")
    wrong = minister.sends("/admin/organisations/new", **{**NEW, "code": "Α", "phone": "κλήση"})
    of_engine = minister.sees("//div[@id='errors']//a/@href")
    unknown = minister.sends("/admin/organisations/new", **{**NEW, "parent": "0009"})

    assert (nothing.status_code, of_form) == (422, ["#kind", "#from", "#reason", "#name"])
    assert (wrong.status_code, of_engine) == (422, ["#code", "#phone"])
    assert unknown.status_code == 422
    assert minister.sees("//input[@id='name']/@value") == ["ΚΕΠ Βόλου"]


def test_who_administers_no_top_enters_none(administrator: Visitor) -> None:
    statuses = [administrator.opens("/admin/organisations/new").status_code]
    statuses += [administrator.opens("/admin/organisations/new?below=0009").status_code]
    statuses += [administrator.opens("/admin/organisations/new?below=0301").status_code]
    statuses += [administrator.sends("/admin/organisations/new", **{**NEW, "parent": "0009"}).status_code]

    assert statuses == [403, 403, 404, 403]
    assert "/admin/organisations/new" not in administrator.opens("/admin/organisations/tree").text
    assert "/admin/organisations/new" not in administrator.opens("/admin/organisations/0011").text


def test_an_annex_moves_to_what_is_looked_for_and_never_to_where_it_may_not_stand(minister: Visitor) -> None:
    for more in ({}, {"code": "0445", "name": "Παράρτημα Αγριάς", "kind": "annex"}):
        typed = {**NEW, **more, "from": "2026-03-09"}
        assert minister.sends("/admin/organisations/new", **typed).status_code == 200
    address = "/admin/organisations/0445/move"
    minister.opens(address)
    moving = {**ACT, "seen": "1"}

    looked = minister.sends(address, **moving, parent_text="βολου", look="parent")
    offered = minister.sees("//ul[@class='choices']//input/@value")
    unclear = minister.sends(address, **moving, parent_text="βολου")
    nothing = minister.sends(address, **moving, parent_text="πατρεων")
    statuses = [
        minister.sends(address, **moving, parent=parent).status_code for parent in ("", "0009", "0445")
    ]
    moved = minister.sends(address, **moving, parent_text="κεπ βολου")

    assert (looked.status_code, offered) == (200, ["0444", "volos"])
    assert unclear.status_code == 422
    assert "Επιλέξτε έναν από τους οργανισμούς που βρέθηκαν." in unclear.text
    assert "Κανένας οργανισμός που μπορεί να οριστεί εδώ" in nothing.text
    assert statuses == [422, 422, 422]
    assert moved.status_code == 200
    minister.opens("/admin/organisations/tree?on=2027-01-01")
    assert minister.sees("//ul[@class='tree']//ul//ul//ul//a") == ["Παράρτημα Αγριάς"]


def test_enter_sends_a_form_and_does_not_press_the_button_that_looks(minister: Visitor) -> None:
    minister.sends("/admin/organisations/new", **{**NEW, "from": "2026-03-09"})

    for address in ("new", "0444/move", "0444/close"):
        minister.opens(f"/admin/organisations/{address}")
        form = "//form[.//button[@name='look']]"
        assert len(minister.sees(form)) == 1
        assert minister.sees(f"{form}/descendant::button[1]/@name") == []
        assert minister.sees(f"{form}/descendant::button[1]/@tabindex") == ["-1"]


def test_what_may_be_chosen_is_found_while_one_types(minister: Visitor) -> None:
    minister.sends("/admin/organisations/new", **{**NEW, "from": "2026-03-09"})

    def found(address: str) -> list[str]:
        minister.opens(address, **{"HX-Request": "true"})
        return minister.sees("//input/@value")

    assert found("/admin/organisations/new?kind=branch&parent_text=υπ") == ["ministry"]
    assert found("/admin/organisations/new?kind=annex&parent_text=βολου") == ["0444", "volos"]
    assert found("/admin/organisations/new?kind=branch&parent_text=βολου") == ["volos"]
    assert found("/admin/organisations/0444/move?parent_text=βολου") == ["volos"]
    assert found("/admin/organisations/0444/close?successor_text=βολου") == []
    assert found("/admin/organisations/volos/close?successor_text=υπουργ") == ["ministry"]


def test_who_may_do_what_leads_from_the_page_of_each_organisation(administrator: Visitor) -> None:
    administrator.opens("/admin/organisations/0009")
    (address,) = administrator.sees("//main//a[contains(@href, '/rights')]/@href")

    administrator.opens(address)

    assert "Μαρία Παπαδοπούλου" in administrator.sees("//section[@aria-labelledby='people']//tbody//td[1]")
    by_what = administrator.sees("//section[@aria-labelledby='people']//tbody//td[2]")
    assert any("θέση εδώ" in one for one in by_what)
