"""What the pages of the certifier's room show of a version, made from what the engine answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.http.context import engine
from api.pages.certifying import words
from api.pages.frame.diagram_sheet import ElementMark, diagram_sheet, element_name, with_marks
from api.pages.frame.language import gettext as _
from api.pages.frame.language import language
from api.pages.frame.words import Mark
from engine.bpmn.diagram import is_diagram
from engine.bpmn.shared_parts import divided
from engine.bundle.comparing import Change, ChangeKind, PartKind
from engine.bundle.contract import Files
from engine.bundle.steps import elements_of
from engine.kernel.refusal import Invalid
from engine.lint.finding import Finding, Text
from engine.operations.certifying import VersionUnderReview
from engine.procedures.comment import Comment

_IN_DIAGRAMS = (PartKind.STEP, PartKind.FLOW)


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """A change in words; `element` is the id of what it is about, if a diagram shows that."""

    words: str
    element: str | None


@dataclass(frozen=True, kw_only=True)
class ShownDiagrams:
    """A diagram of a version beside the earlier one; either is None where there is no such file."""

    file: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class ShownMeasure:
    """How much of something the scenarios cover; `missing` are names and why, if there is a reason."""

    words: str
    covered: int
    total: int
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """A finding with its place and remedy."""

    mark: Mark
    where: str
    message: str
    remedy: str
    element: str | None


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A question with its answers; `about` is what it is about, in the reader's words."""

    question: Comment
    answers: tuple[Comment, ...]
    about: str
    element: str | None


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What the changes mean for cases: by group, by scenario, and for those that run."""

    effects: tuple[str, ...]
    departures: tuple[str, ...]
    untold: tuple[str, ...]
    """Files in which there are mistakes, so that the rest cannot be told."""


def added() -> ElementMark:
    return ElementMark(name="is-added", words=_("Added"), sign="+")


def changed() -> ElementMark:
    return ElementMark(name="is-changed", words=_("Changed, renamed or leading elsewhere"), sign="≠")


def removed() -> ElementMark:
    return ElementMark(name="is-removed", words=_("Removed"), sign="−")


def covered() -> ElementMark:
    return ElementMark(name="is-covered", words=_("A scenario passes there"))


def uncovered() -> ElementMark:
    return ElementMark(name="is-uncovered", words=_("No scenario passes there"), sign="!")


def said(text: Text) -> str:
    return text.in_language(language())


def diagrams_of(files: Files) -> dict[str, str]:
    """The version's own diagrams by file, without those of the shared parts that it calls."""
    own = divided(files)[0]
    return {name: own[name].decode() for name in sorted(own) if "/" not in name and is_diagram(name)}


def changes_by_file(changes: Sequence[Change]) -> dict[str, list[ShownChange]]:
    """The changes in the order in which the engine tells them, file by file."""
    found: dict[str, list[ShownChange]] = {}
    for change in changes:
        shown = ShownChange(
            words=said(change.text),
            element=change.id if change.part in _IN_DIAGRAMS else None,
        )
        found.setdefault(change.file, []).append(shown)
    return found


def diagrams_side_by_side(reviewed: VersionUnderReview) -> list[ShownDiagrams]:
    """Each diagram before and after, with what is different marked on both."""
    old, new = diagrams_of(reviewed.earlier_files), diagrams_of(reviewed.files)
    return [
        ShownDiagrams(
            file=name,
            before=_marked(old[name], _marks(reviewed.changes, name, is_new=False), _("Before: the diagram"))
            if name in old
            else None,
            after=_marked(
                new[name],
                _marks(reviewed.changes, name, is_new=True),
                _("After: the diagram") if name in old else _("The diagram"),
            )
            if name in new
            else None,
        )
        for name in dict.fromkeys((*new, *old))
    ]


def covered_diagrams(reviewed: VersionUnderReview) -> list[tuple[str, dict[str, Any]]]:
    """Each diagram coloured by what the scenarios of the submission cover; none before a submission."""
    if reviewed.evidence is None:
        return []
    found: dict[str, dict[str, list[ElementMark]]] = {}
    for measure in ("nodes", "flows"):
        for item in reviewed.evidence["coverage"][measure]["items"]:
            if item["scenarios"] or item["cannot"] is None:
                mark = covered() if item["scenarios"] else uncovered()
                found.setdefault(item["place"], {})[item["id"]] = [mark]
    return [
        (name, _marked(text, found.get(name, {}), _("What the scenarios cover")))
        for name, text in diagrams_of(reviewed.files).items()
    ]


def measures(evidence: Mapping[str, Any]) -> list[ShownMeasure]:
    """What the scenarios cover, by what is counted."""
    return [
        ShownMeasure(
            words=called,
            covered=counted["covered"],
            total=counted["total"],
            missing=tuple(_missing(counted["items"])),
        )
        for measure, called in words.measure_words().items()
        if (counted := evidence["coverage"][measure])["items"]
    ]


def findings(files: Files) -> list[ShownFinding]:
    """What the rules find in the files, the gravest first."""
    from engine.lint import check  # the rules are loaded when somebody first looks at a version

    found = sorted(check(files).findings, key=lambda one: one.severity.rank)
    return [_finding(one) for one in found]


def meaning(reviewed: VersionUnderReview, *, scenarios: bool) -> Meaning:
    """What is another for whom than on the earlier version; with `scenarios` both' are played."""
    from engine.rehearsal.outcomes import departures, effects_between  # loaded when somebody first plays

    old, new = reviewed.earlier_files, reviewed.files
    if reviewed.earlier is None:
        return Meaning(effects=(), departures=(), untold=())
    now = engine().clock.now().astimezone(engine().zone)
    try:
        found = effects_between(old, new, catalogue=engine().catalogue, now=now, scenarios=scenarios)
    except Invalid as refused:
        return Meaning(effects=(), departures=(), untold=tuple(refused.errors))
    other = departures(old, new) if scenarios else ()
    return Meaning(
        effects=tuple(said(effect.text) for effect in found),
        departures=tuple(
            (
                _(
                    "The earlier scenario “%(title)s” on this version: %(found)s",
                    title=one.title,
                    found=one.found,
                )
                if one.of_old
                else _(
                    "The scenario “%(title)s” on the earlier version: %(found)s",
                    title=one.title,
                    found=one.found,
                )
            )
            for one in other
        ),
        untold=(),
    )


def standing_at_changes(reviewed: VersionUnderReview) -> list[tuple[str, int]]:
    """The names of changed or removed steps at which running cases wait, and how many do."""
    names = element_names(reviewed.earlier_files)
    touched = {
        one.id for one in reviewed.changes if one.part is PartKind.STEP and one.kind is not ChangeKind.ADDED
    }
    return [
        (names.get(element, element), count)
        for element, count in sorted(reviewed.standing.items())
        if element in touched
    ]


def element_names(files: Files) -> dict[str, str]:
    """What the elements of the diagrams are called, by id: those that have a name, steps before flows."""
    return {
        one.element_id: element_name(one)
        for text in diagrams_of(files).values()
        for one in elements_of(text)
        if one.name
    }


def threads(reviewed: VersionUnderReview) -> list[Thread]:
    """The questions, the open ones first, each with its answers."""
    names = element_names(reviewed.files)
    begun = [one for one in reviewed.comments if one.thread_id is None]
    return [
        Thread(
            question=one,
            answers=tuple(answer for answer in reviewed.comments if answer.thread_id == one.id),
            about=_about(one, names),
            element=one.element_id,
        )
        for one in sorted(begun, key=lambda one: one.resolved_at is not None)
    ]


def _about(comment: Comment, names: Mapping[str, str]) -> str:
    if comment.element_id:
        return names.get(comment.element_id, comment.element_id)
    return comment.place if comment.file else _("The whole version")


def _marked(bpmn: str, marks: Mapping[str, Sequence[ElementMark]], called: str) -> dict[str, Any]:
    return with_marks(diagram_sheet(bpmn), marks, called=called)


def _marks(changes: Sequence[Change], file: str, *, is_new: bool) -> dict[str, list[ElementMark]]:
    """The marks of one of both diagrams; what was removed is only on the old one, what came in on the new."""
    found: dict[str, list[ElementMark]] = {}
    for change in changes:
        if change.file != file or change.part not in _IN_DIAGRAMS:
            continue
        if change.kind is ChangeKind.ADDED:
            mark = added() if is_new else None
        elif change.kind is ChangeKind.REMOVED:
            mark = None if is_new else removed()
        else:
            mark = changed()
        if mark is not None:
            found[change.id] = [mark]
    return found


def _missing(items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for item in items:
        if not item["scenarios"]:
            why = item["cannot"]
            called = item["name"][language()]
            yield f"{called} ({item['id']}){': ' + why[language()] if why else ''}"


def _finding(found: Finding) -> ShownFinding:
    return ShownFinding(
        mark=words.severity_mark(found.severity),
        where=f"{found.file}:{found.line}",
        message=said(found.message),
        remedy=said(found.remedy),
        element=found.element_id,
    )
