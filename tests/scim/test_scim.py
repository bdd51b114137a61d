"""Claims about SCIM 2.0: a directory pushes people and who works where, as RFC 7643 and RFC 7644 have it."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.scim.resources import ERROR, GROUP, LIST, PATCH, USER, ScimError, filter_of
from engine.kernel.actor import SYSTEM, Role, Scope
from engine.people.posts import ConfirmPost
from engine.people.register import ShowPerson
from engine.people.session import digest
from tests.api.desk import Desk, a_desk

ANNA: dict[str, Any] = {
    "schemas": [USER],
    "userName": "Anna.Georgiou",
    "name": {"givenName": "Άννα", "familyName": "Γεωργίου"},
    "emails": [{"value": "anna@example.gr", "primary": True}],
    "active": True,
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = a_desk()
    yield desk
    desk.office.engine.close()


def asks(
    desk: Desk, method: str, path: str, body: Any = None, *, by: str = "olga", **headers: str
) -> TestResponse:
    named = {"Authorization": f"Bearer {desk.tokens[by]}", **headers}
    options: dict[str, Any] = {"json": body, "content_type": "application/scim+json"} if body else {}
    found: TestResponse = desk.client.open(f"/scim/v2{path}", method=method, headers=named, **options)
    return found


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH], "Operations": list(operations)}


def adds_anna(desk: Desk) -> dict[str, Any]:
    response = asks(desk, "POST", "/Users", ANNA)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.get_json(force=True)
    return found


def test_a_person_who_is_pushed_is_there_and_found_by_name(desk: Desk) -> None:
    made = asks(desk, "POST", "/Users", ANNA)
    person = made.get_json(force=True)
    found = asks(desk, "GET", '/Users?filter=userName eq "anna.georgiou" and active eq true').get_json(
        force=True
    )

    assert (made.status_code, made.mimetype) == (201, "application/scim+json")
    assert (person["userName"], person["displayName"]) == ("anna.georgiou", "Άννα Γεωργίου")
    assert made.headers["Location"] == person["meta"]["location"]
    assert (found["schemas"], found["totalResults"]) == ([LIST], 1)
    assert found["Resources"][0]["id"] == person["id"]
    again = asks(desk, "POST", "/Users", ANNA)
    assert (again.status_code, again.get_json(force=True)["scimType"]) == (409, "uniqueness")


def test_who_is_put_into_a_group_works_there_and_who_is_taken_out_does_not(desk: Desk) -> None:
    anna = adds_anna(desk)
    member = {"value": anna["id"]}

    added = asks(
        desk, "PATCH", "/Groups/0009.clerk", patch({"op": "add", "path": "members", "value": [member]})
    )
    shown = asks(desk, "GET", f"/Users/{anna['id']}").get_json(force=True)
    removed = asks(
        desk,
        "PATCH",
        "/Groups/0009.clerk",
        patch({"op": "remove", "path": f'members[value eq "{anna["id"]}"]'}),
    )

    assert anna["id"] in [one["value"] for one in added.get_json(force=True)["members"]]
    assert [one["value"] for one in shown["groups"]] == ["0009.clerk"]
    assert anna["id"] not in [one["value"] for one in removed.get_json(force=True)["members"]]
    (post,) = desk.office.engine.ask(ShowPerson(username="anna.georgiou"), actor=SYSTEM).member.posts
    assert (post.post.source, post.post.withdrawn_by) == ("scim", "olga")


def test_a_group_that_is_replaced_has_its_new_members_alone(desk: Desk) -> None:
    anna = adds_anna(desk)

    body = {"schemas": [GROUP], "displayName": "0009.manager", "members": [{"value": anna["id"]}]}
    replaced = asks(desk, "PUT", "/Groups/0009.manager", body).get_json(force=True)

    assert [one["display"] for one in replaced["members"]] == ["anna.georgiou"]


def test_a_role_of_the_ministry_waits_for_a_person_to_confirm_it(desk: Desk) -> None:
    anna = adds_anna(desk)
    push = patch({"op": "add", "path": "members", "value": [{"value": anna["id"]}]})

    pushed = asks(desk, "PATCH", "/Groups/0009.auditor", push).get_json(force=True)
    (shown,) = desk.office.engine.ask(ShowPerson(username="anna.georgiou"), actor=SYSTEM).member.posts
    desk.office.does(ConfirmPost(post_id=shown.post.id), actor=SYSTEM)
    confirmed = asks(desk, "GET", "/Groups/0009.auditor").get_json(force=True)

    assert anna["id"] not in [one["value"] for one in pushed["members"]]
    assert anna["id"] in [one["value"] for one in confirmed["members"]]


def test_who_is_no_longer_active_is_out_at_once_and_stays_known(desk: Desk) -> None:
    maria = asks(desk, "GET", '/Users?filter=userName eq "maria"').get_json(force=True)["Resources"][0]
    token = digest(desk.tokens["maria"])
    assert desk.office.engine.identify(token) is not None

    asks(desk, "PATCH", f"/Users/{maria['id']}", patch({"op": "Replace", "value": {"active": "False"}}))
    out = desk.office.engine.identify(token)
    gone = asks(desk, "DELETE", f"/Users/{maria['id']}")

    assert out is None
    assert gone.status_code == 204
    assert asks(desk, "GET", f"/Users/{maria['id']}").get_json(force=True)["active"] is False


def test_what_has_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    anna = adds_anna(desk)
    address, seen = f"/Users/{anna['id']}", anna["meta"]["version"]
    renamed = patch({"op": "replace", "path": "displayName", "value": "Άννα Ιωάννου"})

    unchanged = asks(desk, "GET", address, **{"If-None-Match": seen})
    first = asks(desk, "PATCH", address, renamed, **{"If-Match": seen})
    second = asks(desk, "PATCH", address, renamed, **{"If-Match": seen})

    assert (unchanged.status_code, first.status_code, second.status_code) == (304, 200, 412)
    assert first.headers["ETag"] != seen


def test_lists_come_in_pages(desk: Desk) -> None:
    def page(start: int) -> dict[str, Any]:
        found: dict[str, Any] = asks(desk, "GET", f"/Users?startIndex={start}&count=2").get_json(force=True)
        return found

    first, second = page(1), page(3)

    assert (first["startIndex"], first["itemsPerPage"]) == (1, 2)
    assert second["startIndex"] == 3
    names = [one["userName"] for one in (*first["Resources"], *second["Resources"])]
    assert names == sorted(set(names))
    assert first["totalResults"] > 4


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("GET", '/Users?filter=userName sw "a"', None, 400, "invalidFilter"),
        ("GET", '/Users?filter=title eq "a"', None, 400, "invalidFilter"),
        ("GET", "/Users?count=many", None, 400, "invalidValue"),
        ("POST", "/Users", {"userName": "x"}, 400, "invalidSyntax"),
        ("POST", "/Users", {**ANNA, "userName": 7}, 400, "invalidValue"),
        ("POST", "/Users", {**ANNA, "userName": "Ά"}, 400, "invalidValue"),
        ("PATCH", "/Groups/0009.clerk", {"schemas": [PATCH], "Operations": []}, 400, "invalidSyntax"),
        ("PATCH", "/Groups/0009.clerk", patch({"op": "replace", "path": "displayName"}), 400, "mutability"),
        (
            "PATCH",
            "/Groups/0009.clerk",
            patch({"op": "add", "path": "members", "value": ["x"]}),
            400,
            "invalidValue",
        ),
        ("GET", "/Groups/9999.clerk", None, 404, None),
        ("GET", "/Groups/0009.officer", None, 404, None),
        ("POST", "/Groups", {"schemas": [GROUP]}, 403, "mutability"),
    ],
)
def test_what_cannot_be_done_is_said_as_the_standard_says_it(
    desk: Desk, method: str, path: str, body: Any, status: int, kind: str | None
) -> None:
    response = asks(desk, method, path, body)

    problem = response.get_json(force=True)
    assert (response.status_code, problem.get("scimType")) == (status, kind), problem
    assert (problem["schemas"], problem["status"]) == ([ERROR], str(status))


def test_only_a_token_for_it_opens_the_service_and_what_it_can_do_is_for_everybody(desk: Desk) -> None:
    desk.engages("pushes", desk.office.branch, Role.OPERATOR, scopes=frozenset({Scope.PEOPLE_WRITE}))

    refused = [asks(desk, "GET", "/Users", by=by).status_code for by in ("pushes", "nikos")]
    unknown = desk.client.get("/scim/v2/Users")
    config = desk.client.get("/scim/v2/ServiceProviderConfig").get_json(force=True)
    kinds = desk.client.get("/scim/v2/ResourceTypes").get_json(force=True)
    schemas = desk.client.get("/scim/v2/Schemas").get_json(force=True)

    assert (refused, unknown.status_code) == ([403, 403], 401)
    assert config["patch"]["supported"] is True
    assert config["etag"]["supported"] is True
    assert [one["endpoint"] for one in kinds["Resources"]] == ["/Users", "/Groups"]
    assert [one["id"] for one in schemas["Resources"]] == [USER, GROUP]


def test_a_filter_may_have_words_of_its_own_in_a_text() -> None:
    wanted = filter_of('userName eq "and \\"x\\" and" AND active EQ False', ("username", "active"))

    assert wanted == {"username": 'and "x" and', "active": False}
    for text in ("", 'userName eq "a" or active eq true', 'userName eq "a" and', "userName pr"):
        with pytest.raises(ScimError):
            filter_of(text, ("username", "active"))
