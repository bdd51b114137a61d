"""Claims about drafts: two people lose nothing, and whoever drew does not certify."""

from dataclasses import dataclass
from typing import Any

import pytest

from engine.kernel.actor import Actor, Role
from engine.kernel.refusal import Conflict, Invalid, NotPermitted
from engine.procedures.model import ProcedureVersion
from engine.studio.begin import BeginDraft
from engine.studio.keep import AddFile, KeepFile, KeptFile, RemoveFile
from engine.studio.model import HERE_FOR, MOST_BYTES, ChangeKind, StudioDraft
from engine.studio.presence import NotePresence
from engine.studio.queries import DraftSheet, ShowDraft
from engine.studio.submit import SubmitDraft
from tests.case_migration.renewed import renewed
from tests.office import an_office
from tests.officials import Officials, employed, officials_of
from tests.procedures.shipped import files_of

KEY = "residence-certificate"
FILE = "procedure.yaml"


@dataclass
class Studio:
    """Two analysts, of whom the second certifies too, and a draft."""

    officials: Officials
    thalia: Actor
    draft: StudioDraft

    @property
    def anna(self) -> Actor:
        return self.officials.anna

    def does(self, command: Any, actor: Actor) -> Any:
        return self.officials.office.does(command, actor=actor)

    def keeps(self, actor: Actor, content: str, made_on: int, **more: Any) -> KeptFile:
        kept: KeptFile = self.does(
            KeepFile(draft_id=self.draft.id, name=FILE, content=content.encode(), made_on=made_on, **more),
            actor,
        )
        return kept

    def sheet(self) -> DraftSheet:
        return self.officials.office.engine.ask(ShowDraft(draft_id=self.draft.id), actor=self.anna)


@pytest.fixture
def studio() -> Studio:
    office = an_office()
    officials = officials_of(office)
    thalia = employed(office, "thalia", Role.ANALYST, Role.CERTIFIER)
    draft = office.does(BeginDraft(key=KEY, files=files_of(KEY), based_on=1), actor=officials.anna)
    return Studio(officials=officials, thalia=thalia, draft=draft)


def test_of_two_texts_on_one_revision_the_later_is_laid_aside_and_can_be_put_over(studio: Studio) -> None:
    first = studio.keeps(studio.anna, "key: a", 1)
    second = studio.keeps(studio.thalia, "key: b", 1)
    again = studio.keeps(studio.thalia, "key: c", 1)
    laid_aside = studio.sheet().aside
    over = studio.keeps(studio.thalia, "key: c", first.file.revision, over=True)

    assert (first.clashes, second.clashes, again.clashes, over.clashes) == (False, True, True, False)
    assert second.file.content == b"key: a"
    # What the same person laid aside before on this revision has given way.
    assert [(one.author_name, one.content) for one in laid_aside] == [(studio.thalia.name, b"key: c")]
    sheet = studio.sheet()
    assert sheet.file(FILE).content == b"key: c"
    assert {one.content for one in sheet.aside} == {b"key: a", b"key: c"}
    assert [one.kind for one in sheet.changes][:2] == [ChangeKind.KEPT, ChangeKind.LAID_ASIDE]


def test_the_same_text_once_more_changes_nothing(studio: Studio) -> None:
    kept = studio.keeps(studio.anna, "key: a", 1)

    again = studio.keeps(studio.thalia, "key: a", 1)

    assert again == kept
    assert studio.sheet().draft.revision == kept.file.revision


def test_a_file_is_added_and_removed_and_its_text_stays(studio: Studio) -> None:
    name = "scenarios/another.yaml"
    studio.does(AddFile(draft_id=studio.draft.id, name=name, content=b"title: a"), studio.anna)

    with pytest.raises(Conflict):
        studio.does(AddFile(draft_id=studio.draft.id, name=name.upper(), content=b""), studio.anna)
    with pytest.raises(Invalid):
        studio.does(AddFile(draft_id=studio.draft.id, name="../out", content=b""), studio.anna)
    with pytest.raises(Invalid):
        studio.keeps(studio.anna, "a" * (MOST_BYTES + 1), 1)
    with pytest.raises(Conflict):
        studio.does(RemoveFile(draft_id=studio.draft.id, name=FILE), studio.anna)
    of_part = AddFile(draft_id=studio.draft.id, name="shared/pickup@1/shared.yaml", content=b"")
    with pytest.raises(Conflict, match="shared part"):
        studio.does(of_part, studio.anna)
    studio.does(RemoveFile(draft_id=studio.draft.id, name=name), studio.thalia)

    sheet = studio.sheet()
    assert name not in sheet.contents
    assert [(one.file, one.author_name) for one in sheet.aside] == [(name, studio.anna.name)]


def test_who_is_there_is_told_to_the_others_for_as_long(studio: Studio) -> None:
    studio.does(NotePresence(draft_id=studio.draft.id, file=FILE), studio.anna)
    company = studio.does(NotePresence(draft_id=studio.draft.id, file="nothing"), studio.thalia)
    studio.officials.office.clock.advance(HERE_FOR * 2)
    later = studio.does(NotePresence(draft_id=studio.draft.id), studio.thalia)

    assert [(one.name, one.file) for one in company.others] == [(studio.anna.name, FILE)]
    assert company.revisions[FILE] == 1
    assert later.others == ()


def test_everybody_who_drew_is_kept_from_certifying(studio: Studio) -> None:
    complete = studio.does(BeginDraft(key=KEY, files=renewed(), based_on=1), studio.anna)
    studio.does(AddFile(draft_id=complete.id, name="notes.md", content=b"# a\n"), studio.thalia)
    kostas = studio.officials.kostas

    with pytest.raises(Conflict, match="meanwhile"):
        studio.does(SubmitDraft(draft_id=complete.id, revision=1), studio.anna)
    version: ProcedureVersion = studio.does(SubmitDraft(draft_id=complete.id, revision=2), studio.anna)

    with pytest.raises(NotPermitted, match="somebody else"):
        studio.does(studio.officials.certification(version), studio.thalia)
    assert studio.does(studio.officials.certification(version), kostas).status == "certified"


def test_a_draft_that_lacks_something_leaves_no_version(studio: Studio) -> None:
    studio.does(RemoveFile(draft_id=studio.draft.id, name="forms/intake.form"), studio.anna)
    revision = studio.sheet().draft.revision

    with pytest.raises(Invalid) as refused:
        studio.does(SubmitDraft(draft_id=studio.draft.id, revision=revision), studio.anna)

    assert refused.value.code == "gate_refused"
    assert studio.sheet().draft.submitted_as is None


def test_whoever_draws_nothing_sees_no_draft(studio: Studio) -> None:
    with pytest.raises(NotPermitted):
        studio.officials.office.engine.ask(ShowDraft(draft_id=studio.draft.id), actor=studio.officials.kostas)
