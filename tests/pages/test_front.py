"""Claims about the front page: a way in for everybody."""

from tests.pages.visiting import OpenDesk, Visitor


def test_citizens_and_staff_each_find_their_way_in(desk: OpenDesk) -> None:
    anybody = desk.anybody()

    anybody.opens("/")

    assert anybody.sees("//main//a/@href") == ["/track", "/sign-in", "/api/"]


def test_who_is_signed_in_goes_on_to_their_work(maria: Visitor) -> None:
    page = maria.opens("/")

    assert page.request.path == "/desk"
