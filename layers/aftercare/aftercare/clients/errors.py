"""Why a client's call is refused, and why a change to a client is."""

from collections.abc import Iterable

from aftercare.kernel.errors import ForbiddenError, InvalidError, NotFoundError, RefusedError


class UnknownKeyError(ForbiddenError):
    """No active client has this key; malformed, unknown, wrong and revoked keys look alike."""

    code = "unknown_key"

    def __init__(self) -> None:
        super().__init__("This client key isn't valid.")


class InsufficientScopeError(ForbiddenError):
    """The client's key lacks the scope."""

    code = "insufficient_scope"
    title = "Not among this key's rights"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This client key lacks the scope {scope}.", scope=scope)


class UnknownScopeError(InvalidError):
    """There is no such scope; the sentence lists the scopes."""

    code = "unknown_scope"

    def __init__(self, scope: str, scopes: Iterable[str]) -> None:
        listed = ", ".join(scopes)
        super().__init__(f"There is no scope {scope!r}. The scopes are: {listed}.", scope=scope)


class ClientInvalidError(InvalidError):
    """The kind, the store or the country is not valid."""

    code = "client_invalid"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, field=field)
        self.field = field


class ClientNotFoundError(NotFoundError):
    """There is no client of that id."""

    code = "client_not_found"

    def __init__(self, client_id: str) -> None:
        super().__init__(f"There is no client {client_id}.", client_id=client_id)


class ClientRevokedError(RefusedError):
    """A revoked client stays revoked; its store gets a new one."""

    code = "client_revoked"

    def __init__(self, client_id: str) -> None:
        super().__init__(
            f"The client {client_id} is not active: create a new one.", client_id=client_id
        )
