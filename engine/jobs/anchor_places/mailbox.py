"""A mailbox that gets every anchor without its leaves, in a message that can be kept and compared."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from engine.anchors.model import Anchor, Leaf, NotHandedOver
from engine.kernel.noticing import NoticeChannel
from engine.notices.channel import ChannelAdapter, Sending, SendingResult

_TEXT = """\
Anchor {number} of the journals, made at {at}. It covers {leaves} cases.
Άγκυρα {number} των ημερολογίων, της {at}. Καλύπτει {leaves} υποθέσεις.

Keep this message. `stoa journal anchors` must go on showing the same hash for this number.
Κρατήστε αυτό το μήνυμα. Η εντολή `stoa journal anchors` πρέπει να δείχνει πάντα το ίδιο αποτύπωμα.

hash      {hash}
signature {signature}
statement {statement}
"""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Fills the port `AnchorPlace` with e-mail to an address; the message of an anchor has always one id."""

    address: str
    channel: ChannelAdapter

    @property
    def name(self) -> str:
        return "mailbox"

    def hand_over(self, anchor: Anchor, _leaves: Callable[[], Iterable[Leaf]]) -> None:
        at = anchor.at.isoformat(timespec="seconds")
        text = _TEXT.format(
            number=anchor.number,
            at=at,
            leaves=anchor.leaf_count,
            hash=anchor.hash,
            signature=anchor.signature or "-",
            statement=anchor.statement().decode(),
        )
        sending = Sending(
            notice_id=uuid5(NAMESPACE_URL, f"stoa:anchor:{anchor.hash}"),
            channel=NoticeChannel.EMAIL,
            recipient=self.address,
            subject=f"Stoa: anchor {anchor.number}, {anchor.hash[:16]}",
            text=text,
            now=anchor.at,
        )
        outcome = self.channel.send(sending)
        if outcome.result is not SendingResult.SENT:
            raise NotHandedOver(outcome.detail)
