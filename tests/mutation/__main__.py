"""The command: take one thing after the other out of a module, run its tests, print what went unnoticed."""

import argparse
import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import mutants

ROOT = Path(__file__).resolve().parents[2]

QUICK_TESTS: Mapping[str, Sequence[str]] = {
    "engine/kernel/permission.py": ("tests/kernel/test_permission.py",),
    "engine/kernel/papers.py": ("tests/kernel/test_papers.py",),
    "engine/people/attempts.py": ("tests/people/test_attempts.py",),
}
"""The tests by which each module is judged: without servers and browsers, on SQLite."""


def main() -> int:
    """How many mutants survived."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    asked.add_argument("modules", nargs="+", metavar="module", choices=sorted(QUICK_TESTS))
    survived = sum(map(_survivors, asked.parse_args().modules))
    return min(survived, 100)


def _survivors(path: str) -> int:
    """How many mutants of the module no test noticed."""
    tests = QUICK_TESTS[path]
    # Loads everything, for all the processes that follow.
    collected = Collected()
    _run([*tests, "--collect-only"], collected)
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    source = (ROOT / path).read_text()
    if not _passes(tests, collected, module, source):
        raise SystemExit(f"{path}: its tests fail as it is")
    tried = survived = 0
    for mutant in mutants(source):
        tried += 1
        if _passes(tests, collected, module, mutant.source):
            survived += 1
            print(f"{path}:{mutant.line}: {mutant.change}", flush=True)
    print(f"{path}: {tried} mutants, {survived} survived", flush=True)
    return survived


class Collected:
    """The tests as pytest collects them."""

    def __init__(self) -> None:
        self.items: Sequence[pytest.Item] = ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items

    @property
    def are_plain(self) -> bool:
        """Whether they are all functions that need nothing but their parameters, and can simply be called."""
        return all(
            isinstance(item, pytest.Function) and set(item.fixturenames) <= _parameters(item).keys()
            for item in self.items
        )

    def call_all(self) -> None:
        for item in self.items:
            if isinstance(item, pytest.Function):
                item.obj(**_parameters(item))


def _parameters(item: pytest.Function) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def _passes(tests: Sequence[str], collected: Collected, module: ModuleType, source: str) -> bool:
    """Whether the tests pass with the mutant, in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with contextlib.suppress(Exception):
                take_over(module, source)
                if collected.are_plain:
                    collected.call_all()
                    code = 0
                else:
                    code = _run(tests)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(tests: Sequence[str], *plugins: object) -> int:
    options = ["-x", "-q", "-s", "-p", "no:cacheprovider", "-k", "not postgresql"]
    around = dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        code = int(pytest.main([*options, *tests], plugins=plugins))
    # A run has a folder for temporary files that is gone after it.
    os.environ.clear()
    os.environ.update(around)
    tempfile.tempdir = None
    return code


def take_over(module: ModuleType, source: str) -> None:
    """Let a loaded module do what another source says, also where others have imported its functions.

    Functions and methods get the code of the new ones; a constant that is another is replaced wherever it
    was imported. Classes stay the same ones.
    """
    fresh = ModuleType(module.__name__)
    exec(compile(source, module.__name__, "exec"), fresh.__dict__)
    for name, new in vars(fresh).items():
        old = vars(module).get(name)
        if isinstance(new, type) and isinstance(old, type):
            _take_over_methods(old, new)
        elif isinstance(new, FunctionType):
            _take_over_code(old, new)
        elif not name.startswith("__") and old != new:
            for other in list(sys.modules.values()):
                if vars(other).get(name) is old:
                    setattr(other, name, new)


def _take_over_methods(old: type, new: type) -> None:
    for name, method in vars(new).items():
        function, former = _function(method), _function(vars(old).get(name))
        # What a library generates, as for a dataclass, or inherits is not of this source.
        if not (isinstance(function, FunctionType) and function.__code__.co_filename == old.__module__):
            continue
        if isinstance(former, FunctionType) and former.__code__.co_freevars == function.__code__.co_freevars:
            _take_over_code(former, function)
        else:
            setattr(old, name, method)


def _function(method: Any) -> Any:
    return getattr(method, "fget", None) or getattr(method, "__func__", None) or method


def _take_over_code(old: Any, new: Any) -> None:
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and old.__module__ == new.__module__:
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__


if __name__ == "__main__":
    sys.exit(main())
