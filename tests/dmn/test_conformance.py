"""The compatibility kit, where it is at hand."""

import os
from pathlib import Path

import pytest

from tests.conformance_dmn.floor import below_floor
from tests.conformance_dmn.run import verdicts

_KIT = Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "dmn-tck"


@pytest.mark.skipif(not _KIT.is_dir(), reason=f"the kit is not at {_KIT}; STOA_CORPORA says where it is")
def test_the_kit_does_not_fall_below_its_floor() -> None:
    found = list(verdicts(_KIT))

    fallen = list(below_floor(found))

    assert found
    assert fallen == []
