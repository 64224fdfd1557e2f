"""Codes that many people check at once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.authenticity.model import History


@dataclass(slots=True)
class HotCodes:
    """The histories of codes that many check at once, for a few seconds."""

    lifetime: timedelta = timedelta(seconds=5)
    most: int = 256
    _kept: dict[str, tuple[datetime, History]] = field(default_factory=dict)

    def get(self, key: str, now: datetime) -> History | None:
        kept = self._kept.get(key)
        return kept[1] if kept and kept[0] > now else None

    def keep(self, key: str, history: History, now: datetime) -> None:
        if not history.is_hot:
            return
        if len(self._kept) >= self.most:
            self._kept.clear()
        self._kept[key] = (now + self.lifetime, history)

    def forget(self, key: str) -> None:
        self._kept.pop(key, None)
