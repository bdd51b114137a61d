"""Scenarios from YAML, strictly: what is not understood is refused with file and line."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from marshmallow import ValidationError

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
    Pay,
    Resume,
    Scenario,
    Send,
    Sign,
    Step,
    Suspend,
    Withdraw,
)
from engine.bundle.scenario_shapes import SCENARIO, STEPS
from engine.bundle.shaped_yaml import note_refusal, read_shaped
from engine.bundle.yaml_tree import YamlTree
from engine.kernel.actor import Role
from engine.kernel.vocabulary import Channel, Person

_Said: TypeAlias = Mapping[str, Any]

FOLDER: Final = "scenarios/"
"""What is done to a whole case for a reason, by its verb."""


def read_scenarios(files: Files) -> tuple[Scenario, ...]:
    """All scenarios of a procedure, by name; `Invalid` with every finding by file, each with its line."""
    findings = BundleFindings()
    read = [_read(name, files[name], findings) for name in sorted(files) if name.startswith(FOLDER)]
    findings.refuse_if_any("The scenarios")
    return tuple(scenario for scenario in read if scenario is not None)


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
            GivenParty(role=party["role"], person=Person(**party["person"])) for party in said["parties"]
        ),
        applicant_role=said["applicant_role"],
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
    )


def _set(said: Mapping[str, Any], name: str) -> frozenset[str] | None:
    return frozenset(said[name]) if name in said else None


_READ: Final[Mapping[str, Callable[[_Said, int], Step]]] = {
    "complete": _complete,
    "answer": lambda said, line: Answer(
        line=line, service_task=said["answer"], data=said["data"], sees=_set(said, "sees")
    ),
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
