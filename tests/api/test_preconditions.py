"""Claims about entity tags: nobody overwrites what they have not seen."""

import pytest

from tests.api.desk import Desk
from tests.office import PAPERS_COMPLETE


def test_a_change_on_the_state_last_seen_is_made(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    seen = desk.get(f"/tasks/{task}").headers["ETag"]

    claimed = desk.post(f"/tasks/{task}/claim", headers={"If-Match": seen})

    assert claimed.status_code == 200
    assert claimed.headers["ETag"] != seen
    assert claimed.headers["ETag"] == desk.get(f"/tasks/{task}").headers["ETag"]


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v2"', '"else"', "v2"])
def test_a_change_on_a_state_that_is_gone_is_not_made(desk: Desk, tag: str) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    desk.post(f"/tasks/{task}/claim")

    response = desk.post(f"/tasks/{task}/complete", {"data": PAPERS_COMPLETE}, headers={"If-Match": tag})

    assert response.status_code == 412
    assert response.get_json()["type"] == "/problems/precondition_failed"
    assert desk.get(f"/tasks/{task}").get_json()["state"] == "open"


def test_any_state_will_do_for_a_star(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]

    assert desk.post(f"/tasks/{task}/claim", headers={"If-Match": "*"}).status_code == 200


def test_two_tabs_do_not_overwrite_each_others_drafts(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]
    seen = desk.post(f"/tasks/{task}/claim").headers["ETag"]

    first = desk.call(
        "PUT", f"/tasks/{task}/draft", json={"data": {"identity_checked": True}}, headers={"If-Match": seen}
    )
    second = desk.call("PUT", f"/tasks/{task}/draft", json={"data": {}}, headers={"If-Match": seen})

    assert (first.status_code, second.status_code) == (200, 412)
    assert desk.get(f"/tasks/{task}").get_json()["draft"] == {"identity_checked": True}


def test_a_case_is_changed_only_as_it_was_seen(desk: Desk) -> None:
    case = desk.opens_case()
    seen = desk.get(f"/cases/{case['id']}").headers["ETag"]
    desk.post(f"/tasks/{case['tasks'][0]['id']}/claim")

    response = desk.post(f"/cases/{case['id']}/withdraw", {"reason": "όχι"}, headers={"If-Match": seen})

    assert response.status_code == 412


@pytest.mark.parametrize(
    "path",
    [
        "/cases/{case}",
        "/tasks/{task}",
        "/procedures/residence-certificate",
        "/procedures/residence-certificate/versions/1",
        "/procedures/residence-certificate/versions/1/files/procedure.yaml",
    ],
)
def test_what_the_caller_has_already_is_not_sent_again(desk: Desk, path: str) -> None:
    case = desk.opens_case()
    address = path.format(case=case["id"], task=case["tasks"][0]["id"])
    seen = desk.get(address)

    again = desk.get(address, headers={"If-None-Match": f'"x", W/{seen.headers["ETag"]}'})
    other = desk.get(address, headers={"If-None-Match": '"x"'})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", seen.headers["ETag"])
    assert other.status_code == 200
