"""The journal in plain words: one sentence for each line, with names instead of ids."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.pages.frame import dates
from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized, localized_pair
from api.pages.frame.words import channel_words
from api.pages.notices.facts import occasion_words, way_words
from engine.cases.timeline import TimelineEntry
from engine.kernel.actor import CITIZEN, ActorKind
from engine.kernel.money import euro_words, euros
from engine.kernel.noticing import NoticeChannel
from engine.kernel.signing import SIGNATURE
from engine.kernel.vocabulary import Channel
from engine.notices.model import Occasion


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools find texts that are said later
    """The text itself, marked to be translated."""
    return text


SENTENCES: Mapping[str, str] = {
    "case_opened": N_("Opened the case %(channel)s"),
    "details_taken_over": N_("Took over the citizen's details from the case %(from)s"),
    "case_completed": N_("The case was completed"),
    "case_rejected": N_("The case was rejected"),
    "case_withdrawn": N_("Withdrew the case: everything open in it was cancelled"),
    "case_suspended": N_("Suspended the case: its terms rest"),
    "case_transferred": N_(
        "Transferred the case from branch %(from)s to %(to)s: its terms are counted there"
    ),
    "case_resumed": N_("Resumed the case: its terms moved by the time that it rested"),
    "case_overdue": N_("The case's term has passed"),
    "case_stuck": N_("The case cannot go on and waits for a repair (%(code)s)"),
    "task_opened": N_("New task: “%(task)s”"),
    "task_claimed": N_("Took the task “%(task)s”"),
    "task_released": N_("Put back the task “%(task)s”"),
    "task_returned": N_("%(from)s works here no longer: the task “%(task)s” is free"),
    "task_assigned": N_("Gave the task “%(task)s” to %(to)s"),
    "task_completed": N_("Completed the task “%(task)s”"),
    "task_cancelled": N_("The task “%(task)s” is no longer needed"),
    "service_task_opened": N_("Asked %(agency)s: “%(task)s”"),
    "request_held": N_("No agency serves “%(topic)s”: “%(task)s” is held until one does"),
    "request_released": N_("%(agency)s serves it now: “%(task)s” was sent"),
    "service_task_accepted": N_("%(agency)s received “%(task)s” and will answer"),
    "service_task_completed": N_("%(agency)s answered “%(task)s”"),
    "service_task_failed": N_("%(agency)s refused “%(task)s” (%(code)s)"),
    "service_task_set_back": N_("%(agency)s could not answer “%(task)s” yet and will try again"),
    "service_task_cancelled": N_("The request “%(task)s” is no longer needed"),
    "delivery_given_up": N_("“%(task)s” could not be delivered to %(agency)s after %(attempts)s attempts"),
    "delivery_held": N_("%(agency)s is paused: “%(task)s” waits until it is switched on again"),
    "delivery_replayed": N_("“%(task)s” is sent again"),
    "message_received": N_("The message “%(message)s” arrived"),
    "message_sent": N_("The message “%(message)s” was sent"),
    "signal_received": N_("The signal “%(signal)s” arrived"),
    "signal_sent": N_("The signal “%(signal)s” was sent"),
    "timer_fired": N_("A date in the procedure was reached"),
    "note_added": N_("Wrote a note for the branch"),
    "document_added": N_("Brought a document in"),
    "document_infected": N_("The virus scanner found something harmful in a document"),
    "document_failed": N_("The virus scanner could not look at a document"),
    "caller_recognised": N_("A caller named what only the citizen knows"),
    "caller_not_recognised": N_("A caller could not show that the case is theirs"),
    "caller_questions_closed": N_("After too many wrong answers no caller is asked for a while"),
    "signature_asked": N_("Asked a party to sign (%(party)s)"),
    "signing_link_sent": N_("Made a new link for a party (%(party)s) in place of the old one"),
    "signing_link_revoked": N_("Took back the link of a party (%(party)s)"),
    "signing_link_opened": N_("Opened their link to sign (%(party)s)"),
    "signing_link_spent": N_("After too many wrong answers a link opens nothing any more (%(party)s)"),
    "party_signed": N_("Signed (%(party)s, %(means)s)"),
    "party_refused": N_("Refused to sign (%(party)s, %(means)s)"),
    "invitation_sent": N_("Sent a party their link %(by)s (%(party)s)"),
    "invitation_given_up": N_("A party could not be sent their link %(by)s (%(party)s)"),
    "supplement_asked": N_("%(agency)s needs something more of the citizen for “%(task)s”"),
    "supplement_brought": N_("What was missing for “%(task)s” was brought"),
    "term_rests": N_("The term rests while the citizen is awaited"),
    "term_goes_on": N_("The term runs again"),
    "term_begun": N_("The file is complete: the term begins"),
    "term_ended": N_("The term has ended: what comes now only waits"),
    "term_extended": N_("Extended the term by a decision (%(law)s)"),
    "term_corrected": N_("Corrected a day of the term: %(day)s instead of %(was)s"),
    "term_recounted": N_("A closure of the branch moved the end of the term"),
    "action_taken": N_("Took the action “%(task)s”"),
    "appeal_began": N_("An appeal was filed: the term to answer it begins"),
    "appeal_ended": N_("The appeal is settled"),
    "silence_approves": N_("By law, silence approves (%(law)s)"),
    "silence_rejects": N_("By law, silence rejects (%(law)s)"),
    "payment_due": N_("A fee is due: %(fee)s, %(amount)s"),
    "payment_not_due": N_("Nothing is due of the fee %(fee)s"),
    "payment_paid": N_("The fee %(fee)s was paid: %(amount)s"),
    "payment_bound": N_("The e-Paravolo for the fee %(fee)s was bound"),
    "payment_refunded": N_("The fee %(fee)s was refunded: %(amount)s"),
    "payment_given_up": N_("The fee %(fee)s is awaited no more"),
    "receipt_cancelled": N_("Cancelled the receipt %(receipt)s of %(amount)s"),
    "refund_asked": N_("Asked e-Paravolo to refund the fee %(fee)s"),
    "paravolo_created": N_("An e-Paravolo for the fee %(fee)s was issued: %(code)s"),
    "paravolo_presented": N_("The citizen brought the e-Paravolo %(code)s"),
    "paravolo_refused": N_("e-Paravolo did not take the fee %(fee)s: %(why)s"),
    "awaited_brought": N_("The citizen sent from home what “%(task)s” waited for"),
    "appointment_booked": N_("Booked an appointment: %(start)s"),
    "appointment_moved": N_("Moved the appointment to %(start)s"),
    "appointment_handed_over": N_("Handed the appointment over to the branch %(branch)s: %(start)s"),
    "appointment_cancelled": N_("Cancelled the appointment: %(start)s"),
    "appointment_arrived": N_("The citizen has come for the appointment"),
    "appointment_served": N_("The citizen was served at the appointment"),
    "appointment_missed": N_("The citizen did not come to the appointment: %(start)s"),
    "appointment_told": N_("Told the citizen of the appointment %(by)s"),
    "appointment_not_told": N_("The citizen could not be told of the appointment %(by)s"),
    "notice_sent": N_("Told the citizen %(by)s: “%(occasion)s”"),
    "notice_given_up": N_("The citizen could not be told %(by)s: “%(occasion)s”"),
    "incident_resolved": N_("What had held the case up is settled"),
    "incident_retried": N_("Tried again what had held the case up"),
    "variable_corrected": N_("Corrected a value of the case (%(path)s)"),
    "token_moved": N_("Moved the case to another step"),
    "case_migrated": N_("Took the case from version %(from)s of the procedure to version %(to)s"),
    "case_migrated_back": N_("Took the case back from version %(from)s of the procedure to version %(to)s"),
    "decision_taken": N_("The rules of “%(decision)s” were applied"),
}
"""What is said of each action; `%(…)s` are filled from the line's detail, ids replaced by names."""

_WEIGHTY = {
    "case_opened",
    "case_completed",
    "case_rejected",
    "case_withdrawn",
    "case_suspended",
    "case_resumed",
    "silence_approves",
    "silence_rejects",
    "term_extended",
    "action_taken",
    "appeal_began",
    "appeal_ended",
    "party_signed",
    "party_refused",
}
_LATE = {
    "case_overdue",
    "case_stuck",
    "delivery_given_up",
    "delivery_held",
    "request_held",
    "appointment_missed",
    "appointment_not_told",
    "notice_given_up",
    "paravolo_refused",
    "invitation_given_up",
    "signing_link_spent",
    "service_task_failed",
}
_SAID_BY_THE_SIGNATURE = {"service_task_opened", "service_task_completed"}
_OF_NOTICES = {"notice_sent", "notice_given_up"}


@dataclass(frozen=True, kw_only=True)
class TimelineLine:
    """A line of the journal as people read it.

    `tone` is `weighty`, `late` or empty; `decision` is the id of a decision that can be explained, `answered`
    that of a service task whose answer can be shown. `office` is where it was done, as that was called then;
    empty for what was done in none.
    """

    at: datetime
    who: str
    office: str
    sentence: str
    reason: str | None
    tone: str
    decision: str | None = None
    answered: str | None = None


def timeline(entries: Iterable[TimelineEntry]) -> list[TimelineLine]:
    """The lines of a journal, first line first, in sentences."""
    return list(_timeline(entries))


def sentence_of(action: str, shown: Mapping[str, Any]) -> str:
    """The sentence for an action; an unknown action is named by its code."""
    if action not in SENTENCES:
        return _("Recorded: %(action)s", action=action)
    return _(SENTENCES[action]) % _SentenceValues(shown)


class _SentenceValues(dict[str, Any]):
    """The values of a sentence; missing ones are shown as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _timeline(entries: Iterable[TimelineEntry]) -> Iterator[TimelineLine]:
    for entry in entries:
        line, detail = entry.line, entry.line.detail
        if detail.get("topic") == SIGNATURE and line.action in _SAID_BY_THE_SIGNATURE:
            continue
        subject = detail.get("service_task")
        shown = {
            **detail,
            "task": _name_in(entry),
            "agency": localized(entry.agency) if entry.agency else detail.get("agency") or _("the agency"),
            "channel": channel_words(Channel(detail["channel"])) if "channel" in detail else "",
            **(_party_words(detail) if "initials" in detail else {}),
            **(_fee_words(entry) if "fee" in detail else {}),
            **(_notice_words(detail) if line.action in _OF_NOTICES else {}),
            **(_appointment_words(detail) if line.action.startswith("appointment_") else {}),
        }
        yield TimelineLine(
            at=line.at,
            who=_who(entry),
            office=localized(entry.office) if entry.office else "",
            sentence=sentence_of(line.action, shown),
            reason=line.reason,
            tone="weighty" if line.action in _WEIGHTY else "late" if line.action in _LATE else "",
            decision=detail.get("decision"),
            answered=str(subject) if line.action == "service_task_completed" else None,
        )


def _name_in(entry: TimelineEntry) -> str:
    """What the line is about, as its reader reads it; a dash for a line about nothing that has a name."""
    detail = entry.line.detail
    if entry.what is None and "name_en" in detail:
        return localized_pair(str(detail["name"]), str(detail["name_en"]))
    return localized(entry.what or detail.get("name") or "–")


def _fee_words(entry: TimelineEntry) -> Mapping[str, str]:
    """A fee by its title, and what it comes to."""
    detail = entry.line.detail
    told = {"fee": localized(entry.what or str(detail["fee"]))}
    return {**told, "amount": localized(euro_words(euros(detail["amount"])))} if "amount" in detail else told


def _party_words(detail: Mapping[str, Any]) -> Mapping[str, str]:
    """Of a party only what they are and their initials; how they signed, or on which way they were told."""
    means = {"counter": _("at the counter"), "link": _("from the link")}
    by, names = detail.get("by"), detail.get("called")
    called = localized_pair(names["el"], names["en"]) if names else detail["role"]
    return {
        "party": f"{called}, {detail['initials']}",
        "means": means.get(str(detail.get("means")), ""),
        "by": way_words(NoticeChannel(by)) if isinstance(by, str) else "",
    }


def _notice_words(detail: Mapping[str, Any]) -> Mapping[str, str]:
    return {
        "by": way_words(NoticeChannel(detail["by"])),
        "occasion": occasion_words(Occasion(detail["occasion"])),
    }


def _appointment_words(detail: Mapping[str, Any]) -> Mapping[str, str]:
    """When it is, and on which way the citizen was told."""
    shown = {}
    if "start" in detail:
        shown["start"] = dates.moment(datetime.fromisoformat(detail["start"]))
    if detail.get("by") in set(NoticeChannel):
        shown["by"] = way_words(NoticeChannel(detail["by"]))
    return shown


def _who(entry: TimelineEntry) -> str:
    if entry.line.actor_kind is ActorKind.SYSTEM:
        return _("The system")
    if entry.line.actor_kind is ActorKind.CITIZEN:
        return _("The citizen") if entry.who == CITIZEN.name else _("A party of the case")
    if entry.line.actor_kind is ActorKind.AGENCY:
        return localized(entry.who)
    if entry.in_place_of:
        return _("%(who)s, in place of %(absent)s", who=entry.who, absent=", ".join(entry.in_place_of))
    return entry.who
