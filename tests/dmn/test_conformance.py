"""The compatibility kit, where it is at hand."""

import os
from pathlib import Path

import pytest

from tests.conformance_dmn.report import tally
from tests.conformance_dmn.run import verdicts

_KIT = Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "dmn-tck"


@pytest.mark.skipif(not _KIT.is_dir(), reason=f"the kit is not at {_KIT}; STOA_CORPORA says where it is")
def test_the_kit_passes_but_for_calls_of_java_methods() -> None:
    found = [verdict for verdict in verdicts(_KIT) if "external-java" not in verdict.case]

    failures = [f"{verdict.case} {verdict.test}: {verdict.reason}" for verdict in found if not verdict.passed]

    assert tally(found).total > 0
    assert failures == []
