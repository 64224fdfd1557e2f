"""What the returns of one order have asked the shop for: one item, so that no two ask for the same.

A return writes it in the transaction that asks. Whoever asks meanwhile finds it stale, and works
out again what is left.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple, Self

from aftercare.orders.remaining import Claim, Worth
from aftercare.returns.model import Return
from aftercare.returns.remedies import claim_of
from aftercare.returns.remedy_rules import RemedyRules

_SCHEMA = 1


class Asked(NamedTuple):
    """Request id → what it takes out of the order's money. `version` is the stored one's."""

    order_number: str
    claims: Mapping[str, Claim]
    version: int | None = None

    def of(self, ret: Return, rules: RemedyRules) -> Self:
        """The same with the requests of the return as it is now."""
        others = {key: each for key, each in self.claims.items() if each.ticket != ret.ticket}
        mine = {each.settlement_id: claim_of(each, ret, rules) for each in ret.settlements}
        claims = {key: claim for key, claim in mine.items() if claim}
        return self._replace(claims={**others, **claims})

    def to_text(self) -> str:
        """As it is stored."""
        claims = {
            key: {
                "ticket": claim.ticket,
                "lines": {line_id: list(worth) for line_id, worth in claim.lines.items()},
                "rest": claim.rest,
                "kept": claim.kept,
                "by_seller": claim.by_seller,
            }
            for key, claim in self.claims.items()
        }
        return json.dumps({"schema": _SCHEMA, "claims": claims}, separators=(",", ":"))

    @classmethod
    def from_text(cls, order_number: str, text: str, version: int) -> Self:
        """What is stored; fields that this version does not know are left out."""
        claims = {
            key: Claim(
                each["ticket"],
                {line_id: Worth(*worth) for line_id, worth in each["lines"].items()},
                each["rest"],
                each["kept"],
                each["by_seller"],
            )
            for key, each in json.loads(text)["claims"].items()
        }
        return cls(order_number, claims, version)
