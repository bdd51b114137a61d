"""Rights in the reader's language; in English they are called by their keys."""

from typing import Final

from api.pages.frame.language import gettext as _


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools find texts that are said later
    """The text itself, marked to be translated."""
    return text


NAMED: Final = (
    N_("case: find"),
    N_("case: read"),
    N_("case: read for a reason"),
    N_("case: change"),
    N_("case: open"),
    N_("case: repair"),
    N_("case: read receipt"),
    N_("call: find case, ask caller"),
    N_("call: tell how case stands"),
    N_("call: tell of documents"),
    N_("call: tell tracking code"),
    N_("signature: take, send link"),
    N_("task: list"),
    N_("task: read"),
    N_("task: read what is typed"),
    N_("task: read what was typed"),
    N_("task: work on"),
    N_("task: hand out"),
    N_("service task: list"),
    N_("service task: read, answer"),
    N_("service task: lease"),
    N_("service task: ask for supplement"),
    N_("payment: take, check"),
    N_("payment: cancel its receipt, refund"),
    N_("payment: read the report"),
    N_("paper: read one that the request names"),
    N_("paper: read one that came later"),
    N_("paper: read once the request is closed"),
    N_("message: send to a case"),
    N_("action of a case: be offered, take"),
    N_("incident: list"),
    N_("paused agency: list"),
    N_("branch: see its load"),
    N_("branch: close on a day"),
    N_("branch: pause people"),
    N_("appointment: see, book, move, cancel"),
    N_("appointment: plan when they are taken"),
    N_("organisation: list"),
    N_("organisation: read its history, change"),
    N_("organisation: move, close"),
    N_("organisation: enter"),
    N_("application: list, file"),
    N_("application: follow"),
    N_("register of people: open"),
    N_("person: see, invite as a clerk"),
    N_("post: give, end"),
    N_("people: push from a directory"),
    N_("branch: see how it does"),
    N_("text: read"),
    N_("text: write, push, retire"),
    N_("text: authorise"),
    N_("branch: see who has to wait to sign in"),
    N_("work: follow its changes"),
    N_("account, saved filter: keep one's own"),
    N_("procedure: read"),
    N_("procedure: deploy"),
    N_("procedure: comment"),
    N_("procedure: submit"),
    N_("procedure: play"),
    N_("procedure: certify, return, publish, retire"),
    N_("migration: plan, try"),
    N_("migration: decide"),
    N_("migration: run, take back"),
    N_("record of access: read"),
    N_("record of access: review a concern"),
    N_("setting: read"),
    N_("setting: decide"),
    N_("agency: connect"),
    N_("agency: enter, assign topics"),
    N_("topic: read"),
    N_("topic: register, revise"),
    N_("installation: run"),
    N_("installation: read switches"),
    N_("sign-in: receive people"),
)
"""The keys of `RIGHTS`, each with its Greek in the catalogue."""


def right_words(key: str) -> str:
    """What the right of that key is called."""
    return _(key)
