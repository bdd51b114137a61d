"""What kinds and statuses of texts are called."""

from api.pages.frame.language import gettext as _
from engine.content.model import ContentKind, ContentStatus


def kind_words(kind: ContentKind) -> str:
    return {
        ContentKind.ANNOUNCEMENT: _("Announcement"),
        ContentKind.CIRCULAR: _("Circular"),
        ContentKind.ARTICLE: _("Article"),
        ContentKind.SCRIPT: _("Script"),
        ContentKind.HELP: _("Help text"),
    }[kind]


def status_words(status: ContentStatus) -> str:
    return {
        ContentStatus.DRAFT: _("Draft"),
        ContentStatus.SUBMITTED: _("Waits to be authorised"),
        ContentStatus.AUTHORISED: _("Authorised"),
        ContentStatus.PUSHED: _("Is read"),
        ContentStatus.RETIRED: _("Retired"),
    }[status]
