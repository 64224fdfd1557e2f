"""Which mail each step of a return has sent, and until when what it says is so."""

from typing import NamedTuple

from aftercare.mail.model import (
    EVIDENCE_REMINDER,
    EVIDENCE_WANTED,
    LABEL_EXPIRING,
    LABEL_READY,
    PARCEL_EXPIRING,
    PARCEL_LABELLED,
    REQUEST_WITHDRAWN,
    RETURN_ARRIVED,
    RETURN_CANCELLED,
    RETURN_CLOSED,
    RETURN_DECLINED,
    RETURN_EXPIRED,
    RETURN_HANDED_IN,
    RETURN_IN_REVIEW,
    RETURN_IN_TRANSIT,
    RETURN_INSPECTED,
    RETURN_LAPSED,
    RETURN_LOST,
    RETURN_RECEIVED,
    RETURN_REFUNDED,
    RETURN_REOPENED,
    RETURN_REPLACED,
    Kind,
)
from aftercare.returns import events
from aftercare.returns.model import ReturnStatus


class Notice(NamedTuple):
    """A mail, and the states of a return in which what it says is so."""

    kind: Kind
    statuses: frozenset[ReturnStatus]


NOTICES = {
    events.CREATED: Notice(
        RETURN_RECEIVED,
        frozenset({ReturnStatus.DRAFT, ReturnStatus.SUBMITTED, ReturnStatus.APPROVED}),
    ),
    events.IN_REVIEW: Notice(RETURN_IN_REVIEW, frozenset({ReturnStatus.IN_REVIEW})),
    events.EVIDENCE_WANTED: Notice(EVIDENCE_WANTED, frozenset({ReturnStatus.NEEDS_EVIDENCE})),
    events.REQUEST_WITHDRAWN: Notice(REQUEST_WITHDRAWN, frozenset({ReturnStatus.IN_REVIEW})),
    events.EVIDENCE_REMINDED: Notice(EVIDENCE_REMINDER, frozenset({ReturnStatus.DRAFT})),
    events.LABEL_READY: Notice(LABEL_READY, frozenset({ReturnStatus.LABEL_READY})),
    events.LABEL_EXPIRING: Notice(LABEL_EXPIRING, frozenset({ReturnStatus.LABEL_READY})),
    events.PARCEL_LABELLED: Notice(
        PARCEL_LABELLED,
        frozenset({ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED}),
    ),
    events.PARCEL_EXPIRING: Notice(
        PARCEL_EXPIRING, frozenset({ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED})
    ),
    events.IN_TRANSIT: Notice(RETURN_IN_TRANSIT, frozenset({ReturnStatus.IN_TRANSIT})),
    # The scan that reopened it moves it on at once.
    events.REOPENED: Notice(
        RETURN_REOPENED,
        frozenset({ReturnStatus.LABEL_READY, ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED}),
    ),
    events.ARRIVED: Notice(RETURN_ARRIVED, frozenset({ReturnStatus.ARRIVED})),
    events.DECLINED: Notice(RETURN_DECLINED, frozenset({ReturnStatus.DECLINED})),
    events.CANCELLED: Notice(RETURN_CANCELLED, frozenset({ReturnStatus.CANCELLED})),
    events.LAPSED: Notice(RETURN_LAPSED, frozenset({ReturnStatus.LAPSED})),
    # Whatever tells of the arrival first: a later receipt says nothing new.
    events.RECEIVED: Notice(RETURN_ARRIVED, frozenset({ReturnStatus.ARRIVED})),
    events.HANDED_IN: Notice(RETURN_HANDED_IN, frozenset({ReturnStatus.ARRIVED})),
    events.REPLACEMENT_REQUESTED: Notice(RETURN_HANDED_IN, frozenset({ReturnStatus.CLOSED})),
    events.EXPIRED: Notice(RETURN_EXPIRED, frozenset({ReturnStatus.EXPIRED})),
    events.LOST: Notice(RETURN_LOST, frozenset({ReturnStatus.LOST, ReturnStatus.RESOLVING})),
    events.INSPECTED: Notice(
        RETURN_INSPECTED,
        frozenset({ReturnStatus.INSPECTED, ReturnStatus.RESOLVING, ReturnStatus.CLOSED}),
    ),
    events.REPLACED: Notice(
        RETURN_REPLACED, frozenset({ReturnStatus.RESOLVING, ReturnStatus.CLOSED})
    ),
    events.CLOSED: Notice(RETURN_CLOSED, frozenset({ReturnStatus.CLOSED})),
    # What was paid back stays so, whatever becomes of the return.
    events.REFUNDED: Notice(RETURN_REFUNDED, frozenset(ReturnStatus)),
}

# Who has the money back is not asked for anything, and does not wait for anything.
UNTIL_REPAID = {
    events.EVIDENCE_REMINDED,
    events.EVIDENCE_WANTED,
    events.REQUEST_WITHDRAWN,
    events.LABEL_EXPIRING,
    events.PARCEL_EXPIRING,
    events.PARCEL_LABELLED,
    events.ARRIVED,
    events.HANDED_IN,
    events.RECEIVED,
    events.INSPECTED,
    events.LAPSED,
    events.EXPIRED,
}
