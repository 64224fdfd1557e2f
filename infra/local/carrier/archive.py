"""Keeps a seller's shipments in files, so that it knows after a restart what it sold."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Archive:
    """One file for each shipment, written whole or not at all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    def kept(self) -> list[dict[str, Any]]:
        """Every shipment, the oldest first."""
        return [json.loads(path.read_text()) for path in sorted(self._directory.glob("shp_*.json"))]

    def keep(self, shipment: Mapping[str, Any]) -> None:
        """Writes a shipment in the place of what was kept of it."""
        path = self._directory / f"{shipment['id']}.json"
        pending = path.with_suffix(".tmp")
        pending.write_text(json.dumps(shipment))
        pending.replace(path)
