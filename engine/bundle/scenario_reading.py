"""Scenarios from YAML, strictly: what is not understood is refused with file and line."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from marshmallow import Schema, ValidationError

from engine.bundle.contract import Files
from engine.bundle.files import BundleFindings
from engine.bundle.party_rules import SigningMeans
from engine.bundle.scenario import (
    Act,
    AddFile,
    Advance,
    Answer,
    Ask,
    Book,
    Bring,
    Complete,
    End,
    EndVisit,
    Expect,
    Fail,
    Given,
    GivenParty,
    GivenReception,
    Pay,
    Resume,
    Scenario,
    Send,
    Sign,
    Step,
    Suspend,
    Withdraw,
)
from engine.bundle.scenario_shapes import GIVEN, SCENARIO, STEPS
from engine.bundle.shaped_yaml import note_refusal, read_shaped
from engine.bundle.strict_fields import flat
from engine.bundle.yaml_tree import YamlTree
from engine.kernel.actor import Role
from engine.kernel.noticing import NoticeChannel
from engine.kernel.refusal import Invalid
from engine.kernel.vocabulary import Channel, Person

_Said: TypeAlias = Mapping[str, Any]

FOLDER: Final = "scenarios/"
"""What is done to a whole case for a reason, by its verb."""


def read_scenarios(files: Files) -> tuple[Scenario, ...]:
    """All scenarios of a procedure, by name; `Invalid` with every finding by file, each with its line."""
    found, broken = readable_scenarios(files)
    if broken:
        raise Invalid("The scenarios cannot be read.", broken)
    return found


def readable_scenarios(files: Files) -> tuple[tuple[Scenario, ...], dict[str, list[str]]]:
    """The scenarios that can be read, by name, and every finding by file of those that cannot."""
    broken: dict[str, list[str]] = {}
    found = []
    for name in sorted(files):
        if name.startswith(FOLDER):
            try:
                found.append(read_scenario(name, files[name]))
            except Invalid as refusal:
                broken |= refusal.errors
    return tuple(found), broken


def read_scenario(name: str, content: bytes) -> Scenario:
    """One scenario from its file; `Invalid` with every finding, each with its line."""
    findings = BundleFindings()
    scenario = _read(name, content, findings)
    findings.refuse_if_any("The scenario")
    if scenario is None:
        raise AssertionError("a scenario without findings was read")
    return scenario


def read_given(source: object) -> Given:
    """Who comes, from the JSON of `given`; `Invalid` with every problem by field."""
    return _given(_loaded(GIVEN, source), 0)


def read_act(source: object, number: int) -> Step:
    """A step from its JSON; `number` stands for its line. `Invalid` with every problem by field."""
    verb = str(next(iter(source), "")) if isinstance(source, Mapping) else ""
    if verb not in STEPS:
        raise Invalid.field("act", f"expected it to begin with one of {', '.join(STEPS)}, found {verb!r:.80}")
    return _READ[verb](_loaded(STEPS[verb], source), number)


def _loaded(shape: Schema, source: object) -> _Said:
    try:
        loaded: _Said = shape.load(source if isinstance(source, Mapping) else {"": source})
    except ValidationError as refusal:
        by_field = {
            ".".join(("act", *map(str, path))): sentences for path, sentences in flat(refusal).items()
        }
        raise Invalid("The act is not written as it must be.", by_field) from refusal
    return loaded


def _read(file: str, content: bytes, findings: BundleFindings) -> Scenario | None:
    read = read_shaped(file, content, SCENARIO, findings)
    if read is None:
        return None
    tree, said = read
    steps = tuple(_read_step(number, file, tree, findings) for number in range(len(said["steps"])))
    return Scenario(
        name=file.removeprefix(FOLDER).removesuffix(".yaml"),
        file=file,
        title=said["title"],
        given=_given(said["given"], tree.line(("given",))),
        steps=tuple(step for step in steps if step is not None),
        end=_end(said["expect"], file, tree, findings),
    )


def _given(said: Mapping[str, Any], line: int) -> Given:
    branch = said["branch"]
    return Given(
        line=line,
        applicant=Person(**said["applicant"]),
        representative=Person(**said["representative"]) if "representative" in said else None,
        channel=Channel(said["channel"]),
        at=said["at"],
        branch_code=branch.get("code", "0009"),
        local_holidays=tuple(branch.get("local_holidays", ())),
        closures=tuple(branch.get("closures", ())),
        data=said["data"],
        parties=tuple(
            GivenParty(
                role=party["role"], person=Person(**party["person"]), papers=frozenset(party["papers"])
            )
            for party in said["parties"]
        ),
        applicant_role=said["applicant_role"],
        reception=_reception(said["reception"]),
        notify=tuple(NoticeChannel(channel) for channel in said["notify"]),
    )


def _reception(said: Mapping[str, Any] | None) -> GivenReception | None:
    if said is None:
        return None
    return GivenReception(
        papers=frozenset(said["papers"]), identity=said["identity"], authorisation=said["authorisation"]
    )


def _end(said: Mapping[str, Any], file: str, tree: YamlTree, findings: BundleFindings) -> End:
    line = tree.line(("expect",))
    if bool(said["refused"]) == ("status" in said):
        findings.add(file, tree.place(("expect",)), "Expected a status, or else fields that are refused.")
    return End(
        line=line,
        status=said.get("status"),
        outcome=said.get("outcome"),
        path=tuple(said["path"]) if "path" in said else None,
        through=tuple(said["through"]),
        refused=tuple(said.get("refused", ())),
        outputs=said.get("outputs"),
    )


def _read_step(number: int, file: str, tree: YamlTree, findings: BundleFindings) -> Step | None:
    source = tree.value["steps"][number]
    path = ("steps", number)
    verb = next(iter(source), "")
    if verb not in STEPS:
        sentence = f"Expected a step to begin with one of {', '.join(STEPS)}, found {verb!r:.80}."
        findings.add(file, tree.place(path), sentence)
        return None
    try:
        return _READ[verb](STEPS[verb].load(source), tree.line(path))
    except ValidationError as refusal:
        note_refusal(refusal, file, tree, findings, around=path)
        return None


def _complete(said: _Said, line: int) -> Complete:
    return Complete(
        line=line,
        element=said["complete"],
        role=Role(said["role"]),
        data=said["data"],
        refused=tuple(said.get("refused", ())),
    )


def _answer(said: _Said, line: int) -> Answer:
    seen = said.get("sees")
    return Answer(
        line=line,
        service_task=said["answer"],
        data=said["data"],
        sees=_set(said, "sees"),
        values=seen if isinstance(seen, Mapping) else None,
    )


def _fail(said: _Said, line: int) -> Fail:
    return Fail(
        line=line, service_task=said["fail"], code=said["code"], message=said["message"], data=said["data"]
    )


def _advance(said: _Said, line: int) -> Advance:
    passing = said["advance"]
    return Advance(line=line, to=passing) if isinstance(passing, datetime) else Advance(line=line, by=passing)


def _send(said: _Said, line: int) -> Send:
    return Send(
        line=line,
        message=said["message"],
        correlation_key=said["key"],
        sender=said["sender"],
        data=said["data"],
    )


def _act(said: _Said, line: int) -> Act:
    return Act(
        line=line,
        action=said["act"],
        actor=said["actor"],
        data=said["data"],
        reason=said["reason"],
        refused=tuple(said.get("refused", ())),
    )


def _sign(said: _Said, line: int) -> Sign:
    return Sign(
        line=line,
        role=said["sign"],
        means=SigningMeans(said["means"]),
        data=said["data"],
        refused=tuple(said.get("refused", ())),
    )


def _refuse(said: _Said, line: int) -> Sign:
    return Sign(line=line, role=said["refuse"], means=SigningMeans(said["means"]), reason=said["reason"])


def _expect(said: Mapping[str, Any], line: int) -> Expect:
    return Expect(
        line=line,
        status=said.get("status"),
        tasks=_set(said, "tasks"),
        service_tasks=_set(said, "service_tasks"),
        flags=_set(said, "flags"),
        term=said.get("term"),
        due=said.get("due"),
        papers=_set(said, "papers"),
        notices=_set(said, "notices"),
        documents=_set(said, "documents"),
    )


def _set(said: Mapping[str, Any], name: str) -> frozenset[str] | None:
    return frozenset(said[name]) if name in said else None


_READ: Final[Mapping[str, Callable[[_Said, int], Step]]] = {
    "complete": _complete,
    "answer": _answer,
    "fail": _fail,
    "ask": lambda said, line: Ask(line=line, service_task=said["ask"], wanted=said["wanted"]),
    "bring": lambda said, line: Bring(line=line, service_task=said["bring"], data=said["data"]),
    "pay": lambda said, line: Pay(line=line, fee=said["pay"], amount=said.get("amount")),
    "book": lambda said, line: Book(line=line, service_task=said["book"], at=said["at"]),
    "attend": lambda said, line: EndVisit(line=line, service_task=said["attend"], how="attend"),
    "miss": lambda said, line: EndVisit(line=line, service_task=said["miss"], how="miss"),
    "cancel": lambda said, line: EndVisit(line=line, service_task=said["cancel"], how="cancel"),
    "file": lambda said, line: AddFile(line=line, name=said["file"]),
    "advance": _advance,
    "message": _send,
    "act": _act,
    "sign": _sign,
    "refuse": _refuse,
    "withdraw": lambda said, line: Withdraw(line=line, reason=said["withdraw"]),
    "suspend": lambda said, line: Suspend(line=line, reason=said["suspend"]),
    "resume": lambda said, line: Resume(line=line, reason=said["resume"]),
    "expect": lambda said, line: _expect(said["expect"], line),
}
"""How a step is made of what was written, by its first word."""
