"""Claims about records of MITOS: what a procedure says and a record cannot is listed, with the reason."""

import pytest

from engine.mitos import left_out
from tests.procedures.shipped import files_of


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ((b"  days: 5\n", b"  working_days: 5\n"), "term", "calendar days"),
        ((b"  supplement: pauses\n", b"  supplement: pauses\n"), "term.supplement", "no field"),
        ((b"  then: destroy\n", b"  then: destroy\n"), "retention", "no field"),
        ((b"silence: none\n", b"silence: referral\n"), "silence", "no such choice"),
        (
            (b"    obligatory: true\n    source: shown", b"    obligatory: false\n    source: shown"),
            "papers.identity.obligatory",
            "only some are asked for",
        ),
        (
            (b"fees: []\n", b"fees:\n  - id: stamp\n    decision: stamp_fee\n"),
            "fees.stamp.decision",
            "one amount",
        ),
    ],
    ids=["working days", "supplement", "retention", "silence", "paper of some", "fee by a table"],
)
def test_what_a_record_cannot_say_is_listed(change: tuple[bytes, bytes], path: str, reason: str) -> None:
    files = dict(files_of("residence-certificate"))
    assert change[0] in files["procedure.yaml"]
    files["procedure.yaml"] = files["procedure.yaml"].replace(*change)

    found = {one.path: one.why.en for one in left_out(files)}

    assert reason in found[path]


def test_what_a_record_says_is_not_listed() -> None:
    paths = {one.path for one in left_out(files_of("residence-certificate"))}

    assert paths.isdisjoint(
        {"title", "term", "silence", "channels", "life_events", "papers.identity.obligatory"}
    )
