"""Keeps the emulator's state on disk so that a kill loses seconds and a restart loses no event.

MiniStack saves on a clean stop only, file by file; it forgets stream records not yet delivered and
hides messages that a worker held. A snapshot here is a directory written beside the old one; the
`current` link moves to it in one step.
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

# A consumer's place is captured before its queue, and both before the tables they lead to: a
# snapshot may hand an event over twice, it never loses one.
FIRST, LAST = ("lambda", "sqs"), "dynamodb"


class Snapshots:
    """The chain of state directories below one root."""

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

    def extend(self) -> None:
        """Have the services save what they would lose; call it before any state is loaded."""
        self._prune_code = lambda_svc._prune_orphan_code_blobs
        lambda_svc.CODE_BLOB_DIR = str(self._root / "lambda-blobs")
        lambda_svc._prune_orphan_code_blobs = self._code_in_use.update
        _around(lambda_svc, self._externalize_layers, _internalize_layers)
        _around(dynamodb, _add_streams, _restore_streams)
        _around(sqs, _as_it_is, _release_messages)
        _around(cloudformation, _as_it_is, _end_cut_off_updates)

    async def take(self, services: Services) -> bool:
        """Snapshot a running emulator; false if it has to be repeated."""
        try:
            states = self._capture(services)
            await asyncio.to_thread(self._write, states)
        except (RuntimeError, OSError, TypeError, ValueError):
            logger.exception("Snapshot failed; the last one stays")
            return False
        return True

    def save(self, services: Services) -> None:
        """Save on exit, in place of MiniStack's save_all."""
        self._write(self._capture(services))

    def _capture(self, services: Services) -> dict[str, State]:
        # On the event loop, where requests are served: none of them is halfway.
        order = sorted(services, key=lambda name: (name not in FIRST, name == LAST, name))
        self._code_in_use.clear()
        states = {name: _settled(services[name]) for name in order}
        return {name: state for name, state in states.items() if state is not None}

    def _write(self, states: dict[str, State]) -> None:
        self._publish(states)
        self._prune_code(set(self._code_in_use))

    def _publish(self, states: dict[str, State]) -> None:
        fresh = self._root / f"snapshot-{time.time_ns()}"
        fresh.mkdir(mode=0o700)
        if self._link.exists():
            for kept in self._link.glob("*.json"):
                os.link(kept, fresh / kept.name)
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
    """Queue URLs and the like carry the port they were made at; change it in every file."""
    before = (snapshot / "port").read_text()
    if before == str(port):
        return
    for path in snapshot.glob("*.json"):
        text = re.sub(rf"\b(localhost|127\.0\.0\.1):{before}\b", rf"\g<1>:{port}", path.read_text())
        pending = path.with_suffix(".tmp")
        pending.write_text(text)
        pending.replace(path)
    (snapshot / "port").write_text(str(port))


def _write_state(path: Path, service: str, state: State) -> None:
    version = persistence._state_format_version(service)
    document = {"__ministack_format__": version, "payload": state}
    path.unlink(missing_ok=True)
    path.write_text(json.dumps(document, default=persistence._json_default))


def _settled(read: Callable[[], State | None], attempts: int = 5) -> State | None:
    """A worker thread may change a dictionary while it is copied: copy again."""
    for _ in range(attempts - 1):
        try:
            return read()
        except RuntimeError:
            time.sleep(0.01)
    return read()


def _around(
    service: ModuleType, on_save: Callable[[State], State], on_load: Callable[[State], State]
) -> None:
    save, load = service.get_state, service.load_persisted_state
    vars(service)["get_state"] = lambda: on_save(save())
    vars(service)["load_persisted_state"] = lambda state: load(on_load(state))


def _as_it_is(state: State) -> State:
    return state


def _end_cut_off_updates(state: State) -> State:
    """No process is updating the stack any more; the next deploy completes it."""
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
    """Save the records that some consumer has not taken yet, and where they start."""
    records, trimmed = AccountRegionScopedDict(), AccountRegionScopedDict()
    for scope, kept in dynamodb._stream_records.all_items():
        start = dynamodb._stream_trimmed._data.get(scope, 0)
        taken = min(_positions(scope), default=start + len(kept))
        records._data[scope] = copy.deepcopy(kept[max(0, taken - start) :])
        trimmed._data[scope] = max(taken, start)
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
    """No worker holds these messages any more: make them visible without waiting."""
    now = time.time()
    for queue in state["queues"]._data.values():
        for message in queue["messages"]:
            if message.get("receipt_handle"):
                message["visible_at"] = min(message["visible_at"], now)
    return state
