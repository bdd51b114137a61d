"""Claims about the folder of messages: readable by its owner, and each file whole."""

from pathlib import Path

from engine.jobs.channels.folder import FolderChannel
from tests.jobs.channels.sendings import an_email, an_sms


def test_a_message_is_a_file_that_says_to_whom_and_what(tmp_path: Path) -> None:
    sending = an_email()

    FolderChannel(folder=tmp_path / "notices").send(sending)

    (file,) = (tmp_path / "notices").iterdir()
    lines = file.read_text().splitlines()
    assert lines[:2] == ["Channel: email", "To: eleni@example.org"]
    assert f"Subject: {sending.subject}" in lines
    assert file.read_text().endswith("\n\n" + sending.text)


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    FolderChannel(folder=tmp_path / "notices").send(an_sms())

    (file,) = (tmp_path / "notices").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_what_a_killed_worker_left_unfinished_does_not_stand_in_the_way(tmp_path: Path) -> None:
    sending = an_sms()
    (tmp_path / f".{sending.notice_id}").write_text("Half a mess")

    FolderChannel(folder=tmp_path).send(sending)

    assert [one.name for one in tmp_path.iterdir()] == [f"{sending.notice_id}.txt"]
