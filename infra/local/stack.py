"""Runs the local stack: `python -m infra.local.stack run|up|down|deploy|seed|build`."""

import argparse
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local import deploying, processes, warming
from infra.local.carrier import attached
from infra.local.settings import Settings, StackError, from_environment

# Of the demo data, as the emulator keeps it across starts.
SEEDED_PARAMETER = "/local-stack/demo"


def run(settings: Settings) -> None:
    """Start the stack and keep it running until Ctrl-C."""
    if stack := processes.running_stack(settings):
        raise StackError(
            f"The stack is already running at {stack['portal_url']}: `make down` stops it."
        )
    emulator = _start_stack(settings)
    print(f"\nCtrl-C stops it; the data stays in {settings.shown(settings.data)}.", flush=True)
    try:
        emulator.wait()
    except KeyboardInterrupt:
        with _step("Stopping"):
            _take_down(settings, emulator)
        return
    if settings.stack_file.exists():
        settings.stack_file.unlink()
        log = settings.shown(settings.log("emulator"))
        raise StackError(f"The emulator stopped unexpectedly: see {log}, then start it again.")


def up(settings: Settings) -> None:
    """Start the stack in the background, unless it is already running."""
    if stack := processes.running_stack(settings):
        print(f"The stack is already running at {stack['portal_url']} (pid {stack['pid']}).")
        return
    _start_stack(settings)
    print("\n`make down` stops it.")


def down(settings: Settings) -> None:
    """Stop the stack, by the pid in stack.json."""
    stack = processes.running_stack(settings)
    settings.stack_file.unlink(missing_ok=True)
    if not stack:
        print("The stack is not running.")
        return
    with _step("Stopping"):
        processes.stop_emulator(int(stack["pid"]))


def deploy(settings: Settings) -> None:
    """Build and deploy into the running stack."""
    stack = processes.running_stack(settings)
    if not stack:
        raise StackError("The stack is not running: `make up` starts it.")
    port = int(stack["endpoint_url"].rpartition(":")[2])
    # One that an earlier version started has no seller beside it.
    carrier_port = int(stack.get("carrier_url", "").rpartition(":")[2] or 0)
    running = replace(settings, port=port, carrier_port=carrier_port)
    _prepare(running)
    with processes.locked(settings.data / "stack.lock"):
        described = _deploy(running)
        processes.write_stack_file(running, described | {"pid": stack["pid"]})


def seed(settings: Settings) -> None:
    """Seed the running stack with demo data dated relative to now."""
    stack = processes.running_stack(settings)
    if not stack:
        raise StackError("The stack is not running: `make up` starts it.")
    os.environ["AWS_ENDPOINT_URL"] = stack["endpoint_url"]
    demo = _seed(stack["outputs"], stack["demo"].get("staff", {}))
    processes.write_stack_file(settings, stack | {"demo": demo})


def build(settings: Settings) -> None:
    """Write the deployable artifact to .aws-sam/build."""
    with _step("Building the functions and layers"):
        deploying.build(settings, force=True)


def _start_stack(settings: Settings) -> subprocess.Popen[bytes]:
    with processes.locked(settings.data / "stack.lock"):
        if stack := processes.running_stack(settings):
            raise StackError(f"Another process started the stack at {stack['portal_url']}.")
        settings.stack_file.unlink(missing_ok=True)
        settings = replace(settings, carrier_port=attached.port_for(settings))
        with _step("Starting the emulator"):
            emulator = _start_emulator(settings)
        try:
            described = _deploy(settings)
            processes.write_stack_file(settings, described | {"pid": emulator.pid})
        except BaseException:
            _take_down(settings, emulator)
            raise
    _print_addresses(described)
    return emulator


def _start_emulator(settings: Settings) -> subprocess.Popen[bytes]:
    emulator = processes.start_emulator(settings)
    try:
        if not deploying.first_deploy_failed(settings):
            return emulator
    except BaseException:
        _take_down(settings, emulator)
        raise
    # The first deploy failed, so there is no data to keep: start with an empty state.
    _take_down(settings, emulator)
    shutil.rmtree(settings.data / "state")
    return processes.start_emulator(settings)


def _take_down(settings: Settings, emulator: subprocess.Popen[bytes]) -> None:
    settings.stack_file.unlink(missing_ok=True)
    processes.stop_emulator(emulator.pid, emulator.poll)


def _deploy(settings: Settings) -> dict[str, Any]:
    """Build, deploy, verify the sender, seed once and warm. Returns the content of stack.json.

    Demo data that is there stays as the developer left it; `make seed` dates it anew.
    """
    with _step("Building the functions and layers") as note:
        note(deploying.build(settings))
    with _step("Deploying template.yaml") as note:
        note(deploying.deploy(settings))
    outputs = deploying.outputs(settings)
    if settings.carrier_port:
        attached.register(settings, deploying.secret(settings, "HooksSecret", "easypost"))
    boto3.client("ses").verify_email_identity(EmailAddress=settings.mail_sender)
    if demo := _kept_demo():
        demo |= {"staff": _staff(outputs, demo)}
    else:
        demo = _seed(outputs, {})
    with _step("Warming the functions"):
        warming.warm(settings, outputs, demo["store_key"])
    return {
        "portal_url": settings.portal_url,
        "api_url": deploying.api_url(settings),
        "console_url": settings.console_url,
        "console_api_url": deploying.api_url(settings, "ConsoleApi"),
        "mailbox_url": settings.mailbox_url,
        "mailbox_page_url": settings.mailbox_page_url,
        "carrier_url": settings.carrier_url,
        "endpoint_url": settings.endpoint_url,
        "region": settings.region,
        "outputs": outputs,
        "demo": demo,
    }


def _kept_demo() -> dict[str, Any]:
    """What an earlier start of this stack seeded; empty for a new one."""
    try:
        kept = boto3.client("ssm").get_parameter(Name=SEEDED_PARAMETER)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return {}
    demo: dict[str, Any] = json.loads(kept)
    return demo


def _seed(outputs: dict[str, str], staff: dict[str, Any]) -> dict[str, Any]:
    """The demo data, with the staff that is there; the tickets are answered by it."""
    with _step("Seeding demo data"):
        # Imported here because both need our package, which `_prepare` adds to the path.
        gateway = boto3.client("apigateway")
        plans = importlib.import_module("infra.operator.usage_plans").usage_plans(gateway, outputs)
        demo: dict[str, Any] = importlib.import_module("infra.seeds.demo").seed(
            outputs, plans.enter
        )
        demo["staff"] = _staff(outputs, demo | {"staff": staff})
        members = importlib.import_module("infra.seeds.staff").members(
            outputs["StaffPool"], demo["staff"]
        )
        importlib.import_module("infra.seeds.tickets").seed(outputs, members)
    return demo


def _staff(outputs: dict[str, str], demo: dict[str, Any]) -> dict[str, Any]:
    """An account of the user pool for each role; a stack from before the console gets them now."""
    accounts: dict[str, Any] = importlib.import_module("infra.seeds.staff").seed(
        outputs["StaffPool"], demo.get("staff", {})
    )
    _keep(demo | {"staff": accounts})
    return accounts


def _keep(demo: dict[str, Any]) -> None:
    boto3.client("ssm").put_parameter(
        Name=SEEDED_PARAMETER, Value=json.dumps(demo), Type="String", Overwrite=True
    )


def _print_addresses(stack: dict[str, Any]) -> None:
    print(f"\n  {'Portal':12}  {stack['portal_url']}")
    for name, value in stack["demo"].items():
        if isinstance(value, str):
            print(f"  {name.replace('_', ' ').capitalize():12}  {value}")
    print(f"  {'Console':12}  {stack['console_url']}")
    for role, account in stack["demo"]["staff"].items():
        print(f"  {role:>12}  {account['email']}  {account['password']}")
    print(f"  {'Code check':12}  {stack['portal_url']}/authenticity  (codes: .local/stack.json)")
    print(f"  {'Carrier':12}  {stack['carrier_url']}  (sells the labels: make parcel)")
    print(f"  {'Mailbox':12}  {stack['mailbox_page_url']}  (the one-time code is here)", flush=True)


class _Note:
    """Records whether a step did any work."""

    did_work = True

    def __call__(self, did_work: bool) -> None:
        self.did_work = did_work


@contextmanager
def _step(name: str) -> Iterator[_Note]:
    print(f"{name} … ", end="", flush=True)
    started, note = time.monotonic(), _Note()
    try:
        yield note
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s" if note.did_work else "nothing changed", flush=True)


def _prepare(settings: Settings) -> None:
    """Point this process's AWS clients at the emulator; make our package importable for seeds."""
    os.environ.update(settings.aws_environment)
    sys.path[:0] = [str(settings.root / "layers" / "aftercare"), str(settings.root / "functions")]


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


def main() -> None:
    """Parse the verb and run it. A failure prints one line and exits with status 1."""
    verbs = {"run": run, "up": up, "down": down, "deploy": deploy, "seed": seed, "build": build}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=verbs)
    verb = verbs[parser.parse_args().verb]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        settings = from_environment()
        _prepare(settings)
        verb(settings)
    except StackError as error:
        sys.exit(f"error: {error}")
    except (BotoCoreError, ClientError) as error:
        log = settings.shown(settings.log("emulator"))
        sys.exit(f"error: the emulator refused a request: {error} Its log is {log}.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
