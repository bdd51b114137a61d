"""The search in the worklist, kept in the address of the page."""

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from api.pages.frame.language import gettext as _
from api.pages.frame.language import in_each_language
from engine.cases.queries import FindCases
from engine.kernel.pages import Slice
from engine.kernel.vocabulary import Flag
from engine.tasks.queries import ListServiceTasks, ListTasks
from engine.tasks.worklist_model import TaskOrder

ON_A_PAGE = 50
_CASES_FOUND = 20
_LONGEST_NUMBER = 6
"""Digits of a version's number."""


class Tab(StrEnum):
    MINE = "mine"
    BRANCH = "branch"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    AWAITING_AGENCY = "awaiting_agency"
    READY_FOR_PICKUP = "ready_for_pickup"
    DECIDED = "decided"


@dataclass(frozen=True, kw_only=True)
class Search:
    """One view of the worklist; invalid arguments are ignored."""

    tab: Tab
    text: str = ""
    order: TaskOrder = TaskOrder.DUE
    procedure: str | None = None
    version: int | None = None
    cursor: str | None = None

    @classmethod
    def read(cls, arguments: MultiDict[str, str], *, otherwise: Tab) -> "Search":
        """The search in the arguments of an address; `otherwise` is the tab if none is named."""
        tab, order = arguments.get("tab", ""), arguments.get("order", "")
        procedure, _at, version = arguments.get("procedure", "").partition("@")
        return cls(
            tab=Tab(tab) if tab in set(Tab) else otherwise,
            text=arguments.get("q", "").strip()[:200],
            order=TaskOrder(order) if order in set(TaskOrder) else TaskOrder.DUE,
            procedure=procedure or None,
            version=int(version) if _is_number(version) else None,
            cursor=arguments.get("cursor") or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.procedure or self.order is not TaskOrder.DUE)

    @property
    def of_procedure(self) -> str:
        """The procedure that is wanted, with its version where one is: `residence-certificate@2`."""
        return of_procedure(self.procedure or "", self.version)

    @property
    def query(self) -> str:
        """The search as the query of an address, without the cursor."""
        fields = {"tab": self.tab.value, "q": self.text, "procedure": self.of_procedure}
        order = self.order.value if self.order is not TaskOrder.DUE else ""
        return urlencode({name: value for name, value in {**fields, "order": order}.items() if value})

    def address(self, **changes: str | None) -> str:
        changed = replace(self, **changes)  # type: ignore[arg-type]  # each is a field of ours
        cursor = f"&{urlencode({'cursor': changed.cursor})}" if changed.cursor else ""
        return f"{url_for('worklist.show')}?{changed.query}{cursor}"

    def of_tasks(self) -> ListTasks:
        return ListTasks(
            mine=self.tab is Tab.MINE,
            unassigned=self.tab is Tab.UNASSIGNED,
            overdue=self.tab is Tab.OVERDUE,
            flag=Flag.READY_FOR_PICKUP if self.tab is Tab.READY_FOR_PICKUP else None,
            procedure=self.procedure,
            version=self.version,
            text=self.text or None,
            order=self.order,
            part=Slice(limit=ON_A_PAGE, cursor=self.cursor),
        )

    def of_service_tasks(self) -> ListServiceTasks:
        return ListServiceTasks(part=Slice(limit=ON_A_PAGE, cursor=self.cursor))

    def of_decided(self) -> FindCases:
        part = Slice(limit=ON_A_PAGE, cursor=self.cursor)
        return FindCases(
            decided=True,
            text=self.text or None,
            procedure=self.procedure,
            version=self.version,
            part=part,
        )

    def of_cases(self) -> FindCases | None:
        """Cases that fit the words and may have no row: closed ones, and those that wait for others."""
        if not self.text or self.cursor:
            return None
        return FindCases(text=self.text, part=Slice(limit=_CASES_FOUND))


def of_procedure(key: str, version: int | None) -> str:
    """A procedure as the address of the worklist names it, with a version of it where one is wanted."""
    return key if version is None else f"{key}@{version}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


@in_each_language
def tab_words(tab: Tab) -> str:
    return {
        Tab.MINE: _("Mine"),
        Tab.BRANCH: _("The whole branch"),
        Tab.UNASSIGNED: _("Nobody's"),
        Tab.OVERDUE: _("Late"),
        Tab.AWAITING_AGENCY: _("Waits for the agency"),
        Tab.READY_FOR_PICKUP: _("Ready for pickup"),
        Tab.DECIDED: _("Decided"),
    }[tab]


@in_each_language
def nothing_words(tab: Tab) -> str:
    """The text of an empty tab."""
    return {
        Tab.MINE: _("You have nothing in hand. Take the next task, or look at those that nobody has."),
        Tab.BRANCH: _("There is no open task in the branch."),
        Tab.UNASSIGNED: _("Somebody has every open task."),
        Tab.OVERDUE: _("Nothing is late."),
        Tab.AWAITING_AGENCY: _("No agency owes an answer."),
        Tab.READY_FOR_PICKUP: _("No document waits to be collected."),
        Tab.DECIDED: _("No case waits after its decision."),
    }[tab]


@in_each_language
def order_words(order: TaskOrder) -> str:
    return {
        TaskOrder.DUE: _("What is due first"),
        TaskOrder.PRIORITY: _("The most urgent first"),
        TaskOrder.OLDEST: _("The oldest first"),
        TaskOrder.NEWEST: _("The newest first"),
    }[order]


def chosen_tasks() -> list[UUID]:
    """The ids of the ticked tasks; invalid ones are left out."""
    found: list[UUID] = []
    for text in request.form.getlist("task"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
