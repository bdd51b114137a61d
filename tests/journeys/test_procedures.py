"""A case of each procedure is carried from the intake to its end at the desk, as one of its scenarios tells.

People open the case, do its tasks and take its actions in browsers; what agencies answer and what time
brings is played below. Another procedure is one more row of `CARRIED`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.bundle.scenario import Act, Complete, Given
from engine.kernel.actor import Actor, Role
from engine.rehearsal.office import Office as RehearsalOffice
from engine.rehearsal.player import Play
from engine.rehearsal.recording_workflow import RecordingWorkflow
from tests.journeys.conftest import Visit
from tests.journeys.serving import Door, Served
from tests.journeys.test_forms import island, newest_case
from tests.office import offer
from tests.procedures.shipped import scenario_of

CARRIED = {
    "closest-relatives": "revoked",
    "european-health-card": "posted",
    "military-status": "appeal-upheld",
}
"""The scenario by which a case is carried, by the key of its procedure; one in which nobody adds a file."""


@pytest.fixture
def town(door: Door) -> Served:
    """A desk at which nothing has been done yet."""
    found = Served(address=door.address)
    door.app = found.desk.desk.app
    return found


@pytest.mark.parametrize("key", CARRIED)
def test_a_case_is_carried_to_its_end(town: Served, visit: Visit, key: str) -> None:
    offer(town.office.engine, key)
    scenario = scenario_of(key, CARRIED[key])
    desk = Desk(town=town, play=behind(town, key), visit=visit, pages={})

    desk.opens(key, scenario.given)
    for step in scenario.steps:
        # Refusals are seen by the scenario itself.
        if getattr(step, "refused", ()):
            continue
        if isinstance(step, Complete):
            desk.completes(step)
        elif isinstance(step, Act):
            desk.acts(step)
        else:
            desk.play.take(step)

    case = desk.play.view.case
    assert (case.status, case.outcome) == (scenario.end.status, scenario.end.outcome)


def behind(town: Served, key: str) -> Play:
    """What plays the steps of agencies and of time in the office of a town."""
    office = town.office
    recorder = RecordingWorkflow(office.engine.workflow)
    return Play(
        office=RehearsalOffice(
            engine=replace(office.engine, workflow=recorder),
            clock=office.clock,
            recorder=recorder,
            branch=office.branch,
            people={Role.CLERK: office.clerk, Role.MANAGER: office.manager},
            procedure=key,
        )
    )


@dataclass(kw_only=True)
class Desk:
    """People at their browsers, one for each of them, and what plays everything else in the case."""

    town: Served
    play: Play
    visit: Visit
    pages: dict[Actor | None, Page]

    def page_of(self, who: Actor | None) -> Page:
        """The browser of somebody, None for the citizen, who is signed in however much time has passed."""
        if who not in self.pages:
            self.pages[who] = self.visit(None)
        page = self.pages[who]
        if who is not None:
            page.context.add_cookies([self.town.session_cookie(who)])
        return page

    def opens(self, key: str, given: Given) -> None:
        """Take the application down at the counter, with every paper that it obliges to."""
        page = self.page_of(self.town.office.clerk)
        page.goto(f"/desk/open/{key}")
        page.get_by_label("Πώς ελέγχθηκε η ταυτότητα").select_option(label="Δελτίο ταυτότητας")
        for name in ("given_name", "family_name", "patronymic"):
            page.locator(f"#applicant-{name}").fill(getattr(given.applicant, name))
        fills_in(island(page), given.data)
        papers = page.locator("fieldset:has(#papers)")
        if papers.get_attribute("data-hx-post"):
            # The list is looked up a while after the last change, and what is new in it appears bit by bit.
            with page.expect_request("**/papers") as looked_up:
                page.locator("#opening").dispatch_event("change")
            looked_up.value.response()
            expect(papers).not_to_have_class(re.compile("htmx-"))
        for box in papers.locator("label").filter(has_text="(υποχρεωτικό)").all():
            box.locator("input").check()
        page.get_by_role("button", name="Άνοιγμα υπόθεσης").click()
        expect(page.get_by_role("heading", name="Απόδειξη κατάθεσης")).to_be_visible()
        self.play.case_id = newest_case(self.town).id

    def completes(self, step: Complete) -> None:
        """Take the task in hand, fill in its form and complete it."""
        page = self.page_of(self.play.office.people[step.role])
        task = next(task for task in self.play.view.tasks if task.element_id == step.element)
        page.goto(f"/desk/tasks/{task.id}")
        page.get_by_role("button", name="Ανάληψη εργασίας").click()
        fills_in(island(page), step.data)
        page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
        # What follows is the case, or the next task in it.
        page.wait_for_url(lambda address: str(task.id) not in address)

    def acts(self, step: Act) -> None:
        """Take an action of the case: at the desk, or as its citizen where the receipt leads."""
        case = self.play.view.case
        is_citizens = step.actor == "citizen"
        page = self.page_of(None if is_citizens else self.play.office.people[Role(step.actor)])
        page.goto(self.town.tracked(case) if is_citizens else f"/desk/cases/{case.id}")
        link = page.locator(f"a[href$='/actions/{step.action}']")
        label = link.inner_text().strip()
        link.click()
        if step.data:
            fills_in(island(page), step.data)
        if step.reason:
            page.locator("#reason").fill(step.reason)
        page.get_by_role("button", name=label).click()
        page.wait_for_url(lambda address: "/actions/" not in address)


def fills_in(form: Locator, data: Mapping[str, Any]) -> None:
    """Answer the questions of a form by what a scenario says, in the order of the form."""
    schema = json.loads(form.locator("script[type='application/json']").text_content() or "")["schema"]
    for path, component in questions(schema["components"]):
        value: Any = data
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            answers(form, component, value)


def questions(components: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The components that ask for something, and where their answers go."""
    for component in components:
        if component["type"] == "group":
            for path, inner in questions(component["components"]):
                yield (component["path"], *path), inner
        elif "key" in component:
            yield (component["key"],), component


def answers(form: Locator, component: Mapping[str, Any], value: Any) -> None:
    """Answer one question."""
    field = form.locator(f":is(input, select, textarea)[id$='-{component['id']}']")
    options = [one["value"] for one in component.get("values", ())]
    match component["type"]:
        case "radio":
            form.locator(f"input[id$='-{component['id']}-{options.index(value)}']").check()
        case "select":
            field.select_option(label=component["values"][options.index(value)]["label"])
        case "checkbox":
            field.set_checked(value)
        case _:
            field.fill(str(value))
