"""Members' cards on the deployed stack, made with its own key."""

import json

from aftercare.members.cards import CardService
from aftercare.members.wiring import MembersConfig, card_service
from tests.fakes.stack.local_stacks import LocalStack


def cards_of(stack: LocalStack) -> CardService:
    """The stack's cards, for who has its emulator's settings."""

    def key() -> bytes:
        kept = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["CardSecret"])
        return str(json.loads(kept["SecretString"])["key"]).encode()

    return card_service(MembersConfig(stack.outputs["MembersTable"]), key)
