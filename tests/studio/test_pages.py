"""Claims about the studio's pages: a draft is played and saved as a scenario, and begun in every way."""

import json
import re

import pytest

from api.pages.studio.plays import SOMEBODY
from engine.studio.queries import ListDrafts, ShowDraft
from tests.api.test_plays import ANSWER, CHECK, COLLECT
from tests.mitos.records import answer
from tests.office import APPLICATION
from tests.pages.visiting import OpenDesk, Visitor
from tests.procedures.shipped import files_of

KEY = "residence-certificate"


@pytest.fixture
def desk() -> OpenDesk:
    return OpenDesk()


@pytest.fixture
def anna(desk: OpenDesk) -> Visitor:
    return desk.visit(desk.person("anna"))


def test_what_was_played_becomes_a_scenario_of_the_draft(desk: OpenDesk, anna: Visitor) -> None:
    anna.opens("/studio")
    anna.sends("/studio/drafts", key=KEY, number="1")
    (draft,) = desk.desk.office.engine.ask(ListDrafts(), actor=desk.desk.actor("anna"))
    room = f"/studio/drafts/{draft.id}"
    play = anna.sends(f"{room}/plays").request.path

    anna.sends(f"{play}/acts", verb="begin", **SOMEBODY, data=json.dumps(APPLICATION))
    refused = anna.sends(f"{play}/acts", verb="complete", about="check_papers", target="check_papers")
    anna.sends(f"{play}/acts", verb="complete", about="check_papers", data=json.dumps(CHECK["data"]))
    anna.sends(f"{play}/acts", verb="advance")
    assert anna.sees("//section[contains(@aria-labelledby, 'task-')]/h2") == ["Remind the municipality"]
    anna.sends(f"{play}/undo")
    anna.sends(f"{play}/acts", verb="answer", about=ANSWER["answer"], data=json.dumps(ANSWER["data"]))
    anna.sends(f"{play}/acts", verb="complete", about="hand_over", data=json.dumps(COLLECT["data"]))
    assert "The case ended: handed_over." in anna.text
    saved = anna.sends(f"{play}/scenario", title="Όλα καλά", name="played")

    assert refused.status_code == 422
    assert saved.status_code == 200
    assert anna.sees("//tr[.//a[text()='Όλα καλά']]//*[contains(@class, 'good')]") == ["as it says"]


def test_a_draft_begins_small_on_a_model_and_of_a_record(desk: OpenDesk, anna: Visitor) -> None:
    anna.opens("/studio/new")
    small = anna.sends("/studio/new/small", key="dog-licence", title="Άδεια σκύλου", title_en="Dog licence")
    model = anna.sends("/studio/new/model", key="another-certificate", model=f"{KEY}/1")
    wrong = anna.sends("/studio/new/small", key="Dog licence", title="", title_en="")
    pasted = anna.sends(
        "/studio/new/record", key="parking-permit", agency="municipality", record=json.dumps(answer())
    )
    neither = anna.sends("/studio/new/record", key="parking-permit", agency="municipality", record="{")

    codes = [one.status_code for one in (small, model, pasted, wrong, neither)]
    assert codes == [200, 200, 200, 422, 422]
    engine, actor = desk.desk.office.engine, desk.desk.actor("anna")
    for draft in engine.ask(ListDrafts(), actor=actor):
        contents = engine.ask(ShowDraft(draft_id=draft.id), actor=actor).contents
        assert f"{draft.procedure_key}.bpmn" in contents
        overview = anna.opens(f"/studio/drafts/{draft.id}")
        assert "error" not in anna.sees("//ol[@class='studio-findings']/li/@class"), overview.text


def test_editors_are_loaded_in_the_studio_alone(desk: OpenDesk, anna: Visitor) -> None:
    anna.opens("/studio")
    anna.sends("/studio/drafts", key=KEY, number="1")
    drawing = re.findall(r"studio_\w+", anna.page.text) if anna.page else []
    others = [anna.opens(address).text for address in ("/account", "/admin/topics", "/studio", "/track")]

    assert set(drawing) == {"studio_diagram"}
    assert not any("studio_" in text for text in others)


MISTAKES = {
    "municipality_certifies": ('value="Municipality certifies the residence"', 'value=""'),
    "municipality_late": (">P5D<", ">P50D<"),
    "hand_over": ('formId="hand-over"', 'formId="hand-ovr"'),
}


def test_mistakes_are_found_at_their_elements_in_what_is_not_kept_yet(desk: OpenDesk, anna: Visitor) -> None:
    anna.opens("/studio")
    anna.sends("/studio/drafts", key=KEY, number="1")
    (draft,) = desk.desk.office.engine.ask(ListDrafts(), actor=desk.desk.actor("anna"))
    diagram = files_of(KEY)[f"{KEY}.bpmn"].decode()
    for right, wrong in MISTAKES.values():
        assert right in diagram, right
        diagram = diagram.replace(right, wrong)

    answer = anna.client.post(
        f"/studio/drafts/{draft.id}/findings",
        json={"name": f"{KEY}.bpmn", "content": diagram},
        headers={"X-CSRF-Token": anna.token},
    )

    findings = answer.get_json()["findings"]
    assert {one["element"] for one in findings} >= set(MISTAKES)
    assert all(one["message"] and one["remedy"] and one["line"] for one in findings)
