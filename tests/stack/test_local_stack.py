"""The local stack keeps its data, listens only locally, and reports errors in one line."""

import http.client
import json
import os
import signal
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.settings import ROOT
from tests.fakes.stack.local_stacks import LocalStack, await_true, free_port

pytestmark = pytest.mark.stack

SNAPSHOT_LIMIT_SECONDS = 15.0
LISTENING = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000")


class BusListener:
    """A queue that receives all events on the stack's bus and on the default bus."""

    def __init__(self, stack: LocalStack) -> None:
        self._queues = stack.client("sqs")
        self._received: list[str] = []
        self._url = self._queues.create_queue(QueueName="ear")["QueueUrl"]
        queue = self._queues.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = queue["Attributes"]["QueueArn"]
        policy = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}
        policy |= {"Action": "sqs:SendMessage", "Resource": arn}
        document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        self._queues.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": document})
        events = stack.client("events")
        for bus in ("default", stack.outputs["EventBus"]):
            pattern = json.dumps({"account": ["000000000000"]})
            events.put_rule(Name="ear", EventBusName=bus, EventPattern=pattern)
            events.put_targets(Rule="ear", EventBusName=bus, Targets=[{"Id": "ear", "Arn": arn}])

    def has_received(self, word: str) -> bool:
        fresh = self._queues.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        self._received += [message["Body"] for message in fresh.get("Messages", [])]
        return any(word in body for body in self._received)


@pytest.fixture(scope="module")
def listener(own: LocalStack) -> BusListener:
    return BusListener(own)


def commit_entry(stack: LocalStack) -> str:
    """Write a timeline entry as a store does; no function handles its type."""
    entry = f"ent_{uuid.uuid4().hex}"
    columns = {
        "pk": f"RETURN#{entry}",
        "sk": f"ENTRY#{entry}",
        "entry_id": entry,
        "entry_type": "test.noted",
        "entry_subject": "ret_00000000000000000000000000",
        "occurred_at": "2026-11-21T12:00:00+00:00",
        "entry_data": "{}",
    }
    item = {name: {"S": value} for name, value in columns.items()}
    stack.client("dynamodb").put_item(TableName=stack.outputs["ReturnsTable"], Item=item)
    return entry


def upload(stack: LocalStack) -> str:
    key = f"incoming/test/{uuid.uuid4().hex}"
    uploads = stack.outputs["UploadsBucket"]
    stack.client("s3").put_object(Bucket=uploads, Key=key, Body=b"not a picture")
    return key


def is_kept(stack: LocalStack, entry: str) -> bool:
    key = {"pk": {"S": f"RETURN#{entry}"}, "sk": {"S": f"ENTRY#{entry}"}}
    response = stack.client("dynamodb").get_item(TableName=stack.outputs["ReturnsTable"], Key=key)
    return "Item" in response


def is_taken(stack: LocalStack, queue: str) -> bool:
    """Whether the queue's function has received all messages, regardless of their results."""
    name = "ApproximateNumberOfMessages"
    queue_attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[queue], AttributeNames=[name]
    )
    return bool(queue_attributes["Attributes"][name] == "0")


def assert_new_events_flow(stack: LocalStack, listener: BusListener) -> None:
    entry, key = commit_entry(stack), upload(stack)
    await_true(lambda: listener.has_received(entry), what="table -> stream -> publisher -> bus")
    await_true(lambda: listener.has_received(key), what="bucket -> bus")
    await_true(lambda: is_taken(stack, "EvidenceQueue"), what="queue -> evidence_intake")


def keep_an_object(stack: LocalStack) -> tuple[str, bytes]:
    key, body = f"labels/{uuid.uuid4().hex}.pdf", os.urandom(2048)
    documents = stack.outputs["DocumentsBucket"]
    stack.client("s3").put_object(Bucket=documents, Key=key, Body=body)
    return key, body


def read_object(stack: LocalStack, key: str) -> bytes:
    documents = stack.outputs["DocumentsBucket"]
    answer = stack.client("s3").get_object(Bucket=documents, Key=key)
    with answer["Body"] as body:
        return bytes(body.read())


@pytest.mark.slow
def test_a_restart_keeps_the_data_and_new_events_flow(
    own: LocalStack, listener: BusListener
) -> None:
    entry = commit_entry(own)
    key, body = keep_an_object(own)
    own.down()
    assert not (own.data / "stack.json").exists()
    own.up()
    assert is_kept(own, entry)
    assert read_object(own, key) == body
    assert_new_events_flow(own, listener)


@pytest.mark.slow
def test_an_entry_committed_before_a_stop_is_published_after_the_start(
    own: LocalStack, listener: BusListener
) -> None:
    pause_streams(own, enabled=False)
    entry = commit_entry(own)
    own.down()
    own.up()
    pause_streams(own, enabled=True)
    await_true(lambda: listener.has_received(entry), what="the entry committed before the stop")


def pause_streams(stack: LocalStack, *, enabled: bool) -> None:
    functions = stack.client("lambda")
    listed = functions.list_event_source_mappings(
        FunctionName=stack.outputs["EventPublisherFunction"]
    )
    for mapping in listed["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)


@pytest.mark.slow
def test_a_kill_loses_at_most_the_last_seconds(own: LocalStack, listener: BusListener) -> None:
    entry = commit_entry(own)
    tables = own.data / "state" / "current" / "dynamodb.json"
    await_true(lambda: entry in tables.read_text(), SNAPSHOT_LIMIT_SECONDS, "the snapshot")
    os.kill(own.pid, signal.SIGKILL)
    await_true(lambda: not is_listening(own), what="the end of the emulator")
    own.up()
    assert is_kept(own, entry)
    assert_new_events_flow(own, listener)


def is_listening(stack: LocalStack) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", stack.port)) == 0


def test_seeding_again_updates_the_dates_of_the_demo_orders(stack: LocalStack) -> None:
    table, demo = stack.outputs["OrdersTable"], stack.facts["demo"]["order_number"]

    def paid() -> str:
        response = stack.client("dynamodb").get_item(
            TableName=table, Key={"order_number": {"S": demo}}, ConsistentRead=True
        )
        return str(response["Item"]["paid_at"]["S"])

    before = paid()
    assert stack.command("seed").returncode == 0
    assert paid() > before


def test_a_deploy_leaves_the_demo_data_as_it_is(stack: LocalStack) -> None:
    demo = stack.facts["demo"]
    deployed = stack.command("deploy")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert "Seeding" not in deployed.stdout
    assert stack.facts["demo"] == demo  # a code for each verdict, which each seeding makes anew


def test_a_second_start_reports_the_running_stack(stack: LocalStack) -> None:
    pid = stack.pid
    again = stack.command("up")
    assert (again.returncode, stack.pid) == (0, pid)
    assert f"already running at {stack.portal_url}" in again.stdout


def test_a_port_in_use_prints_one_line_and_leaves_nothing_running(
    stack: LocalStack, tmp_path: Path
) -> None:
    refused = LocalStack(tmp_path, stack.port).command("up")
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert line.startswith(f"error: Port {stack.port} is in use: ")
    assert not (tmp_path / "stack.json").exists()
    assert emulators_of(tmp_path) == []


def test_an_invalid_port_prints_one_line(tmp_path: Path) -> None:
    refused = LocalStack(tmp_path, 80).command("up")
    assert refused.returncode == 1
    assert refused.stderr == "error: PORT=80 is not a port: choose a number from 1024 to 65535.\n"


def test_a_stack_file_of_another_process_is_ignored(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path, free_port())
    (tmp_path / "stack.json").write_text(json.dumps({"pid": os.getpid(), "portal_url": "old"}))
    assert stack.command("down").stdout == "The stack is not running.\n"
    assert not (tmp_path / "stack.json").exists()


@pytest.fixture
def broken(tmp_path: Path) -> LocalStack:
    """A checkout whose template cannot be deployed."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("infra", "samconfig.toml", ".venv", ".tools"):
        (checkout / name).symlink_to(ROOT / name)
    resources = {"Thing": {"Type": "AWS::Nope::Thing"}}
    (checkout / "template.yaml").write_text(json.dumps({"Resources": resources}))
    return LocalStack(tmp_path / "data", free_port(), checkout)


def test_a_failed_deploy_prints_one_line_and_leaves_nothing_running(broken: LocalStack) -> None:
    failed = broken.command("up")
    assert failed.returncode == 1
    [line] = failed.stderr.splitlines()
    assert line.startswith("error: sam deploy failed: ")
    assert "Unrecognized resource types: [AWS::Nope::Thing]" in line
    assert f"{broken.data}/logs/deploy.log" in line
    assert not (broken.data / "stack.json").exists()
    assert emulators_of(broken.data) == []


def test_a_missing_tool_prints_one_line_and_leaves_nothing_running(broken: LocalStack) -> None:
    (broken.checkout / ".tools").unlink()
    failed = broken.command("up")
    assert failed.returncode == 1
    missing = ".tools/ministack/bin/python"
    assert failed.stderr == f"error: {missing} is missing: run `make setup`.\n"
    assert emulators_of(broken.data) == []


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:{port}", None, 200),
        ("127.0.0.1:{port}", "http://localhost:{port}", 200),
        ("app.localhost:{port}", "http://app.localhost:{port}", 200),
        ("127.0.0.1:{port}", "https://shop.example", 403),
        ("127.0.0.1:{port}", "http://localhost:1", 403),
        ("127.0.0.1:{port}", "null", 403),
        ("rebound.example:{port}", None, 403),
        ("127.0.0.1.rebound.example:{port}", None, 403),
        ("localhost:1", None, 403),
    ],
)
def test_only_our_own_origins_are_accepted(
    stack: LocalStack, host: str, origin: str | None, status: int
) -> None:
    headers = {"Host": host.format(port=stack.port)}
    if origin:
        headers["Origin"] = origin.format(port=stack.port)
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    connection.request("GET", "/_ministack/health", headers=headers)
    assert connection.getresponse().status == status
    connection.close()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's socket tables")
def test_all_sockets_listen_on_loopback_only(stack: LocalStack) -> None:
    listening = list(listening_addresses(stack.pid))
    assert f"0100007F:{stack.port:04X}" in listening
    assert [address for address in listening if not address.startswith(LOOPBACK)] == []


def listening_addresses(session: int) -> Iterator[str]:
    """The local addresses that the session's processes listen on, as the kernel prints them."""
    sockets = {inode for pid in members(session) for inode in socket_inodes(pid)}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            waits = columns[3] == LISTENING or table.startswith("udp")
            if waits and columns[9] in sockets:
                yield columns[1]


def members(session: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if session_of(pid) == session]


def session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def socket_inodes(pid: int) -> Iterator[str]:
    try:
        files = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return
    yield from (file[8:-1] for file in files if file.startswith("socket:["))


def emulators_of(data: Path) -> list[dict[str, Any]]:
    emulators = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_text()
        except OSError:
            continue
        if str(data) in command and "infra.local.emulator" in command:
            emulators.append({"pid": path.parent.name, "command": command})
    return emulators
