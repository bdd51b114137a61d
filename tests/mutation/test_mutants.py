"""Claims about mutation: what is taken out of a source, and that a loaded module does what a mutant says."""

import os
import select
import sys
import tomllib
from types import ModuleType

import pytest

from tests.mutation.__main__ import EQUIVALENT, QUICK_TESTS, ROOT, equivalents
from tests.mutation.judging import Judge
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.taking_over import take_over

SOURCE = """
MOST = 3
ROLES = ("clerk", "manager")


def require(role: str, count: int) -> bool:
    if role not in ROLES:
        raise ValueError(role)
    return count < MOST and not role == "clerk"
"""


def changes() -> list[str]:
    return [f"{mutant.line} {mutant.change}" for mutant in mutants(SOURCE)]


def test_each_check_is_left_out_turned_round_and_weakened_once() -> None:
    assert sorted(changes()) == [
        "2 next number: 3",
        "3 without element 1: ('clerk', 'manager')",
        "3 without element 2: ('clerk', 'manager')",
        "7 always: role not in ROLES",
        "7 compared otherwise: role not in ROLES",
        "7 never: role not in ROLES",
        "8 left out: raise ValueError(role)",
        "9 compared otherwise: count < MOST",
        "9 compared otherwise: role == 'clerk'",
        "9 not turned round: not role == 'clerk'",
        "9 without operand 1: count < MOST and (not role == 'clerk')",
        "9 without operand 2: count < MOST and (not role == 'clerk')",
    ]


def test_every_mutant_is_another_source() -> None:
    assert len({mutant.source for mutant in mutants(SOURCE)}) == len(changes())


def test_a_loaded_module_does_what_a_mutant_says_wherever_it_was_imported() -> None:
    module, importer = ModuleType("mutated_rules"), ModuleType("imports_rules")
    exec(SOURCE, module.__dict__)
    vars(importer).update(require=module.require, ROLES=module.ROLES)
    sys.modules.update({"mutated_rules": module, "imports_rules": importer})
    before = importer.require("manager", 3)

    take_over(module, SOURCE.replace("count < MOST", "count <= MOST").replace('("clerk", ', '("auditor", '))

    assert (before, importer.require("manager", 3)) == (False, True)
    assert importer.ROLES == ("auditor", "manager")
    del sys.modules["mutated_rules"], sys.modules["imports_rules"]


def test_a_mutant_is_known_by_its_function() -> None:
    source = "class Roles:\n    @property\n    def most(self) -> int:\n        return 3\n"

    (mutant,) = mutants(source)

    assert (mutant.function, mutant.lines, mutant.line) == ("Roles.most", range(2, 5), 4)


@pytest.mark.parametrize("path", tomllib.loads(EQUIVALENT.read_text()))
def test_what_is_called_equivalent_is_a_mutant_and_has_a_reason(path: str) -> None:
    known = {(mutant.function, mutant.change) for mutant in mutants((ROOT / path).read_text())}

    assert path in QUICK_TESTS
    assert equivalents(path).keys() - known == set()
    assert all(why.endswith(".") for why in equivalents(path).values())


def test_a_decorated_function_does_what_a_mutant_says_too() -> None:
    source = "from functools import cached_property\nfrom contextlib import contextmanager\n"
    source += "@contextmanager\ndef turn():\n    yield 1\n"
    source += "class Once:\n    @cached_property\n    def number(self):\n        return 1\n"
    module = ModuleType("mutated_decorated")
    exec(compile(source, module.__name__, "exec"), module.__dict__)
    turn, once = module.turn, module.Once()

    take_over(module, source.replace("yield 1", "yield 2").replace("return 1", "return 2"))

    with turn() as given:
        assert (given, once.number) == (2, 2)


def test_what_a_mutant_starts_ends_with_it() -> None:
    module = ModuleType("starts_processes")
    module.__file__ = "starts_processes.py"
    ended, held = os.pipe()
    source = f"import subprocess\nsubprocess.Popen(['sleep', '60'], pass_fds=[{held}])\nraise SystemExit"

    noticed = Judge([module], lambda _: None).notices(module, Mutant(line=1, change="", source=source))
    os.close(held)

    assert noticed
    # The pipe says so once nobody holds its other end.
    assert select.select([ended], [], [], 5)[0]
    os.close(ended)
