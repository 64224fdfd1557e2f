"""Which client asks, for which store, and whether it may."""

from chalice.app import Request

from aftercare.clients.model import Scope, require
from aftercare.points.request import Caller
from aftercare.web.api import client_of, required_key_of


def caller_of(request: Request, scope: Scope = Scope.POINTS_WRITE) -> Caller:
    """Whose request to write this is, and by which key it is known when it comes again."""
    require_scope(request, scope)
    return Caller(client_of(request)["client_id"], required_key_of(request))


def store_of(request: Request) -> str:
    return client_of(request)["store_id"]


def require_scope(request: Request, scope: Scope) -> None:
    require(client_of(request).get("scopes", ""), scope)
