"""Claims about places outside of the database: each has every anchor, in order, and says when it has not."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.anchors.model import Anchor, Leaf, MerkleTree, NotHandedOver
from engine.jobs.anchor_places.file import AnchorFile
from engine.jobs.anchor_places.mailbox import Mailbox
from engine.jobs.anchor_places.time_stamp import TimeStampAuthority
from engine.jobs.channels.smtp import MailServer, SmtpChannel
from tests.anchors.authority import Authority, a_time_stamp_authority
from tests.builders import NOON, an_id
from tests.certificates import certify
from tests.jobs.channels.mail_server import a_running_mail_server

LEAVES = tuple(
    Leaf(case_id=an_id(), case_number=f"0009-26-00000{number}-0", length=number, hash="ab" * 32)
    for number in range(1, 4)
)


def an_anchor(number: int = 1, leaves: tuple[Leaf, ...] = LEAVES) -> Anchor:
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf.content())
    return Anchor(number=number, at=NOON, leaf_count=len(leaves), root=tree.root)


def leaves() -> tuple[Leaf, ...]:
    return LEAVES


# A file


def test_a_file_gets_each_anchor_with_its_leaves_behind_what_is_there(tmp_path: Path) -> None:
    file = AnchorFile(tmp_path / "new" / "anchors.jsonl")

    file.hand_over(an_anchor(1), leaves)
    file.hand_over(an_anchor(2), leaves)

    assert [record for _, record in file.records()] == [an_anchor(1), *LEAVES, an_anchor(2), *LEAVES]
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_read_on_from_where_an_anchor_begins(tmp_path: Path) -> None:
    file = AnchorFile(tmp_path / "anchors.jsonl")
    for number in (1, 2):
        file.hand_over(an_anchor(number), leaves)
    at = next(at for at, record in file.records() if record == an_anchor(2))

    assert [record for _, record in file.records(after=at)] == [an_anchor(2), *LEAVES]


def test_a_block_that_was_interrupted_in_the_middle_of_a_line_spoils_nothing(tmp_path: Path) -> None:
    file = AnchorFile(tmp_path / "anchors.jsonl")
    file.hand_over(an_anchor(), leaves)
    file.path.write_bytes(file.path.read_bytes()[:-20])

    file.hand_over(an_anchor(), leaves)

    assert [record for _, record in file.records()] == [an_anchor(), *LEAVES[:2], an_anchor(), *LEAVES]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()

    with pytest.raises(NotHandedOver, match="cannot be written"):
        AnchorFile(tmp_path / "taken" / "anchors.jsonl").hand_over(an_anchor(), leaves)


# A mailbox


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    public, key = certify(tmp_path_factory.mktemp("certificate"), "localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(public, key)
    return server, public


def test_a_mailbox_gets_the_statement_and_its_hash_and_no_case(
    certificate: tuple[ssl.SSLContext, Path],
) -> None:
    tls, ca_file = certificate
    with a_running_mail_server(tls, tls_at_once=False) as server:
        channel = SmtpChannel(
            server=MailServer(host="localhost", port=server.port, is_tls_at_once=False),
            sender="no-reply@kep.example",
            ca_file=str(ca_file),
        )
        for _ in range(2):
            Mailbox(address="auditor@example.org", channel=channel).hand_over(an_anchor(), leaves)

        first, second = server.taken
        text = first.message.get_content()
        assert first.recipients == ("auditor@example.org",)
        assert an_anchor().hash in text
        assert an_anchor().statement().decode() in text
        assert LEAVES[0].case_number not in text
        assert first.message["Message-ID"] == second.message["Message-ID"]

        server.to_message = "451 later"
        with pytest.raises(NotHandedOver, match="451"):
            Mailbox(address="auditor@example.org", channel=channel).hand_over(an_anchor(), leaves)


# A time-stamp authority


@pytest.fixture(scope="module")
def running_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with a_time_stamp_authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture
def authority(running_authority: Authority) -> Authority:
    running_authority.says, running_authority.sends_chain = None, False
    return running_authority


def asked(authority: Authority, **changes: Path) -> TimeStampAuthority:
    return replace(TimeStampAuthority(url=authority.url, ca_file=authority.ca_file), **changes)


def test_an_authority_stamps_an_anchor_and_its_receipt_says_when(authority: Authority) -> None:
    place = asked(authority)

    receipt = place.hand_over(an_anchor(), leaves)

    assert abs(place.stamped_at(receipt, an_anchor()) - datetime.now(UTC)) < timedelta(minutes=1)


def test_certificates_that_are_not_in_the_order_of_der_are_asked_for_no_more(
    authority: Authority, tmp_path: Path
) -> None:
    authority.sends_chain = True
    both = tmp_path / "both.pem"
    both.write_bytes(authority.ca_file.read_bytes() + authority.certificate_file.read_bytes())
    place = asked(authority, ca_file=both)

    receipt = place.hand_over(an_anchor(), leaves)

    place.stamped_at(receipt, an_anchor())
    with pytest.raises(NotHandedOver, match="signer certificate not found"):
        asked(authority, ca_file=authority.ca_file).stamped_at(receipt, an_anchor())


def test_a_receipt_of_another_anchor_vouches_for_nothing(authority: Authority) -> None:
    receipt = asked(authority).hand_over(an_anchor(1), leaves)

    with pytest.raises(NotHandedOver, match="cannot be trusted"):
        asked(authority).stamped_at(receipt, an_anchor(2))


def test_an_answer_to_an_earlier_question_is_refused(authority: Authority) -> None:
    earlier = asked(authority).hand_over(an_anchor(), leaves)
    authority.says = lambda _: (200, earlier)

    with pytest.raises(NotHandedOver, match="Nonce"):
        asked(authority).hand_over(an_anchor(), leaves)


def test_an_authority_for_whom_nobody_vouches_is_refused(authority: Authority, tmp_path: Path) -> None:
    public, _ = certify(tmp_path, "somebody")

    with pytest.raises(NotHandedOver, match="cannot be trusted"):
        asked(authority, ca_file=public).hand_over(an_anchor(), leaves)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((503, b""), "found 503"),
        ((200, b"no stamp"), "something else"),
        ((200, b""), "something else"),
        ((200, b"\x00" * 200_000), "at most"),
    ],
)
def test_what_is_no_stamp_is_told(authority: Authority, answer: tuple[int, bytes], told: str) -> None:
    authority.says = lambda _: answer

    with pytest.raises(NotHandedOver, match=told):
        asked(authority).hand_over(an_anchor(), leaves)


def test_an_authority_that_is_not_there_is_told(authority: Authority) -> None:
    place = TimeStampAuthority(url="http://127.0.0.1:1", ca_file=authority.ca_file)

    with pytest.raises(NotHandedOver, match="could not be reached: ConnectError"):
        place.hand_over(an_anchor(), leaves)
