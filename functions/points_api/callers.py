"""Which client sends the request, for which store, and whether it may."""

from chalice.app import Request

from aftercare.clients.model import Scope, require
from aftercare.kernel.actor import Actor, client
from aftercare.points.request import Caller
from aftercare.web.api import client_of, required_key_of


def caller_of(request: Request, scope: Scope = Scope.POINTS_WRITE) -> Caller:
    """The client of a request that writes, with the key that makes a retry safe."""
    require_scope(request, scope)
    return Caller(client_of(request)["client_id"], required_key_of(request))


def actor_of(request: Request) -> Actor:
    """The client, as the actor of what it asks for."""
    return client(client_of(request)["client_id"])


def store_of(request: Request) -> str:
    return client_of(request)["store_id"]


def require_scope(request: Request, scope: Scope) -> None:
    require(client_of(request).get("scopes", ""), scope)


def finds_members(request: Request) -> bool:
    """Whether the client finds members: then it spends only what they showed (R-PTS-28)."""
    return Scope.MEMBERS_FIND in client_of(request).get("scopes", "").split()
