"""What a procedure says that a record of the registry cannot: nobody takes the record for all of it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.bundle.contract import Files
from engine.bundle.description import PaperSource, Silence
from engine.bundle.metadata import FILE
from engine.bundle.yaml_tree import read_yaml
from engine.lint.finding import Text
from engine.mitos import words
from engine.mitos.unmapped import Unmapped, Unmappeds
from engine.terms.term import WRITTEN_AS

_NO_FIELD: Final = Text(el="Το μητρώο δεν έχει τέτοιο πεδίο.", en="The registry has no field for it.")
_NO_WORD: Final = Text(
    el="Στον κατάλογο του μητρώου δεν υπάρχει τέτοια επιλογή.",
    en="The registry's list has no such choice.",
)
_WORKING_DAYS: Final = Text(
    el="Το μητρώο μετρά προθεσμίες μόνο σε ημερολογιακές ημέρες.",
    en="The registry counts terms in calendar days alone.",
)
_ONE_AMOUNT: Final = Text(
    el="Το μητρώο έχει ένα ποσό, όχι ποιος πληρώνει πόσο ή τίποτα.",
    en="The registry has one amount, not who pays how much or nothing.",
)
_ALL_ARE_ASKED: Final = Text(
    el="Το μητρώο δεν λέει ποιο δικαιολογητικό ζητείται μόνο σε ορισμένους.",
    en="The registry does not say which paper only some are asked for.",
)
_NOWHERE: Final = (
    "agencies",
    "parties",
    "retention",
    "data_classes",
    "outcomes",
    "papers_decision",
    *(name for name in WRITTEN_AS.values() if name != "term"),
)
"""Fields of procedure.yaml for which a record has none."""
_OF_TERM: Final = ("extension", "supplement", "law")
_CHOSEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "channels": words.TRIGGERS,
    "life_events": words.LIFE_EVENTS,
}


def left_out(files: Files) -> tuple[Unmapped, ...]:
    """Each such thing: its path in procedure.yaml, what stands there, and why a record cannot say it."""
    metadata: Mapping[str, Any] = read_yaml(files[FILE]).value
    found = Unmappeds()
    for path, value, why in _left_out(metadata):
        found.add(path, value, why)
    return tuple(found.found)


def _left_out(metadata: Mapping[str, Any]) -> Iterator[tuple[str, Any, Text]]:
    for name in _NOWHERE:
        if metadata.get(name):
            yield name, metadata[name], _NO_FIELD
    term = metadata.get("term") or {}
    if term.get("working_days"):
        yield "term", term, _WORKING_DAYS
    yield from ((f"term.{name}", term[name], _NO_FIELD) for name in _OF_TERM if name in term)
    for name, known in _CHOSEN.items():
        theirs = {str(one) for one in known.values()}
        for one in metadata.get(name, ()):
            if one not in theirs:
                yield name, one, _NO_WORD
    silence = metadata.get("silence")
    if silence not in (None, Silence.NONE) and silence not in {str(one) for one in words.SILENCES.values()}:
        yield "silence", silence, _NO_WORD
    yield from _of_papers_and_fees(metadata)


def _of_papers_and_fees(metadata: Mapping[str, Any]) -> Iterator[tuple[str, Any, Text]]:
    for one in metadata.get("papers", ()):
        if not one.get("obligatory", False) and one.get("source") != PaperSource.EX_OFFICIO:
            yield f"papers.{one['id']}.obligatory", False, _ALL_ARE_ASKED
    for one in metadata.get("fees", ()):
        for name in ("decision", "exemptions"):
            if one.get(name):
                yield f"fees.{one['id']}.{name}", one[name], _ONE_AMOUNT
