"""The portal: its features, one handler."""

from aftercare.web.application import Application
from portal.edge import edge

_ABOUT = ("portal.about.routes",)
_ENTRY = ("portal.entry.routes",)
# By the first part of a page's path; the template has the paths.
FEATURES = {
    "": _ENTRY,
    "code": _ENTRY,
    "sign-out": _ENTRY,
    "orders": ("portal.returns.choosing",),
    "returns": (
        "portal.returns.photos",
        "portal.returns.marking",
        "portal.returns.videos",
        "portal.returns.sending",
        "portal.returns.changes",
        "portal.handovers.routes",
    ),
    "pictures": ("portal.returns.pictures",),
    "points": (
        "portal.entry.door",
        "portal.points.routes",
        "portal.points.cards",
        "portal.points.reminders",
    ),
    "points.csv": ("portal.points.routes",),
    "track": ("portal.tracking.routes",),
    "messages": (
        "portal.entry.mailbox",
        "portal.messages.routes",
        "portal.messages.picture_pages",
        "portal.messages.wechat",
        "portal.handovers.routes",
    ),
    "accessibility": _ABOUT,
    "contact": _ABOUT,
    "page-errors": _ABOUT,
    "policy": _ABOUT,
    "privacy": _ABOUT,
    "service": _ABOUT,
    "unboxing": _ABOUT,
}

app = Application("portal", FEATURES, always=("portal.site.routes",), respond=edge.respond)
