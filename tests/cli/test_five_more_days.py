"""The walk of a version at the command line: drawn, certified, published, its cases taken along."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.api.desk import Desk
from tests.api.test_five_more_days import PAIR, ended_on, moved_by, reminded, shown
from tests.case_migration.renewed import renewed
from tests.cli.conftest import Stoa
from tests.cli.test_procedures import CERTIFY, KEY, Person, written
from tests.officials import recovery_codes

MIGRATE = ("cases", "migrate", KEY, "--from", "1", "--to", "2")


def test_from_the_published_certificate_to_a_certified_version_with_its_cases(
    stoa: Stoa, desk: Desk, tmp_path: Path
) -> None:
    anna, kostas = Person(stoa, desk, "anna"), Person(stoa, desk, "kostas")
    codes = recovery_codes(desk.office.engine, desk.actor("kostas"))
    desk.office.clock.advance(timedelta(days=-6))
    late = reminded(desk)
    at_papers, (at_municipality, _) = desk.opens_case(), desk.sends_to_municipality()
    folder = written(tmp_path, renewed())
    plan = tmp_path / "plan.yaml"
    plan.write_text("elements: {remind_municipality: null}\n")

    checked = stoa("check", folder)
    compared = stoa("diff", f"{KEY}@1", folder, "--language", "el")
    deployed = stoa("deploy", folder)
    submitted = anna("procedures", "submit", KEY, "2")
    certified = kostas(*CERTIFY, types=f"y\n{codes[0]}\n")
    published = kostas("procedures", "publish", KEY, "2")
    tried = stoa(*MIGRATE, "--plan", str(plan), "--dry-run")
    undecided = stoa(*MIGRATE)
    desk.post(f"{PAIR}/decide", {"decree": "ΔΟΛΚΕΠ 1234/2026"}, by="kostas")
    moved = stoa(*MIGRATE)
    desk.office.clock.move_to(datetime.now(UTC))
    listed = {number: stoa("cases", "list", "--version", number).output for number in ("1", "2")}

    assert checked.exit_code == 0
    assert "νόμιμη προθεσμία από «5 ημέρες» σε «10 ημέρες»" in compared.output
    steps = (deployed, submitted, certified, published)
    assert [one.exit_code for one in steps] == [0] * 4, [one.output for one in steps]
    assert (undecided.exit_code, "was decided" in undecided.output) == (1, True)
    for run, verb in ((tried, "would move"), (moved, "moved")):
        assert (run.exit_code, f"3 cases: 2 {verb}" in run.output) == (1, True), run.output
        assert f"{late['number']}" in run.output
        assert "“Υπενθύμιση προς τον δήμο” (remind_municipality)" in run.output
    assert late["number"] in listed["1"]
    assert at_papers["number"] in listed["2"]
    for case in (at_papers, at_municipality):
        assert ended_on(desk, case) == ("completed", "handed_over", 2)
        assert moved_by(desk, case)[1] == "ΔΟΛΚΕΠ 1234/2026"
    assert ended_on(desk, late) == ("completed", "handed_over", 1)
    assert shown(desk, desk.opens_case())["version"] == 2
    verified = stoa("procedures", "verify")
    assert (verified.exit_code, "Intact: 2 versions" in verified.output) == (0, True)
