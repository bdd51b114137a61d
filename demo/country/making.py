"""Making the cases of a plan: packed rows for the database, in this process or in several others."""

import signal
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any, Final

from demo.country.invented_people import invented_person, words_of
from demo.country.planning import Chunk, PlannedCase, Year
from demo.country.stamp import Filing, Rows, Stamp
from demo.country.template import Template
from engine.cases.receipt_code import LETTERS
from engine.sealing.journal_keys import JournalKey
from engine.sealing.keyring import Keyring
from engine.sealing.seals import Seals
from engine.storage.bulk import FORMATS, Packed

_STOPS_WITHIN_SECONDS: Final = 5.0

PackedRows = Mapping[str, Packed]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All that it takes to make the cases of a year for a kind of database: what travels to a process."""

    year: Year
    database: str
    journal_key: JournalKey | None = field(repr=False)
    secrets: Sequence[bytes] = field(repr=False)
    """The keys with which tracking codes are sealed, the one that seals first."""


class Maker:
    """Makes the cases of chunks; templates are taken from the models when they are first wanted."""

    def __init__(self, recipe: Recipe) -> None:
        self._year, self._key = recipe.year, recipe.journal_key
        self._form, self._seals = FORMATS[recipe.database], Seals(Keyring(recipe.secrets))
        self._stamps: dict[tuple[str, int, int], Stamp] = {}

    def made(self, chunk: Chunk) -> PackedRows:
        """The rows of the cases of a chunk, by table."""
        chance = Random(f"{self._year.seed} {chunk.number}")  # noqa: S311 - the same for the same seed
        rows: dict[str, Rows] = defaultdict(list)
        for planned in chunk.cases:
            copied = self._stamp(planned).copy(
                self._filing(planned, chance), seals=self._seals, key=self._key
            )
            for table, of_table in copied.items():
                rows[table] += of_table
        return {table: self._form.packed(of_table) for table, of_table in rows.items()}

    def _filing(self, planned: PlannedCase, chance: Random) -> Filing:
        person = invented_person(chance, amka_begins=self._stamp(planned).amka_begins)
        return Filing(
            opened_at=planned.opened_at,
            number=planned.number,
            place=self._year.places[planned.place],
            applicant=person,
            words=words_of(person),
            code=_code(chance),
            receipts=planned.receipts,
            random_bits=chance.getrandbits,
        )

    def _stamp(self, planned: PlannedCase) -> Stamp:
        key = (planned.procedure, planned.model, planned.moment)
        if key not in self._stamps:
            year = self._year
            model = year.models[planned.procedure][planned.model]
            template = Template(
                model,
                model.moments[planned.moment],
                version=year.versions[planned.procedure],
                agencies=year.agencies,
                zone=year.zone,
                form=self._form,
            )
            self._stamps[key] = Stamp(template, zone=year.zone, form=self._form)
        return self._stamps[key]


def _code(chance: Random) -> str:
    letters = "".join(chance.choices(LETTERS, k=16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def made(recipe: Recipe, chunks: Iterable[Chunk], *, processes: int) -> Iterator[tuple[int, PackedRows]]:
    """The number of cases and the rows of each chunk in order, made by that many processes besides this one.

    With 0 this one makes them. `RuntimeError` if a process ends before its work does.
    """
    if processes == 0:
        maker = Maker(recipe)
        for chunk in chunks:
            yield len(chunk.cases), maker.made(chunk)
        return
    with ExitStack() as running:
        workers = [running.enter_context(_worker(recipe)) for _ in range(processes)]
        yield from _shared_out(workers, iter(chunks))


def _shared_out(workers: Sequence[Connection], chunks: Iterator[Chunk]) -> Iterator[tuple[int, PackedRows]]:
    """Each worker has one chunk at a time, and the next once its rows are taken: so none waits to send."""
    busy: deque[tuple[Connection, int]] = deque()

    def occupy(worker: Connection) -> None:
        chunk = next(chunks, None)
        if chunk is not None:
            worker.send(chunk)
            busy.append((worker, len(chunk.cases)))

    for worker in workers:
        occupy(worker)
    while busy:
        worker, number = busy.popleft()
        rows = _received(worker)
        occupy(worker)
        yield number, rows


def _received(worker: Connection) -> Any:
    try:
        return worker.recv()
    except EOFError as end:
        raise RuntimeError("Expected the rows of cases; the process that made them has ended.") from end


@contextmanager
def _worker(recipe: Recipe) -> Iterator[Connection]:
    """A process that makes the chunks sent to it until the connection is closed."""
    # A fresh one: one that forks would share the connections to the database.
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, recipe), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        _end(process)


def _end(process: BaseProcess) -> None:
    process.join(_STOPS_WITHIN_SECONDS)
    if process.is_alive():
        process.terminate()
        process.join()


def _serve(connection: Connection, recipe: Recipe) -> None:
    """Ends with the connection: Ctrl-C is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    maker = Maker(recipe)
    while True:
        try:
            chunk = connection.recv()
            connection.send(maker.made(chunk))
        except (EOFError, BrokenPipeError):
            return
