"""Gives a store's or partner's system its key, replaces it or revokes it."""

import re
from argparse import Namespace
from dataclasses import dataclass

import boto3

from aftercare.clients.service import ClientService
from aftercare.clients.wiring import ClientsConfig, client_service
from aftercare.kernel.actor import Actor
from infra.operator.asking import actor_of, confirm, first_of
from infra.operator.target import Target, target
from infra.operator.usage_plans import UsagePlans, usage_plans

_SEPARATORS = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class ClientDesk:
    """The clients of one stack, and what the gateway counts their requests by."""

    service: ClientService
    plans: UsagePlans
    actor: Actor

    def issue(self, kind: str, store_id: str, country: str, scopes: str) -> str:
        """Creates a client; returns its id and key. Scopes are separated by commas or spaces."""
        names = [scope for scope in _SEPARATORS.split(scopes) if scope]
        made, key = self.service.issue(
            kind, store_id, country, names, self.plans.enter, actor=self.actor
        )
        what = f"{made.kind} {made.store_id} {made.country}".rstrip()
        return f"Client  {made.client_id}  ({what}: {made.scopes_text})\n{_shown_once(key)}"

    def reissue(self, client_id: str) -> str:
        """Gives the client another key and returns it."""
        key = self.service.reissue(client_id, actor=self.actor)
        return f"The old key of {client_id} stops within 5 minutes.\n{_shown_once(key)}"

    def revoke(self, client_id: str) -> str:
        """Revokes the client, and has the gateway refuse it at once."""
        revoked = self.service.revoke(client_id, actor=self.actor)
        self.plans.leave(revoked)
        return f"The client {client_id} of {revoked.store_id} is revoked; its key no longer works."


def issue(arguments: Namespace) -> None:
    """Create the client and print its key."""
    kind, store, scopes = arguments.kind, arguments.store.strip(), arguments.scopes.strip()
    stack = target(arguments)
    desk = client_desk(stack, actor_of(arguments))
    first = first_of(f"client of a {kind}", store, desk.plans.stores())
    confirm(arguments, stack, f"give the {kind} {store} a client key for {scopes}", unusual=first)
    print(desk.issue(kind, store, arguments.country.strip(), scopes))


def revoke(arguments: Namespace) -> None:
    """Revoke the client; nothing takes that back."""
    stack = target(arguments)
    confirm(arguments, stack, f"revoke the client {arguments.client}, for good")
    print(client_desk(stack, actor_of(arguments)).revoke(arguments.client))


def reissue(arguments: Namespace) -> None:
    """Give the client a new key and print it; the old one stops working."""
    stack = target(arguments)
    confirm(arguments, stack, f"replace the key of the client {arguments.client}")
    print(client_desk(stack, actor_of(arguments)).reissue(arguments.client))


def client_desk(stack: Target, actor: Actor) -> ClientDesk:
    service = client_service(ClientsConfig(stack.output("ClientsTable")))
    gateway = boto3.client("apigateway")
    plans = usage_plans(gateway, stack.outputs)
    return ClientDesk(service, plans, actor)


def _shown_once(key: str) -> str:
    return f"Key     {key}\n\nKeep it safe now: only its hash is stored, it can't be shown again."
