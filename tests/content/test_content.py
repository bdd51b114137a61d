"""Claims about texts for the branches: two people answer for each, and whom it is for reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.content.keeping import ListContents, ListReaders, ShowContent
from engine.content.model import ContentKind, ContentStatus
from engine.content.reading import ConfirmReading, ListBeside, ListNews, ListToRead, ReadContent
from engine.content.writing import (
    AuthoriseContent,
    PushContent,
    RetireContent,
    RewriteContent,
    SendBackContent,
    SubmitContent,
)
from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, OutOfDate
from tests.builders import NOON, a_clerk
from tests.content.texts import OTHER_BRANCH, Newsroom, a_writing, only_for


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()


def test_nobody_authorises_what_they_wrote_in(room: Newsroom) -> None:
    does, draft = room.office.does, room.writes()
    does(RewriteContent(content_id=draft.id, writing=a_writing(title_en="Hours")), actor=room.other)
    does(SubmitContent(content_id=draft.id), actor=room.author)

    for author in (room.author, room.other, SYSTEM):
        with pytest.raises(NotPermitted) as refused:
            does(AuthoriseContent(content_id=draft.id), actor=author)
        assert refused.value.code == "four_eyes"

    third = replace(room.author, id=room.administrator.id, name="sofia")
    assert does(AuthoriseContent(content_id=draft.id), actor=third).authorised_by == "sofia"


def test_what_was_authorised_is_not_changed_and_what_is_sent_back_needs_it_again(room: Newsroom) -> None:
    does, draft = room.office.does, room.writes()
    does(SubmitContent(content_id=draft.id), actor=room.author)
    does(AuthoriseContent(content_id=draft.id), actor=room.other)

    with pytest.raises(Conflict):
        does(RewriteContent(content_id=draft.id, writing=a_writing(text_el="Άλλο")), actor=room.author)
    back = does(SendBackContent(content_id=draft.id, reason="Λείπει η ημέρα."), actor=room.other)
    with pytest.raises(Conflict):
        does(PushContent(content_id=draft.id), actor=room.author)

    assert (back.status, back.authorised_by, back.note) == (ContentStatus.DRAFT, None, "Λείπει η ημέρα.")


def test_the_next_version_takes_the_place_of_the_one_that_was_read(room: Newsroom) -> None:
    first = room.pushes(room.writes())
    with pytest.raises(Conflict):
        room.office.does(PushContent(content_id=first.id), actor=room.author)
    second = room.writes(title_en="Newer hours")
    with pytest.raises(Conflict, match="under way"):
        room.writes()

    room.pushes(second)

    news = room.office.engine.ask(ListNews(), actor=room.office.clerk)
    assert [(item.content.version, item.content.writing.title.en) for item in news] == [(2, "Newer hours")]
    earlier = room.office.engine.ask(ShowContent(content_id=first.id), actor=room.author)
    assert earlier.status is ContentStatus.RETIRED


def test_a_text_is_for_its_roles_its_organisations_and_its_days(room: Newsroom) -> None:
    office, today = room.office, NOON.date()
    elsewhere = a_clerk(OTHER_BRANCH)
    room.pushes(room.writes(key="here", audience=only_for(room.municipality.code)))
    room.pushes(room.writes(key="managers", audience=only_for(roles=(Role.MANAGER,))))
    room.pushes(room.writes(key="tomorrow", from_day=today + timedelta(days=1)))
    room.pushes(room.writes(key="until-today", to_day=today))

    def read_by(actor: object) -> list[str]:
        found = office.engine.ask(ListNews(), actor=actor)  # type: ignore[arg-type] - an actor each time
        return sorted(item.content.key for item in found)

    assert read_by(office.clerk) == ["here", "until-today"]
    assert read_by(office.manager) == ["here", "managers", "until-today"]
    assert read_by(elsewhere) == ["until-today"]
    office.clock.advance(timedelta(days=1))
    assert read_by(elsewhere) == ["tomorrow"]


def test_what_must_be_read_is_listed_until_it_is_confirmed(room: Newsroom) -> None:
    office = room.office
    pushed = room.pushes(room.writes(must_read=True))
    room.pushes(room.writes(key="by-the-way"))

    before = office.engine.ask(ListToRead(), actor=office.clerk)
    office.does(ConfirmReading(content_id=pushed.id), actor=office.clerk)
    office.does(ConfirmReading(content_id=pushed.id), actor=office.clerk)
    after = office.engine.ask(ListToRead(), actor=office.clerk)

    assert ([one.key for one in before], after) == (["hours"], ())
    (branch,) = office.engine.ask(ListReaders(content_id=pushed.id), actor=room.author).branches
    assert (branch.code, branch.read, branch.readers) == ("0009", 1, 3)
    assert sorted(username for username, _ in branch.unread) == ["nikos", "petros"]


def test_scripts_and_help_stand_beside_their_place_and_procedure(room: Newsroom) -> None:
    script = {"kind": ContentKind.SCRIPT, "audience": only_for(procedures=("residence-certificate",))}
    room.pushes(room.writes(key="intake.residence", **script))
    room.pushes(room.writes(key="intake", kind=ContentKind.HELP))
    room.pushes(room.writes(key="task", kind=ContentKind.HELP))

    def beside(place: str, procedure: str) -> list[str]:
        question = ListBeside(place=place, procedure=procedure)
        return [one.key for one in room.office.engine.ask(question, actor=room.office.clerk)]

    assert beside("intake", "residence-certificate") == ["intake.residence", "intake"]
    assert beside("intake", "amka-issue") == ["intake"]
    assert beside("calls", "amka-issue") == []


def test_an_administrator_writes_for_what_they_administer_and_sees_nothing_of_others(room: Newsroom) -> None:
    ministry, own = room.writes(key="ministry"), only_for("0009")
    with pytest.raises(Invalid) as refused:
        room.writes(key="all", by=room.administrator)
    with pytest.raises(Invalid) as elsewhere:
        room.writes(key="other", by=room.administrator, audience=only_for("0010"))
    with pytest.raises(NotFound if False else NotPermitted):
        room.office.does(SubmitContent(content_id=ministry.id), actor=room.administrator)
    with pytest.raises(NotPermitted):
        room.writes(key="mine", by=room.office.clerk)

    written = room.writes(key="mine", by=room.administrator, audience=own)
    room.pushes(written, by=room.administrator, authorised_by=room.colleague)

    assert list(refused.value.errors) == list(elsewhere.value.errors) == ["organisations"]
    listed = room.office.engine.ask(ListContents(), actor=room.administrator).items
    assert [one.key for one in listed] == ["mine"]
    assert {one.key for one in room.office.engine.ask(ListContents(), actor=room.author).items} == {
        "mine",
        "ministry",
    }
    assert room.office.engine.ask(ListContents(), actor=room.office.clerk).items == ()


def test_wrong_fields_are_refused_all_at_once(room: Newsroom) -> None:
    with pytest.raises(Invalid) as refused:
        room.writes(
            key="Big Key",
            title_el=" ",
            text_en="",
            from_day=NOON.date(),
            to_day=NOON.date() - timedelta(days=1),
            audience=only_for(procedures=("x",)),
        )
    with pytest.raises(Invalid) as misplaced:
        room.writes(kind=ContentKind.HELP, key="hours", must_read=True)

    assert set(refused.value.errors) == {"key", "title_el", "text_en", "to_day", "procedures"}
    assert set(misplaced.value.errors) == {"key", "must_read"}


def test_who_saw_another_version_changes_nothing(room: Newsroom) -> None:
    draft = room.writes()
    command = RewriteContent(content_id=draft.id, writing=a_writing(), expected_version=draft.row_version)
    room.office.does(command, actor=room.author)

    with pytest.raises(OutOfDate):
        room.office.does(command, actor=room.other)


def test_what_is_not_read_now_cannot_be_opened_by_its_address(room: Newsroom) -> None:
    pushed = room.pushes(room.writes())
    room.office.engine.ask(ReadContent(content_id=pushed.id), actor=room.office.clerk)

    room.office.does(RetireContent(content_id=pushed.id, reason="Παλιό."), actor=room.author)

    with pytest.raises(NotFound):
        room.office.engine.ask(ReadContent(content_id=pushed.id), actor=room.office.clerk)
    with pytest.raises(NotFound):
        room.office.does(ConfirmReading(content_id=pushed.id), actor=room.office.clerk)
