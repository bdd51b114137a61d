"""Whether agencies serve the topics of a procedure: asked before it is published, and when it is deployed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from engine.bpmn.topics import TopicUse
from engine.bundle.procedure import Procedure
from engine.context import QueryContext, Transaction
from engine.kernel.bilingual import Bilingual
from engine.kernel.permission_to_administer import require_reads_topics
from engine.kernel.refusal import Invalid
from engine.kernel.topics import BY_HAND, SERVICE_TOPICS, is_reserved, nearest
from engine.organisation import store as organisation_store
from engine.procedures.queries import version_numbered
from engine.topics import store as topics_store
from engine.topics.model import TopicVersion, disagreements, missing_inputs


@dataclass(frozen=True, kw_only=True)
class Register:
    """The register of topics as a check needs it: those that agencies serve, and what the used ones say."""

    served: frozenset[str]
    known: Mapping[str, TopicVersion]


def require_served(version_id: UUID, transaction: Transaction) -> None:
    """Refuse to publish a version some of whose topics nobody serves, or that asks for what a topic has not.

    What passes is on record with the versions of its topics, by which answers to it are judged from now on.
    """
    procedure = transaction.procedure(version_id)
    register = _register(procedure, transaction)
    problems: dict[str, list[str]] = {}
    for use, problem in (*unserved(procedure, register.served), *_unfit(procedure, register.known)):
        problems.setdefault(use.file, []).append(_placed(use, problem))
    if problems:
        raise Invalid("The topics of the procedure are not in order.", problems, code="topics_refused")
    used = {topic: one.number for topic, one in register.known.items()}
    topics_store.note_check(transaction.connection, version_id, used, at=transaction.now)


@dataclass(frozen=True, kw_only=True)
class FindUnserved:
    """What stands in the way of publishing a version, as far as its topics go."""

    key: str
    number: int

    def answer(self, context: QueryContext) -> Sequence[str]:
        """Sentences; none if it can be published."""
        require_reads_topics(context.actor)
        version = version_numbered(self.key, self.number, context)
        procedure = context.procedure(version.id)
        register = _register(procedure, context)
        found = (*unserved(procedure, register.served), *_unfit(procedure, register.known))
        return [f"{use.file}, line {use.line}, element {use.element_id}: {problem}" for use, problem in found]


def _placed(use: TopicUse, problem: Bilingual) -> Bilingual:
    """A problem after its line and element."""
    en = f"Line {use.line}, element {use.element_id}: {problem.en}"
    return Bilingual(en, el=f"Γραμμή {use.line}, στοιχείο {use.element_id}: {problem.el}", en=en)


def unserved(procedure: Procedure, served: frozenset[str]) -> Iterator[tuple[TopicUse, Bilingual]]:
    """The places whose topic nobody serves and that do not say `by-hand`, with what to do, in a sentence.

    What an expression decides is not known before a case comes there.
    """
    for use in procedure.topics:
        topic = use.topic
        if topic is None or topic in SERVICE_TOPICS:
            continue
        if topic not in served and not use.by_hand:
            probably = nearest(topic, served)
            question = f" Did you mean {probably}?" if probably else ""
            found = f"expected a topic that an agency serves, found {topic!r:.80}.{question}"
            remedy = f"Connect an agency to it, or say {BY_HAND} if people of the branch do this work."
            question_el = f" Μήπως εννοείτε {probably};" if probably else ""
            found_el = f"κανένας φορέας δεν εξυπηρετεί το θέμα {topic!r:.80}.{question_el}"
            remedy_el = (
                f"Συνδέστε έναν φορέα ή δηλώστε {BY_HAND}, αν την εργασία την κάνουν υπάλληλοι του ΚΕΠ."
            )
            en = f"{found} {remedy}"
            yield use, Bilingual(en, el=f"{found_el} {remedy_el}", en=en)


def _unfit(procedure: Procedure, known: Mapping[str, TopicVersion]) -> Iterator[tuple[TopicUse, Bilingual]]:
    """Where forms ask for what a topic does not promise, or an agency is not handed what it needs."""
    for use in procedure.topics:
        topic = known.get(use.topic or "")
        if topic is None:
            continue
        for schema in _answer_schemas(procedure, use) if topic.answer else ():
            for problem in disagreements(topic.answer, schema):
                en = f"the answer form does not fit version {topic.number} of {topic.topic}. {problem.en}"
                misfit = (
                    f"η φόρμα της απάντησης δεν ταιριάζει με την έκδοση {topic.number} του {topic.topic}."
                )
                yield use, Bilingual(en, el=f"{misfit} {problem.el}", en=en)
        if use.inputs is not None:
            for name in missing_inputs(topic.inputs, use.inputs):
                en = f"expected the input {name}, which the agency of {topic.topic} needs, found none."
                el = f"λείπει το στοιχείο {name}, που χρειάζεται ο φορέας του θέματος {topic.topic}."
                yield use, Bilingual(en, el=el, en=en)


def _answer_schemas(procedure: Procedure, use: TopicUse) -> Iterator[Mapping[str, object]]:
    """The forms of answers at that place; where a call gives the topic, those of what it calls."""
    places = (
        [use.element_id]
        if use.given_as is None
        else [one.element_id for one in procedure.topics if one.variable == use.given_as]
    )
    for element_id in places:
        form = procedure.answer_form(element_id)
        if form is not None:
            yield form.schema


def _register(procedure: Procedure, source: Transaction | QueryContext) -> Register:
    names = {use.topic for use in procedure.topics if use.topic is not None and not is_reserved(use.topic)}
    if not names:
        return Register(served=frozenset(), known={})
    return Register(
        served=organisation_store.served_topics(source.connection),
        known=topics_store.current_versions(source.connection, names),
    )
