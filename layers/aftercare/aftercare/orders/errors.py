"""Errors about orders and the shop's order events."""

from aftercare.kernel.errors import InvalidError, NotFoundError


class OrderNotFoundError(NotFoundError):
    """No such order was bought with this e-mail address."""

    code = "order_not_found"


class OrderEventInvalidError(InvalidError):
    """A field of the shop's event is missing or not what it must be."""

    code = "order_event_invalid"
