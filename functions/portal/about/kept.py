"""What we keep of a customer, and for how long, as the privacy note says it.

The numbers are those of the deployment; tests/integration/portal/test_portal_about.py holds them to
the template and to the rooms.
"""

from typing import NamedTuple

from aftercare.words.service import Words


class Kept(NamedTuple):
    """One thing that is kept: for so many units of time, or as long as the sentence says."""

    what: str
    number: int = 0
    unit: str = ""


class KeptLine(NamedTuple):
    """The same, to read."""

    what: str
    how_long: str


# In the order in which a customer meets them.
RECORDS = (
    Kept("codes", 1, "days"),
    Kept("orders"),
    Kept("drafts", 400, "days"),
    Kept("uploads", 1, "days"),
    Kept("photos", 400, "days"),
    Kept("videos", 400, "days"),
    Kept("returns"),
    Kept("labels", 400, "days"),
    Kept("mails", 60, "days"),
    Kept("unreachable"),
    Kept("messages"),
    Kept("wechat"),
    Kept("unbound", 40, "days"),
    Kept("points"),
    Kept("checks"),
    Kept("claims", 180, "days"),
    Kept("erased"),
    Kept("logs", 30, "days"),
    Kept("backups", 35, "days"),
)
COOKIES = (
    Kept("session", 30, "minutes"),
    Kept("language", 365, "days"),
    Kept("visitor", 60, "days"),
    Kept("flash", 2, "minutes"),
)


def lines(w: Words, things: tuple[Kept, ...]) -> list[KeptLine]:
    return [
        KeptLine(
            w.text(f"about.kept.{thing.what}.what"),
            w.count(f"about.lasts.{thing.unit}", thing.number)
            if thing.unit
            else w.text(f"about.kept.{thing.what}.until"),
        )
        for thing in things
    ]
