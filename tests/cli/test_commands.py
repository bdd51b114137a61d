"""Claims about the command as a whole: help, completion, and serving as a process."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from api.cli.main import main
from demo.network import free_port
from tests.cli.conftest import Stoa
from tests.office import ROOT


def every_command(group: click.Group, *path: str) -> list[tuple[str, ...]]:
    """The paths of all commands below a group."""
    context = click.Context(group)
    found = [(*path, name) for name in group.list_commands(context)]
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += every_command(command, *path, name)
    return found


@pytest.mark.parametrize("path", every_command(main), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])

    assert result.exit_code == 0
    assert len(result.output) > 100


@pytest.mark.parametrize("path", every_command(main), ids=" ".join)
def test_every_command_but_groups_and_the_demonstration_shows_an_example(path: tuple[str, ...]) -> None:
    command: click.Command | None = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)

    assert command is not None
    assert isinstance(command, click.Group) or path == ("demo",) or "Example" in (command.epilog or "")


def test_help_imports_nothing_of_the_engine() -> None:
    program = (
        "import sys; from api.cli.main import main; main(['--help'], standalone_mode=False);"
        " sys.exit(any(name.startswith(('engine', 'flask', 'sqlalchemy')) for name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_check_imports_what_it_uses_and_little_else() -> None:
    """Each module that is loaded costs time at every start: what a check needs is not the engine."""
    checked = (
        "import sys; from click.testing import CliRunner; from api.cli.main import main;"
        " result = CliRunner().invoke(main, ['check', 'processes/residence-certificate']);"
        " heavy = {'flask', 'sqlalchemy', 'SpiffWorkflow', 'psycopg', 'phonenumbers', 'engine.settings'};"
        " print(result.exit_code, sorted(heavy & set(sys.modules)), len(sys.modules))"
    )

    told = subprocess.run(
        [sys.executable, "-c", checked], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split(" ", 2)

    code, heavy, count = told[0], told[1], int(told[2])
    assert (code, heavy) == ("0", "[]")
    assert count <= 560


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(stoa: Stoa, shell: str) -> None:
    assert "_STOA_COMPLETE" in stoa("completion", shell).output


@pytest.mark.slow
def test_serve_answers_until_it_is_told_to_stop(sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "STOA_DATABASE_URL": sqlite_url, "STOA_PORT": str(port)}
    command = [sys.executable, "-m", "api.cli.main", "serve", "--workers", "2", "--threads", "2"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
        try:
            answers = [_ask(port, path) for path in ["/readyz"] * 8 + ["/metrics"]]
            after_refusal = _refused_and_asked_again(port)
        finally:
            server.send_signal(signal.SIGTERM)
            stopped = server.wait(timeout=40)

    assert stopped == 0
    assert after_refusal == [413, 200]
    assert [body for status, body in answers if status != 200] == []
    assert 'route="/readyz",status="200"} 8.0' in answers[-1][1], (
        "both processes' requests are counted together"
    )


def _ask(port: int, path: str) -> tuple[int, str]:
    """The status and body of a GET, tried until the server is up."""
    until = time.monotonic() + 60
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


def _refused_and_asked_again(port: int) -> list[int]:
    """The statuses of a body that is too large and of a call that follows on the same connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/webhooks/agencies/registry", b" " * 3_000_000, headers)
    refused = connection.getresponse()
    refused.read()
    connection.request("GET", "/healthz")
    answered = connection.getresponse()
    answered.read()
    connection.close()
    return [refused.status, answered.status]
