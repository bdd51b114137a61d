"""Where the last page of a worklist begins, without turning all the pages before it."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.kernel.pages import write_cursor
from engine.kernel.permission_objects import Sight
from engine.tasks import store as tasks_store
from engine.tasks.model import TaskState
from engine.tasks.worklist_model import TaskFilter


def cursor_to_the_last_page(engine: Engine, wanted: TaskFilter, sight: Sight) -> str:
    """The cursor after which 50 tasks are left, in the order of the due dates."""
    tasks = tasks_store.tasks
    statement = sa.select(tasks.c.sort_at, tasks.c.id).order_by(tasks.c.sort_at.desc(), tasks.c.id.desc())
    statement = statement.where(tasks.c.state == TaskState.OPEN.value)
    if sight.branch_id is not None:
        statement = statement.where(tasks.c.branch_id == sight.branch_id)
    if wanted.assignee_id is not None:
        statement = statement.where(tasks.c.assignee_id == wanted.assignee_id)
    if wanted.unassigned:
        statement = statement.where(tasks.c.assignee_id.is_(None))
    with engine.connect() as connection:
        sort_at, task_id = connection.execute(statement.offset(50).limit(1)).one()
    return write_cursor("tasks", (sort_at, task_id))
