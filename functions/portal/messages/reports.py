"""What the form of a message has already for whoever comes from an error (R-DSK-08)."""

import re
from collections.abc import Mapping

from aftercare.kernel.clock import utc_now
from aftercare.words.service import words
from portal.edge import Visit
from portal.site.shop_errors import SHOP_ERRORS

_REFERENCE = re.compile(r"[A-Za-z0-9-]{8,64}")


def report_of(visit: Visit, given: Mapping[str, str]) -> str:
    """The lines for that error of the shop, or of a page of ours; empty if the link names none.

    Of the shop's, the network's address is one: they may hang on it. Whoever writes may take out
    any of them, and nothing else of the request is sent.
    """
    error, reference = given.get("error", ""), given.get("reference", "")
    if error in SHOP_ERRORS:
        lines = [*_of_shop(visit, error), *_facts(visit, visit.request.request_id)]
        return "\n".join([*lines, visit.words.text("page_errors.report.account")])
    if _REFERENCE.fullmatch(reference):
        return "\n".join(
            [visit.words.text("page_errors.report.ours"), "", *_facts(visit, reference)]
        )
    return ""


def _of_shop(visit: Visit, error: str) -> list[str]:
    key = f"page_errors.message.{error}"
    # An agent looks for the message as the shop has it.
    said = words("en", typeset=True).text(key)
    w = visit.words
    return [
        w.text("page_errors.report.shop", message=said),
        w.text("page_errors.report.tried"),
        "",
        w.text("page_errors.report.address", address=visit.request.source),
    ]


def _facts(visit: Visit, reference: str) -> list[str]:
    w, now = visit.words, f"{utc_now():%Y-%m-%d %H:%M} UTC"
    return [
        w.text("page_errors.report.time", time=now),
        w.text("page_errors.report.reference", reference=reference),
    ]
