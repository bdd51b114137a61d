"""The vulnerability audit finds what a database knows, and says when there is no database to ask."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask, request

from supply_chain import audit
from supply_chain.__main__ import supply_chain
from tests.servers import an_address_of

NOBODY = "http://127.0.0.1:9"
"""The port of the discard service, where nothing listens."""


@contextmanager
def databases(*, weak: str) -> Iterator[str]:
    """Both databases at one address, OSV's and npm's; they know of a weakness of one package."""
    app = Flask("databases")

    @app.post("/v1/query")
    def of_python() -> dict[str, object]:
        asked = request.get_json(force=True)["package"]
        if asked["name"] != weak:
            return {}
        fixed = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}
        return {"vulns": [{"id": "TEST-1", "affected": [{"package": asked, "ranges": [fixed]}]}]}

    @app.post("/-/npm/v1/security/advisories/bulk")
    def of_browsers() -> dict[str, object]:
        known = {
            "id": 1,
            "url": "https://advisories.example/TEST-2",
            "title": "A weakness",
            "severity": "high",
            "vulnerable_versions": "<99.0.0",
        }
        return {weak: [known]}

    with an_address_of(app) as address:
        yield address


@pytest.fixture
def lock_files(tmp_path: Path) -> Path:
    """A folder in which two packages of Python are locked, and two for browsers."""
    digest = "0" * 64
    (tmp_path / "dev.txt").write_text(
        f"left==1.0 --hash=sha256:{digest}\nright==2.0 --hash=sha256:{digest}\n"
    )
    package = {"name": "here", "version": "1.0.0"}
    needs = {"dependencies": {"up": "1.0.0", "down": "1.0.0"}}
    packages = {
        "": {**package, **needs},
        "node_modules/up": {"version": "1.0.0"},
        "node_modules/down": {"version": "1.0.0"},
    }
    lock = {**package, "lockfileVersion": 3, "packages": packages}
    (tmp_path / "package.json").write_text(json.dumps({**package, **needs}))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    return tmp_path


def test_a_weakness_of_a_python_package_is_found(lock_files: Path) -> None:
    with databases(weak="right") as address:
        found = audit.weaknesses_of_python(database=f"{address}/v1/query", locked=lock_files / "dev.txt")

    assert found == [audit.Weakness(component="right", version="2.0", number="TEST-1", free_of_it="99.0")]


def test_a_weakness_of_a_package_for_browsers_is_found(lock_files: Path) -> None:
    with databases(weak="up") as address:
        found = audit.weaknesses_of_browsers(database=address, folder=lock_files)

    assert [(one.component, one.number) for one in found] == [("up", "TEST-2")]


def test_a_database_that_cannot_be_reached_is_told_and_is_no_clean_result() -> None:
    done = CliRunner().invoke(supply_chain, ["audit", "--osv", NOBODY, "--npm-registry", NOBODY])

    assert done.exit_code == 2
    assert "for Python packages cannot be reached, so nothing is known of them" in done.output
    assert "for packages for browsers cannot be reached, so nothing is known of them" in done.output
    assert "No vulnerability is known" not in done.output
