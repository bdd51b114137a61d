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
    N_("procedure: draw"),
    N_("procedure: play"),
    N_("procedure: replay decisions"),
    N_("procedure: see where cases wait"),
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

CONDITIONS: Final = (
    N_("Without a reason."),
    N_("Clerks and managers: of another branch too. It is reviewed."),
    N_("An agent: in the call of a caller who may be told the tracking code."),
    N_("The caller was recognised in this call."),
    N_("The caller named the code of the receipt."),
    N_("The caller named two of AFM, AMKA and the number of the identity document."),
    N_("Of a party of the case. The party signs from their own link, and reads nothing else."),
    N_("Without a reason, as its case."),
    N_("While it is open."),
    N_("Once it is closed."),
    N_("If the diagram offers it to them: without candidates to clerks and managers."),
    N_("Clerks and managers on behalf of the agency."),
    N_("A receipt on its own day, and not by who took the money."),
    N_("An agency: while it is asked."),
    N_("If `stoa:message-from` names them; here it names all whom it can name."),
    N_("If `stoa:action-roles` and `stoa:message-from` name them; here both name all whom they can."),
    N_("Of their own branch."),
    N_("Those of the branch, its queue included."),
    N_("An administrator: the one in which they act, and all below it."),
    N_("An administrator: those below the one in which they act."),
    N_("An administrator: of the ministry."),
    N_("Of others; a manager those of clerks. A role of the ministry: another confirms it."),
    N_("An administrator: those that they administer. Numbers of cases, and nobody in them."),
    N_("For whom it was written."),
    N_("An administrator: for what they administer."),
    N_("Not by anybody who wrote in it."),
    N_("One's own plays; those of others do not exist."),
    N_("Not by those who deployed or submitted it, but to retire it."),
    N_("Not by the person who edited the plan."),
    N_("Not of what they have read themselves."),
    N_("Besides, what is for the ministry to decide, its administrators."),
    N_("With its keys: those of what they administer."),
)
"""What `when` of `RIGHTS` says, each with its Greek in the catalogue."""


def right_words(key: str) -> str:
    """What the right of that key is called."""
    return _(key)


def condition_words(when: str) -> str:
    """On what condition a right is had; empty where there is none."""
    return _(when) if when else ""
