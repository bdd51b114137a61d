"""Claims about `stoa procedures`: the life of a version, step by step, each in the name of a person."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from engine.kernel.actor import Role
from engine.people import one_time_code
from engine.people.second_factor import ConfirmSecondFactor, EnrolSecondFactor
from tests.api.desk import Desk
from tests.api.test_certifying import KEY, with_five_more_days
from tests.cli.conftest import Stoa
from tests.officials import recovery_codes

DECREE = ("--decree", "ΔΟΛΚΕΠ 1234/2026", "--gazette", "Β΄ 512/2026", "--ada", "Ψ8Ν246ΜΤΛ6-7ΘΞ")
CERTIFY = ("procedures", "certify", KEY, "2", *DECREE)


def written(place: Path, files: Mapping[str, bytes]) -> str:
    """The files as an analyst has them: a folder with the procedure, its forms beside; the folder."""
    for name, content in files.items():
        home = place / "forms" / KEY if name.startswith("forms/") else place / "processes" / KEY
        path = home / name.removeprefix("forms/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return str(place / "processes" / KEY)


class Person:
    """Somebody at the command line, with their token; what they type is given to each command."""

    def __init__(self, stoa: Stoa, desk: Desk, name: str) -> None:
        self._stoa, self._token = stoa, desk.tokens[name]

    def __call__(self, *arguments: str, types: str | None = None) -> Result:
        return self._stoa(*arguments, input=types, STOA_TOKEN=self._token)


@pytest.fixture
def anna(stoa: Stoa, desk: Desk) -> Person:
    """The analyst."""
    return Person(stoa, desk, "anna")


@pytest.fixture
def kostas(stoa: Stoa, desk: Desk) -> Person:
    """The certifier."""
    return Person(stoa, desk, "kostas")


@pytest.fixture
def codes(desk: Desk) -> list[str]:
    """The recovery codes of the certifier."""
    return list(recovery_codes(desk.office.engine, desk.actor("kostas")))


@pytest.fixture
def submitted(stoa: Stoa, anna: Person, tmp_path: Path) -> None:
    """Version 2 with five more days, deployed and submitted."""
    deployed = stoa("deploy", written(tmp_path, with_five_more_days(scenarios=True)))
    assert f"{KEY} version 2: draft" in deployed.output
    done = anna("procedures", "submit", KEY, "2")
    assert (done.exit_code, done.output) == (0, f"{KEY} version 2: submitted\n")


def of_version_2(stoa: Stoa) -> str:
    """The line of version 2 in the list."""
    return next(
        line for line in stoa("procedures", "versions", KEY).output.splitlines() if " 2 " in f" {line}"
    )


def test_a_version_goes_all_the_way(
    stoa: Stoa, anna: Person, kostas: Person, codes: list[str], submitted: None
) -> None:
    returned = kostas("procedures", "return", KEY, "2", "--reason", "Ασαφής προθεσμία.")
    again = anna("procedures", "submit", KEY, "2")
    certified = kostas(*CERTIFY, types=f"y\n{codes[0]}\n")
    published = kostas("procedures", "publish", KEY, "2")
    listed = stoa("procedures", "versions", KEY)
    record = stoa("procedures", "record", KEY, "2")
    evidence = stoa("procedures", "evidence", KEY, "2")
    verified = stoa("procedures", "verify")
    retired = kostas("procedures", "retire", KEY, "2", "--reason", "ν. 1234/2026")

    assert returned.output == f"{KEY} version 2: returned\n"
    assert again.exit_code == 0
    assert "files, SHA-256" in certified.output
    assert certified.output.endswith(f"{KEY} version 2: certified\n")
    assert f"{KEY} version 2: published from " in published.output
    assert "superseded" in listed.output
    for word in ("deployed", "Ασαφής προθεσμία.", "ΔΟΛΚΕΠ 1234/2026", "kostas", "anna"):
        assert word in record.output
    assert json.loads(evidence.output)["sha256"] in listed.output
    assert (verified.exit_code, "Intact: 2 versions with" in verified.output) == (0, True)
    assert (retired.exit_code, "version 2: retired" in retired.output) == (0, True)
    assert "retired" in of_version_2(stoa)


def test_what_is_lacking_is_listed_and_the_version_stays_a_draft(
    stoa: Stoa, anna: Person, tmp_path: Path
) -> None:
    stoa("deploy", written(tmp_path, with_five_more_days(scenarios=False)))

    refused = anna("procedures", "submit", KEY, "2")

    assert refused.exit_code == 1
    assert "cannot be submitted yet" in refused.output
    assert "scenarios/supplement.yaml" in refused.output
    assert "draft" in of_version_2(stoa)


def test_who_has_no_second_factor_is_told_to_set_one_up(stoa: Stoa, kostas: Person, submitted: None) -> None:
    refused = kostas(*CERTIFY, types="y\n123456\n")

    assert refused.exit_code == 1
    assert "This needs a second factor: set one up in your account first." in refused.output
    assert "submitted" in of_version_2(stoa)


def test_only_the_code_that_the_telephone_shows_now_certifies_and_only_once(
    stoa: Stoa, desk: Desk, kostas: Person, submitted: None
) -> None:
    secret = enrolled(desk, "kostas")
    others = one_time_code.code_of(enrolled(desk, "olga"), present())
    used = one_time_code.code_of(secret, present())
    for code in ("000000", others, used, one_time_code.code_of(secret, present() - 20)):
        refused = kostas(*CERTIFY, types=f"y\n{code}\n")
        assert refused.exit_code == 1
        assert "code" in refused.output
    assert "submitted" in of_version_2(stoa)

    certified = kostas(*CERTIFY, types=f"y\n{one_time_code.code_of(secret, present() + 1)}\n")

    assert certified.output.endswith(f"{KEY} version 2: certified\n"), certified.output


def present() -> int:
    return one_time_code.step_at(datetime.now(UTC))


def enrolled(desk: Desk, name: str) -> bytes:
    """The secret of somebody's telephone, which has shown its code of the present already."""
    desk.office.clock.moment = datetime.now(UTC)
    person = desk.actor(name)
    secret = desk.office.does(EnrolSecondFactor(), actor=person)
    desk.office.does(ConfirmSecondFactor(code=one_time_code.code_of(secret, present())), actor=person)
    return secret


def test_wrong_codes_are_counted_and_make_the_next_wait(
    kostas: Person, codes: list[str], submitted: None
) -> None:
    told = [kostas(*CERTIFY, types="y\n000000\n").output for _ in range(12)]
    late = kostas(*CERTIFY, types=f"y\n{codes[0]}\n")

    assert "too many attempts" in told[-1]
    assert (late.exit_code, "too many attempts" in late.output) == (1, True)


def test_who_submitted_neither_returns_certifies_nor_publishes(
    stoa: Stoa, desk: Desk, kostas: Person, codes: list[str], tmp_path: Path
) -> None:
    desk.engages("eleni", desk.office.branch, Role.ANALYST, Role.CERTIFIER)
    of_eleni = recovery_codes(desk.office.engine, desk.actor("eleni"))
    eleni = Person(stoa, desk, "eleni")
    stoa("deploy", written(tmp_path, with_five_more_days(scenarios=True)))
    eleni("procedures", "submit", KEY, "2")

    returned = eleni("procedures", "return", KEY, "2", "--reason", "Ασαφής προθεσμία.")
    tried = eleni(*CERTIFY, types=f"y\n{of_eleni[0]}\n")
    certified = kostas(*CERTIFY, types=f"y\n{codes[0]}\n")
    published = eleni("procedures", "publish", KEY, "2")

    for refused in (returned, tried, published):
        assert (refused.exit_code, "by somebody else than" in refused.output) == (1, True)
    assert certified.exit_code == 0
    assert "certified" in of_version_2(stoa)


def test_the_operator_of_the_machine_alone_does_none_of_it(stoa: Stoa, submitted: None) -> None:
    without = stoa("procedures", "publish", KEY, "2", input="\n", STOA_TOKEN=None)
    unknown = stoa("procedures", "publish", KEY, "2", STOA_TOKEN="stoa_nothing")

    for one in (without, unknown):
        assert one.exit_code == 1
    assert "Expected the token of a person" in unknown.output
    assert "submitted" in of_version_2(stoa)


REFUSED: Sequence[tuple[tuple[str, ...], int, str]] = (
    (("publish", KEY, "0"), 2, "not in the range"),
    (("publish", KEY, "two"), 2, "not a valid integer"),
    (("publish", KEY, "9"), 1, f"no version 9 of {KEY}"),
    (("publish", "nothing", "1"), 1, "nothing"),
    (("publish", KEY, "2"), 1, "to be certified, but it is submitted"),
    (("publish", KEY, "2", "--from", "15/12/2026"), 2, "15/12/2026"),
    (("return", KEY, "2"), 2, "--reason"),
    (("return", KEY, "2", "--reason", " "), 1, "reason is required"),
    (("retire", KEY, "2", "--reason", "ν. 1/2026"), 1, "but it is submitted"),
    (("submit", KEY, "2"), 1, "needs the role analyst"),
    (("certify", KEY, "2", *DECREE[:4]), 2, "--ada"),
    (("certify", KEY, "2", *DECREE, "--sha256", "0" * 64), 1, "has others"),
    (("certify", KEY, "2", *DECREE[:5], "?"), 1, "ada: expected letters and digits"),
    (("certify", KEY, "2", *DECREE, "--from", "2026-12-02", "--until", "2026-12-01"), 1, "02/12/2026"),
    (("verify", "all"), 2, "all"),
    (("evidence", KEY, "1"), 1, "evidence of version"),
)


def test_what_cannot_be_is_told_with_what_was_expected(
    kostas: Person, codes: list[str], submitted: None
) -> None:
    for arguments, exit_code, told in REFUSED:
        types = f"y\n{codes[0]}\n" if "--sha256" not in arguments else f"{codes[0]}\n"

        refused = kostas("procedures", *arguments, types=types)

        assert (refused.exit_code, told in refused.output) == (exit_code, True), refused.output


def test_who_says_no_to_the_files_certifies_nothing(
    stoa: Stoa, kostas: Person, codes: list[str], submitted: None
) -> None:
    refused = kostas(*CERTIFY, types=f"n\n{codes[0]}\n")

    assert (refused.exit_code, "Aborted" in refused.output) == (1, True)
    assert "submitted" in of_version_2(stoa)


def test_an_altered_file_is_found_by_verify(
    stoa: Stoa, desk: Desk, kostas: Person, codes: list[str], submitted: None
) -> None:
    kostas(*CERTIFY, types=f"y\n{codes[0]}\n")
    with desk.office.engine.store.begin() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for trigger in found:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger[0]}")
        connection.exec_driver_sql("UPDATE version_acts SET actor_name = 'maria' WHERE kind = 'certified'")
        connection.commit()

    verified = stoa("procedures", "verify")

    assert verified.exit_code == 1
    assert f"{KEY} 2 act" in verified.output
    assert "1 findings in 2 versions" in verified.output
