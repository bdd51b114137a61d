"""What no test of behaviour would notice: who commits, what is never called, what is never written down."""

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.office import ROOT

PYTHON = sorted(path for room in ("engine", "api", "demo") for path in (ROOT / room).rglob("*.py"))
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
).stdout.split("\0")


@dataclass(frozen=True)
class Written:
    """What is written in one module; `imported` has modules and names, each with its whole path."""

    docstring: str
    calls: frozenset[str]
    imported: frozenset[str]


@cache
def written_in(path: Path) -> Written:
    """What a module has that the claims below are about; each is read once."""
    tree = ast.parse(path.read_text())
    calls, imported = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            calls.add(function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""))
        elif isinstance(node, ast.Import):
            imported.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            imported.update(f"{node.module}.{name.name}" for name in node.names)
    return Written(ast.get_docstring(tree) or "", frozenset(calls), frozenset(imported))


def libraries_in(path: Path) -> set[str]:
    """The first part of everything that a module imports."""
    return {name.split(".")[0] for name in written_in(path).imported}


def test_nothing_is_evaluated_as_python() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in PYTHON
        for line in path.read_text().splitlines()
        if re.search(r"eval\(|exec\(", line)
    ]

    assert found == []


def test_only_the_dispatch_commits() -> None:
    found = {str(path.relative_to(ROOT)) for path in PYTHON if "commit" in written_in(path).calls}

    # A new connection commits its own settings, how the driver commits is said where it is extended, and a
    # transaction that may only read ends with a commit.
    of_the_driver = {
        "engine/storage/connecting.py",
        "engine/storage/database.py",
        "engine/storage/liveness.py",
    }
    assert found - of_the_driver == {"engine/dispatch.py"}


def test_the_engine_can_be_loaded_without_the_web() -> None:
    script = (
        "import pkgutil, importlib, sys, engine\n"
        "for module in pkgutil.walk_packages(engine.__path__, 'engine.'):\n"
        "    importlib.import_module(module.name)\n"
        "found = {'flask', 'werkzeug', 'api'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {found}' if found else 0)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if not written_in(path).docstring.split("\n")[0].endswith((".", ":", "?"))
    ]

    assert silent == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "base", "manager", "handler", "info", "misc"])
def test_no_module_is_a_drawer_for_odds_and_ends(word: str) -> None:
    assert [str(path) for path in PYTHON if path.stem == word or path.parent.name == word] == []


def test_no_registry_is_named_in_the_project() -> None:
    hosts = re.compile(rb"pypi\x2eorg|pythonhosted\x2eorg|npmjs\x2eorg|deb\x2edebian")
    this = str(Path(__file__).relative_to(ROOT))

    named = [
        name
        for name in TRACKED
        if name and name != this and (ROOT / name).is_file() and hosts.search((ROOT / name).read_bytes())
    ]

    assert named == []


def test_xml_is_parsed_at_one_place() -> None:
    parsing = {path.relative_to(ROOT).as_posix() for path in PYTHON if libraries_in(path) & {"lxml", "xml"}}

    assert parsing == {"engine/kernel/xml.py", "engine/bpmn/schema.py"}


def test_the_reader_of_diagrams_knows_nobody_who_uses_it() -> None:
    used = {name for path in (ROOT / "engine" / "bpmn").rglob("*.py") for name in written_in(path).imported}

    assert {name.split(".")[1] for name in used if name.startswith("engine.")} == {"bpmn", "feel", "kernel"}


HOMES = {
    "SpiffWorkflow": r"engine/runtime/",
    "sqlalchemy": r"engine/storage/|engine/\w+/(\w+_)?store\.py",
    "alembic": r"engine/storage/",
    "psycopg": r"engine/storage/",
    "lxml": r"engine/(bpmn|dmn)/|engine/kernel/xml\.py",
    "flask": r"api/|demo/",
    "werkzeug": r"api/|demo/",
    "httpx": r"engine/jobs/(connectors/|channels/|anchor_places/|paravolo_soap)|engine/people/sign_in/|demo/",
    "httpcore": r"engine/jobs/connectors/",
    "apscheduler": r"engine/jobs/",
    "argon2": r"engine/people/sign_in/",
    "cryptography": r"engine/sealing/|engine/jobs/anchor_places/",
    "rfc3161_client": r"engine/jobs/anchor_places/",
    "icalendar": r"engine/appointments/calendar_file\.py",
    "joserfc": r"engine/people/sign_in/",
    "fido2": r"engine/people/passkey_ceremonies\.py",
    "pikepdf": r"engine/jobs/viewing/|tests/",
    "PIL": r"engine/jobs/viewing/|tests/",
    "ldap3": r"engine/people/sign_in/",
    "markdown_it": r"api/pages/frame/markdown\.py",
    "gunicorn": r"api/cli/gunicorn\.py",
}
"""Where each library may be imported: the start of the path of a module, as a regular expression."""


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    strangers = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if library in libraries_in(path) and not re.match(HOMES[library], str(path.relative_to(ROOT)))
    ]

    assert strangers == []


def test_no_file_is_longer_than_a_thought() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in PYTHON}

    assert {name: length for name, length in lengths.items() if length > 450} == {}
