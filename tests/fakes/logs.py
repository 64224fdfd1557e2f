"""What a function writes to its log, caught where the function writes it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aftercare.kernel.observe import logger


class Log(io.StringIO):
    """Everything written so far; `lines` are the structured ones."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines() if line[:1] == "{"]


@contextmanager
def logged() -> Iterator[Log]:
    """Catches our structured lines, and what libraries say to the root logger, as Lambda would."""
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
