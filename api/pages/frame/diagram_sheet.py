"""A diagram for the island that draws it: its file, the names of its elements, and marks on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from engine.bundle.steps import DrawnElement, elements_of


@dataclass(frozen=True, kw_only=True)
class ElementMark:
    """A way in which elements are marked: a class of the style sheet, its sign, and what it means.

    `look.css` of the island knows `is-added`, `is-changed`, `is-removed`, `is-covered` and `is-uncovered`.
    `sign` says the same without colour, in a letter or two; without one only the colour is drawn.
    """

    name: str
    words: str
    sign: str = ""


def diagram_sheet(bpmn: str, elements: Iterable[DrawnElement] | None = None) -> dict[str, Any]:
    """The JSON that the island needs of any diagram; `elements` are those of the file, if read already."""
    drawn = elements_of(bpmn) if elements is None else elements
    return {
        "bpmn": bpmn,
        "names": {one.element_id: element_name(one) for one in drawn if one.name},
        "words": {
            "diagram": _("Diagram of the procedure. The list beside it says the same."),
            "larger": _("Larger"),
            "smaller": _("Smaller"),
            "whole": _("Show all of it"),
        },
    }


def with_marks(
    sheet: Mapping[str, Any], marks: Mapping[str, Sequence[ElementMark]], *, called: str | None = None
) -> dict[str, Any]:
    """The sheet with marks by the ids of elements; `called` is what the drawing is announced as."""
    used = {mark.name: mark.sign for found in marks.values() for mark in found if mark.sign}
    return {
        **sheet,
        "classes": {element: [mark.name for mark in found] for element, found in marks.items()},
        "signs": used,
        "words": {**sheet["words"], **({"diagram": called} if called else {})},
    }


def element_name(element: DrawnElement) -> str:
    """What an element is called, in the reader's language."""
    return localized_pair(element.name, element.name_en)
