"""The status of a procedure's version in the reader's language."""

from api.pages.frame.language import gettext as _
from api.pages.frame.language import in_each_language
from api.pages.frame.words import Mark
from engine.procedures.model import VersionStatus


@in_each_language
def version_mark(status: VersionStatus) -> Mark:
    return {
        VersionStatus.DRAFT: Mark(_("Draft"), "note", "quiet"),
        VersionStatus.SUBMITTED: Mark(_("Submitted"), "inbox", "soon"),
        VersionStatus.RETURNED: Mark(_("Returned"), "back", "bad"),
        VersionStatus.CERTIFIED: Mark(_("Certified"), "check", "good"),
        VersionStatus.PUBLISHED: Mark(_("On offer"), "check", "good"),
        VersionStatus.SUPERSEDED: Mark(_("Superseded"), "again", "quiet"),
        VersionStatus.RETIRED: Mark(_("No longer on offer"), "pause", "quiet"),
    }[status]
