"""Claims about the commands with which an operator keeps who works where."""

from pathlib import Path

from tests.cli.conftest import Stoa
from tests.office import Office


def test_posts_are_given_listed_and_read_from_a_file(stoa: Stoa, office: Office, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    here = ("--organisation", office.branch.code)
    given = stoa("people", "give", "maria", *here, "--role", "auditor", "--until", "2099-12-31")
    exported = stoa("people", "export")
    file.write_text("username;organisation;role\npetros;0009;king\n")
    refused = stoa("people", "import", str(file), "--confirm")
    file.write_text("username;organisation;role\npetros;0009;agent\n")
    tried = stoa("people", "import", str(file))
    done = stoa("people", "import", str(file), "--confirm")
    listed = stoa("people", "list", "--role", "agent")
    rights = stoa("people", "rights", *here)
    invited = stoa("people", "invite", "Άννα Γεωργίου", *here, "--role", "clerk")

    assert given.exit_code == 0, given.output
    assert "maria;" in exported.output
    assert (refused.exit_code, "king" in refused.output) == (1, True)
    assert "1 posts would be given" in tried.output
    assert "1 posts given" in done.output
    assert "petros" in listed.output
    assert "case: open" in rights.output
    assert "code " in invited.output
