"""What a person is asked who answers a service task by hand."""

from dataclasses import dataclass
from uuid import UUID

from engine.domain.refusal import NotFound
from engine.domain.service_task import ServiceTask
from engine.ports.catalogue import AnswerSheet
from engine.queries.question import Answering
from engine.queries.tasks import ShowServiceTask


@dataclass(frozen=True, kw_only=True)
class RequestSheet:
    """A service task with the titles of its procedure and what the diagram takes of an answer."""

    task: ServiceTask
    title: str
    title_en: str
    answer: AnswerSheet


@dataclass(frozen=True, kw_only=True)
class ShowRequest:
    """One service task, to be answered by hand; for whoever may answer it."""

    service_task_id: UUID

    def answer(self, answering: Answering) -> RequestSheet:
        """The service task, and what to fill in."""
        task = ShowServiceTask(service_task_id=self.service_task_id).answer(answering)
        view = answering.reads.case(task.case_id)
        if view is None:
            raise NotFound.of("case", task.case_id)
        procedure = answering.procedure(view.case.version_id)
        return RequestSheet(
            task=task,
            title=procedure.title,
            title_en=procedure.title_en,
            answer=procedure.answer_sheet(task.element_id),
        )
