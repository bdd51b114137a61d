"""Claims about `stoa cases migrate`: shown, tried, done, done once, and taken back."""

from pathlib import Path

import yaml

from tests.case_migration.test_residence_certificate import reminded, with_five_more_days
from tests.case_migration.versions import KEY, publish
from tests.cli.conftest import Stoa
from tests.office import Office

MIGRATE = ("cases", "migrate", KEY, "--from", "1", "--to", "2")


def test_cases_are_tried_and_moved_and_taken_back_by_one_command_each(stoa: Stoa, office: Office) -> None:
    cases = [office.opens_case().case for _ in range(3)]
    publish(office, with_five_more_days())

    shown = stoa(*MIGRATE, "--show-plan")
    tried = stoa(*MIGRATE, "--dry-run")
    undecided = stoa(*MIGRATE)
    first = stoa(*MIGRATE, "--decree", "ΥΑ 1", "--limit", "1", "--progress")
    rest = stoa(*MIGRATE)
    listed = stoa("cases", "list", "--version", "2")
    back = stoa(*MIGRATE, "--back", "--case", cases[1].number)

    assert yaml.safe_load(shown.output)["elements"]["check_papers"] == "check_papers"
    assert "3 would move" in tried.output
    assert (undecided.exit_code, "was decided" in undecided.output) == (1, True)
    assert "1 moved" in first.output
    assert "2 moved" in rest.output
    assert all(case.number in listed.output for case in cases)
    assert (back.exit_code, "1 taken back" in back.output) == (0, True)


def test_a_case_that_cannot_move_is_named_with_the_reason_and_the_exit_code_says_so(
    stoa: Stoa, office: Office, tmp_path: Path
) -> None:
    late = reminded(office)
    publish(office, with_five_more_days())
    plan = tmp_path / "plan.yaml"
    plan.write_text("elements: {remind_municipality: null}\n")

    tried = stoa(*MIGRATE, "--plan", str(plan), "--dry-run")
    own = stoa(*MIGRATE, "--decree", "ΥΑ 1")
    plan.write_text("elements: [1]\n")
    wrong = stoa(*MIGRATE, "--plan", str(plan), "--dry-run")

    assert tried.exit_code == 1
    assert late.case.number in tried.output
    assert "has no element" in tried.output
    assert (own.exit_code, "somebody else" in own.output) == (1, True)
    assert "expected `elements`" in wrong.output
