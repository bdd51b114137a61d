"""Puts an engine together from its parts: for people, or in memory for playing procedures."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from engine.bundle import Catalogue
from engine.bundle.contract import Files
from engine.bundle.evidence import Evidence, EvidenceOf
from engine.context import AgencyCheck
from engine.dispatch import Engine
from engine.jobs.connectors.address_rules import AddressRules
from engine.kernel.clock import Clock
from engine.kernel.noticing import Noticing
from engine.kernel.office_settings import FIRST_VALUES, SettingKey, SettingValue
from engine.kernel.refusal import Conflict
from engine.office_settings.board import SettingsBoard
from engine.runtime import RuntimeLimits, SpiffWorkflowEngine
from engine.runtime.migration_contract import MigratingWorkflow
from engine.schema import metadata
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.keyring import KEY_BYTES, Keyring
from engine.sealing.seals import Seals
from engine.storage.database import Database
from engine.storage.in_memory import in_memory


def assemble(
    store: Database,
    *,
    check_agency: AgencyCheck,
    seals: Seals,
    clock: Clock,
    zone: tzinfo,
    noticing: Noticing,
    evidence_of: EvidenceOf,
    workflow: MigratingWorkflow | None = None,
    scans: bool = False,
    asks_paravolo: bool = False,
    procedures_kept: int = 128,
    first_settings: Mapping[SettingKey, SettingValue] = FIRST_VALUES,
) -> Engine:
    """The engine of these parts, with a workflow of its own where none is given.

    It keeps the `procedures_kept` versions that were used last, read and parsed.
    """
    return Engine(
        store=store,
        workflow=workflow or SpiffWorkflowEngine(RuntimeLimits(cached_definitions=procedures_kept)),
        catalogue=Catalogue(clock, zone=zone, capacity=procedures_kept),
        check_agency=check_agency,
        seals=seals,
        journal_keys=JournalKeys(seals.keyring),
        clock=clock,
        zone=zone,
        noticing=noticing,
        evidence_of=evidence_of,
        scans=scans,
        asks_paravolo=asks_paravolo,
        board=SettingsBoard(first_settings),
    )


def agency_check(addresses: AddressRules) -> AgencyCheck:
    """Says what keeps an agency from being connected; connectors may speak to these addresses."""

    def problems(endpoint: str | None, secrets: Sequence[str]) -> Mapping[str, list[str]]:
        from engine.jobs.connectors import every_connector

        return every_connector(addresses).problems(endpoint, secrets)

    return problems


def no_evidence(_files: Files) -> Evidence:
    """What an engine answers in which procedures are only played: nothing is submitted in it."""
    raise Conflict("Nothing is submitted in a rehearsal.", code="only_a_rehearsal")


def assemble_in_memory(
    *,
    clock: Clock,
    zone: tzinfo,
    noticing: Noticing | None = None,
    evidence_of: EvidenceOf = no_evidence,
    workflow: MigratingWorkflow | None = None,
) -> Engine:
    """The engine on a store that forgets everything with the process.

    Without `noticing` nobody is told anything.
    """
    return assemble(
        in_memory(metadata),
        check_agency=agency_check(AddressRules()),
        seals=Seals(Keyring([secrets.token_bytes(KEY_BYTES)])),
        clock=clock,
        zone=zone,
        noticing=noticing or Noticing(),
        evidence_of=evidence_of,
        workflow=workflow,
    )
