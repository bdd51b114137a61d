"""Claims about drafts made of records: sound, played, and with a list of what is open."""

import json
from typing import Any

import pytest

from engine import dmn
from engine.bundle.description import lacking
from engine.bundle.evidence import Lack
from engine.bundle.yaml_tree import read_yaml
from engine.lint import Severity, check
from engine.mitos import Skeleton, read_record, record_of, skeleton_of
from engine.rehearsal.gate import evidence_of
from engine.rehearsal.rehearsal import run
from tests.mitos.records import ENGLISH, GREEK, answer
from tests.procedures.shipped import KEYS, files_of


def drafted(content: bytes | None = None, *, translated: bool = False) -> Skeleton:
    record = read_record(content or GREEK.read_bytes())
    english = read_record(ENGLISH.read_bytes()) if translated else None
    return skeleton_of(record, key="parking-permit", agency="municipality", english=english)


def described(made: Skeleton) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(made.files["procedure.yaml"]).value
    return found


def changed(**metadata: Any) -> bytes:
    whole = answer()
    for name, value in metadata.items():
        whole["data"]["metadata"][name] = value
    return json.dumps(whole).encode()


def test_a_draft_passes_the_check_and_every_scenario() -> None:
    made = drafted()

    report = check(made.files)
    results = run(made.files)

    assert report.errors == ()
    assert {finding.rule for finding in report.findings} == {"name-in-english"}
    assert [result.problem for result in results] == [None] * 6
    assert {result.outcome for result in results} == {"granted", "not_filed", "not_eligible", "refused"}


def test_a_translated_draft_lacks_only_what_the_registry_does_not_say() -> None:
    made = drafted(translated=True)

    evidence = evidence_of(made.files)

    assert [finding for finding in check(made.files).findings if finding.severity is not Severity.HINT] == []
    assert list(lacking(described(made))) == [("retention",), ("data_classes",)]
    lacks = [finding.lack for finding in evidence.findings]
    assert (lacks.count(Lack.METADATA), lacks.count(Lack.NOTE)) == (2, len(made.unmapped))
    assert len(lacks) == 2 + len(made.unmapped)


def test_a_draft_whose_english_repeats_the_greek_cannot_be_submitted() -> None:
    lacks = list(lacking(described(drafted())))

    assert ("title", "en") in lacks
    assert ("conditions", 0, "en") in lacks
    assert ("papers", 2, "title", "en") in lacks
    # Its kind is one of the registry's, which are known in English.
    assert ("papers", 0, "title", "en") not in lacks


def test_papers_and_their_alternatives_their_source_and_whether_they_are_asked_for() -> None:
    papers = described(drafted())["papers"]

    assert [(one["id"], one.get("any_of"), one["source"], one["obligatory"]) for one in papers] == [
        ("application", None, "deposited", True),
        ("identity", None, "shown", True),
        ("proof-of-address", "alternatives-3", "deposited", True),
        ("proof-of-address-2", "alternatives-3", "deposited", True),
        ("tax-clearance", None, "ex_officio", False),
    ]


def test_every_condition_is_an_input_of_the_table_and_one_of_two_alternatives_is_enough() -> None:
    table = dmn.read({"eligibility.dmn": drafted().files["eligibility.dmn"]})

    def judged(*fulfilled: str) -> Any:
        outcome = table.decide("eligibility", {"fulfilled": list(fulfilled)})
        assert not outcome.problems
        return outcome.value

    assert judged("condition-1", "condition-3") == {"eligible": True, "unmet": None}
    assert judged("condition-1", "condition-2") == {"eligible": True, "unmet": None}
    assert judged("condition-2", "condition-3") == {"eligible": False, "unmet": "condition-1"}
    assert judged("condition-1") == {"eligible": False, "unmet": "condition-2"}
    assert table.decide("eligibility", {"fulfilled": None}).value == {
        "eligible": False,
        "unmet": "condition-1",
    }


def test_steps_are_tasks_of_the_clerk_or_requests_to_the_agency() -> None:
    diagram = drafted().files["parking-permit.bpmn"].decode()

    assert '<bpmn:userTask id="check_application" name="Παραλαβή και έλεγχος της αίτησης">' in diagram
    assert '<bpmn:serviceTask id="step_3" name="Υπογραφή της άδειας">' in diagram
    assert 'type="municipality.parking-permit-step-3"' in diagram
    assert '<bpmn:userTask id="step_4" name="Παράδοση της άδειας">' in diagram
    assert "<bpmn:documentation>Ελέγχεται ότι ο φάκελος είναι πλήρης.</bpmn:documentation>" in diagram


def test_costs_are_fees_and_a_range_is_told() -> None:
    made = drafted()

    assert [(one["id"], one["amount"], one.get("code")) for one in described(made)["fees"]] == [
        ("charge", "20.00", "3182"),
        ("administrative-fee", "12.50", None),
    ]
    why = next(one.why for one in made.unmapped if one.path.endswith("[1].evidence_cost_min"))
    assert "range" in why.en
    assert "εύρος" in why.el


def test_everything_that_is_not_carried_over_is_listed_in_the_file_too() -> None:
    made = drafted()
    notes = made.files["notes.md"].decode()

    paths = {one.path for one in made.unmapped}
    assert {
        "title.en",
        "metadata.process.org_owner",
        "metadata.process.life_events",
        "metadata.process.trigger_type",
        "metadata.process_steps[2].step_official",
        "metadata.process_conditions[2].conditions_alternative_of",
        "metadata.process_useful_links",
    } <= paths
    assert all(f"`{path}`" in notes for path in paths)
    values = [one.value for one in made.unmapped if one.path == "metadata.process.trigger_type"]
    assert values == ["email"]


@pytest.mark.parametrize(
    ("deadline", "term"),
    [
        ("P1M", {"months": 1, "supplement": "pauses"}),
        ("P2W", {"weeks": 2, "supplement": "pauses"}),
        ("PT30M", {"days": 0, "supplement": "pauses"}),
        ("P1M10D", {"days": 40, "supplement": "pauses"}),
        (None, None),
    ],
)
def test_the_deadline_is_the_term_of_law(deadline: str | None, term: dict[str, Any] | None) -> None:
    process = {**answer()["data"]["metadata"]["process"], "deadline": deadline}

    made = drafted(changed(process=process))

    assert described(made).get("term") == term
    assert any(one.path == "metadata.process.deadline" for one in made.unmapped)


def test_the_smallest_record_and_the_most_hostile_text_make_a_sound_draft_too() -> None:
    hostile = "Α\" <&> ' {{x}} ${y} &amp; ]]> \x00\x1b\u2028 # : - "
    least = b'{"title": {"el": "\xce\x91"}, "metadata": {}}'
    whole = answer()
    whole["data"]["title"]["el"] = hostile
    for part in whole["data"]["metadata"]["process_steps"]:
        part["step_title"] = part["step_description"] = hostile
    for part in whole["data"]["metadata"]["process_conditions"]:
        part["conditions_name"] = hostile * 40
    whole["data"]["metadata"]["process_evidences"][2]["evidence_description"] = hostile
    whole["data"]["metadata"]["process_rules"][0]["rule_article"] = "1" * 100

    for content in (least, json.dumps(whole).encode()):
        made = drafted(content)
        assert check(made.files).errors == ()
        assert {result.problem for result in run(made.files)} == {None}


def test_a_record_with_digital_steps_only_is_drawn_from_these() -> None:
    made = drafted(changed(process_steps=[], process_conditions=[]))

    assert "eligibility.dmn" not in made.files
    assert 'name="Υποβολή στο gov.gr"' in made.files["parking-permit.bpmn"].decode()
    assert {result.problem for result in run(made.files)} == {None}


def test_a_record_comes_back_as_it_went_but_for_what_was_told() -> None:
    made = drafted(translated=True)

    back = record_of(made.files, agency={"el": "Δήμος Αθηναίων", "en": "Municipality of Athens"})
    sent, written = answer()["data"], back["data"]

    told = {one.path for one in made.unmapped}
    for name in ("id", "title"):
        expected = {**sent[name], "en": "Residents' parking permit"} if name == "title" else sent[name]
        assert written[name] == expected
    process = sent["metadata"]["process"]
    process["description"] = " ".join(process["description"].split())
    for name, value in written["metadata"]["process"].items():
        is_told = f"metadata.process.{name}" in told and name not in ("deadline", "org_owner")
        assert value == (process[name] if not is_told else value), name
    assert written["metadata"]["process"]["trigger_type"] == ["Αίτηση (έντυπο)", "Αίτηση (ψηφιακά)"]
    assert [one["conditions_name"] for one in written["metadata"]["process_conditions"]] == [
        one["conditions_name"] for one in sent["metadata"]["process_conditions"]
    ]
    kept = (
        "evidence_num_id",
        "evidence_type",
        "evidence_description",
        "evidence_alternative",
        "evidence_alternative_of",
    )
    assert [
        {name: one[name] for name in kept if name in one} for one in written["metadata"]["process_evidences"]
    ] == [{name: one[name] for name in kept if name in one} for one in sent["metadata"]["process_evidences"]]
    steps = ("step_num_id", "step_title", "step_description")
    assert [
        {name: one[name] for name in steps if name in one} for one in written["metadata"]["process_steps"]
    ] == [{name: one[name] for name in steps if name in one} for one in sent["metadata"]["process_steps"]]
    assert [one["step_official"] for one in written["metadata"]["process_steps"]] == [
        "Υπάλληλος ΚΕΠ",
        "Αρμόδιος Υπάλληλος",
        "Αρμόδιος Υπάλληλος",
        "Υπάλληλος ΚΕΠ",
    ]
    rules = [dict(one) for one in sent["metadata"]["process_rules"]]
    del rules[1]["rule_description"]
    assert written["metadata"]["process_rules"] == rules


def test_what_came_back_makes_the_same_procedure_again() -> None:
    first = drafted(translated=True)
    names = {"el": "Δήμος Αθηναίων", "en": "Municipality of Athens"}
    greek, english = (record_of(first.files, agency=names, language=one) for one in ("el", "en"))

    again = skeleton_of(
        read_record(json.dumps(greek).encode()),
        key="parking-permit",
        agency="municipality",
        english=read_record(json.dumps(english).encode()),
    )

    assert described(again) == described(first)
    ours = [name for name in first.files if name not in ("notes.md", "eligibility.dmn")]
    assert {name: again.files.get(name) for name in ours if name.endswith((".bpmn", ".form"))} == {
        name: first.files[name] for name in ours if name.endswith((".bpmn", ".form"))
    }


@pytest.mark.parametrize("key", KEYS)
def test_every_shipped_procedure_is_a_record_that_makes_a_sound_draft(key: str) -> None:
    files = files_of(key)

    written = record_of(files)
    record = read_record(json.dumps(written).encode())
    made = skeleton_of(record, key=key, agency="municipality")

    said = read_yaml(files["procedure.yaml"]).value
    assert record.left == ()
    assert record.code == said["codes"].get("mitos")
    assert len(record.evidences) == len(said["papers"])
    assert check(made.files).errors == ()
    assert {result.problem for result in run(made.files)} == {None}
