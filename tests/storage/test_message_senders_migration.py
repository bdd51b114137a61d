"""Claims about the migration to senders: what a case sent is still delivered, the rest belongs to nobody."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.cases.store import case_row
from engine.kernel.actor import SYSTEM
from engine.kernel.senders import Sender
from engine.messages import store as messages_store
from engine.messages.model import Message
from engine.messages.subscription_store import subscription_row
from engine.outbox.model import JobKind, JobState
from engine.outbox.store import job_row
from engine.storage import migrate
from engine.storage.connecting import open_engine
from tests.builders import (
    NOON,
    a_branch,
    a_case,
    a_job,
    a_message,
    a_receiver,
    a_subscription,
    a_version,
    version_row,
)
from tests.storage.test_signals_migration import insert

each_database = pytest.mark.parametrize("bare_url", ["sqlite", "postgresql"], indirect=True)


@each_database
def test_a_kept_message_of_a_case_has_its_sender_and_no_other_has_one(bare_url: str) -> None:
    migrate.upgrade(bare_url, "0015_answers")
    engine = open_engine(bare_url, pool_size=1)
    branch, version = a_branch(), a_version()
    case = a_case(branch, version=version)
    sent, alike, planted = a_message(data={"cents": 1}), a_message(data={"cents": 1}), a_message()
    payload = {"name": sent.name, "correlation_key": sent.correlation_key, "data": {"cents": 1}}
    job = replace(a_job(kind=JobKind.DELIVER_MESSAGE, case_id=case.id, payload=payload), state=JobState.DONE)
    insert(engine, "branches", {**branch.__dict__, "local_holidays": [], "closures": []})
    insert(engine, "procedure_versions", {**version_row(version), "search_text": ""})
    insert(engine, "cases", dict(case_row(case)))
    insert(engine, "subscriptions", dict(subscription_row(a_subscription(case))))
    insert(engine, "jobs", dict(job_row(job)))
    for message in (sent, alike, planted):
        insert(engine, "messages", dict(message.__dict__))

    migrate.upgrade(bare_url)

    taken = [take(engine, sent, NOON) for _ in range(2)]
    with engine.connect() as connection:
        left = set(connection.execute(sa.select(messages_store.messages.c.id)).scalars())
        senders = connection.execute(sa.text("SELECT senders FROM subscriptions")).scalar_one()
    migrate.downgrade(bare_url, "0015_answers")
    with engine.connect() as connection:
        still_kept = connection.execute(sa.text("SELECT count(*) FROM messages")).scalar_one()
    engine.dispose()
    assert taken[0] is not None
    assert taken[0].sender == Sender.of(SYSTEM, procedure_key=case.procedure_key)
    assert taken[0].data == {"cents": 1}
    assert taken[1] is None
    assert len(left) == still_kept == 2
    assert senders is None


def take(engine: Any, like: Message, now: datetime) -> Message | None:
    """The kept message of that name and key that a case here may have sent."""
    with engine.begin() as connection:
        return messages_store.take_message(
            connection, like.name, like.correlation_key, receiver=a_receiver(), now=now
        )
