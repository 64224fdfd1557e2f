"""A handler that does nothing, to measure the interpreter's start."""

from typing import Any


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {"statusCode": 200, "body": "{}"}
