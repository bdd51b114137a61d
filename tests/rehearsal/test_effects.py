"""Claims about what a new version means for whom: groups by the tables, and scenarios by being played."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from engine.bundle import Catalogue
from engine.kernel.clock import SystemClock
from engine.kernel.refusal import Invalid
from engine.rehearsal.effects import Effect, EffectKind
from engine.rehearsal.outcomes import effects_between
from tests.procedures.shipped import files_of

CATALOGUE = Catalogue(SystemClock())
NOW = datetime.fromisoformat("2026-03-09T09:00:00+02:00")
LICENCE, RESIDENCE = "driving-licence-renewal", "residence-certificate"
TABLES = "driving-licence.dmn"
ELDERLY = "<text>&gt;= "
OF_A_PAPER = '</text>\n        </inputEntry>\n        <outputEntry id="paper'


def changed(key: str, name: str, *changes: tuple[str, str]) -> dict[str, bytes]:
    text = files_of(key)[name].decode()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return {**files_of(key), name: text.encode()}


def effects(key: str, new: Mapping[str, bytes], *, scenarios: bool = False) -> tuple[Effect, ...]:
    return effects_between(files_of(key), new, catalogue=CATALOGUE, now=NOW, scenarios=scenarios)


def test_of_the_same_files_nothing_is_another() -> None:
    assert effects(LICENCE, dict(files_of(LICENCE)), scenarios=True) == ()


def test_papers_that_are_asked_of_more_people_are_told_of_these_alone() -> None:
    (effect,) = effects(
        LICENCE, changed(LICENCE, TABLES, (f"{ELDERLY}80{OF_A_PAPER}", f"{ELDERLY}75{OF_A_PAPER}"))
    )

    assert (effect.kind, effect.scenarios) == (EffectKind.PAPERS, ())
    assert effect.group.en == "age from 75 to under 80"
    assert effect.group.el == "Ηλικία από 75 έως κάτω από 80"
    assert effect.text.el == (
        "Ηλικία από 75 έως κάτω από 80: από 4 σε 6 δικαιολογητικά. "
        "Επιπλέον: Πιστοποιητικό υγείας νευρολόγου, Πιστοποιητικό υγείας ωτορινολαρυγγολόγου."
    )
    assert effect.text.en == (
        "age from 75 to under 80: from 4 to 6 papers. "
        "More: Health certificate of a neurologist, Health certificate of an ear, nose and throat doctor."
    )
    assert set(effect.after) - set(effect.before) == {"medical-nerves", "medical-ears"}


def test_a_fee_is_told_of_each_group_that_pays_another_one() -> None:
    found = effects(
        LICENCE, changed(LICENCE, TABLES, ("<text>110<", "<text>112<"), ("<text>111<", "<text>115<"))
    )

    told = {(one.before, one.after): one for one in found if one.kind is EffectKind.FEE}
    assert set(told) == {(("110.00",), ("112.00",)), (("111.00",), ("115.00",))}
    elderly = told[("110.00",), ("112.00",)]
    assert elderly.group.el.endswith(", Ηλικία από 80 και πάνω")
    assert elderly.text.en.endswith(
        "age 80 or more: fee “Fee of a driving licence renewal” from €110.00 to €112.00."
    )
    assert told[("111.00",), ("115.00",)].group.en == (
        "Highest category “C: lorries” or “CE: lorries with a trailer” "
        "or “D: buses” or “DE: buses with a trailer”"
    )


def test_a_paper_that_becomes_obligatory_is_told_though_as_many_are_asked_for() -> None:
    old = files_of(RESIDENCE)
    new = changed(RESIDENCE, "procedure.yaml", ("obligatory: true", "obligatory: false"))

    (effect,) = effects_between(new, old, catalogue=CATALOGUE, now=NOW, scenarios=False)

    assert effect.group.el == "Όλες οι υποθέσεις"
    assert effect.before == effect.after
    assert "Now obligatory: " in effect.text.en
    assert "Γίνονται υποχρεωτικά: " in effect.text.el


def test_five_more_days_are_told_of_all_cases_and_of_the_scenarios_by_their_last_day() -> None:
    term, *played = effects(
        RESIDENCE, changed(RESIDENCE, "procedure.yaml", ("days: 5", "days: 10")), scenarios=True
    )

    assert term.text.el == "Όλες οι υποθέσεις: νόμιμη προθεσμία από «5 ημέρες» σε «10 ημέρες»."
    assert term.text.en == "All cases: term of law from “5 days” to “10 days”."
    assert {one.kind for one in played} == {EffectKind.TERM}
    most = max(played, key=lambda one: len(one.scenarios))
    assert (most.before, most.after) == (("2026-03-16",), ("2026-03-19",))
    assert "scenarios/issued.yaml" in most.scenarios
    assert most.text.el.startswith("Τα σενάρια «")
    assert " και άλλα " in most.group.el


def test_a_scenario_that_now_ends_otherwise_is_told_with_both_outcomes() -> None:
    needed = changed(
        LICENCE,
        TABLES,
        ("<text>&gt;= 80</text>", "<text>&gt;= 18</text>"),
        ("<text>&lt; 80</text>", "<text>&lt; 18</text>"),
    )

    ended = [one for one in effects(LICENCE, needed, scenarios=True) if one.kind is EffectKind.OUTCOME]

    assert ended
    assert all(one.scenarios and one.before != one.after for one in ended)
    assert any("stops at line" in one.text.en and "σταματά στη γραμμή" in one.text.el for one in ended)


def test_a_story_that_both_versions_tell_of_the_same_applicant_is_played_as_each_tells_it() -> None:
    new = changed(RESIDENCE, "procedure.yaml", ("days: 5", "days: 10"))
    file = "scenarios/supplement.yaml"
    told = new[file].replace(b"2026-03-16", b"2026-03-19").replace(b"2026-03-18", b"2026-03-23")

    found = effects(RESIDENCE, {**new, file: told}, scenarios=True)

    assert {one.kind for one in found} == {EffectKind.TERM}
    assert sum(file in one.scenarios for one in found) == 1


@pytest.mark.parametrize("column", ['get value(licence, "category")', "licence.category"])
def test_what_a_table_reads_by_a_function_is_found_too(column: str) -> None:
    def with_column(amount: str) -> dict[str, bytes]:
        return changed(
            LICENCE,
            TABLES,
            ("<text>licence.category</text>", f"<text>{column}</text>"),
            ("<text>108<", f"<text>{amount}<"),
        )

    (effect,) = effects_between(
        with_column("108"), with_column("109"), catalogue=CATALOGUE, now=NOW, scenarios=False
    )

    assert effect.group.en == (
        "Highest category “AM: mopeds” or “A: motorcycles” "
        "or “B: cars” or “BE: cars with a trailer”, age under 80"
    )


def test_a_decision_that_cannot_be_compared_by_groups_is_named_with_the_reason() -> None:
    computed = changed(LICENCE, TABLES, ("<text>age</text>", "<text>age + 0</text>"))

    found = effects(LICENCE, computed)

    told = {one.subject: one.text for one in found}
    assert {one.kind for one in found} == {EffectKind.NOT_COMPARED}
    assert set(told) == {"required_papers", "renewal_fee"}
    assert told["renewal_fee"].en.endswith(
        "because the column “age + 0” reads what is computed. See the scenarios."
    )
    assert "επειδή η στήλη «age + 0» διαβάζει κάτι που υπολογίζεται" in told["renewal_fee"].el


def test_a_decision_that_is_the_same_is_not_named_though_it_cannot_be_compared() -> None:
    computed = changed(LICENCE, TABLES, ("<text>age</text>", "<text>age + 0</text>"))

    assert effects_between(computed, computed, catalogue=CATALOGUE, now=NOW, scenarios=False) == ()


def test_whether_there_is_a_representative_makes_two_groups() -> None:
    key = "military-status"
    name = next(name for name in files_of(key) if name.endswith(".dmn"))
    text = files_of(key)[name].decode()
    assert "representative != null" in text
    at = text.index("<text>true</text>", text.index("representative != null"))
    turned = text[:at] + "<text>false</text>" + text[at + len("<text>true</text>") :]

    found = [
        one for one in effects(key, {**files_of(key), name: turned.encode()}) if one.kind is EffectKind.PAPERS
    ]

    assert {one.group.el.rpartition(", ")[2] for one in found} == {"Με εκπρόσωπο: ναι", "Με εκπρόσωπο: όχι"}


def test_a_table_that_others_read_is_told_by_its_results() -> None:
    key, name = "amka-issue", "amka-papers.dmn"
    text = files_of(key)[name].decode()
    at = text.index("<outputEntry", text.index('id="acting_person_table"'))
    result = text[text.index("<text>", at) : text.index("</text>", at)]
    turned = text[:at] + text[at:].replace(result, '<text>"parent"', 1)

    found = effects(key, {**files_of(key), name: turned.encode()})

    assert {(one.kind, one.subject) for one in found} == {(EffectKind.DECISION, "acting_person")}
    assert {one.after for one in found} == {('"parent"',)}
    assert all("απόφαση «Ποιος ενεργεί για τον αιτούντα»" in one.text.el for one in found)


def test_files_that_are_no_sound_procedure_are_refused() -> None:
    with pytest.raises(Invalid):
        effects(LICENCE, {**files_of(LICENCE), TABLES: b"<definitions"})
