"""Claims about doing the same to many cases: each for itself, and all counted."""

import pytest

from api.pages.incidents.bulk import BulkResult, for_each
from engine.kernel.refusal import Conflict


def test_a_refusal_and_a_fault_keep_none_of_the_others_back(capsys: pytest.CaptureFixture[str]) -> None:
    reached = []

    def act(number: int) -> bool:
        reached.append(number)
        if number == 2:
            raise Conflict("The case of Ελένη is closed.", code="case_closed")
        if number == 3:
            raise KeyError("Ελένη")
        return number != 4

    tally = for_each([1, 2, 3, 4, 5], act, of=7)

    assert reached == [1, 2, 3, 4, 5]
    assert tally == BulkResult(of=7, done=2, failed=3)
    assert tally.left == 2
    logged = capsys.readouterr()
    assert "case_closed" in logged.out + logged.err
    assert "KeyError" in logged.out + logged.err
    assert "Ελένη" not in logged.out + logged.err
