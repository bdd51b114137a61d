"""What notices say: the number of the case, how it stands, and where to look, and nothing else of anybody.

The tracking code stays out: with the number it opens the page, and a message may fall into other hands.
Greek small letters are not in the alphabet of GSM 03.38, so an SMS goes out in UCS-2: 70 letters, 67 for each
part of a longer one (3GPP TS 23.038 and 23.040). The texts fit two parts with an address of 30 letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.kernel.bilingual import Language
from engine.kernel.noticing import NoticeChannel
from engine.notices.model import Occasion

_HEADINGS: Mapping[Language, Mapping[Occasion, str]] = {
    Language.EL: {
        Occasion.FILED: "Η αίτησή σας κατατέθηκε.",
        Occasion.AWAITING_CITIZEN: "Χρειαζόμαστε κάτι από εσάς για να συνεχίσουμε.",
        Occasion.READY_FOR_PICKUP: "Το έγγραφό σας είναι έτοιμο. Ελάτε στο ΚΕΠ να το παραλάβετε.",
        Occasion.COMPLETED: "Η υπόθεσή σας ολοκληρώθηκε.",
        Occasion.REJECTED: "Το αίτημά σας απορρίφθηκε. Ρωτήστε στο ΚΕΠ για τους λόγους.",
        Occasion.TERM_EXTENDED: "Άλλαξε η προθεσμία της υπόθεσής σας.",
    },
    Language.EN: {
        Occasion.FILED: "We have received your application.",
        Occasion.AWAITING_CITIZEN: "We need something from you to go on.",
        Occasion.READY_FOR_PICKUP: "Your document is ready. Come to the service centre to collect it.",
        Occasion.COMPLETED: "Your case is completed.",
        Occasion.REJECTED: "Your request was refused. Ask at the service centre for the reasons.",
        Occasion.TERM_EXTENDED: "The due date of your case has changed.",
    },
}
_CASE: Mapping[Language, str] = {Language.EL: "Υπόθεση", Language.EN: "Case"}
_LETTER: Mapping[Language, str] = {
    Language.EL: (
        "Αριθμός υπόθεσης: {number}\n"
        "{tracked}"
        "\nΛαμβάνετε το μήνυμα επειδή το ζητήσατε όταν κάνατε την αίτηση. Στάλθηκε αυτόματα: μην "
        "απαντήσετε σε αυτό. Για ό,τι χρειαστείτε απευθυνθείτε στο ΚΕΠ της υπόθεσης.\n"
    ),
    Language.EN: (
        "Case number: {number}\n"
        "{tracked}"
        "\nYou receive this message because you asked for it with your application. It was sent "
        "automatically: do not answer it. For anything you need, turn to the service centre of the case.\n"
    ),
}
_TRACKED: Mapping[Language, str] = {
    Language.EL: "Η πορεία της, με τον κωδικό της απόδειξής σας: {address}\n",
    Language.EN: "How it stands, with the code on your receipt: {address}\n",
}


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """What a notice says; an SMS has no `subject`."""

    subject: str
    text: str


def notice_text(
    occasion: Occasion,
    *,
    channel: NoticeChannel,
    language: Language,
    number: str,
    tracking_address: str,
) -> NoticeText:
    """What a citizen is told of the case with that number; without `tracking_address` it leads nowhere."""
    heading, case = _HEADINGS[language][occasion], f"{_CASE[language]} {number}"
    if channel is NoticeChannel.SMS:
        return NoticeText(subject="", text=f"{case}: {heading} {tracking_address}".rstrip())
    tracked = _TRACKED[language].format(address=tracking_address) if tracking_address else ""
    letter = _LETTER[language].format(number=number, tracked=tracked)
    return NoticeText(subject=f"{case}: {heading.partition('.')[0]}", text=f"{heading}\n\n{letter}")
