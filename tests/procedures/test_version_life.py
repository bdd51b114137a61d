"""Claims about the life of a version: who may certify it, when it is on offer, and what replaces it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import yaml

from engine.anchors.anchoring import AnchorJournals
from engine.anchors.verify import VerifyJournals
from engine.anchors.version_check import VerifyVersions
from engine.bundle import Catalogue, folder
from engine.cases.offers import ShowOffer
from engine.context import Command
from engine.kernel.actor import SYSTEM, Actor, ActorKind, Role
from engine.kernel.refusal import Conflict, Invalid, NotFound, NotPermitted, Unavailable
from engine.people.account import WrongCode
from engine.procedures import record_store
from engine.procedures.acts import Act, ActKind
from engine.procedures.certification import hashes_of
from engine.procedures.comments import AnswerComment, CommentVersion, ListComments, ResolveComment
from engine.procedures.model import ProcedureVersion, Validity, VersionStatus
from engine.procedures.publishing import PublishVersion, RetireVersion
from engine.procedures.queries import ListVersions, ShowEvidence
from engine.procedures.rehearsing import OfferForRehearsal
from engine.procedures.submission import ReturnVersion, SubmitVersion
from engine.procedures.versions import DeployProcedure
from engine.sealing.chain import first_broken_line
from tests.messages.drawn import drawn
from tests.office import PAPERS_COMPLETE, ROOT, Office, an_office
from tests.officials import DECREE, Officials, employed, officials_of
from tests.runtime.diagrams import chain, end, start, user

KEY = "residence-certificate"
DIAGRAM = "residence-certificate.bpmn"
WHY = "Καταργήθηκε με τον ν. 1234/2026."
SCENARIO = """title: All the way
given:
  applicant: {{given_name: Μαρία, family_name: Παπαδοπούλου}}
  data: {{}}
steps:
{}expect:
  path: [start, {}, done]
  status: completed
  outcome: done
"""
MIDNIGHT = datetime(2026, 12, 14, 22, 0, tzinfo=UTC)
"""00:00 of 15 December in Athens."""


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def people(office: Office) -> Officials:
    return officials_of(office)


@pytest.fixture
def files() -> dict[str, bytes]:
    """Another version of what the office offers: the municipality is called otherwise."""
    found = dict(folder(ROOT / "processes", ROOT / "forms", KEY))
    found[DIAGRAM] = found[DIAGRAM].replace("Δήμος".encode(), "ΔΗΜΟΣ".encode()) + b"\n"
    return found


def small(steps: int = 1, *, scenarios: bool = True) -> dict[str, bytes]:
    """A procedure of so many steps, with a scenario that goes through all of them."""
    names = [f"look_{number}" for number in range(steps)]
    parts = [start(), *(user(name) for name in names), end("done")]
    files = dict(drawn("small", *parts, chain("start", *names, "done")))
    files["procedure.yaml"] += whole_metadata()
    if scenarios:
        told = "".join(f"  - {{complete: {name}}}\n" for name in names)
        files["scenarios/through.yaml"] = SCENARIO.format(told, ", ".join(names)).encode()
    return files


@cache
def whole_metadata() -> bytes:
    """What the gate asks of procedure.yaml beyond what a diagram needs, as a shipped procedure says it."""
    shipped = yaml.safe_load((ROOT / "processes" / KEY / "procedure.yaml").read_text(encoding="utf-8"))
    asked = ("keywords", "legal_basis", "conditions", "silence", "languages", "outputs", "retention")
    told = {name: shipped[name] for name in (*asked, "data_classes")}
    return yaml.safe_dump(told, allow_unicode=True).encode()


def statuses(office: Office, key: str = KEY) -> dict[int, VersionStatus]:
    found = office.engine.ask(ListVersions(key=key), actor=SYSTEM)
    return {version.number: version.status for version in found}


def record_of(office: Office, version: ProcedureVersion) -> list[Act]:
    with office.engine.store.reading() as connection:
        return list(record_store.acts_of(connection, version.id))


def test_a_version_is_certified_by_decree_and_supersedes_the_one_before(
    office: Office, people: Officials, files: Mapping[str, bytes]
) -> None:
    running = office.opens_case()

    published = people.brings_on_offer(files)

    assert statuses(office) == {1: VersionStatus.SUPERSEDED, 2: VersionStatus.PUBLISHED}
    assert office.opens_case().case.version_number == 2
    assert office.completes(running.tasks[0], PAPERS_COMPLETE).case.version_number == 1
    acts = record_of(office, published)
    assert [(act.kind, act.actor_name) for act in acts] == [
        (ActKind.DEPLOYED, "anna"),
        (ActKind.SUBMITTED, "anna"),
        (ActKind.CERTIFIED, "kostas"),
        (ActKind.PUBLISHED, "kostas"),
    ]
    assert acts[2].detail["ada"] == DECREE.ada
    assert acts[2].detail["files"] == hashes_of(files)
    assert first_broken_line(acts, office.engine.journal_keys) is None
    assert acts[-1].key_name is not None


@pytest.mark.parametrize("number", range(1, 5))
def test_a_changed_act_breaks_the_record(office: Office, people: Officials, number: int) -> None:
    acts = record_of(office, people.brings_on_offer(small()))

    acts[number - 1] = replace(acts[number - 1], actor_name="somebody else")

    assert first_broken_line(acts, office.engine.journal_keys) == number


def also_certifies(actor: Actor) -> Actor:
    return replace(actor, roles=actor.roles | {Role.CERTIFIER})


def test_whoever_deployed_or_submitted_a_version_neither_certifies_nor_publishes_it(
    office: Office, people: Officials
) -> None:
    version = people.deploys(small())
    submitter = employed(office, "eleni", Role.ANALYST)
    office.does(SubmitVersion(key="small", number=1), actor=submitter)
    for one in (people.anna, submitter):
        for command in (people.certification(version), ReturnVersion(key="small", number=1, reason=WHY)):
            with pytest.raises(NotPermitted) as refused:
                office.does(command, actor=also_certifies(one))
            assert refused.value.code == "four_eyes"
    people.certifies(version)
    for one in (people.anna, submitter):
        with pytest.raises(NotPermitted) as refused:
            office.does(PublishVersion(key="small", number=1), actor=also_certifies(one))
        assert refused.value.code == "four_eyes"


def test_whoever_brought_the_same_files_in_later_or_at_the_command_line_does_not_certify_them(
    office: Office, people: Officials
) -> None:
    version = people.submits(small())
    office.does(DeployProcedure(files=small()), actor=replace(SYSTEM, name="cli:kostas"))
    again = employed(office, "eleni", Role.ANALYST)
    office.does(DeployProcedure(files=small()), actor=again)

    for one in (people.kostas, also_certifies(again)):
        with pytest.raises(NotPermitted) as refused:
            office.does(people.certification(version), actor=one)
        assert refused.value.code == "four_eyes"


def test_nothing_but_a_person_submits_certifies_publishes_or_retires(
    office: Office, people: Officials
) -> None:
    version = people.submits(small())
    operator = replace(SYSTEM, name="cli:root")
    commands: list[Command[ProcedureVersion]] = [
        SubmitVersion(key="small", number=1),
        people.certification(version),
        ReturnVersion(key="small", number=1, reason=WHY),
        PublishVersion(key="small", number=1),
        RetireVersion(key=KEY, number=1, reason=WHY),
        OfferForRehearsal(key="small", number=1),
    ]
    agency = Actor(kind=ActorKind.AGENCY, id=office.agency.id, name="municipality")
    for actor in (operator, agency, office.clerk, office.manager):
        for command in commands:
            with pytest.raises(NotPermitted):
                office.does(command, actor=actor)

    assert statuses(office, "small") == {1: VersionStatus.SUBMITTED}


def test_a_certification_asks_for_the_second_factor_and_a_whole_decree(
    office: Office, people: Officials
) -> None:
    version = people.submits(small())
    used = people.codes[-1]
    people.certifies(people.submits(small(2)))
    wrong_decree = replace(DECREE, ada="1", gazette=" ")
    ended = Validity(since=date(2026, 12, 2), until=date(2026, 12, 1))

    for code in ("", "000000", used):
        with pytest.raises(WrongCode):
            people.certifies(version, second_factor=code)
    with pytest.raises(NotPermitted) as without:
        office.does(people.certification(version), actor=employed(office, "nina", Role.CERTIFIER))
    with pytest.raises(Invalid) as incomplete:
        people.certifies(version, decree=wrong_decree, validity=ended)

    assert without.value.code == "second_factor_needed"
    assert list(incomplete.value.errors) == ["gazette", "ada", "valid_until"]
    assert statuses(office, "small")[1] is VersionStatus.SUBMITTED


def test_other_bytes_than_those_that_were_looked_at_are_not_certified(people: Officials) -> None:
    version = people.submits(small())

    with pytest.raises(Conflict) as refused:
        people.certifies(version, sha256="0" * 64)

    assert refused.value.code == "version_altered"


def test_a_version_is_on_offer_exactly_from_midnight_of_its_day(
    office: Office, people: Officials, files: Mapping[str, bytes]
) -> None:
    version = people.submits(files)
    certified = people.certifies(version, validity=Validity(since=date(2026, 12, 15)))
    with pytest.raises(Invalid, match="15/12/2026 or later"):
        people.publishes(certified, date(2026, 12, 14))
    published = people.publishes(certified)

    assert published.published_at == MIDNIGHT
    office.clock.moment = MIDNIGHT - timedelta(microseconds=1)
    before = office.opens_case().case.version_number, statuses(office)
    office.clock.moment = MIDNIGHT
    after = office.opens_case().case.version_number, statuses(office)

    assert before == (1, {1: VersionStatus.PUBLISHED, 2: VersionStatus.CERTIFIED})
    assert after == (2, {1: VersionStatus.SUPERSEDED, 2: VersionStatus.PUBLISHED})


def test_a_version_is_on_offer_until_the_end_of_the_last_day_of_its_validity(
    office: Office, people: Officials
) -> None:
    until = Validity(until=date(2026, 12, 14))
    people.publishes(people.certifies(people.submits(small()), validity=until))

    office.clock.moment = MIDNIGHT - timedelta(microseconds=1)
    assert statuses(office, "small") == {1: VersionStatus.PUBLISHED}
    office.clock.moment = MIDNIGHT
    assert statuses(office, "small") == {1: VersionStatus.RETIRED}
    with pytest.raises(NotFound, match="on offer"):
        office.opens_case(procedure="small", data={})


def test_when_the_last_version_is_retired_none_is_on_offer(
    office: Office, people: Officials, files: Mapping[str, bytes]
) -> None:
    people.brings_on_offer(files)
    running = office.opens_case()

    office.does(RetireVersion(key=KEY, number=2, reason=WHY), actor=people.kostas)

    assert statuses(office) == {1: VersionStatus.SUPERSEDED, 2: VersionStatus.RETIRED}
    with pytest.raises(NotFound, match="on offer"):
        office.opens_case()
    assert office.completes(running.tasks[0], PAPERS_COMPLETE).service_tasks


def test_when_a_version_to_come_is_retired_the_one_before_goes_on(
    office: Office, people: Officials, files: Mapping[str, bytes]
) -> None:
    people.brings_on_offer(files, date(2026, 12, 15))
    with pytest.raises(Conflict) as another:
        people.brings_on_offer({**files, "procedure.yaml": files["procedure.yaml"] + b"\n"})

    office.does(RetireVersion(key=KEY, number=2, reason=WHY), actor=people.kostas)
    office.clock.moment = MIDNIGHT

    assert another.value.code == "version_to_come"
    assert statuses(office) == {
        1: VersionStatus.PUBLISHED,
        2: VersionStatus.RETIRED,
        3: VersionStatus.CERTIFIED,
    }
    assert office.opens_case().case.version_number == 1


def test_a_returned_version_comes_with_reasons_and_may_be_submitted_once_more(
    office: Office, people: Officials
) -> None:
    version = people.submits(small())
    with pytest.raises(Invalid, match="reason is required"):
        office.does(ReturnVersion(key="small", number=1, reason=" "), actor=people.kostas)

    returned = office.does(ReturnVersion(key="small", number=1, reason=WHY), actor=people.kostas)
    again = office.does(SubmitVersion(key="small", number=1), actor=people.anna)

    assert (returned.status, again.status) == (VersionStatus.RETURNED, VersionStatus.SUBMITTED)
    assert [(act.kind, act.reason) for act in record_of(office, version)][1:] == [
        (ActKind.SUBMITTED, None),
        (ActKind.RETURNED, WHY),
        (ActKind.SUBMITTED, None),
    ]


def test_each_step_is_taken_once_and_in_its_order(office: Office, people: Officials) -> None:
    version = people.deploys(small())
    publish = PublishVersion(key="small", number=1)
    with pytest.raises(Conflict, match="to be submitted, but it is draft"):
        people.certifies(version)
    with pytest.raises(Conflict, match="to be certified, but it is draft"):
        office.does(publish, actor=people.kostas)
    people.certifies(people.submits(small()))
    with pytest.raises(Conflict, match="to be draft or returned, but it is certified"):
        office.does(SubmitVersion(key="small", number=1), actor=people.anna)
    people.publishes(version)
    for command in (publish, people.certification(version)):
        with pytest.raises(Conflict, match="but it is published"):
            office.does(command, actor=people.kostas)
    retire = RetireVersion(key="small", number=1, reason=WHY)
    office.does(retire, actor=people.kostas)
    with pytest.raises(Conflict, match="but it is retired"):
        office.does(retire, actor=people.kostas)
    with pytest.raises(NotFound):
        office.does(RetireVersion(key="small", number=7, reason=WHY), actor=people.kostas)


def test_what_no_scenario_covers_is_not_submitted(office: Office, people: Officials) -> None:
    with pytest.raises(Invalid) as refused:
        people.submits(small(scenarios=False))
    uncovered = {**small(2), "scenarios/through.yaml": small(1)["scenarios/through.yaml"]}
    with pytest.raises(Invalid) as other:
        people.submits(uncovered)

    assert refused.value.code == other.value.code == "gate_refused"
    assert "scenarios/" in refused.value.errors
    assert statuses(office, "small") == {1: VersionStatus.DRAFT, 2: VersionStatus.DRAFT}


def test_the_evidence_is_kept_with_the_version(office: Office, people: Officials) -> None:
    version = people.submits(small())

    kept = office.engine.ask(ShowEvidence(key="small", number=1), actor=office.clerk)

    assert kept["sha256"] == version.sha256
    with pytest.raises(NotFound):
        office.engine.ask(ShowEvidence(key=KEY, number=1), actor=office.clerk)


def test_a_version_with_an_open_thread_is_not_certified(office: Office, people: Officials) -> None:
    version = people.submits(small())
    on = CommentVersion(key="small", number=1, text="Γιατί;", file="small.bpmn", element_id="look_0")
    asked = office.does(on, actor=people.kostas)
    answered = office.does(AnswerComment(comment_id=asked.id, text="Το ορίζει ο νόμος."), actor=people.anna)
    with pytest.raises(Conflict) as waiting:
        people.certifies(version)
    office.does(ResolveComment(comment_id=answered.id), actor=people.anna)
    with pytest.raises(Conflict, match="resolved already"):
        office.does(ResolveComment(comment_id=asked.id), actor=people.anna)

    written = office.engine.ask(ListComments(key="small", number=1), actor=people.kostas)
    certified = people.certifies(version)

    assert waiting.value.code == "comments_open"
    assert "small.bpmn look_0" in waiting.value.message
    assert [(one.author_name, one.resolved_by, one.thread_id) for one in written] == [
        ("kostas", "anna", None),
        ("anna", None, asked.id),
    ]
    assert certified.status is VersionStatus.CERTIFIED


def test_a_comment_is_about_something_in_the_version(office: Office, people: Officials) -> None:
    people.deploys(small())

    for change in ({"file": "other.bpmn"}, {"line": 3}, {"text": " "}):
        given: dict[str, Any] = {"text": "?", **change}
        with pytest.raises(Invalid):
            office.does(CommentVersion(key="small", number=1, **given), actor=people.anna)
    with pytest.raises(NotPermitted):
        office.does(CommentVersion(key="small", number=1, text="?"))


def tampered(office: Office, statement: str) -> None:
    """Change what the database would refuse to change, as its owner could."""
    with office.engine.store.begin() as connection:
        for trigger in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger[0]}")
        connection.exec_driver_sql(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "what", "line"),
    [
        (
            "UPDATE version_files SET content = CAST(content || x'0a' AS BLOB) WHERE path = 'small.bpmn'",
            "files_changed",
            None,
        ),
        ("UPDATE version_acts SET actor_name = 'maria' WHERE kind = 'certified'", "line_changed", 3),
        ("DELETE FROM version_acts WHERE kind = 'published'", "lines_missing", 4),
    ],
)
def test_what_was_altered_is_found_and_altered_files_are_not_served(
    office: Office, people: Officials, statement: str, what: str, line: int | None
) -> None:
    people.brings_on_offer(small())
    assert verified(office) == []
    tampered(office, statement)
    fresh = replace(office.engine, catalogue=Catalogue(office.clock))

    found = verified(office)

    assert (what, "small 1", line) in found
    if what != "lines_missing":
        with pytest.raises(Unavailable) as refused:
            fresh.ask(ShowOffer(key="small"), actor=office.clerk)
        assert refused.value.code == "version_unsound"


def verified(office: Office) -> list[tuple[str, str | None, int | None]]:
    part = office.engine.ask(VerifyVersions(), actor=SYSTEM)
    return [(one.what.value, one.version, one.line) for one in part.findings]


def test_the_anchors_cover_the_records(office: Office, people: Officials) -> None:
    people.brings_on_offer(small())
    office.does(AnchorJournals(), actor=SYSTEM)
    tampered(office, "UPDATE procedure_versions SET record_length = 0, record_hash = ''")
    tampered(office, "DELETE FROM version_acts")

    assert ("lines_missing", "small 1", 1) in verified(office)
    assert office.engine.ask(VerifyJournals(), actor=SYSTEM).findings == ()
