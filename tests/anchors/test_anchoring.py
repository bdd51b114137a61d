"""Claims about anchoring: every journal that has grown comes under the next anchor, and goes outside."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.anchors.anchoring import AnchorJournals, ReadLeaves, ShowAnchorState
from engine.anchors.model import OF_VERSION, Anchor, Leaf, NotHandedOver
from engine.bootstrap import build
from engine.cases.notes import AddNote
from engine.jobs.anchor_places import anchor_and_hand_over
from engine.jobs.worker import Worker
from engine.kernel.actor import SYSTEM
from engine.settings import from_environment
from tests.anchors.records import KEY
from tests.builders import NOON
from tests.office import MovableClock, Office, an_office

AT_ONCE = timedelta(0)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office with keys, on a database of each kind in turn."""
    clock = MovableClock(NOON)
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_SECRET_KEYS": KEY})
    with build(settings, clock=clock) as engine:
        yield an_office(engine, clock=clock)


@pytest.fixture
def quick_office() -> Office:
    """An office in memory."""
    return an_office()


def anchored(office: Office) -> Anchor | None:
    office.clock.advance(timedelta(minutes=10))
    return office.does(AnchorJournals(), actor=SYSTEM)


def leaves_of(office: Office, anchor: Anchor) -> list[Leaf]:
    """The leaves of cases; the version on offer has one too."""
    return of_cases(office.engine.ask(ReadLeaves(anchor=anchor.number), actor=SYSTEM))


def of_cases(leaves: Iterable[Leaf]) -> list[Leaf]:
    return [leaf for leaf in leaves if not leaf.case_number.startswith(OF_VERSION)]


def test_an_anchor_covers_what_has_grown_since_the_one_before_and_follows_it(office: Office) -> None:
    quiet, busy = office.opens_case().case, office.opens_case().case
    first = anchored(office)
    office.does(AddNote(case_id=busy.id, text="later"))

    second = anchored(office)

    assert first is not None
    assert second is not None
    assert [leaf.case_id for leaf in leaves_of(office, first)] == sorted([quiet.id, busy.id])
    (leaf,) = leaves_of(office, second)
    assert (leaf.case_id, leaf.length) == (busy.id, len(office.journal(office.opens_case())) + 1)
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert office.engine.journal_keys.newest is not None
    assert second.is_signed_by(office.engine.journal_keys.newest)
    assert (first.takes_unkeyed, second.takes_unkeyed) == (True, False)


def test_nothing_is_anchored_where_nothing_has_grown_or_too_soon(quick_office: Office) -> None:
    anchored(quick_office)
    nothing = anchored(quick_office)
    quick_office.opens_case()
    made = anchored(quick_office)
    again = anchored(quick_office)
    quick_office.opens_case()
    too_soon = quick_office.does(AnchorJournals(not_within=timedelta(minutes=20)), actor=SYSTEM)

    assert (nothing, again, too_soon) == (None, None, None)
    assert made is not None


def test_a_change_that_was_long_under_way_is_not_missed(quick_office: Office) -> None:
    quick_office.opens_case()
    first = anchored(quick_office)
    quick_office.clock.advance(timedelta(minutes=-14))
    late = quick_office.opens_case().case
    quick_office.clock.advance(timedelta(minutes=14))

    second = anchored(quick_office)

    assert first is not None
    assert second is not None
    assert [leaf.case_id for leaf in leaves_of(quick_office, second)] == [late.id]


def test_a_change_with_a_quite_wrong_date_is_found_once_a_day(quick_office: Office) -> None:
    busy = quick_office.opens_case().case
    anchored(quick_office)
    quick_office.clock.advance(timedelta(days=-1))
    lost = quick_office.opens_case().case
    quick_office.clock.advance(timedelta(days=1))
    overlooked = anchored(quick_office)
    for _ in range(143):
        quick_office.does(AddNote(case_id=busy.id, text="later"))
        found = anchored(quick_office)

    assert overlooked is None
    assert found is not None
    assert found.number == 144
    assert lost.id in [leaf.case_id for leaf in leaves_of(quick_office, found)]


def test_two_at_once_make_one_anchor(office: Office) -> None:
    office.opens_case()
    made: list[Anchor | None] = []
    together = Barrier(2)

    def make() -> None:
        together.wait()
        made.append(office.does(AnchorJournals(not_within=timedelta(minutes=1)), actor=SYSTEM))

    threads = [Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([anchor for anchor in made if anchor is not None]) == 1


@dataclass
class Shelf:
    """A place that keeps what it is given, unless it is closed."""

    name: str = "shelf"
    is_closed: bool = False
    kept: list[tuple[int, list[Leaf]]] = field(default_factory=list)

    def hand_over(self, anchor: Anchor, leaves: Callable[[], Iterable[Leaf]]) -> bytes:
        if self.is_closed:
            raise NotHandedOver("The shelf is closed.")
        self.kept.append((anchor.number, list(leaves())))
        return b"a receipt"


def test_a_place_that_was_closed_gets_what_it_missed_in_order_and_the_others_do_not_wait(
    quick_office: Office,
) -> None:
    closed, other = Shelf(is_closed=True), Shelf(name="other")
    for _ in range(2):
        quick_office.opens_case()
        quick_office.clock.advance(timedelta(minutes=10))
        refused = anchor_and_hand_over(quick_office.engine, [closed, other], not_within=AT_ONCE).refused
    closed.is_closed = False

    for _ in range(2):
        anchor_and_hand_over(quick_office.engine, [closed, other], not_within=AT_ONCE)

    assert refused == {"shelf": "The shelf is closed."}
    assert closed.kept == other.kept
    assert [number for number, _ in closed.kept] == [1, 2]
    missing = quick_office.engine.ask(ShowAnchorState(places=("shelf", "nowhere")), actor=SYSTEM).missing
    assert missing == {"shelf": 0, "nowhere": 2}


def test_no_transaction_is_open_while_a_place_is_reached(database_url: str, tmp_path: Path) -> None:
    settings = from_environment({"STOA_DATABASE_URL": database_url, "STOA_DATABASE_LOCK_SECONDS": "0.1"})
    with build(settings) as engine:
        office = an_office(engine)
        office.opens_case()

        @dataclass
        class Working(Shelf):
            def hand_over(self, anchor: Anchor, leaves: Callable[[], Iterable[Leaf]]) -> bytes:
                # On SQLite an open transaction that writes would keep everybody else from writing.
                office.opens_case()
                return super().hand_over(anchor, leaves)

        place = Working()
        assert anchor_and_hand_over(engine, [place], not_within=AT_ONCE).refused == {}
        assert len(place.kept) == 1


def test_a_worker_anchors_in_its_rounds(quick_office: Office) -> None:
    place = Shelf()
    worker = Worker(quick_office.engine, lambda delivery: pytest.fail(str(delivery)), anchor_places=[place])
    quick_office.opens_case()

    worker.run_once()
    quick_office.opens_case()
    worker.run_once()
    quick_office.clock.advance(timedelta(minutes=10))
    worker.run_once()

    assert [(number, len(of_cases(leaves))) for number, leaves in place.kept] == [(1, 1), (2, 1)]
