"""The command: take one thing after the other out of modules, run their tests, print what went unnoticed."""

import argparse
import hashlib
import importlib
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TextIO

from tests.mutation.judging import Judge, judge
from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.toml")

_SIGN_IN = "tests/people/sign_in"
QUICK_TESTS: Mapping[str, Sequence[str]] = {
    "engine/kernel/permission.py": ("tests/kernel/test_permission.py",),
    "engine/kernel/papers.py": ("tests/kernel/test_papers.py",),
    "engine/kernel/staffing.py": ("tests/kernel/test_staffing.py",),
    "engine/kernel/administration.py": ("tests/kernel/test_administration.py",),
    "engine/kernel/permission_to_administer.py": ("tests/kernel/test_administration.py",),
    "engine/kernel/supervision.py": ("tests/kernel/test_administration.py",),
    "engine/kernel/migration_rights.py": ("tests/kernel/test_rights_over_procedures.py",),
    "engine/kernel/procedure_rights.py": ("tests/kernel/test_rights_over_procedures.py",),
    "engine/kernel/disclosure.py": ("tests/access/test_recording.py",),
    "engine/kernel/senders.py": ("tests/kernel/test_senders.py", "tests/kernel/test_permission.py"),
    "engine/people/account.py": ("tests/people/test_account.py", f"{_SIGN_IN}/test_second_factor.py"),
    "engine/people/accounts.py": ("tests/people/test_sign_in.py", "tests/people/test_signing_in.py"),
    "engine/people/attempts.py": ("tests/people/test_attempts.py",),
    "engine/people/devices.py": ("tests/people/test_devices.py",),
    "engine/people/external_identities.py": (
        "tests/people/test_external_identities.py",
        "tests/people/test_sign_in.py",
    ),
    "engine/people/one_time_code.py": ("tests/people/test_one_time_code.py",),
    "engine/people/passkey.py": ("tests/people/test_passkey.py", "tests/people/test_passkeys.py"),
    "engine/people/passkey_ceremonies.py": ("tests/people/test_passkey.py", "tests/people/test_passkeys.py"),
    "engine/people/passkeys.py": ("tests/people/test_passkeys.py",),
    "engine/people/role_mapping.py": ("tests/people/test_role_mapping.py",),
    "engine/people/second_factor.py": ("tests/people/test_second_factor.py",),
    "engine/people/session.py": (
        "tests/people/test_session.py",
        "tests/people/test_sign_in.py",
        "tests/people/test_signing_in.py",
    ),
    "engine/people/sign_in/authenticator.py": (f"{_SIGN_IN}/test_authenticator.py",),
    "engine/people/sign_in/group_file.py": ("tests/test_settings.py",),
    "engine/people/sign_in/ldap.py": (f"{_SIGN_IN}/test_directory.py",),
    "engine/people/sign_in/oidc.py": (f"{_SIGN_IN}/test_forged_identities.py",),
    "engine/people/sign_in/oidc_claims.py": ("tests/people/test_oidc_claims.py",),
    "engine/people/sign_in/passwords.py": (f"{_SIGN_IN}/test_passwords.py",),
    "engine/people/signing_in.py": ("tests/people/test_signing_in.py", "tests/people/test_sign_in.py"),
    "engine/people/tokens.py": ("tests/people/test_registers.py",),
    "engine/people/users.py": ("tests/people/test_users.py", "tests/people/test_sign_in.py"),
}
"""The tests by which each module is judged, on SQLite."""


def main() -> int:
    """How many mutants survived."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    asked.add_argument("modules", nargs="*", metavar="module", help="all that have tests named if none is")
    asked.add_argument("--log", type=Path, help="a file that keeps what was noticed, to go on from there")
    given = asked.parse_args()
    if unknown := set(given.modules) - QUICK_TESTS.keys():
        asked.error(f"no tests are named for {', '.join(sorted(unknown))}")
    paths = given.modules or list(QUICK_TESTS)
    log = Log(given.log)
    survived = 0
    for tests in dict.fromkeys(QUICK_TESTS[path] for path in paths):
        run = Run([path for path in paths if QUICK_TESTS[path] == tests], log, shown=sys.stdout)
        # What the tests themselves print goes nowhere.
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            passed = judge(tests, run.modules, run.judges)
        if not passed:
            raise SystemExit(f"the tests of {', '.join(run.modules)} fail as they are: {', '.join(tests)}")
        survived += run.survived
    return min(survived, 100)


class Log:
    """Mutants that tests have noticed, one digest a line, so that a run that was stopped can go on."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._noticed = set(path.read_text().split()) if path is not None and path.exists() else set()

    def has(self, mutant: Mutant) -> bool:
        """Whether it was noticed before."""
        return _digest(mutant) in self._noticed

    def note(self, mutant: Mutant) -> None:
        """Keep that it was noticed."""
        if self._path is not None:
            with self._path.open("a") as lines:
                lines.write(f"{_digest(mutant)}\n")


@dataclass
class Run:
    """The mutants of modules that have the same tests."""

    paths: Sequence[str]
    log: Log
    shown: TextIO
    survived: int = 0

    @property
    def modules(self) -> Mapping[str, ModuleType]:
        """The loaded modules by path."""
        names = {path: path.removesuffix(".py").replace("/", ".") for path in self.paths}
        return {path: importlib.import_module(name) for path, name in names.items()}

    def judges(self, judge: Judge) -> None:
        """Print every mutant that no test notices."""
        for path, module in self.modules.items():
            equivalent = equivalents(path)
            tried = survived = 0
            for mutant in mutants((ROOT / path).read_text()):
                tried += 1
                if (mutant.function, mutant.change) in equivalent or self.log.has(mutant):
                    continue
                if judge.notices(module, mutant):
                    self.log.note(mutant)
                    continue
                survived += 1
                self._show(f"{path}:{mutant.line}: {mutant.function}: {mutant.change}")
            self._show(f"{path}: {tried} mutants, {len(equivalent)} equivalent, {survived} survived")
            self.survived += survived

    def _show(self, text: str) -> None:
        print(text, file=self.shown, flush=True)


def equivalents(path: str) -> Mapping[tuple[str, str], str]:
    """The mutants of a module that do the same as it, by function and change, and why they do."""
    listed = tomllib.loads(EQUIVALENT.read_text())
    return {(one["function"], one["change"]): one["why"] for one in listed.get(path, ())}


def _digest(mutant: Mutant) -> str:
    return hashlib.sha256(mutant.source.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
