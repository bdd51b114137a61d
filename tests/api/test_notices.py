"""Claims about messages to citizens over HTTP: who may read of them, and how much of the address."""

from tests.api.desk import Desk


def test_who_sees_a_case_lists_what_its_citizen_was_told(desk: Desk) -> None:
    case = desk.opens_case(notify={"sms": "+306912345678", "email": "eleni@example.org", "language": "en"})

    items = desk.get(f"/cases/{case['id']}/notices").get_json()["items"]

    assert {(one["channel"], one["occasion"], one["state"], one["recipient"]) for one in items} == {
        ("sms", "filed", "waiting", "•••678"),
        ("email", "filed", "waiting", "e•••@example.org"),
    }
    assert desk.get(f"/cases/{case['id']}").get_json()["notify"]["language"] == "en"


def test_of_a_case_without_consent_there_are_none(desk: Desk) -> None:
    case = desk.opens_case()

    assert desk.get(f"/cases/{case['id']}/notices").get_json() == {"items": []}


def test_who_does_not_see_the_case_is_not_told(desk: Desk) -> None:
    case = desk.opens_case(notify={"sms": "+306912345678"})

    assert desk.get(f"/cases/{case['id']}/notices", by="foteini").status_code == 404
    assert desk.get(f"/cases/{case['id']}/notices", by=None).status_code == 401


def test_a_language_that_nobody_speaks_here_is_refused(desk: Desk) -> None:
    response = desk.post("/cases", {"notify": {"language": "fr"}})

    assert "notify.language" in response.get_json()["errors"]
