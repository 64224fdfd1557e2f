"""Structured logs: ids, codes and numbers, and nothing personal."""

import json
import traceback
from logging import LogRecord
from pathlib import PurePath

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import RESERVED_LOG_ATTRS, LambdaPowertoolsFormatter

from aftercare.kernel.errors import AftercareError

_OF_LOGGING = frozenset(RESERVED_LOG_ATTRS)
_JSON = frozenset({"true", "false", "null", "NaN", "Infinity"})
_encoded = json.JSONEncoder(default=str, separators=(",", ":"), ensure_ascii=False).encode


class Lines(LambdaPowertoolsFormatter):
    """Powertools' lines, the same ones, for less: what they may contain beside ours is not tried.

    Two lines were half of the processor time of a check. A record with a traceback, or with
    arguments, is Powertools' own.
    """

    def format(self, record: LogRecord) -> str:
        if record.exc_info or record.args or self.json_indent or not _is_words(record.msg):
            return super().format(record)
        line: dict[str, object] = {
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.msg,
            "timestamp": self.formatTime(record),
        }
        line |= {name: value for name, value in self.log_format.items() if name not in line}
        line |= {name: value for name, value in vars(record).items() if name not in _OF_LOGGING}
        line["xray_trace_id"] = self._get_latest_trace_id()
        return _encoded({name: value for name, value in line.items() if value is not None})


def _is_words(message: object) -> bool:
    """Whether it is a plain message: Powertools reads one that is JSON."""
    return isinstance(message, str) and message[:1].isalpha() and message not in _JSON


logger = Logger(logger_formatter=Lines())


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
