"""What can be wrong with an order or with what the shop says of it."""

from aftercare.kernel.errors import InvalidError, NotFoundError


class OrderNotFoundError(NotFoundError):
    """No such order was bought with this e-mail address."""

    code = "order_not_found"


class OrderEventInvalidError(InvalidError):
    """The shop's event lacks something or says something impossible."""

    code = "order_event_invalid"
