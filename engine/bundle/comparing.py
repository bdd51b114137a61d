"""What is different between two versions of a procedure, in words, and by element for a diagram."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from engine.bpmn.diagram import Diagram, is_diagram, property_of
from engine.bundle.contents import NOTES
from engine.bundle.contract import Files
from engine.bundle.fact_names import fact_name
from engine.bundle.yaml_tree import YamlRefused, read_yaml
from engine.kernel.xml import Element, Unreadable, XmlLimits, read
from engine.lint.finding import Text

_LIMITS = XmlLimits()
_LONGEST = 120
"""Characters of a value that a sentence shows."""


class ChangeKind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    REWIRED = "rewired"
    CHANGED = "changed"


class PartKind(StrEnum):
    """What a part is."""

    STEP = "step"
    FLOW = "flow"
    DECISION = "decision"
    RULE = "rule"
    FIELD = "field"
    PAPER = "paper"
    FEE = "fee"
    TERM = "term"
    METADATA = "metadata"
    SCENARIO = "scenario"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference: of which part, in which file, and in a sentence of both languages."""

    kind: ChangeKind
    part: PartKind
    file: str
    id: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Something that has a name of its own; `facts` are its values by what they are called.

    `called` is what sentences call it where that is not its name, `way` how they tell where a flow leads.
    """

    part: PartKind
    id: str
    name: Text
    facts: Mapping[str, str] = field(default_factory=dict)
    called: Text | None = None
    way: Text | None = None


_CALLED = {
    PartKind.STEP: Text(el="βήμα", en="step"),
    PartKind.FLOW: Text(el="ροή", en="flow"),
    PartKind.DECISION: Text(el="πίνακας", en="decision"),
    PartKind.RULE: Text(el="κανόνας", en="rule"),
    PartKind.FIELD: Text(el="πεδίο", en="field"),
    PartKind.PAPER: Text(el="δικαιολογητικό", en="paper"),
    PartKind.FEE: Text(el="παράβολο", en="fee"),
    PartKind.TERM: Text(el="προθεσμία", en="term"),
    PartKind.METADATA: Text(el="στοιχείο", en="metadata"),
    PartKind.SCENARIO: Text(el="σενάριο", en="scenario"),
    PartKind.FILE: Text(el="αρχείο", en="file"),
}
_SENTENCES = {
    ChangeKind.ADDED: Text(
        el="Προστέθηκε: {part} «{name}» ({id}). {after}", en="Added: {part} “{name}” ({id}). {after}"
    ),
    ChangeKind.REMOVED: Text(
        el="Αφαιρέθηκε: {part} «{name}» ({id}). {before}", en="Removed: {part} “{name}” ({id}). {before}"
    ),
    ChangeKind.RENAMED: Text(
        el="Μετονομάστηκε: {part} ({id}), από «{before}» σε «{after}».",
        en="Renamed: {part} ({id}), from “{before}” to “{after}”.",
    ),
    ChangeKind.REWIRED: Text(
        el="Άλλαξε πορεία: {part} ({id}), από «{before}» σε «{after}».",
        en="Rewired: {part} ({id}), from “{before}” to “{after}”.",
    ),
    ChangeKind.CHANGED: Text(
        el="Άλλαξε: {part} «{name}» ({id}), {fact}: από «{before}» σε «{after}».",
        en="Changed: {part} “{name}” ({id}), {fact}: from “{before}” to “{after}”.",
    ),
}
_WAY = "way"
_LINES = "text"
"""The fact of a file that is compared line by line."""
_NAME_EN = "stoa:name-en"


_NAMED_VALUES = {
    "property": ("name", "value"),
    "header": ("key", "value"),
    "input": ("target", "source"),
    "output": ("target", "source"),
}
"""Elements inside a step that say a name and its value, and by which attributes."""


def changes_between(old: Files, new: Files) -> tuple[Change, ...]:
    """Every difference, file by file: diagrams, tables, forms, metadata, scenarios."""
    found: list[Change] = []
    for name in sorted({*old, *new}, key=lambda name: (_rank(name), name)):
        if old.get(name) != new.get(name):
            before, after = _parts(name, old.get(name)), _parts(name, new.get(name))
            found += _between(name, before, after)
    return tuple(found)


def _between(file: str, old: Mapping[str, _Part], new: Mapping[str, _Part]) -> Iterator[Change]:
    for key, gone in old.items():
        if key not in new:
            yield _change(ChangeKind.REMOVED, file, gone, before=_way_besides_name(gone))
    for key, part in new.items():
        before = old.get(key)
        if before is None:
            yield _change(ChangeKind.ADDED, file, part, after=_way_besides_name(part))
            continue
        if before.name != part.name:
            yield _change(ChangeKind.RENAMED, file, part, before=before.name, after=part.name)
        for fact in sorted({*before.facts, *part.facts}):
            was, now = before.facts.get(fact, ""), part.facts.get(fact, "")
            if was == now:
                continue
            if fact == _WAY:
                yield _change(ChangeKind.REWIRED, file, part, before=before.way or was, after=part.way or now)
                continue
            if fact == _LINES:
                was, now = _different_lines(was, now)
            yield _change(ChangeKind.CHANGED, file, part, before=was or "–", after=now or "–", fact=fact)


def _way_besides_name(part: _Part) -> Text | str:
    """Where a flow leads, unless it is called by that already."""
    return part.way if part.way is not None and part.called != part.way else ""


def _different_lines(old: str, new: str) -> tuple[str, str]:
    """The lines that only one of two texts has, each set apart."""
    was, now = old.splitlines(), new.splitlines()
    ways = difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    gone = [line.strip() for kind, low, high, _, _ in ways if kind != "equal" for line in was[low:high]]
    come = [line.strip() for kind, _, _, low, high in ways if kind != "equal" for line in now[low:high]]
    return " / ".join(filter(None, gone)), " / ".join(filter(None, come))


def _change(
    kind: ChangeKind,
    file: str,
    part: _Part,
    *,
    before: str | Text = "",
    after: str | Text = "",
    fact: str = "",
) -> Change:
    values: dict[str, str | Text] = {"name": part.called or part.name, "id": part.id, "fact": fact_name(fact)}
    before, after = _from_where_they_differ(before, after)
    values |= {"before": _short(before), "after": _short(after), "part": _CALLED[part.part]}
    text = _SENTENCES[kind].filled(values)
    return Change(
        kind=kind,
        part=part.part,
        file=file,
        id=part.id,
        text=Text(el=text.el.strip(), en=text.en.strip()),
    )


def _from_where_they_differ(before: str | Text, after: str | Text) -> tuple[str | Text, str | Text]:
    """Two long texts without the words with which both begin: cut short they would read the same."""
    if isinstance(before, Text) or isinstance(after, Text) or max(len(before), len(after)) <= _LONGEST:
        return before, after
    old, new = before.split(" "), after.split(" ")
    alike = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    return (" ".join(["…", *old[alike:]]), " ".join(["…", *new[alike:]])) if alike else (before, after)


def _short(value: str | Text) -> str | Text:
    if isinstance(value, Text):
        return Text(el=_cut(value.el), en=_cut(value.en))
    return _cut(value)


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"


def _rank(name: str) -> int:
    endings = (is_diagram(name), name.endswith(".dmn"), name.endswith(".form"), "scenarios/" not in name)
    return next((rank for rank, holds in enumerate(endings) if holds), len(endings))


def _parts(name: str, content: bytes | None) -> dict[str, _Part]:
    """The parts of a file by their ids; of one that cannot be read, the file alone."""
    if content is None:
        return {}
    try:
        return {f"{part.part} {part.id}": part for part in _read(name, content)}
    except (Unreadable, YamlRefused, ValueError):
        whole = _Part(part=PartKind.FILE, id=name, name=_same(name), facts={"text": str(len(content))})
        return {name: whole}


def _read(name: str, content: bytes) -> Iterator[_Part]:
    if is_diagram(name):
        return _of_diagram(Diagram.read(name, content, _LIMITS))
    if name.endswith(".dmn"):
        return _of_tables(read(content, _LIMITS))
    if name.endswith(".form"):
        return _of_form(json.loads(content))
    if "scenarios/" in name:
        return iter([_of_scenario(name, content)])
    if name.rpartition("/")[2] == NOTES:
        text = content.decode()
        return iter([_Part(part=PartKind.FILE, id=name, name=_same(name), facts={_LINES: text})])
    return _of_metadata(read_yaml(content).value)


def _of_scenario(name: str, content: bytes) -> _Part:
    read = read_yaml(content).value
    title = read.get("title") if isinstance(read, dict) else None
    return _Part(
        part=PartKind.SCENARIO,
        id=name,
        name=_same(str(title or name)),
        facts={_LINES: content.decode()},
    )


def _of_diagram(diagram: Diagram) -> Iterator[_Part]:
    for node in diagram.nodes:
        yield _Part(
            part=PartKind.STEP,
            id=node.id,
            name=_same(node.element.get("name") or node.id),
            facts=_settings_of(node.element),
            called=_called(node.element),
        )
    for scope in diagram.scopes:
        for node in scope.nodes:
            for flow in scope.outgoing(node):
                ends = (flow.source, flow.target)
                source, target = (end.id if end else "?" for end in ends)
                first, last = (_called(end.element) if end else _same("?") for end in ends)
                way = Text(el=f"{first.el} → {last.el}", en=f"{first.en} → {last.en}")
                condition = flow.condition.content if flow.condition is not None else ""
                yield _Part(
                    part=PartKind.FLOW,
                    id=flow.id,
                    name=_same(flow.element.get("name") or flow.id),
                    facts={_WAY: f"{source} → {target}", "condition": condition},
                    called=_called(flow.element) if flow.element.get("name") else way,
                    way=way,
                )


def _called(element: Element) -> Text:
    """The name of an element of a diagram in both languages; its id where it has none."""
    name = element.get("name") or element.get("id") or "?"
    return Text(el=name, en=(property_of(element, _NAME_EN) if element.get("name") else None) or name)


def _of_tables(root: Element) -> Iterator[_Part]:
    for decision in root.within("decision"):
        own = decision.get("id") or "?"
        called = decision.get("name") or own
        table = decision.child("decisionTable")
        if table is None:
            yield _Part(
                part=PartKind.DECISION,
                id=own,
                name=_same(called),
                facts={"logic": _settings(decision, without=())},
            )
            continue
        columns = " | ".join(_texts(column) for column in table.children("input", "output"))
        policy = table.get("hitPolicy") or "UNIQUE"
        yield _Part(
            part=PartKind.DECISION,
            id=own,
            name=_same(called),
            facts={"columns": columns, "hit policy": policy},
        )
        for number, rule in enumerate(table.children("rule"), 1):
            inputs = " · ".join(_texts(entry) or "-" for entry in rule.children("inputEntry"))
            outputs = " · ".join(_texts(entry) for entry in rule.children("outputEntry"))
            yield _Part(
                part=PartKind.RULE,
                id=rule.get("id") or f"{own} {number}",
                name=_same(f"{called}, {number}"),
                facts={"row": f"{inputs} ⇒ {outputs}"},
            )


def _of_form(form: Mapping[str, Any]) -> Iterator[_Part]:
    for component in form.get("components", ()):
        inner = component.get("components")
        named = (component.get(name) for name in ("label", "text", "key", "id"))
        name = next((one for one in named if one), "?")
        skipped = ("components", "label", "layout")
        rest = {key: value for key, value in component.items() if key not in skipped}
        yield _Part(
            part=PartKind.FIELD,
            id=str(component.get("id") or component.get("key")),
            name=_same(str(name)),
            facts={str(key): _compact(value) for key, value in rest.items()},
        )
        if isinstance(inner, list):
            yield from _of_form({"components": inner})


_LISTED = {"papers": PartKind.PAPER, "fees": PartKind.FEE, "term": PartKind.TERM, "terms": PartKind.TERM}


def _of_metadata(metadata: Mapping[str, Any]) -> Iterator[_Part]:
    for key, value in metadata.items():
        part = _LISTED.get(key, PartKind.METADATA)
        if isinstance(value, list) and value and all(isinstance(one, dict) and "id" in one for one in value):
            for one in value:
                yield _Part(
                    part=part,
                    id=str(one["id"]),
                    name=_titled(one.get("title", one["id"])),
                    facts={str(name): _compact(inner) for name, inner in one.items()},
                )
        elif isinstance(value, dict):
            facts = {str(name): _compact(inner) for name, inner in value.items()}
            yield _Part(part=part, id=str(key), name=fact_name(str(key)), facts=facts)
        else:
            yield _Part(part=part, id=str(key), name=fact_name(str(key)), facts={"value": _compact(value)})


def _titled(title: object) -> Text:
    """A title, which procedure.yaml gives in both languages."""
    if isinstance(title, dict):
        return Text(el=str(title.get("el")), en=str(title.get("en")))
    return _same(str(title))


def _same(name: str) -> Text:
    """What is called alike in both languages, as what analysts name in diagrams."""
    return Text(el=name, en=name)


def _compact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _settings_of(element: Element) -> dict[str, str]:
    """What a step says besides its name and its flows, by the name of each property or attribute."""
    found: dict[str, list[str]] = {}
    inner = cast("Iterator[Element]", element.iterdescendants("*"))
    for inside in (element, *inner):
        if inside.kind not in ("incoming", "outgoing"):
            for name, value in _stated(inside, of_step=inside is element):
                found.setdefault(name, []).append(value)
    return {name: " · ".join(values) for name, values in found.items()}


def _stated(element: Element, *, of_step: bool) -> Iterator[tuple[str, str]]:
    """The names and values that an element states itself: as a pair, as attributes, and as its text."""
    if element.kind in _NAMED_VALUES:
        name, value = (str(element.get(one) or "") for one in _NAMED_VALUES[element.kind])
        yield name, value
        return
    for name, value in sorted((str(name), str(value)) for name, value in element.items()):
        if name != "id" and not (of_step and name == "name"):
            yield name if of_step else f"{element.kind} {name}", value
    text = " ".join((element.text or "").split())
    if text:
        yield element.kind, text


def _settings(element: Element, *, without: Sequence[str]) -> str:
    """What an element and all inside it say, besides its name and its flows, with every space alike."""
    said = []
    inner = cast("Iterator[Element]", element.iterdescendants("*"))
    for inside in (element, *inner):
        if inside.kind in without:
            continue
        skipped = ("id", "name") if inside is element else ("id",)
        own = sorted((str(name), str(value)) for name, value in inside.items())
        said += [*(f"{name}={value}" for name, value in own if name not in skipped), inside.text or ""]
    return " ".join(" ".join(said).split())


def _texts(element: Element) -> str:
    found = [one.content for one in element.within("text")]
    return ", ".join(found) if found else element.content
