"""What the documents name is there: files, modules, classes, and what their examples import."""

import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.office import ROOT

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "recipes").glob("*.md")),
]
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)

_FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(
    r"(?<![\w/.$-])(?:engine|api|demo|bench|docs|tests|processes|forms|migrations|requirements)/[\w<>*./@-]*"
)
_MODULE = re.compile(r"(?:engine|api|demo|tests)(?:\.\w+)+")
_LINK = re.compile(r"\]\((?!\w+:)([^)#]+)")
_EXAMPLE_FILE = re.compile(r"^ *(?:#|/\*|\{#) ((?:engine|api|tests|migrations)/[\w/.]+)", re.MULTILINE)
_DEFINED = re.compile(r"^ *(?:class|def) (\w+)", re.MULTILINE)
_IMPORT = re.compile(
    r"^ *from ((?:engine|api|demo|tests)[\w.]*) import ([\w, ]+?)(?: as \w+)?$", re.MULTILINE
)


def code_in(document: Path) -> Iterator[str]:
    """What stands between backticks in the running text."""
    return (found.group(1) for found in _CODE.finditer(_FENCED.sub("", document.read_text())))


def is_there(path: str) -> bool:
    """Whether there is such a file or folder; `<name>` stands for any name."""
    return any(ROOT.glob(re.sub(r"<[^>]*>", "*", path).rstrip("/.")))


def can_be_named(name: str) -> bool:
    """Whether a module of that name is there, or something of that name in one."""
    with suppress(ImportError, AttributeError):
        pkgutil.resolve_name(name)
        return True
    return False


@each_document
def test_every_file_that_is_named_is_there(document: Path) -> None:
    paths = {found for code in code_in(document) for found in _PATH.findall(code)}

    assert [path for path in sorted(paths) if not is_there(path)] == []


@each_document
def test_every_module_that_is_named_is_there(document: Path) -> None:
    modules = {code for code in code_in(document) if _MODULE.fullmatch(code) and not code.endswith(".py")}

    assert [name for name in sorted(modules) if not can_be_named(name)] == []


@each_document
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = set(_LINK.findall(document.read_text()))

    assert [link for link in sorted(links) if not (document.parent / link).exists()] == []


@each_document
def test_what_an_example_imports_is_there_or_made_by_the_same_recipe(document: Path) -> None:
    """A block that begins with a comment that is a path shows what a reader writes into that file."""
    blocks = "".join(_FENCED.findall(document.read_text()))
    defined = set(_DEFINED.findall(blocks))
    made = {path.removesuffix(".py").replace("/", ".") for path in _EXAMPLE_FILE.findall(blocks)}

    missing = [
        f"{module}.{name}"
        for module, names in _IMPORT.findall(blocks)
        for name in names.split(", ")
        if name not in defined
        and made.isdisjoint({module, f"{module}.{name}"})
        and not can_be_named(f"{module}.{name}")
    ]

    assert missing == []
