"""Registering topics, and giving them further versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.context import Command, Transaction
from engine.kernel.permission_to_administer import require_registers_topics
from engine.kernel.refusal import LONGEST, Conflict, Invalid, NotFound, OutOfDate
from engine.kernel.topics import topic_problem
from engine.topics import store as topics_store
from engine.topics.model import ANSWERED_TYPES, FieldType, TopicVersion, read_fields

LONGEST_NAME = 200
"""Characters of a topic's name."""


@dataclass(frozen=True, kw_only=True)
class TopicWords:
    """What is said of a topic; `inputs` and `answer` are lines such as `certificate_number text needed`."""

    name: str
    name_en: str
    description: str = ""
    description_en: str = ""
    inputs: Sequence[str] = ()
    answer: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RegisterTopic(Command[TopicVersion]):
    """Register a topic, so that agencies can serve it and procedures be published with it."""

    topic: str
    words: TopicWords


def register_topic(command: RegisterTopic, transaction: Transaction) -> TopicVersion:
    """Its first version; `Conflict` if there is one of that name."""
    require_registers_topics(transaction.actor)
    name_problem = topic_problem(command.topic)
    problems = {"topic": [name_problem]} if name_problem else {}
    version = _version(command.topic, command.words, 1, transaction, problems)
    if not topics_store.add_topic(transaction.connection, version):
        raise Conflict(f"Expected a new topic, but {command.topic} is registered.", code="topic_known")
    return version


@dataclass(frozen=True, kw_only=True)
class ReviseTopic(Command[TopicVersion]):
    """Give a topic its next version.

    `seen` is the number of the version that was changed. Procedures keep that with which they were published.
    """

    topic: str
    seen: int
    words: TopicWords


def revise_topic(command: ReviseTopic, transaction: Transaction) -> TopicVersion:
    """The new version; `OutOfDate` if somebody else made one meanwhile."""
    require_registers_topics(transaction.actor)
    current = topics_store.lock_topic(transaction.connection, command.topic)
    if current is None:
        raise NotFound.of("topic", command.topic)
    if current != command.seen:
        raise OutOfDate(
            f"Expected version {command.seen} of {command.topic} to be the newest, found {current}.",
        )
    version = _version(command.topic, command.words, current + 1, transaction, {})
    topics_store.add_version(transaction.connection, version)
    return version


def _version(
    topic: str,
    words: TopicWords,
    number: int,
    transaction: Transaction,
    problems: dict[str, list[str]],
) -> TopicVersion:
    found = dict(problems)
    for field in ("name", "name_en"):
        text = getattr(words, field).strip()
        if not 0 < len(text) <= LONGEST_NAME:
            found[field] = [f"expected from 1 to {LONGEST_NAME} characters, found {len(text)}"]
    for field in ("description", "description_en", "note"):
        if len(getattr(words, field)) > LONGEST:
            found[field] = [f"expected at most {LONGEST} characters, found {len(getattr(words, field))}"]
    inputs, input_problems = read_fields(words.inputs, tuple(FieldType))
    answer, answer_problems = read_fields(words.answer, ANSWERED_TYPES)
    if input_problems:
        found["inputs"] = input_problems
    if answer_problems:
        found["answer"] = answer_problems
    if found:
        raise Invalid("The topic cannot be registered so.", found)
    return TopicVersion(
        topic=topic,
        number=number,
        name=words.name.strip(),
        name_en=words.name_en.strip(),
        description=words.description.strip(),
        description_en=words.description_en.strip(),
        inputs=inputs,
        answer=answer,
        note=words.note.strip(),
        at=transaction.now,
        by=transaction.actor.name,
    )
