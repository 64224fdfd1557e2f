"""The console: its features, one handler."""

from aftercare.web.application import Application
from console.edge import edge

_ENTRY = ("console.entry.routes",)
_MEMBERS = ("console.members.routes",)
# By the first part of a page's path; the template has the paths.
FEATURES = {
    "sign-in": _ENTRY,
    "sign-out": _ENTRY,
    "signed-in": _ENTRY,
    "signed-out": _ENTRY,
    "members": _MEMBERS,
    "sessions": _MEMBERS,
    "audit": ("console.audit.routes",),
    "queue": (
        "console.queue.routes",
        "console.queue.parcels",
        "console.codes.routes",
        "console.tickets.routes",
    ),
    "codes": ("console.codes.routes",),
    "tickets": ("console.tickets.routes",),
    "counter": ("console.counter.routes",),
    "search": ("console.search.routes",),
    "dock": ("console.dock.routes",),
    "cases": ("console.cases.routes", "console.cases.endings"),
    "erasures": ("console.oversight.erasures",),
    "sample": ("console.oversight.sample",),
}

app = Application("console", FEATURES, always=("console.site.routes",), respond=edge.respond)
