"""Structured logs: ids, codes and numbers, and nothing personal."""

import traceback
from pathlib import PurePath

from aws_lambda_powertools import Logger

from aftercare.kernel.errors import AftercareError

logger = Logger()


def failure(error: BaseException) -> dict[str, object]:
    """An error as a log line may show it: kind, code, place, and the invalid field if there is one.

    Never its message, which may quote somebody's address.
    """
    frames = traceback.extract_tb(error.__traceback__)
    shown: dict[str, object] = {
        "error": type(error).__name__,
        "code": _code(error),
        "at": [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, AftercareError) and "field" in error.facts:
        shown["field"] = error.facts["field"]
    return shown


def _code(error: BaseException) -> str:
    if isinstance(error, AftercareError):
        return error.code
    # Recognises botocore's ClientError and pynamodb's wrapper by their attributes: a function that
    # answers without a table loads neither.
    if operation := getattr(error, "operation_name", ""):
        response = getattr(error, "response", {})
        return f"{operation}: {response.get('Error', {}).get('Code', '')}"
    cause = getattr(error, "cause", None) or error.__cause__
    return _code(cause) if isinstance(cause, BaseException) else ""
