"""Whether a mailbox is proved to have written a mail: by an aligned DMARC pass alone (R-DSK-35).

Only what SES wrote down itself counts. It puts its header above those that came with the mail, so
that the topmost one is its own; whatever is further down, the sender may have written.
"""

import re
from collections.abc import Iterator

from aftercare.desk.incoming.headers import Headers

_RESULTS = "authentication-results"
_COMMENT = re.compile(r"\([^()]*\)")
_MOST_COMMENTS = 5
# SES writes a quarter of it.
_MOST_RESULTS = 2_000


def is_proved(headers: Headers, sender: str, checked_by: str) -> bool:
    """Whether the topmost result is that checker's, and passes DMARC for the sender's domain.

    Two senders, or two results of DMARC, prove nothing: somebody may have put one of them in.
    """
    results, domain = headers.first(_RESULTS), sender.rpartition("@")[2]
    if not domain or len(results) > _MOST_RESULTS:
        return False
    if len(headers.values("from")) != 1 or len(headers.addresses("from")) != 1:
        return False
    who, *clauses = _clauses(results)
    if who.partition(" ")[0].lower() != checked_by:
        return False
    found = [each for each in clauses if each.lower().startswith("dmarc")]
    return len(found) == 1 and _passes(found[0], domain)


def _passes(clause: str, domain: str) -> bool:
    verdict, *properties = clause.lower().split()
    return verdict == "dmarc=pass" and f"header.from={domain}" in properties


def _clauses(results: str) -> Iterator[str]:
    """The parts between semicolons, without comments; nothing if others may have put some in."""
    bare = results
    for _ in range(_MOST_COMMENTS):
        bare = _COMMENT.sub(" ", bare)
    # An address may have a semicolon within quotes, and an open comment hides what follows.
    if any(each in bare for each in '()"'):
        bare = ""
    return (each.strip() for each in bare.split(";"))
