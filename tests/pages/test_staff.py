"""Claims about the pages of who works where: people are invited, given posts, and read from a file."""

from datetime import timedelta
from io import BytesIO

from api.pages.staff.rights import CONDITIONS, NAMED
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.permission_table import RIGHTS
from engine.people.external_identities import ReceivePerson
from engine.people.role_mapping import GroupPost
from engine.people.sign_in.contract import ExternalIdentity
from tests.pages.visiting import OpenDesk, Visitor

CLAIMED = GroupPost("0009", Role.AUDITOR)
PASSWORD = "four words that nobody says"
FIRST_BUTTON = "//form[.//button[@name='look']]/descendant::button[1]"
ROWS = "//table//tbody/tr/td[1]/a"


def test_a_manager_invites_somebody_who_begins_with_the_slip(desk: OpenDesk, nikos: Visitor) -> None:
    nikos.opens("/admin/people/invite")
    nikos.sends("/admin/people/invite", name="Άννα Γεωργίου", organisation="0009", role="clerk")
    (code,) = nikos.sees("//dd[contains(@class, 'slip-code')]")
    anna = desk.anybody()

    anna.opens(f"/invitation?code={code}")
    (username,) = anna.sees("//input[@id='username']/@value")
    anna.sends("/invitation", code=code, new_password=PASSWORD, repeated_password="another")
    refused = anna.sees("//p[@class='error']")
    anna.sends("/invitation", code=code, new_password=PASSWORD, repeated_password=PASSWORD)
    accepted = anna.text
    anna.opens(f"/invitation?code={code}")

    assert refused == ["The two are not the same."]
    assert username in accepted
    assert "This code opens nothing" in anna.text
    nikos.opens("/admin/people")
    assert "Άννα Γεωργίου" in nikos.sees(ROWS)


def test_who_is_signed_in_accepts_with_the_account_that_they_have(desk: OpenDesk, nikos: Visitor) -> None:
    nikos.opens("/admin/people/invite")
    nikos.sends("/admin/people/invite", name="Φωτεινή", organisation="0009", role="clerk")
    (code,) = nikos.sees("//dd[contains(@class, 'slip-code')]")
    foteini = desk.visit(desk.person("foteini"))

    foteini.opens(f"/invitation?code={code}")
    foteini.sends("/invitation", code=code, **{"as": "signed-in"})

    assert "foteini" in foteini.text
    nikos.opens("/admin/people/user/foteini")
    assert len(nikos.sees("//section[@aria-labelledby='posts']//li")) == 1


def test_a_post_is_ended_and_a_substitute_is_named(desk: OpenDesk, nikos: Visitor) -> None:
    office = desk.desk.office
    last = (office.clock.now() + timedelta(days=9)).date().isoformat()
    nikos.opens("/admin/people/user/petros")
    (address,) = nikos.sees("//form[contains(@action, '/end')]/@action")

    nikos.sends(address, last_day="2020-01-01")
    refused = nikos.sees("//div[@id='errors']//li")
    nikos.sends(address, last_day=last)
    nikos.opens("/admin/people?only=leaving")
    leaving = nikos.sees(ROWS)
    nikos.sends(
        "/admin/people/user/maria/posts",
        organisation="0009",
        role=Role.CLERK.value,
        substitute_for="petros",
        valid_until=last,
    )

    assert refused == ["Give a last day from the first day on, and not before today."]
    assert leaving == ["Πέτρος Αντωνίου"]
    assert "in place of petros" in nikos.text


def test_what_a_manager_may_not_give_is_said_beside_the_field(nikos: Visitor) -> None:
    nikos.opens("/admin/people/user/maria")
    response = nikos.sends("/admin/people/user/maria/posts", organisation="0010", role="auditor")
    elsewhere = nikos.opens("/admin/people/user/foteini")

    assert (response.status_code, elsewhere.status_code) == (404, 404)
    nikos.opens("/admin/people/user/maria")
    nikos.sends("/admin/people/user/maria/posts", organisation="0009", role="auditor", valid_from="x")
    assert nikos.sees("//div[@id='errors']//li") == ["Give the first day as a date."]
    nikos.sends("/admin/people/user/maria/posts", organisation="0009", role="auditor")
    assert nikos.sees("//div[@id='errors']//li") == ["Only an administrator of the ministry gives this role."]


def test_a_file_is_tried_and_then_given(nikos: Visitor) -> None:
    def sends(act: str, line: str) -> None:
        content = f"username;organisation;role;from;until\n{line}\n".encode("cp1253")
        nikos.sends("/admin/people/import", act=act, file=(BytesIO(content), "people.csv"))

    nikos.opens("/admin/people/import")
    sends("try", "olga;0009;king;;")
    problems = nikos.sees("//table//tbody/tr/td")
    sends("try", "olga;0009;clerk;;31/12/2026")
    tried = nikos.text
    sends("give", "olga;0009;clerk;;31/12/2026")

    assert problems[:3] == ["2", "role", "king"]
    assert "it gives one post. Nothing was changed yet." in tried
    assert "One post was given." in nikos.text
    assert "olga;" in nikos.opens("/admin/people/export.csv").get_data(as_text=True)


def test_a_role_that_a_directory_names_is_told_and_confirmed_on_the_page(desk: OpenDesk) -> None:
    person = ExternalIdentity(username="maria", display_name="Μαρία")
    desk.desk.office.does(ReceivePerson(person=person, posts=frozenset({CLAIMED})), actor=SYSTEM)
    olga = desk.visit(desk.person("olga"))

    olga.opens("/admin/people?only=proposed")
    listed = olga.sees(ROWS)
    olga.opens("/admin/people/user/maria")
    told = olga.text
    (address,) = olga.sees("//form[contains(@action, '/confirm')]/@action")
    olga.sends(address)

    assert listed == ["Μαρία Παπαδοπούλου"]
    assert "named by a group of the directory, waits for somebody here to confirm it" in told
    assert "by a group of the directory" in olga.text
    assert "waits for somebody here" not in olga.text


def test_no_session_opens_for_a_code_that_opens_nothing_and_none_in_place_of_another(
    desk: OpenDesk, nikos: Visitor
) -> None:
    nikos.opens("/admin/people/invite")
    nikos.sends("/admin/people/invite", name="Άννα Γεωργίου", organisation="0009", role="clerk")
    (code,) = nikos.sees("//dd[contains(@class, 'slip-code')]")
    typed = {"new_password": PASSWORD, "repeated_password": PASSWORD, "then": "passkey"}
    anybody, foteini = desk.anybody(), desk.visit(desk.person("foteini"))
    anybody.opens("/invitation")
    foteini.opens(f"/invitation?code={code}")

    anybody.sends("/invitation", code="abcd", **typed)
    outside = anybody.opens("/account").request.path
    foteini.sends("/invitation", code=code, **{"as": "signed-in", "then": "passkey"})
    still = foteini.opens("/account").text

    assert outside == "/sign-in"
    assert "foteini" in still


def test_the_way_to_a_passkey_is_offered_only_where_there_can_be_one(desk: OpenDesk, nikos: Visitor) -> None:
    nikos.opens("/admin/people/invite")
    nikos.sends("/admin/people/invite", name="Άννα Γεωργίου", organisation="0009", role="clerk")
    (code,) = nikos.sees("//dd[contains(@class, 'slip-code')]")
    anna = desk.anybody()

    anna.opens(f"/invitation?code={code}")

    assert anna.sees("//button[@name='then']") == []


def test_an_operator_looks_for_the_organisation_in_which_a_post_is(desk: OpenDesk) -> None:
    olga = desk.visit(desk.person("olga"))
    somebody = {"name": "Άννα Γεωργίου", "role": "clerk"}

    for address in ("/admin/people/invite", "/admin/people/user/maria"):
        olga.opens(f"{address}?organisation_text=αθηνα", **{"HX-Request": "true"})
        assert olga.sees("//input[@name='organisation']/@value") == ["0009", "municipality-0009"]
    olga.opens("/admin/people/invite")
    looked = olga.sends("/admin/people/invite", **somebody, organisation_text="αθηνα", look="organisation")
    unclear = olga.sends("/admin/people/invite", **somebody, organisation_text="αθηνα")
    kept = olga.sees("//input[@id='name']/@value")
    invited = olga.sends("/admin/people/invite", **somebody, organisation="0009")

    assert (looked.status_code, unclear.status_code, invited.status_code) == (200, 422, 200)
    assert kept == ["Άννα Γεωργίου"]
    assert len(olga.sees("//dd[contains(@class, 'slip-code')]")) == 1


def test_people_are_filtered_by_the_name_of_an_organisation_or_its_code(
    desk: OpenDesk, nikos: Visitor
) -> None:
    olga = desk.visit(desk.person("olga"))

    olga.opens("/admin/people?organisation=0009")
    by_code = olga.sees(ROWS)
    unclear = olga.opens("/admin/people?organisation=αθηνα").status_code
    offered = olga.sees("//ul[@class='found']//a/@href")
    by_name = olga.opens("/admin/people?organisation=κεπ+αθηνα").status_code
    named = olga.sees(ROWS)
    nothing = olga.opens("/admin/people?organisation=ουδεν").status_code

    assert by_code
    assert (unclear, by_name, nothing) == (422, 200, 422)
    assert offered == [f"/admin/people?organisation={code}" for code in ("0009", "municipality-0009")]
    assert named == by_code
    assert "There is no organisation of yours with this name or code." in olga.text
    assert nikos.opens("/admin/people?organisation=κεπ").status_code == 200
    assert nikos.sees("//input[@name='organisation']/@value") == ["0009"]


def test_enter_sends_a_form_and_does_not_press_the_button_that_looks(desk: OpenDesk) -> None:
    olga = desk.visit(desk.person("olga"))

    for address in ("/admin/people/invite", "/admin/people/user/maria"):
        olga.opens(address)
        assert olga.sees(f"{FIRST_BUTTON}/@name") == []
        assert olga.sees("//button[@name='look']/@value") == ["organisation"]


def test_every_right_and_its_condition_is_said_in_greek_too(desk: OpenDesk) -> None:
    nikos = desk.visit(desk.person("nikos"), language="el")

    nikos.opens("/admin/people/rights?organisation=0009")

    assert sorted(NAMED) == sorted(RIGHTS)
    assert sorted(CONDITIONS) == sorted({right.when for right in RIGHTS.values() if right.when})
    assert "Χωρίς να δηλωθεί λόγος." in nikos.text
    assert "Without a reason." not in nikos.text
    assert "υπόθεση: άνοιγμα" in nikos.text
    assert "case: open" not in nikos.text
