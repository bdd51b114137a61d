"""What a record says that a procedure here cannot, or does not say and a procedure here needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.lint.finding import Text
from engine.mitos.typed_json import shown

_LONGEST: Final = 300

_POINT: Final = "- `"
"""How a line begins that is about a path of the record."""

_HEADING: Final = (
    "# Όσα δεν μεταφέρθηκαν από το ΜΙΤΟΣ / What was not carried over from MITOS\n\n"
    "Διορθώστε τα αρχεία, και σβήστε εδώ ό,τι τακτοποιήθηκε: όσο μένει γραμμή, η διαδικασία δεν υποβάλλεται. "
    "Correct the files, and delete here what is settled: while a line is left, it is not submitted.\n"
)


@dataclass(frozen=True, kw_only=True)
class Unmapped:
    """One such thing: its path in the record, what stands there, and what is to be done.

    `value` is empty where the record says nothing.
    """

    path: str
    value: str
    why: Text


@dataclass
class Unmappeds:
    """They are gathered in the order in which they are met."""

    found: list[Unmapped] = field(default_factory=list)

    def add(self, path: str, value: Any, why: Text) -> None:
        """Note one; a text stands as it is, anything else as JSON has it, shortened."""
        text = "" if value is None else value if isinstance(value, str) else shown(value, _LONGEST)
        self.found.append(Unmapped(path=path, value=text, why=why))


def by_reason(found: Sequence[Unmapped]) -> Mapping[Text, Sequence[Unmapped]]:
    """Those for which the same is to be done together, in the order in which they were met."""
    grouped: dict[Text, list[Unmapped]] = {}
    for one in found:
        grouped.setdefault(one.why, []).append(one)
    return grouped


def open_points(page: str) -> Iterator[tuple[int, str]]:
    """Each point of such a file that is not settled: its line, from 1, and what it says."""
    for number, line in enumerate(page.splitlines(), start=1):
        if line.startswith(_POINT):
            yield number, line.removeprefix("- ").replace("`", "")


def notes_page(found: Sequence[Unmapped]) -> str:
    """The file that lists them for the analyst, in both languages; what is to be done is said once."""
    lines = [_HEADING]
    for why, listed in by_reason(found).items():
        lines += [why.el, why.en, ""]
        lines += [f"{_POINT}{one.path}`" + (f": {one.value}" if one.value else "") for one in listed]
        lines.append("")
    return "\n".join(lines)
