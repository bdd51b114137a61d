"""Judging: which tests go through which function, and whether one of them notices a mutant of it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from types import CodeType, FrameType, ModuleType

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.taking_over import take_over

LONGEST_SECONDS = 30
"""How much longer than before the tests of a mutant may take: one that never ends is noticed too."""


@dataclass
class Run:
    """What one test did: how long it took, and which functions it entered, by file and first line."""

    item: pytest.Item
    seconds: float = 0.0
    entered: set[tuple[str, int]] = field(default_factory=set)


class _Further(pytest.Item):
    """What would come next: while it does, all that the whole run shares stays. It is never run."""

    def runtest(self) -> None:
        """Do nothing."""


class Judge:
    """A plug-in of pytest that runs the tests once, and then again for each mutant, in a process of its own.

    The processes are copies of this one, so that nothing is loaded or collected again. `judges` is called
    with the judge after the first run.
    """

    def __init__(self, modules: Iterable[ModuleType], judges: Callable[["Judge"], None]) -> None:
        self._files = {str(module.__file__) for module in modules}
        self._judges = judges
        self._runs: Sequence[Run] = ()
        self._further: pytest.Item | None = None
        self._has_failed = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once, then judge."""
        self._further = _Further.from_parent(session, name="further")
        self._runs = [Run(item) for item in session.items]
        for run, following in zip(self._runs, [*session.items[1:], self._further], strict=True):
            self._watch(run, following)
        if not self._has_failed and self._passes([run.item for run in self._runs], lambda: None):
            self._judges(self)
        else:
            session.testsfailed += 1
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test failed."""
        self._has_failed = self._has_failed or report.failed

    def notices(self, module: ModuleType, mutant: Mutant) -> bool:
        """Whether a test fails with the mutant: of those that enter its function, of all if it has none."""
        file = str(module.__file__)
        runs = [
            run
            for run in self._runs
            if mutant.lines is None or any(at == file and line in mutant.lines for at, line in run.entered)
        ]
        # The quickest files first, and each file at once, as its tests share what they need.
        of_files: dict[Path, list[float]] = {}
        for run in runs:
            of_files.setdefault(run.item.path, []).append(run.seconds)
        quickest_first = sorted(
            runs, key=lambda run: (fmean(of_files[run.item.path]), run.item.path, run.seconds)
        )
        seconds = LONGEST_SECONDS + int(3 * sum(run.seconds for run in runs))
        items = [run.item for run in quickest_first]
        return not self._passes(items, lambda: take_over(module, mutant.source), seconds=seconds)

    def _watch(self, run: Run, following: pytest.Item) -> None:
        def note(frame: FrameType, _event: str, _argument: object) -> None:
            code: CodeType = frame.f_code
            if code.co_filename in self._files:
                run.entered.add((code.co_filename, code.co_firstlineno))

        begun = time.perf_counter()
        threading.setprofile(note)
        sys.setprofile(note)
        try:
            run.item.ihook.pytest_runtest_protocol(item=run.item, nextitem=following)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
        run.seconds = time.perf_counter() - begun

    def _passes(
        self, items: Sequence[pytest.Item], before: Callable[[], None], *, seconds: int = 3600
    ) -> bool:
        """Whether these tests pass in a process of their own in which something was done before."""
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.alarm(seconds)
            code = 1
            # Whatever a mutant raises while it is loaded is noticed as a failed test is. A copy that is ended
            # ends here: what the whole run shares is not the copy's to remove.
            try:
                before()
                code = self._first_failure(items)
            finally:
                os._exit(code)
        try:
            _, status = os.waitpid(child, 0)
        finally:
            # A copy that ends at the first failure, or is ended, leaves the servers that its tests started.
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(status) == 0

    def _first_failure(self, items: Sequence[pytest.Item]) -> int:
        for item, following in zip(items, [*items[1:], self._further], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._has_failed:
                return 1
        return 0


def judge(tests: Sequence[str], modules: Mapping[str, ModuleType], judges: Callable[[Judge], None]) -> bool:
    """Let a judge of these modules run the tests; whether they passed as they are."""
    # How a test failed is asked by nobody; to tell it in pytest's own way takes longer than most tests.
    options = ["-q", "-s", "--tb=native", "-p", "no:cacheprovider", "-k", "not postgresql"]
    return int(pytest.main([*options, *tests], plugins=[Judge(modules.values(), judges)])) == 0
