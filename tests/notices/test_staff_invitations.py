"""Claims about invitations to work here by e-mail: the code is in the message and nowhere else."""

import re
from datetime import timedelta

import pytest

from engine.kernel.actor import SYSTEM, Role
from engine.kernel.refusal import NotFound
from engine.notices.channel import Sending, SendingOutcome, SendingResult
from engine.notices.staff_invitations import PrepareStaffInvitation, RecordStaffInvitation
from engine.outbox.model import Job, JobKind
from engine.people.invitations import AcceptInvitation, InvitePerson, RevokeInvitation
from engine.service_tasks.deliveries import LeaseJobs
from tests.office import Office, an_office


def leased(office: Office) -> list[Job]:
    lease = LeaseJobs(worker="w", limit=10, lease=timedelta(seconds=1))
    jobs = office.does(lease, actor=SYSTEM)
    return [job for job in jobs if job.kind is JobKind.SEND_STAFF_INVITATION]


def prepared(office: Office, job: Job) -> Sending | None:
    return office.does(PrepareStaffInvitation(job_id=job.id, worker="w"), actor=SYSTEM)


def code_in(sending: Sending | None) -> str:
    assert sending is not None
    (code,) = set(re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){4}", sending.text))
    return code


def test_a_repeated_attempt_sends_another_code_and_the_last_one_counts() -> None:
    office = an_office()
    invited = InvitePerson(
        name="Άννα Γεωργίου", organisation="0009", role=Role.CLERK, email="anna@example.gr"
    )
    made = office.does(invited, actor=SYSTEM)
    (job,) = leased(office)

    first = prepared(office, job)
    failed = SendingOutcome(result=SendingResult.FAILED, detail="No answer.")
    office.does(RecordStaffInvitation(job_id=job.id, worker="w", outcome=failed), actor=SYSTEM)
    office.clock.advance(timedelta(minutes=1))
    (again,) = leased(office)
    second = prepared(office, again)
    sent = SendingOutcome(result=SendingResult.SENT)
    office.does(RecordStaffInvitation(job_id=job.id, worker="w", outcome=sent), actor=SYSTEM)

    assert made.code is None
    assert first is not None
    assert (first.recipient, first.subject) == ("anna@example.gr", "Πρόσκληση: ΚΕΠ Αθηναίων")
    assert leased(office) == []
    with pytest.raises(NotFound):
        office.does(AcceptInvitation(code=code_in(first), password_hash="$h$"), actor=SYSTEM)
    accepted = office.does(AcceptInvitation(code=code_in(second), password_hash="$h$"), actor=SYSTEM)
    assert accepted.user.display_name == "Άννα Γεωργίου"


def test_an_invitation_that_was_taken_back_is_not_sent() -> None:
    office = an_office()
    made = office.does(
        InvitePerson(name="Άννα", organisation="0009", role=Role.CLERK, email="anna@example.gr"),
        actor=SYSTEM,
    )
    (job,) = leased(office)
    office.does(RevokeInvitation(invitation_id=made.invitation.id), actor=SYSTEM)

    assert prepared(office, job) is None
    office.clock.advance(timedelta(minutes=1))
    assert leased(office) == []
