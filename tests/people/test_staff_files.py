"""Claims about the register as a file: read as Excel writes it, taken whole or not at all, harmless."""

import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import Invalid
from engine.people import staff_csv
from engine.people.staff_files import ExportPosts, ImportPosts, ImportReport
from tests.people.test_staffing import Country, country, names

__all__ = ["country"]

HEADINGS = "username;organisation;role;position;from;until"


def imports(country: Country, *lines: str, by: str = "mayor", trial: bool = False) -> ImportReport:
    content = "\r\n".join([HEADINGS, *lines]).encode("utf-8-sig")
    return country.does(ImportPosts(content=content, is_trial=trial), by=by)


def test_a_trial_tells_what_a_file_would_give_and_changes_nothing(country: Country) -> None:
    tried = imports(country, "maria;0009;manager;Προϊσταμένη;;31/12/2026", trial=True)
    before = country.lists(by="mayor", role=Role.MANAGER)
    given = imports(country, "maria;0009;manager;Προϊσταμένη;;31/12/2026")

    assert (tried.lines, tried.posts, tried.problems) == (1, 1, ())
    assert names(before) == ["boss"]
    assert given.posts == 1
    assert names(country.lists(by="mayor", role=Role.MANAGER)) == ["boss", "maria"]


def test_with_one_bad_line_nothing_is_given_and_every_problem_is_told_by_line(country: Country) -> None:
    report = imports(
        country,
        "maria;0009;manager;;;",
        "far;0009;clerk;;;",
        "boss;0301;king;;tomorrow;2026-02-31",
        "maria;0301;clerk;;;",
        "maria;0009;auditor;;;",
        ";;;;;x",
        "maria;0009;manager;;;",
    )

    told = [(one.line, one.field, one.value) for one in report.problems]
    assert told == [
        (3, "username", "far"),
        (4, "from", "tomorrow"),
        (4, "until", "2026-02-31"),
        (4, "role", "king"),
        (5, "organisation", "0301"),
        (6, "role", "auditor"),
        (7, "until", "x"),
        (7, "role", ""),
        (7, "username", ""),
        (7, "organisation", ""),
        (8, "from", ""),
    ]
    assert (report.posts, names(country.lists(by="mayor", role=Role.MANAGER))) == (0, ["boss"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1253"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_file_is_read_as_spreadsheets_write_it(encoding: str, delimiter: str) -> None:
    text = "Username;Organisation;Role;Position\nmaria;0009;clerk;Προϊσταμένη\n;;;\n".replace(";", delimiter)

    (line,) = staff_csv.read(text.encode(encoding))

    assert (line.number, line.values["position"], line.values["until"]) == (2, "Προϊσταμένη", "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"username;organisation\n",
        b"username;organisation;role;shoe\n",
        b"PK\x03\x04\x00\x00",
        b'a;b\n"x',
    ],
)
def test_a_file_that_is_no_register_is_refused_as_a_whole(country: Country, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        country.does(ImportPosts(content=content), by="mayor")

    assert list(refused.value.errors) == ["file"]


def test_what_is_written_is_read_again_and_changes_nothing(country: Country) -> None:
    imports(country, "maria;0009;manager;=HYPERLINK(1);2026-04-01;2026-12-31")
    content = country.engine.ask(ExportPosts(), actor=SYSTEM)

    again = country.engine.carry_out(ImportPosts(content=content, is_trial=False), actor=SYSTEM)

    assert content.startswith(b"\xef\xbb\xbfusername;")
    assert b";'=HYPERLINK(1);" in content
    assert (again.problems, again.posts) == ((), 0)


def test_the_file_of_a_municipality_has_its_own_people_alone(country: Country) -> None:
    content = country.engine.ask(ExportPosts(), actor=country.people["other"]).decode()

    assert [line.split(";")[0] for line in content.splitlines()[1:]] == ["far", "other"]


def test_the_file_of_a_branch_has_every_post_of_those_who_work_there(country: Country) -> None:
    whole, of_branch = (
        [line.split(";") for line in country.engine.ask(question, actor=SYSTEM).decode().splitlines()[1:]]
        for question in (ExportPosts(), ExportPosts(organisation="0009"))
    )

    there = {line[0] for line in whole if line[2] == "0009"}
    assert of_branch == [line for line in whole if line[0] in there]
    assert 0 < len(of_branch) < len(whole)
