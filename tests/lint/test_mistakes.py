"""Claims about typical mistakes: each is found, once, where it is, with its reason and what to do."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from api.cli.checking import files_at, findings_in
from tests.lint.mistakes import names, repeats, texts, values, ways
from tests.lint.mistakes.mistake import Mistake

PROCESSES = Path(__file__).parents[2] / "processes"
MISTAKES = (*texts.MISTAKES, *values.MISTAKES, *ways.MISTAKES, *names.MISTAKES, *repeats.MISTAKES)


@cache
def shipped(procedure: str) -> Mapping[str, bytes]:
    return files_at(PROCESSES / procedure)


def with_mistake(mistake: Mistake) -> dict[str, bytes]:
    """The files of the procedure with the mistake made; each change must find its place."""
    files = dict(shipped(mistake.procedure))
    for file, before, after in mistake.made:
        text = files[file].decode()
        assert before in text
        files[file] = text.replace(before, after, 1).encode()
    return files


def test_there_are_forty_mistakes_and_more() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) >= 40


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_once_where_it_is_with_reason_and_remedy(mistake: Mistake) -> None:
    files = with_mistake(mistake)
    file = mistake.file or mistake.made[0][0]

    found = findings_in(files, folder=mistake.procedure)

    assert [(finding.rule, finding.file) for finding in found] == [(mistake.rule, file)]
    (finding,) = found
    line = files[file].decode().split("\n")[finding.line - 1]
    assert mistake.at in line
    assert finding.column >= 1
    assert finding.excerpt == line
    assert finding.element_id == mistake.element
    assert [said for said in mistake.says if said not in finding.message.en] == []
    assert mistake.remedy in finding.remedy.en
    assert any("α" <= letter <= "ω" for letter in finding.remedy.el)


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("silence: none", "silence: perhaps", "perhaps"),
        ("silence: none", "silense: none", "silense"),
        ("  days: 5", '  days: "πέντε"', '"πέντε"'),
        ("    obligatory: true", "    obligatory: 'yes'", "'yes'"),
        ("  handed_over:\n", "  handed_ovr:\n", "handed_ovr"),
        ("channels: [counter, phone", "channels: [counter, fone", "fone"),
        ("fees: []", "fees: [}", "fees: [}"),
    ],
)
def test_in_yaml_the_value_or_the_name_that_is_wrong_is_marked(before: str, after: str, marked: str) -> None:
    files = dict(shipped("residence-certificate"))
    text = files["procedure.yaml"].decode()
    assert before in text
    files["procedure.yaml"] = text.replace(before, after, 1).encode()

    found = findings_in(files, folder="residence-certificate")

    (finding,) = found
    assert finding.excerpt[finding.column - 1 : finding.end_column - 1] == marked
    assert finding.excerpt == files["procedure.yaml"].decode().split("\n")[finding.line - 1]


@pytest.mark.parametrize(
    "procedure", sorted(path.name for path in PROCESSES.iterdir() if path.name != "shared")
)
def test_what_ships_has_no_finding(procedure: str) -> None:
    assert findings_in(shipped(procedure), folder=procedure) == []


@pytest.mark.parametrize("part", sorted(path.name for path in (PROCESSES / "shared").iterdir()))
def test_a_shared_part_that_ships_has_no_finding(part: str) -> None:
    assert findings_in(files_at(PROCESSES / "shared" / part), folder=part) == []
