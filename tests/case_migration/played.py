"""Scenarios in the middle of which the case is taken to the next version of its procedure, and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.shared_parts import home_of
from engine.bundle.scenario import Scenario
from engine.case_migration.model import CaseResult, MigrationRun, RunKind, RunState
from engine.case_migration.plans import DecidePlan, EditPlan
from engine.case_migration.queries import ListResults
from engine.case_migration.restore_store import rows_of
from engine.case_migration.runs import MigrateNext, StartRun
from engine.context import Command
from engine.dispatch import R
from engine.kernel.actor import SYSTEM, Actor
from engine.kernel.vocabulary import CaseStatus
from engine.procedures.rehearsing import OfferForRehearsal
from engine.procedures.versions import DeployProcedure
from engine.rehearsal.office import Stage
from engine.rehearsal.player import Play
from tests.case_migration.versions import ANALYST, CERTIFIER, OPERATOR
from tests.procedures.shipped import files_of, scenario_of

_NAMED = re.compile(rb'(<bpmn:(?:userTask|serviceTask) [^>]*?name=")')
NEW_NAME = "Νέο: "


def renamed(key: str) -> dict[str, bytes]:
    """The next version of a procedure that ships: all its own tasks have other names."""
    return {
        name: _NAMED.sub(rb"\1" + NEW_NAME.encode(), content) if home_of(name) is None else content
        for name, content in files_of(key).items()
    }


@dataclass
class MovedPlay:
    """A scenario under way whose procedure has a next version on offer."""

    scenario: Scenario
    play: Play

    @classmethod
    def begun(cls, key: str, name: str) -> "MovedPlay":
        """Opened on version 1, when version 2 comes to be on offer."""
        scenario = scenario_of(key, name)
        play = Play(Stage(files_of(key)).office(scenario.given))
        play.begin(scenario.given, scenario.end.refused)
        moved = cls(scenario, play)
        moved.does(DeployProcedure(files=renamed(key)), SYSTEM)
        moved.does(OfferForRehearsal(key=key, number=2), SYSTEM)
        pair = {"procedure": key, "from_number": 1, "to_number": 2}
        moved.does(EditPlan(**pair, elements={}), ANALYST)
        moved.does(DecidePlan(**pair, decree="ΥΑ 1234/2026"), CERTIFIER)
        return moved

    def does(self, command: Command[R], actor: Actor) -> R:
        """Carry out a command in the play's office."""
        return self.play.office.engine.carry_out(command, actor=actor)

    @property
    def is_open(self) -> bool:
        """Whether there is a case that can be moved."""
        return self.play.case_id is not None and self.play.view.case.status in (
            CaseStatus.OPEN,
            CaseStatus.SUSPENDED,
        )

    def runs(self, kind: RunKind) -> tuple[MigrationRun, tuple[CaseResult, ...]]:
        """A run over the one case, at its end, with what became of the case."""
        key = self.play.office.procedure
        begun = StartRun(procedure=key, from_number=1, to_number=2, kind=kind, by_worker=False)
        run = self.does(begun, OPERATOR)
        while run.state is RunState.RUNNING:
            run = self.does(MigrateNext(run_id=run.id), OPERATOR).run
        question = ListResults(procedure=key, run_id=run.id)
        return run, tuple(self.play.office.engine.ask(question, actor=OPERATOR).items)

    def rows(self) -> Mapping[str, Any]:
        """Every row of the case, but for journal and stamps."""
        with self.play.office.engine.store.reading() as connection:
            return rows_of(connection, self.play.opened_id)
