"""Claims about leaving: at the end of the last day work goes back, and sessions and tokens end."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.kernel.actor import SYSTEM, Role, Scope
from engine.outbox.model import Job, JobKind
from engine.people.post import Post
from engine.people.posts import EndPost, GivePost
from engine.people.register import ShowPerson
from engine.people.session import SessionLife, SignInMethod, digest, digest_of
from engine.people.signing_in import SignIn
from engine.people.tokens import IssueToken
from engine.people.users import SetActive
from engine.service_tasks.deliveries import LeaseJobs
from engine.tasks.complete import SaveDraft
from engine.tasks.leaving import ReturnWork
from engine.tasks.queries import ShowTask
from tests.office import Office, an_office

LAST_DAY = date(2026, 3, 10)
OVER = datetime(2026, 3, 10, 22, tzinfo=UTC)
"""00:00 of the 11th in Athens."""
LIFE = SessionLife(idle=timedelta(days=9), longest=timedelta(days=9))


@pytest.fixture
def office() -> Iterator[Office]:
    office = an_office()
    yield office
    office.engine.close()


def post_of_maria(office: Office) -> Post:
    (shown,) = office.engine.ask(ShowPerson(username="maria"), actor=SYSTEM).member.posts
    return shown.post


def works(office: Office) -> list[int]:
    """Let the worker return what is to be returned by now; how many tasks each job returned."""
    lease = LeaseJobs(worker="w", limit=10, lease=timedelta(minutes=1))
    jobs: list[Job] = [job for job in office.does(lease, actor=SYSTEM) if job.kind is JobKind.RETURN_WORK]
    return [office.does(ReturnWork(job_id=job.id, worker="w"), actor=SYSTEM) for job in jobs]


def test_work_goes_back_when_the_last_day_is_over_and_not_before(office: Office) -> None:
    state = office.opens_case()
    task = office.claims(state.tasks[0])
    office.does(SaveDraft(task_id=task.id, data={"papers_verdict": "complete"}))
    office.does(EndPost(post_id=post_of_maria(office).id, last_day=LAST_DAY), actor=SYSTEM)
    office.clock.move_to(OVER - timedelta(seconds=1))

    before = works(office)
    office.clock.move_to(OVER)
    returned, again = works(office), works(office)

    kept = office.engine.ask(ShowTask(task_id=task.id), actor=office.colleague).task
    line = office.journal(state)[-1]
    assert (before, returned, again) == ([], [1], [])
    assert (kept.assignee_id, dict(kept.draft or {})) == (None, {"papers_verdict": "complete"})
    assert (line.action, line.actor_name, line.detail["from"]) == ("task_returned", "stoa", "maria")


def test_sessions_and_tokens_end_with_the_post(office: Office) -> None:
    assert office.clerk.id is not None
    signed_in = office.does(
        SignIn(user_id=office.clerk.id, method=SignInMethod.OIDC, life=LIFE), actor=SYSTEM
    )
    issued = office.does(
        IssueToken(
            label="t",
            scopes=frozenset({Scope.CASES_READ}),
            user_id=office.clerk.id,
            branch_id=office.branch.id,
        ),
        actor=SYSTEM,
    )
    office.does(EndPost(post_id=post_of_maria(office).id), actor=SYSTEM)

    works(office)

    assert office.engine.identify_session(digest_of(signed_in.text)) is None
    assert office.engine.identify(digest(issued.text)) is None


def test_who_still_works_there_keeps_their_work(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])
    post = post_of_maria(office)
    office.does(EndPost(post_id=post.id, last_day=LAST_DAY), actor=SYSTEM)
    office.does(EndPost(post_id=post.id, last_day=LAST_DAY + timedelta(days=9)), actor=SYSTEM)
    office.does(
        GivePost(
            username="maria",
            organisation="0009",
            role=Role.MANAGER,
            valid_from=LAST_DAY + timedelta(days=10),
        ),
        actor=SYSTEM,
    )
    office.clock.move_to(OVER)
    prolonged = works(office)
    office.clock.move_to(OVER + timedelta(days=9))

    assert (prolonged, works(office)) == ([0], [0])
    assert office.engine.ask(ShowTask(task_id=task.id), actor=SYSTEM).task.assignee_name == "maria"


def test_what_is_more_than_a_batch_is_returned_by_another_job(office: Office) -> None:
    for _ in range(51):
        office.claims(office.opens_case().tasks[0])
    office.does(EndPost(post_id=post_of_maria(office).id), actor=SYSTEM)

    assert [works(office), works(office), works(office)] == [[50], [1], []]


def test_who_may_not_sign_in_any_more_keeps_no_work(office: Office) -> None:
    task = office.claims(office.opens_case().tasks[0])
    assert office.clerk.id is not None
    office.does(SetActive(user_id=office.clerk.id, active=False), actor=SYSTEM)

    assert works(office) == [1]
    assert office.engine.ask(ShowTask(task_id=task.id), actor=SYSTEM).task.assignee_id is None
