"""Claims about secrets and files in the database: nobody reads them there, and who may, uses them."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from engine.bootstrap import build
from engine.cases import store as cases_store
from engine.cases.model import Case
from engine.cases.open import OpenCase
from engine.cases.queries import FindCases
from engine.dispatch import Engine, Once
from engine.documents import store as documents_store
from engine.documents.add import AddDocument
from engine.documents.model import Document
from engine.documents.queries import ReadDocument
from engine.jobs.connectors.signatures import new_secret
from engine.kernel.actor import SYSTEM
from engine.kernel.refusal import NotFound, Unavailable
from engine.kernel.vocabulary import Channel
from engine.operations.key_rotation import KeyUse, ListKeyUses, SealAnew, SealPlain
from engine.organisation import store as organisation_store
from engine.organisation.registers import SaveAgency, WhoSends
from engine.schema import metadata
from engine.sealing.parts import DAMAGED, PART_BYTES, Span
from engine.sealing.seals import SecretKind
from engine.settings import from_environment
from engine.supplements.tracking import TrackCase
from tests.builders import NOON, a_person, an_agency
from tests.office import MovableClock, Office, an_office
from tests.organisations import TODAY

OLD, NEW = b"o" * 32, b"n" * 32
LARGE = b"%PDF-1.7 " + bytes(range(256)) * (3 * PART_BYTES // 256)
"""A file of four parts."""


def engine_at(url: str, *keys: bytes) -> Engine:
    text = ",".join(base64.b64encode(key).decode() for key in keys)
    settings = from_environment({"STOA_DATABASE_URL": url, "STOA_SECRET_KEYS": text})
    return build(settings, clock=MovableClock(NOON))


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office whose installation has a key."""
    with engine_at(database_url, OLD) as engine:
        yield an_office(engine)


def at(office: Office, engine: Engine) -> Office:
    """The same office over another engine."""
    return replace(office, engine=engine)


def everything_in(office: Office) -> bytes:
    """Every value of every row of the database."""
    with office.engine.store.reading() as connection:
        rows = [row for table in metadata.tables.values() for row in connection.execute(sa.select(table))]
    values = (value for row in rows for value in row)
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def tracks(office: Office, case: Case, code: str) -> str:
    return office.engine.ask(TrackCase(number=case.number, code=code), actor=SYSTEM).number


def content(office: Office, document: Document) -> bytes:
    return office.engine.ask(ReadDocument(document_id=document.id), actor=office.clerk)[1]


def rotate(engine: Engine, *, limit: int = 2) -> tuple[int, int]:
    """Seal everything with the key of today in small batches; how many were renewed, and not opened."""
    renewed = unopened = 0
    for kind in SecretKind:
        command: SealPlain | SealAnew
        for command in (SealPlain(kind=kind, limit=limit), SealAnew(kind=kind, limit=limit)):
            while (batch := engine.carry_out(command, actor=SYSTEM)).last is not None:
                renewed, unopened = renewed + batch.renewed, unopened + batch.unopened
                command = replace(command, after=batch.last)
    return renewed, unopened


def uses(engine: Engine) -> dict[SecretKind, list[KeyUse]]:
    found = engine.ask(ListKeyUses(), actor=SYSTEM)
    return {kind: [use for use in found if use.kind is kind] for kind in SecretKind}


def test_the_database_gives_away_no_secret_of_an_agency_no_code_and_no_file(office: Office) -> None:
    secret = new_secret()
    office.does(SaveAgency(agency=replace(office.agency, secrets=(secret,))), actor=SYSTEM)
    case = office.opens_case().case
    code = office.code_of(case)

    document = office.does(AddDocument(case_id=case.id, name="a.pdf", content=LARGE))

    stored = everything_in(office)
    assert secret.encode() not in stored
    assert secret.removeprefix("whsec_").encode() not in stored
    assert code.encode() not in stored
    assert code.replace("-", "").encode() not in stored
    assert LARGE[:20] not in stored
    assert bytes(range(64)) not in stored
    assert document.sha256 == hashlib.sha256(LARGE).hexdigest()


def test_what_is_sealed_is_used_as_before(office: Office) -> None:
    secret = new_secret()
    office.does(
        SaveAgency(agency=replace(office.agency, endpoint="https://a.example", secrets=(secret,))),
        actor=SYSTEM,
    )
    case = office.opens_case().case
    document = office.does(AddDocument(case_id=case.id, name="a.pdf", content=LARGE))

    sender = office.engine.ask(WhoSends(agency_key=office.agency.key), actor=SYSTEM)

    assert sender is not None
    assert sender.secrets == (secret,)
    assert tracks(office, case, office.code_of(case)) == case.number
    assert content(office, document) == LARGE


def test_an_agency_that_was_read_is_saved_with_the_secrets_it_has(office: Office) -> None:
    secret = new_secret()
    connected = replace(office.agency, endpoint="https://a.example", secrets=(secret,))
    office.does(SaveAgency(agency=connected), actor=SYSTEM)
    with office.engine.store.reading() as connection:
        read = organisation_store.agency_keyed(connection, office.agency.key, on=TODAY)
    assert read is not None

    office.does(SaveAgency(agency=replace(read, name="Another name")), actor=SYSTEM)

    sender = office.engine.ask(WhoSends(agency_key=office.agency.key), actor=SYSTEM)
    assert sender is not None
    assert (sender.name, sender.secrets) == ("Another name", (secret,))


def test_a_secret_in_the_row_of_another_agency_opens_nothing(office: Office) -> None:
    office.does(SaveAgency(agency=replace(office.agency, secrets=(new_secret(),))), actor=SYSTEM)
    other = an_agency(key="other", topics=())
    office.does(SaveAgency(agency=replace(other, secrets=(new_secret(),))), actor=SYSTEM)
    column = organisation_store.SEALED_SECRETS
    with office.engine.store.begin() as connection:
        stolen = column.of(connection, other.id)
        assert stolen is not None
        column.write(connection, {office.agency.id: stolen})
        connection.commit()

    with pytest.raises(Unavailable, match="somebody else"):
        office.engine.ask(WhoSends(agency_key=office.agency.key), actor=SYSTEM)


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
        # As a Greek keyboard writes what looks the same.
        lambda code: code.translate(str.maketrans("ABEZHKMNTYX0", "ΑΒΕΖΗΚΜΝΤΥΧΟ")),
    ],
)
def test_a_code_is_taken_however_it_is_typed(typed: Any) -> None:
    office = an_office()
    case = office.opens_case().case

    assert tracks(office, case, typed(office.code_of(case))) == case.number


def test_a_code_opens_no_other_case_and_a_digest_opens_nothing() -> None:
    office = an_office()
    case, other = office.opens_case().case, office.opens_case().case

    for code in (office.code_of(other), case.tracking_digest, case.tracking_digest.partition("$")[2], ""):
        with pytest.raises(NotFound):
            tracks(office, case, code)


def test_a_repeated_request_gets_the_code_again(office: Office) -> None:
    once = Once(owner="maria", key="1", fingerprint=b"1")
    command = OpenCase(
        procedure="residence-certificate",
        channel=Channel.COUNTER,
        applicant=a_person(),
        data=office.data,
    )

    first, second = (office.does(command, once=once) for _ in range(2))

    assert first.tracking_code == second.tracking_code
    assert tracks(office, first.case, first.tracking_code) == first.case.number


SPANS = [
    (0, 1),
    (PART_BYTES - 3, PART_BYTES + 3),
    (PART_BYTES, 2 * PART_BYTES),
    (5, 3 * PART_BYTES),
    (len(LARGE) - 1, len(LARGE)),
]


def test_any_part_of_a_file_can_be_read(office: Office) -> None:
    document = office.does(AddDocument(case_id=office.opens_case().case.id, name="a.pdf", content=LARGE))

    read = [
        office.engine.ask(ReadDocument(document_id=document.id, span=Span(*span)), actor=office.clerk)[1]
        for span in SPANS
    ]

    assert read == [LARGE[start:end] for start, end in SPANS]


def test_a_part_of_a_file_is_read_without_the_others(sqlite_url: str) -> None:
    with engine_at(sqlite_url, OLD) as engine:
        office = an_office(engine)
        document = office.does(AddDocument(case_id=office.opens_case().case.id, name="a.pdf", content=LARGE))
        with engine.store.begin() as connection:
            connection.execute(documents_store.document_parts.delete().where(_number(document) != 1))
            connection.commit()

        span = Span(PART_BYTES, PART_BYTES + 10)
        read = engine.ask(ReadDocument(document_id=document.id, span=span), actor=office.clerk)[1]

    assert read == LARGE[PART_BYTES : PART_BYTES + 10]


def _number(document: Document) -> sa.ColumnElement[int]:
    parts = documents_store.document_parts.c
    return sa.case((parts.document_id == document.id, parts.number), else_=1)


def exchanged(connection: sa.Connection, document: Document) -> None:
    """The first two parts in each other's place."""
    parts = documents_store.document_parts
    first, second = documents_store.sealed_parts(connection, document.id, range(2))
    for number, sealed in ((0, second), (1, first)):
        connection.execute(parts.update().where(_number(document) == number).values(sealed=sealed))


def cut_off(connection: sa.Connection, document: Document) -> None:
    """Without its last part."""
    connection.execute(documents_store.document_parts.delete().where(_number(document) == 3))


def shortened(connection: sa.Connection, document: Document) -> None:
    """Without its last part, and said to be as long as what is left."""
    cut_off(connection, document)
    table = documents_store.documents
    connection.execute(table.update().where(table.c.id == document.id).values(size=3 * PART_BYTES))


@pytest.mark.parametrize("change", [exchanged, cut_off, shortened])
def test_a_file_that_was_changed_is_not_given_out(sqlite_url: str, change: Any) -> None:
    with engine_at(sqlite_url, OLD) as engine:
        office = an_office(engine)
        document = office.does(AddDocument(case_id=office.opens_case().case.id, name="a.pdf", content=LARGE))
        with engine.store.begin() as connection:
            change(connection, document)
            connection.commit()

        with pytest.raises(Unavailable) as refused:
            content(office, document)

    assert refused.value.code == DAMAGED


def test_without_a_key_all_is_kept_in_the_clear_and_sealed_when_one_comes(
    postgresql_url: str,
) -> None:
    secret = new_secret()
    with engine_at(postgresql_url) as without:
        office = an_office(without)
        office.does(SaveAgency(agency=replace(office.agency, secrets=(secret,))), actor=SYSTEM)
        case = office.opens_case().case
        code = office.code_of(case)
        document = office.does(AddDocument(case_id=case.id, name="a.pdf", content=LARGE))
        assert tracks(office, case, code) == case.number
        assert content(office, document) == LARGE
        with pytest.raises(Unavailable, match="STOA_SECRET_KEYS"):
            without.carry_out(SealPlain(kind=SecretKind.TRACKING_CODE), actor=SYSTEM)

    with engine_at(postgresql_url, NEW) as engine:
        office = at(office, engine)
        in_the_clear = {kind: [use.key for use in found] for kind, found in uses(engine).items()}
        renewed = rotate(engine)

        assert in_the_clear[SecretKind.AGENCY_SECRETS] == [None]
        assert in_the_clear[SecretKind.TRACKING_CODE] == [None]
        assert in_the_clear[SecretKind.DOCUMENT_KEY] == [None]
        assert renewed == (3, 0)
        assert all(use.seals for found in uses(engine).values() for use in found)
        stored = everything_in(office)
        assert secret.encode() not in stored
        assert code.encode() not in stored
        assert bytes(range(64)) not in stored
        sender = engine.ask(WhoSends(agency_key=office.agency.key), actor=SYSTEM)
        assert sender is not None
        assert sender.secrets == (secret,)
        assert tracks(office, case, code) == case.number
        assert content(office, document) == LARGE


def as_before(office: Office, case: Case, code: str) -> None:
    """Make of a case one of before codes were digested: it has a short code, in the clear."""
    with office.engine.store.begin() as connection:
        connection.execute(cases_store.tracking_codes.delete())
        table = cases_store.cases
        connection.execute(table.update().where(table.c.id == case.id).values(tracking_code=code))
        connection.commit()


def stored_digest(office: Office, case: Case) -> str:
    with office.engine.store.reading() as connection:
        table = cases_store.cases
        found = connection.execute(sa.select(table.c.tracking_code).where(table.c.id == case.id))
        return str(found.scalar_one())


def test_a_code_of_before_goes_on_opening_its_case_and_cannot_be_found_by_trying(office: Office) -> None:
    case = office.opens_case().case
    as_before(office, case, "K7QX9PAB")
    read = office.engine.ask(FindCases(), actor=office.clerk).items[0]
    assert tracks(office, case, "k7qx9pab") == case.number
    assert office.code_of(read) == "K7QX9PAB"

    rotate(office.engine)

    digest = stored_digest(office, case)
    assert b"K7QX9PAB" not in everything_in(office)
    assert hashlib.sha256(b"stoa tracking code:" + case.id.bytes + b"K7QX9PAB").hexdigest() not in digest
    assert tracks(office, case, "k7qx9pab") == case.number
    assert office.code_of(read) == "K7QX9PAB"
    with pytest.raises(NotFound):
        tracks(office, case, "K7QX9PAC")


def test_after_everything_is_sealed_anew_the_old_key_can_be_thrown_away(
    database_url: str, office: Office
) -> None:
    secret = new_secret()
    office.does(SaveAgency(agency=replace(office.agency, secrets=(secret,))), actor=SYSTEM)
    early = office.opens_case().case
    as_before(office, early, "K7QX9PAB")
    rotate(office.engine)
    case = office.opens_case().case
    code = office.code_of(case)
    documents = [
        office.does(AddDocument(case_id=case.id, name="a.pdf", content=LARGE + bytes([number])))
        for number in range(3)
    ]
    with engine_at(database_url, NEW) as engine:
        assert rotate(engine) == (0, 6)
        assert not any(use.is_at_hand for found in uses(engine).values() for use in found)
        with pytest.raises(Unavailable, match="not among those"):
            tracks(at(office, engine), early, "K7QX9PAB")
        assert tracks(at(office, engine), case, code) == case.number
    with engine_at(database_url, NEW, OLD) as engine:
        assert rotate(engine) == (6, 0)
        assert rotate(engine) == (0, 0)

    with engine_at(database_url, NEW) as engine:
        office = at(office, engine)
        assert all(use.seals for found in uses(engine).values() for use in found)
        sender = engine.ask(WhoSends(agency_key=office.agency.key), actor=SYSTEM)
        assert sender is not None
        assert sender.secrets == (secret,)
        assert tracks(office, early, "K7QX9PAB") == early.number
        assert tracks(office, case, code) == case.number
        assert office.code_of(case) == code
        assert [content(office, one)[-1] for one in documents] == [0, 1, 2]
