"""What the studio calls kinds of files and what was done to a draft."""

from typing import Final, Literal

from api.pages.frame.language import gettext as _
from engine.bundle.metadata import FILE as METADATA_FILE
from engine.studio.model import ChangeKind, DraftChange

FileKind = Literal["diagram", "decisions", "form", "metadata", "scenario", "text"]


def kind_of(name: str) -> FileKind:
    """What a file is, by its name."""
    if name.endswith(".bpmn"):
        return "diagram"
    if name.endswith(".dmn"):
        return "decisions"
    if name.endswith(".form"):
        return "form"
    if name == METADATA_FILE:
        return "metadata"
    return "scenario" if name.startswith("scenarios/") else "text"


def kind_words(kind: FileKind) -> str:
    words: dict[FileKind, str] = {
        "diagram": _("Diagram"),
        "decisions": _("Decisions"),
        "form": _("Form"),
        "metadata": _("Description"),
        "scenario": _("Scenario"),
        "text": _("Text"),
    }
    return words[kind]


_TAB_ORDER: Final[tuple[FileKind, ...]] = ("diagram", "metadata", "form", "decisions", "text")


def tab_order(name: str) -> tuple[int, str]:
    """Where the tab of a file stands: the diagram first, then what describes it, its forms and decisions."""
    return _TAB_ORDER.index(kind_of(name)), name


def tab_words(name: str, procedure_key: str) -> str:
    """What the tab of a file says: its kind, and its name where there may be several of the kind."""
    kind = kind_of(name)
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if kind == "metadata" or (kind == "diagram" and name == f"{procedure_key}.bpmn"):
        return kind_words(kind)
    return f"{kind_words(kind)}: {stem}" if kind != "text" else name


def change_words(change: DraftChange) -> str:
    """What was done, as a sentence without who did it."""
    names = {"file": change.file or ""}
    return {
        ChangeKind.BEGUN: _("began the draft"),
        ChangeKind.KEPT: _("changed %(file)s", **names),
        ChangeKind.ADDED: _("added %(file)s", **names),
        ChangeKind.REMOVED: _("removed %(file)s", **names),
        ChangeKind.LAID_ASIDE: _("wrote a text of %(file)s that was laid aside", **names),
        ChangeKind.SUBMITTED: _("submitted it"),
    }[change.kind]
