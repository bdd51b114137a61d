"""What no test of behaviour would notice: who commits, what is never called, what is never written down."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import ROOT

PYTHON = sorted(path for room in ("engine", "api", "demo") for path in (ROOT / room).rglob("*.py"))
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
).stdout.split("\0")


def calls_in(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            yield name, node.lineno


def test_nothing_is_evaluated_as_python() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in PYTHON
        for line in path.read_text().splitlines()
        if re.search(r"eval\(|exec\(", line)
    ]

    assert found == []


def test_only_the_dispatch_commits() -> None:
    found = {str(path.relative_to(ROOT)) for path in PYTHON for name, _ in calls_in(path) if name == "commit"}

    # A new connection commits its own settings.
    assert found - {"engine/storage/connecting.py"} == {"engine/dispatch.py"}


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
        if not (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n")[0].endswith((".", ":", "?"))
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


def imports_of(path: Path) -> Iterator[str]:
    """The modules and names that a file imports, each with its whole path."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_xml_is_parsed_at_one_place() -> None:
    parsing = {
        path.relative_to(ROOT).as_posix()
        for path in PYTHON
        if any(name.split(".")[0] in {"lxml", "xml"} for name in imports_of(path))
    }

    assert parsing == {"engine/kernel/xml.py", "engine/bpmn/schema.py"}


def test_the_reader_of_diagrams_knows_nobody_who_uses_it() -> None:
    used = {name for path in (ROOT / "engine" / "bpmn").rglob("*.py") for name in imports_of(path)}

    assert {name.split(".")[1] for name in used if name.startswith("engine.")} == {"bpmn", "feel", "kernel"}


HOMES = {
    "SpiffWorkflow": r"engine/runtime/",
    "sqlalchemy": r"engine/storage/|engine/\w+/(\w+_)?store\.py",
    "alembic": r"engine/storage/",
    "psycopg": r"engine/storage/",
    "lxml": r"engine/(bpmn|dmn)/|engine/kernel/xml\.py",
    "flask": r"api/|demo/",
    "werkzeug": r"api/|demo/",
    "httpx": r"engine/jobs/(connectors|channels|anchor_places)/|engine/people/sign_in/|demo/",
    "httpcore": r"engine/jobs/connectors/",
    "apscheduler": r"engine/jobs/",
    "argon2": r"engine/people/sign_in/",
    "cryptography": r"engine/people/sign_in/|engine/kernel/journal_keys\.py|engine/jobs/anchor_places/",
    "rfc3161_client": r"engine/jobs/anchor_places/",
    "joserfc": r"engine/people/sign_in/",
    "ldap3": r"engine/people/sign_in/",
}
"""Where each library may be imported: the start of the path of a module, as a regular expression."""


def imported_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    strangers = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if library in imported_in(path) and not re.match(HOMES[library], str(path.relative_to(ROOT)))
    ]

    assert strangers == []


def test_no_file_is_longer_than_a_thought() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in PYTHON}

    assert {name: length for name, length in lengths.items() if length > 450} == {}
