"""The shape of a scenario file: what may be said in each part of it, as marshmallow schemas."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Regexp

from engine import feel
from engine.bundle.fees import EuroText
from engine.bundle.party_rules import SigningMeans
from engine.bundle.scenario import RESTS
from engine.bundle.strict_fields import StrictText, distinct
from engine.kernel.actor import Role
from engine.kernel.desk_actions import ACTING
from engine.kernel.noticing import NoticeChannel
from engine.kernel.senders import MESSAGE_FROM, is_entry
from engine.kernel.vocabulary import CaseStatus, Channel, Flag, Person

_ORDINARY_MORNING: Final = datetime.fromisoformat("2026-03-09T09:00:00+02:00")
"""When a scenario begins that says nothing: a Monday without a holiday near it."""

_MAX_STEPS = 200
_LONGEST: Final = timedelta(days=3650)


class MomentText(fields.Field[datetime]):
    """A date and time with its offset."""

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> datetime:
        return _moment(value)


class PassingText(fields.Field[timedelta | datetime]):
    """How far time passes: a duration such as `P5D`, or the moment until which."""

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> timedelta | datetime:
        return _duration(value) if isinstance(value, str) and value.startswith("P") else _moment(value)


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValidationError(f"Expected a date and time, found {value!r:.80}.") from error
    if moment.tzinfo is None:
        raise ValidationError(f"Expected a time with its offset, such as +02:00, found {value!r:.80}.")
    return moment


def _duration(text: str) -> timedelta:
    try:
        duration = feel.parse_duration(text)
    except feel.FeelValueError as fault:
        raise ValidationError(f"Expected a duration: {fault}.") from fault
    if not isinstance(duration, timedelta) or not timedelta(0) < duration <= _LONGEST:
        raise ValidationError(
            f"Expected a duration in days or less, at most {_LONGEST.days} days, found {text!r:.80}."
        )
    return duration


def _sender(text: str) -> None:
    if not is_entry(text):
        raise ValidationError(f"Expected a sender as {MESSAGE_FROM} names one, found {text!r:.80}.")


def _acting(text: str) -> None:
    kind, _, key = text.partition(":")
    if kind not in ACTING or bool(key) is not (kind == "agency"):
        raise ValidationError(f"Expected clerk, manager, citizen or agency:<key>, found {text!r:.80}.")


def _names(**options: Any) -> fields.List[str]:
    return fields.List(StrictText(), validate=distinct, **options)


class SeenValues(fields.Field[Any]):
    """What an agency is shown: the names of all variables, or all of them with their values."""

    def _deserialize(self, value: Any, *_around: Any, **_options: Any) -> Any:
        if isinstance(value, Mapping):
            return value
        return _names().deserialize(value)


def _values() -> fields.Dict:
    return fields.Dict(keys=StrictText(most=200), load_default=dict)


class _Strict(Schema):
    """A part in which every key is known."""

    class Meta:
        unknown = RAISE


_Person = _Strict.from_dict(
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


class _GivenParty(_Strict):
    role = StrictText(required=True)
    person = fields.Nested(_Person, required=True)
    papers = _names(load_default=list)


class _Reception(_Strict):
    papers = _names(required=True)
    identity = StrictText(load_default="identity_card")
    authorisation = StrictText(load_default=None)


class _Given(_Strict):
    applicant = fields.Nested(_Person, required=True)
    representative = fields.Nested(_Person)
    channel = StrictText(load_default=Channel.COUNTER, validate=OneOf(list(Channel)))
    at = MomentText(load_default=_ORDINARY_MORNING)
    branch = fields.Nested(_Branch, load_default=dict)
    data = _values()
    parties = fields.List(fields.Nested(_GivenParty), load_default=list)
    applicant_role = StrictText(load_default=None)
    reception = fields.Nested(_Reception, load_default=None)
    notify = fields.List(
        StrictText(validate=OneOf(list(NoticeChannel))), load_default=list, validate=distinct
    )


class _End(_Strict):
    status = StrictText(validate=OneOf(list(CaseStatus)))
    outcome = StrictText()
    path = fields.List(StrictText(), validate=Length(min=1))
    through = fields.List(StrictText(), load_default=list)
    refused = fields.List(StrictText(), load_default=list, validate=distinct)
    outputs = fields.Dict(keys=StrictText())


class ScenarioSchema(_Strict):
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
    sees = SeenValues()


class _Fail(_Strict):
    fail = StrictText(required=True)
    code = StrictText(required=True)
    message = StrictText(load_default="The agency gave no reason.", most=1000)
    data = _values()


class _Ask(_Strict):
    ask = StrictText(required=True)
    wanted = StrictText(load_default="One more paper.", most=1000)


class _Bring(_Strict):
    bring = StrictText(required=True)
    data = _values()


class _Pay(_Strict):
    pay = StrictText(required=True)
    amount = EuroText()


class _Book(_Strict):
    book = StrictText(required=True)
    at = MomentText(load_default=None)


class _Attend(_Strict):
    attend = StrictText(required=True)


class _Miss(_Strict):
    miss = StrictText(required=True)


class _Cancel(_Strict):
    cancel = StrictText(required=True)


class _AddFile(_Strict):
    file = StrictText(required=True)


class _Advance(_Strict):
    advance = PassingText(required=True)


class _Send(_Strict):
    message = StrictText(required=True)
    key = StrictText(load_default="")
    sender = StrictText(data_key="from", load_default=None, validate=_sender)
    data = _values()


class _Act(_Strict):
    act = StrictText(required=True)
    actor = StrictText(data_key="as", load_default=Role.CLERK.value, validate=_acting)
    data = _values()
    reason = StrictText(load_default="")
    refused = _names()


class _Signing(_Strict):
    means = StrictText(data_key="by", load_default=SigningMeans.LINK, validate=OneOf(list(SigningMeans)))


class _Sign(_Signing):
    sign = StrictText(required=True)
    data = _values()
    refused = _names()


class _Refuse(_Signing):
    refuse = StrictText(required=True)
    reason = StrictText(load_default="I do not agree.", most=1000)


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
    term = StrictText(
        validate=Regexp(
            rf"(?:{RESTS}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})\Z", error=f"Expected YYYY-MM-DD or {RESTS}."
        )
    )

    due = fields.Dict(keys=StrictText(), values=EuroText())
    papers = _names()
    notices = _names()
    documents = _names()


class _Expect(_Strict):
    expect = fields.Nested(_Now, required=True)


GIVEN: Final[Schema] = _Given()
"""Who comes, as `given` says it."""

SCENARIO: Final[Schema] = ScenarioSchema()
"""A scenario whose steps are not looked into yet."""

STEPS: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "complete": _Complete(),
        "answer": _Answer(),
        "fail": _Fail(),
        "ask": _Ask(),
        "bring": _Bring(),
        "pay": _Pay(),
        "book": _Book(),
        "attend": _Attend(),
        "miss": _Miss(),
        "cancel": _Cancel(),
        "file": _AddFile(),
        "advance": _Advance(),
        "message": _Send(),
        "act": _Act(),
        "sign": _Sign(),
        "refuse": _Refuse(),
        "withdraw": _Withdraw(),
        "suspend": _Suspend(),
        "resume": _Resume(),
        "expect": _Expect(),
    }
)
"""What can happen in a step, by the verb that it begins with (`fail` has a `message` too)."""
