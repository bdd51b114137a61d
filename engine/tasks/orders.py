"""How worklists are sorted in a database, each order with an index of its own."""

from collections.abc import Mapping

from engine.sql_tables import tasks
from engine.storage.keyset import Order
from engine.tasks.worklist_model import TaskOrder

_BY_DUE = (tasks.c.sort_at, tasks.c.id)
_BY_AGE = (tasks.c.created_at, tasks.c.id)

TASK_ORDERS: Mapping[TaskOrder, Order] = {
    TaskOrder.DUE: Order("tasks", _BY_DUE),
    TaskOrder.PRIORITY: Order("tasks by priority", (tasks.c.priority, *_BY_DUE), highest_first=True),
    TaskOrder.OLDEST: Order("oldest tasks", _BY_AGE),
    TaskOrder.NEWEST: Order("newest tasks", _BY_AGE, newest_first=True),
}
