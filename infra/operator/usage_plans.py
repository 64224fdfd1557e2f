"""The gateway counts each client's requests by an API key of the client's own, in a usage plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftercare.clients.model import Client, Kind


@dataclass(frozen=True, slots=True)
class UsagePlans:
    """One plan per kind of client; `gateway` is boto3's client of API Gateway."""

    gateway: Any
    plans: Mapping[Kind, str]

    def stores(self) -> set[str]:
        """The stores and partners whose clients have a key."""
        pages = self.gateway.get_paginator("get_api_keys").paginate()
        described = (str(key.get("description", "")) for page in pages for key in page["items"])
        return {text.partition(" ")[2] for text in described}

    def enter(self, client: Client) -> None:
        """Has the gateway count the client's requests; a repeat changes nothing."""
        key_id = self._key_id(client.client_id) or self._create(client)
        try:
            self.gateway.create_usage_plan_key(
                usagePlanId=self.plans[client.kind], keyId=key_id, keyType="API_KEY"
            )
        except self.gateway.exceptions.ConflictException:
            return  # it is in the plan already

    def leave(self, client: Client) -> None:
        """Has the gateway refuse the client at once, even with an authorizer's answer cached."""
        if key_id := self._key_id(client.client_id):
            self.gateway.delete_api_key(apiKey=key_id)

    def _create(self, client: Client) -> str:
        made = self.gateway.create_api_key(
            name=client.client_id,
            description=f"{client.kind} {client.store_id}",
            value=client.usage_key,
            enabled=True,
        )
        return str(made["id"])

    def _key_id(self, name: str) -> str:
        # The query is by prefix.
        for page in self.gateway.get_paginator("get_api_keys").paginate(nameQuery=name):
            for key in page["items"]:
                if key["name"] == name:
                    return str(key["id"])
        return ""


def usage_plans(gateway: Any, outputs: Mapping[str, str]) -> UsagePlans:  # noqa: ANN401 - boto3's own
    """The plans that a deployed stack's outputs name."""
    named = {Kind.STORE: "StoreUsagePlan", Kind.PARTNER: "PartnerUsagePlan"}
    return UsagePlans(gateway, {kind: outputs[output] for kind, output in named.items()})
