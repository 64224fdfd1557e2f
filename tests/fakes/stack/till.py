"""A store's till on the deployed API, with its key and open connections."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import urllib3

MOST_AT_ONCE = 16


@dataclass(frozen=True)
class Till:
    """Checks codes as a store's system does."""

    url: str
    key: str
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(maxsize=MOST_AT_ONCE)
    )

    def check(self, code: str) -> dict[str, Any]:
        """Returns the response; fails on a problem."""
        answer = self.pool.request(
            "POST",
            f"{self.url}/authenticity/checks",
            body=json.dumps({"code": code}),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
            retries=False,
        )
        assert answer.status == 200, answer.data
        parsed: dict[str, Any] = json.loads(answer.data)
        return parsed

    def look_up(self, reference: str) -> dict[str, Any]:
        answer = self.pool.request(
            "GET",
            f"{self.url}/authenticity/checks/{reference}",
            headers={"Authorization": f"Bearer {self.key}"},
            retries=False,
        )
        assert answer.status == 200, answer.data
        parsed: dict[str, Any] = json.loads(answer.data)
        return parsed

    def balance(self, member_id: str) -> dict[str, Any]:
        """Returns a member's balance; fails on a problem."""
        answer = self.ask("GET", f"/points/{member_id}")
        assert answer.status == 200, answer.data
        parsed: dict[str, Any] = answer.json()
        return parsed

    def move(
        self, path: str, key: str, body: dict[str, Any] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Requests an operation on a member's points, with an Idempotency-Key."""
        return self.ask("POST", f"/points/{path}", body or {}, {"Idempotency-Key": key})

    def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        shown = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        return self.pool.request(
            method, f"{self.url}{path}", json=body, headers=shown, retries=False
        )

    def timed(self, code: str) -> tuple[dict[str, Any], float]:
        """The response and its time in seconds."""
        started = time.perf_counter()
        answer = self.check(code)
        return answer, time.perf_counter() - started
