"""The register of topics as people look at it: who serves each, what is held, which procedures use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.context import QueryContext
from engine.kernel.bilingual import Bilingual
from engine.kernel.pages import Page, Slice
from engine.kernel.permission_to_administer import require_reads_topics
from engine.kernel.refusal import NotFound
from engine.organisation import store as organisation_store
from engine.service_tasks import store as service_tasks_store
from engine.topics import store as topics_store
from engine.topics.model import TopicVersion
from engine.topics.store import TopicFilter, UsingProcedure


@dataclass(frozen=True, kw_only=True)
class ListedTopic:
    """A topic as it is now, the agencies that serve it by key, and how many requests wait for one."""

    version: TopicVersion
    agencies: Mapping[str, Bilingual]
    held: int


@dataclass(frozen=True, kw_only=True)
class ListedTopics:
    """A part of the register; `count` is of all that fit the filter."""

    page: Page[ListedTopic]
    count: int


@dataclass(frozen=True, kw_only=True)
class ListTopics:
    """Topics by name."""

    wanted: TopicFilter = field(default_factory=TopicFilter)
    part: Slice = field(default_factory=Slice)

    def answer(self, context: QueryContext) -> ListedTopics:
        require_reads_topics(context.actor)
        found = topics_store.list_topics(context.connection, self.wanted, self.part)
        names = [version.topic for version in found.items]
        serving = organisation_store.agencies_of_topics(context.connection, names, on=context.today)
        held = service_tasks_store.count_held(context.connection)
        items = tuple(
            ListedTopic(
                version=version,
                agencies=serving.get(version.topic, {}),
                held=held.get(version.topic, 0),
            )
            for version in found.items
        )
        count = topics_store.count_topics(context.connection, self.wanted)
        return ListedTopics(page=Page(items=items, next=found.next), count=count)


@dataclass(frozen=True, kw_only=True)
class TopicSheet:
    """A topic with its history, newest first, and the published procedures that use it."""

    listed: ListedTopic
    versions: Sequence[TopicVersion]
    used_by: Sequence[UsingProcedure]


@dataclass(frozen=True, kw_only=True)
class ShowTopic:
    """One topic with all its versions."""

    topic: str

    def answer(self, context: QueryContext) -> TopicSheet:
        require_reads_topics(context.actor)
        versions = topics_store.versions_of(context.connection, self.topic)
        if not versions:
            raise NotFound.of("topic", self.topic)
        serving = organisation_store.agencies_of_topics(context.connection, [self.topic], on=context.today)
        held = service_tasks_store.count_held(context.connection)
        return TopicSheet(
            listed=ListedTopic(
                version=versions[0],
                agencies=serving.get(self.topic, {}),
                held=held.get(self.topic, 0),
            ),
            versions=versions,
            used_by=topics_store.used_by(context.connection, self.topic),
        )


@dataclass(frozen=True, kw_only=True)
class ServedTopics:
    """The topics that some agency serves; everybody who is known may ask."""

    def answer(self, context: QueryContext) -> frozenset[str]:
        return organisation_store.served_topics(context.connection)
