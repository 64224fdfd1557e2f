"""Captures the log lines of a function."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aftercare.kernel.observe import logger


class Log(io.StringIO):
    """All text logged so far; `lines` are the structured lines."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().split("\n") if line[:1] == "{"]


@contextmanager
def logged() -> Iterator[Log]:
    """Captures our structured lines and libraries' lines on the root logger, as Lambda does."""
    log = Log()
    others = logging.StreamHandler(log)
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    usual = handler.setStream(log)
    logging.getLogger().addHandler(others)
    try:
        yield log
    finally:
        logging.getLogger().removeHandler(others)
        handler.setStream(usual)
