"""Draws and plays some diagrams, counts, and tells each difference with the smallest diagram that has it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import process_time

from tests.difference.figures import Figures
from tests.difference.generator import draw
from tests.difference.play import play
from tests.difference.shrinking import Smallest, shrink
from tests.difference.stores import Branches, in_memory
from tests.difference.writing import bpmn

SECONDS_TO_SHRINK = 60


@dataclass(frozen=True, kw_only=True)
class FoundDifference:
    """A difference: the number of the diagram that showed it, and the smallest one that does."""

    seed: int
    smallest: Smallest

    def lines(self) -> Iterator[str]:
        """All of it for people."""
        difference = self.smallest.played.difference
        yield f"DIFFERENCE in diagram {self.seed}. The smallest that has it (played by {self.smallest.seed}):"
        yield bpmn(self.smallest.diagram).decode()
        if difference is not None:
            yield "What happened:"
            yield from (f"  {number}. {step}" for number, step in enumerate(difference.steps, start=1))
            yield "What BPMN expects:"
            yield from (f"  {line}" for line in difference.expected)
            yield "What the engine did:"
            yield from (f"  {line}" for line in difference.found)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What came of some diagrams."""

    figures: Figures
    found: tuple[FoundDifference, ...]


def play_all(seeds: Iterable[int], branches: Branches, *, shrinks: int = 0) -> Part:
    """Play the diagrams of these numbers; the first differences, so many, are made small."""
    figures = Figures()
    found: list[FoundDifference] = []
    for seed in seeds:
        branch = branches()
        began = process_time()
        diagram = draw(seed)
        try:
            played = play(diagram, branch, seed=seed)
        except Exception as fault:
            fault.add_note(f"It was raised in the diagram of number {seed}.")
            raise
        figures.count(diagram, played, process_time() - began)
        if played.difference is not None:
            smallest = Smallest(diagram=diagram, seed=seed, played=played)
            if len(found) < shrinks:
                smallest = shrink(smallest, in_memory(), seconds=SECONDS_TO_SHRINK)
            found.append(FoundDifference(seed=seed, smallest=smallest))
    return Part(figures=figures, found=tuple(found))
