"""Gives a store's or partner's system its key, or takes it back: `make client STORE=… SCOPES=…`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import boto3

from aftercare.clients.service import ClientService
from aftercare.clients.wiring import ClientsConfig, client_service
from infra.local.settings import StackError
from infra.operator.target import Target, target, tell
from infra.operator.usage_plans import UsagePlans, usage_plans

_USAGE = (
    "Say what: make client STORE=S-0412 SCOPES=authenticity:check [KIND=partner COUNTRY=US], "
    "or REVOKE=<client id>, or REISSUE=<client id>."
)
_SEPARATORS = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class ClientDesk:
    """Where an operator makes and unmakes the clients of one stack."""

    service: ClientService
    plans: UsagePlans

    def issue(self, kind: str, store_id: str, country: str, scopes: str) -> str:
        """Makes a client with those scopes, however they are separated; tells its key, once."""
        asked = [scope for scope in _SEPARATORS.split(scopes) if scope]
        made, key = self.service.issue(kind, store_id, country, asked, self.plans.enter)
        what = f"{made.kind} {made.store_id} {made.country}".rstrip()
        return f"Client  {made.client_id}  ({what}: {made.scopes_text})\n{_shown_once(key)}"

    def reissue(self, client_id: str) -> str:
        """Gives the client another key; tells it, once."""
        key = self.service.reissue(client_id)
        return f"The old key of {client_id} stops within 5 minutes.\n{_shown_once(key)}"

    def revoke(self, client_id: str) -> str:
        """Ends the client, and has the gateway forget whom it remembers."""
        gone = self.service.revoke(client_id)
        self.plans.leave(gone)
        return f"The client {client_id} of {gone.store_id} is revoked; its key opens nothing."


def client(settings: Mapping[str, str]) -> None:
    """Do what the settings ask for, and print what came of it."""
    given = {name: text.strip() for name, text in settings.items()}
    store, revoked, reissued = (given.get(name, "") for name in ("STORE", "REVOKE", "REISSUE"))
    if [store, revoked, reissued].count("") != 2:  # noqa: PLR2004 - one of the three
        raise StackError(_USAGE)
    desk = client_desk(target(settings))
    if revoked:
        print(desk.revoke(revoked))
    elif reissued:
        print(desk.reissue(reissued))
    else:
        kind, country = given.get("KIND") or "store", given.get("COUNTRY", "")
        print(desk.issue(kind, store, country, given.get("SCOPES", "")))


def client_desk(stack: Target) -> ClientDesk:
    service = client_service(ClientsConfig(stack.output("ClientsTable")))
    gateway = boto3.client("apigateway")
    plans = usage_plans(gateway, stack.outputs)
    return ClientDesk(service, plans)


def _shown_once(key: str) -> str:
    return f"Key     {key}\n\nKeep it safe now: only its hash is stored, it can't be shown again."


if __name__ == "__main__":
    tell(client)
