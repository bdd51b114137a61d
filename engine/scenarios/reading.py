"""Scenarios from YAML, strictly: what is not understood is refused with file and line."""

from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp

from engine import feel
from engine.catalogue.error_paths import flat
from engine.catalogue.findings import Findings
from engine.catalogue.strict_fields import StrictText, distinct
from engine.catalogue.yaml_tree import Path, YamlRefused, YamlTree, read_yaml
from engine.domain.actor import Role
from engine.domain.case import CaseStatus, Channel, Flag
from engine.domain.party import Person
from engine.ports.catalogue import Files
from engine.scenarios.script import (
    Advance,
    Answer,
    Complete,
    End,
    Expect,
    Fail,
    Given,
    Resume,
    Scenario,
    Send,
    Step,
    Suspend,
    Withdraw,
)

FOLDER: Final = "scenarios/"

_ORDINARY_MORNING: Final = "2026-03-09T09:00:00+02:00"
"""When a scenario begins that says nothing: a Monday without a holiday near it."""

_MAX_STEPS = 200


class _Strict(Schema):
    """A part in which every key is known."""

    class Meta:
        unknown = RAISE


def _names() -> fields.List[str]:
    return fields.List(StrictText(), validate=distinct)


def _values() -> fields.Dict:
    return fields.Dict(keys=StrictText(most=200), load_default=dict)


_Applicant = _Strict.from_dict(
    {
        person_field.name: StrictText(required=person_field.name in ("given_name", "family_name"))
        for person_field in fields_of(Person)
    }
)


class _Branch(_Strict):
    code = StrictText(load_default="0009", validate=Regexp(r"[0-9]{4}\Z", error="Expected 4 digits."))
    local_holidays = fields.List(StrictText(validate=Regexp(r"[0-9]{2}-[0-9]{2}\Z", error="Expected MM-DD.")))
    closures = fields.List(
        StrictText(validate=Regexp(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", error="Expected YYYY-MM-DD."))
    )


class _Given(_Strict):
    applicant = fields.Nested(_Applicant, required=True)
    channel = StrictText(load_default=Channel.COUNTER, validate=OneOf(list(Channel)))
    at = StrictText(load_default=_ORDINARY_MORNING)
    branch = fields.Nested(_Branch, load_default=dict)
    data = _values()


class _End(_Strict):
    status = StrictText(validate=OneOf(list(CaseStatus)))
    outcome = StrictText()
    path = fields.List(StrictText(), validate=Length(min=1))
    through = fields.List(StrictText(), load_default=list)
    refused = fields.List(StrictText(), load_default=list, validate=distinct)


class _Scenario(_Strict):
    title = StrictText(required=True)
    given = fields.Nested(_Given, required=True)
    steps = fields.List(fields.Dict(keys=StrictText()), load_default=list, validate=Length(max=_MAX_STEPS))
    expect = fields.Nested(_End, required=True)


class _Complete(_Strict):
    complete = StrictText(required=True)
    role = StrictText(data_key="as", load_default=Role.CLERK, validate=OneOf(list(Role)))
    data = _values()
    refused = _names()


class _Answer(_Strict):
    answer = StrictText(required=True)
    data = _values()
    sees = _names()


class _Fail(_Strict):
    fail = StrictText(required=True)
    code = StrictText(required=True)
    message = StrictText(load_default="The agency gave no reason.", most=1000)
    data = _values()


class _Advance(_Strict):
    advance = StrictText(required=True)


class _Send(_Strict):
    message = StrictText(required=True)
    key = StrictText(load_default="")
    data = _values()


class _Withdraw(_Strict):
    withdraw = StrictText(required=True)


class _Suspend(_Strict):
    suspend = StrictText(required=True)


class _Resume(_Strict):
    resume = StrictText(required=True)


class _Now(_Strict):
    status = StrictText(validate=OneOf(list(CaseStatus)))
    tasks = _names()
    service_tasks = _names()
    flags = fields.List(StrictText(validate=OneOf(list(Flag))), validate=distinct)


class _Expect(_Strict):
    expect = fields.Nested(_Now, required=True)


def _complete(line: int, said: Mapping[str, Any]) -> Step:
    return Complete(
        line=line,
        element=said["complete"],
        role=Role(said["role"]),
        data=said["data"],
        refused=tuple(said.get("refused", ())),
    )


def _answer(line: int, said: Mapping[str, Any]) -> Step:
    sees = said.get("sees")
    return Answer(
        line=line,
        service_task=said["answer"],
        data=said["data"],
        sees=None if sees is None else frozenset(sees),
    )


def _fail(line: int, said: Mapping[str, Any]) -> Step:
    return Fail(
        line=line,
        service_task=said["fail"],
        code=said["code"],
        message=said["message"],
        data=said["data"],
    )


def _advance(line: int, said: Mapping[str, Any]) -> Step:
    text = said["advance"]
    if text.startswith("P"):
        return Advance(line=line, by=_duration(text))
    return Advance(line=line, to=_moment(text))


def _expect(line: int, said: Mapping[str, Any]) -> Step:
    now = said["expect"]
    sets = {
        name: frozenset(now[name]) if name in now else None for name in ("tasks", "service_tasks", "flags")
    }
    return Expect(line=line, status=now.get("status"), **sets)


_VERBS: Final[Mapping[str, tuple[Schema, Callable[[int, Mapping[str, Any]], Step]]]] = MappingProxyType(
    {
        "complete": (_Complete(), _complete),
        "answer": (_Answer(), _answer),
        "fail": (_Fail(), _fail),
        "advance": (_Advance(), _advance),
        "message": (
            _Send(),
            lambda line, said: Send(
                line=line, message=said["message"], correlation_key=said["key"], data=said["data"]
            ),
        ),
        "withdraw": (_Withdraw(), lambda line, said: Withdraw(line=line, reason=said["withdraw"])),
        "suspend": (_Suspend(), lambda line, said: Suspend(line=line, reason=said["suspend"])),
        "resume": (_Resume(), lambda line, said: Resume(line=line, reason=said["resume"])),
        "expect": (_Expect(), _expect),
    }
)
"""What can happen in a scenario; `fail` has a `message` too, so the verb is the first key of a step."""

_SCENARIO = _Scenario()


def read_scenarios(files: Files) -> tuple[Scenario, ...]:
    """All scenarios of a procedure, by name; `Invalid` with every finding by file, each with its line."""
    findings = Findings()
    read = [_read(name, files[name], findings) for name in sorted(files) if name.startswith(FOLDER)]
    findings.refuse_if_any("The scenarios")
    return tuple(scenario for scenario in read if scenario is not None)


def _read(file: str, content: bytes, findings: Findings) -> Scenario | None:
    try:
        tree = read_yaml(content)
    except YamlRefused as refusal:
        findings.add(file, "", f"{refusal}.")
        return None
    try:
        said = _SCENARIO.load(tree.value)
        given = _given(said["given"], tree.line(("given",)))
    except ValidationError as refusal:
        _note(refusal, file, tree, (), findings)
        return None
    steps = tuple(_step(number, file, tree, findings) for number in range(len(said["steps"])))
    return Scenario(
        name=file.removeprefix(FOLDER).removesuffix(".yaml"),
        file=file,
        title=said["title"],
        given=given,
        steps=tuple(step for step in steps if step is not None),
        end=_end(said["expect"], file, tree, findings),
    )


def _given(said: Mapping[str, Any], line: int) -> Given:
    branch = said["branch"]
    return Given(
        line=line,
        applicant=Person(**said["applicant"]),
        channel=Channel(said["channel"]),
        at=_moment(said["at"]),
        branch_code=branch.get("code", "0009"),
        local_holidays=tuple(branch.get("local_holidays", ())),
        closures=tuple(branch.get("closures", ())),
        data=said["data"],
    )


def _end(said: Mapping[str, Any], file: str, tree: YamlTree, findings: Findings) -> End:
    line = tree.line(("expect",))
    if bool(said["refused"]) == ("status" in said):
        findings.add(file, f"line {line}", "Expected the end to have a status, or else to be refused.")
    return End(
        line=line,
        status=said.get("status"),
        outcome=said.get("outcome"),
        path=tuple(said["path"]) if "path" in said else None,
        through=tuple(said["through"]),
        refused=tuple(said["refused"]),
    )


def _step(number: int, file: str, tree: YamlTree, findings: Findings) -> Step | None:
    source = tree.value["steps"][number]
    path = ("steps", number)
    verb = next(iter(source), "")
    if verb not in _VERBS:
        known = ", ".join(_VERBS)
        findings.add(
            file, f"line {tree.line(path)}", f"Expected a step to begin with one of {known}, found {verb!r}."
        )
        return None
    schema, build = _VERBS[verb]
    try:
        return build(tree.line(path), schema.load(source))
    except ValidationError as refusal:
        _note(refusal, file, tree, path, findings)
        return None


def _note(refusal: ValidationError, file: str, tree: YamlTree, around: Path, findings: Findings) -> None:
    for inner, sentences in flat(refusal).items():
        path = (*around, *inner)
        place = f"line {tree.line(path)}, {'.'.join(str(part) for part in path)}"
        for sentence in sentences:
            findings.add(file, place, sentence)


def _duration(text: str) -> timedelta:
    try:
        duration = feel.parse_duration(text)
    except feel.Fault as fault:
        raise ValidationError(f"Expected a duration: {fault}.", "advance") from fault
    if not isinstance(duration, timedelta) or duration <= timedelta(0):
        raise ValidationError(f"Expected a duration in days or less, such as P5D, found {text!r}.", "advance")
    return duration


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(f"Expected a date and time, found {text!r}.", "at") from error
    if moment.tzinfo is None:
        raise ValidationError(f"Expected a time with its offset, such as +02:00, found {text!r}.", "at")
    return moment
