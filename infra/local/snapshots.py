"""Saves the emulator's state, so that a kill loses only seconds and a restart loses no event.

MiniStack saves only on a clean stop, file by file. It does not save undelivered stream records, and
messages that a worker had received stay hidden. A snapshot is a new directory beside the previous
one; the `current` link then switches to it atomically.
"""

import asyncio
import copy
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudformation, dynamodb, lambda_svc, sqs

type State = dict[str, Any]
type Services = dict[str, Callable[[], State | None]]

logger = logging.getLogger(__name__)

# Consumers' positions are captured before the queues, and both before the tables: after a restore,
# an event may be delivered twice but is never lost.
FIRST, LAST = ("lambda", "sqs"), "dynamodb"


class Snapshots:
    """The snapshot directories below one root."""

    def __init__(self, root: Path, port: int) -> None:
        self._root = root
        self._port = port
        self._link = root / "current"
        self._code_in_use: set[str] = set()
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._link.exists():
            _move_to_port(self._link, port)
        else:
            self._publish({})
        persistence.STATE_DIR = str(self._link)

    def install(self) -> None:
        """Make MiniStack save and restore its whole state. Call before any state is loaded."""
        self._prune_code = lambda_svc._prune_orphan_code_blobs
        lambda_svc.CODE_BLOB_DIR = str(self._root / "lambda-blobs")
        lambda_svc._prune_orphan_code_blobs = self._code_in_use.update
        _wrap_state(lambda_svc, self._externalize_layers, _internalize_layers)
        _wrap_state(dynamodb, _add_streams, _restore_streams)
        _wrap_state(sqs, _unchanged, _release_messages)
        _wrap_state(cloudformation, _unchanged, _end_interrupted_updates)

    async def take(self, services: Services) -> bool:
        """Save a snapshot of the running emulator. Returns whether it succeeded."""
        try:
            states = self._capture(services)
            await asyncio.to_thread(self._write, states)
        except (RuntimeError, OSError, TypeError, ValueError):
            logger.exception("Snapshot failed; keeping the previous one")
            return False
        return True

    def save(self, services: Services) -> None:
        """Save at shutdown; replaces MiniStack's save_all."""
        self._write(self._capture(services))

    def _capture(self, services: Services) -> dict[str, State]:
        # This runs on the event loop that serves the requests, so no request is half done.
        order = sorted(services, key=lambda name: (name not in FIRST, name == LAST, name))
        self._code_in_use.clear()
        states = {name: _read_consistently(services[name]) for name in order}
        return {name: state for name, state in states.items() if state is not None}

    def _write(self, states: dict[str, State]) -> None:
        self._publish(states)
        self._prune_code(set(self._code_in_use))

    def _publish(self, states: dict[str, State]) -> None:
        fresh = self._root / f"snapshot-{time.time_ns()}"
        fresh.mkdir(mode=0o700)
        if self._link.exists():
            for previous in self._link.glob("*.json"):
                os.link(previous, fresh / previous.name)
        for name, state in states.items():
            _write_state(fresh / f"{name}.json", name, state)
        (fresh / "port").write_text(str(self._port))
        pending = self._root / "next"
        pending.unlink(missing_ok=True)
        pending.symlink_to(fresh.name)
        pending.replace(self._link)
        for old in self._root.glob("snapshot-*"):
            if old != fresh:
                shutil.rmtree(old, ignore_errors=True)

    def _externalize_layers(self, state: State) -> State:
        for layer in state["layers"]._data.values():
            for version in layer["versions"]:
                if isinstance(version.get("_zip_data"), bytes):
                    sha = lambda_svc._write_code_blob(version["_zip_data"])
                    version["_zip_data"] = {lambda_svc._BLOB_REF_KEY: sha}
                    self._code_in_use.add(sha)
        return state


def _move_to_port(snapshot: Path, port: int) -> None:
    """Queue URLs and similar values contain the port; replace it in every file."""
    previous_port = (snapshot / "port").read_text()
    if previous_port == str(port):
        return
    for path in snapshot.glob("*.json"):
        address = rf"\b(localhost|127\.0\.0\.1):{previous_port}\b"
        text = re.sub(address, rf"\g<1>:{port}", path.read_text())
        pending = path.with_suffix(".tmp")
        pending.write_text(text)
        pending.replace(path)
    (snapshot / "port").write_text(str(port))


def _write_state(path: Path, service: str, state: State) -> None:
    version = persistence._state_format_version(service)
    document = {"__ministack_format__": version, "payload": state}
    path.unlink(missing_ok=True)
    path.write_text(json.dumps(document, default=persistence._json_default))


def _read_consistently(read: Callable[[], State | None], attempts: int = 5) -> State | None:
    """Retry the copy if a worker thread changes a dictionary meanwhile."""
    for _ in range(attempts - 1):
        try:
            return read()
        except RuntimeError:
            time.sleep(0.01)
    return read()


def _wrap_state(
    service: ModuleType, on_save: Callable[[State], State], on_load: Callable[[State], State]
) -> None:
    save, load = service.get_state, service.load_persisted_state
    vars(service)["get_state"] = lambda: on_save(save())
    vars(service)["load_persisted_state"] = lambda state: load(on_load(state))


def _unchanged(state: State) -> State:
    return state


def _end_interrupted_updates(state: State) -> State:
    """Mark interrupted updates as rolled back, so that the next deploy can run."""
    for stack in state["stacks"]._data.values():
        if re.fullmatch(r"UPDATE_.*IN_PROGRESS", stack["StackStatus"]):
            stack["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE"
    return state


def _internalize_layers(state: State) -> State:
    for layer in state["layers"]._data.values():
        for version in layer["versions"]:
            blob = version.get("_zip_data")
            if isinstance(blob, dict):
                version["_zip_data"] = lambda_svc._read_code_blob(blob[lambda_svc._BLOB_REF_KEY])
    return state


def _add_streams(state: State) -> State:
    """Save the records that some consumer has not read yet, and the position of the first."""
    records, trimmed = AccountRegionScopedDict(), AccountRegionScopedDict()
    for scope, stored in dynamodb._stream_records.all_items():
        start = dynamodb._stream_trimmed._data.get(scope, 0)
        first_unread = min(_positions(scope), default=start + len(stored))
        records._data[scope] = copy.deepcopy(stored[max(0, first_unread - start) :])
        trimmed._data[scope] = max(first_unread, start)
    return state | {"stream_records": records, "stream_trimmed": trimmed}


def _positions(scope: tuple[str, str, str]) -> list[int]:
    account, region, table = scope
    return [
        lambda_svc._dynamodb_stream_positions._data.get(mapping, 0)
        for mapping, esm in lambda_svc._esms.all_items()
        if f":{region}:{account}:table/{table}/stream/" in esm.get("EventSourceArn", "")
    ]


def _restore_streams(state: State) -> State:
    dynamodb._stream_trimmed.update(state.pop("stream_trimmed", {}))
    dynamodb._stream_records.update(state.pop("stream_records", {}))
    return state


def _release_messages(state: State) -> State:
    """The workers that received these messages have stopped; make the messages visible now."""
    now = time.time()
    for queue in state["queues"]._data.values():
        for message in queue["messages"]:
            if message.get("receipt_handle"):
                message["visible_at"] = min(message["visible_at"], now)
    return state
