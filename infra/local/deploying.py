"""Builds template.yaml and deploys it to the emulator with the SAM CLI, when anything changed."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

from infra.local.processes import last_error, locked
from infra.local.settings import Settings, StackError, architecture

# Everything `sam build` reads. The launcher and the demo data are not deployed.
SOURCES = ("template.yaml", "samconfig.toml", "functions", "layers")
DEPLOYED_STATUSES = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
DEPLOYED_PARAMETER = "/local-stack/deployed"
UNFINISHED_STATUSES = (
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
)


def fingerprint(settings: Settings) -> str:
    """A digest of every file the build reads and of the machine it builds for."""
    digest = hashlib.sha256(architecture().encode())
    for path in _source_files(settings.root):
        digest.update(f"{path.relative_to(settings.root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def never_finished(settings: Settings) -> bool:
    """Whether the first deploy failed or was cut off; CloudFormation touches no such stack."""
    return _status(settings) in UNFINISHED_STATUSES


def build(settings: Settings, *, force: bool = False) -> bool:
    """Run `sam build` unless the last build has the same sources; true when it ran."""
    if not (settings.root / "template.yaml").exists():
        raise StackError("template.yaml is missing: run this in a checkout of the project.")
    sources = fingerprint(settings)
    marker = settings.build_directory / ".sources"
    with locked(settings.build_directory.parent / "build.lock"):
        if not force and marker.exists() and marker.read_text() == sources:
            return False
        marker.unlink(missing_ok=True)
        _sam(settings, "build", ["build", "--cached", "--parallel"])
        marker.write_text(sources)
    return True


def deploy(settings: Settings) -> bool:
    """Deploy the build unless it is deployed already; true when it ran."""
    wanted = _digest(fingerprint(settings), *map("=".join, settings.parameters.items()))
    if _status(settings) in DEPLOYED_STATUSES and _deployed() == wanted:
        return False
    bucket = _artifacts_bucket(settings)
    where = [
        *("--template-file", str(settings.build_directory / "template.yaml")),
        *("--stack-name", settings.stack_name),
        *("--s3-bucket", bucket),
    ]
    with locked(settings.build_directory.parent / "build.lock"):
        _sam(settings, "deploy", ["deploy", "--no-progressbar", *where])
    boto3.client("ssm").put_parameter(
        Name=DEPLOYED_PARAMETER, Value=wanted, Type="String", Overwrite=True
    )
    return True


def outputs(settings: Settings) -> dict[str, str]:
    """The stack's outputs by key."""
    stack = boto3.client("cloudformation").describe_stacks(StackName=settings.stack_name)
    listed = stack["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in listed}


def api_url(settings: Settings) -> str:
    """The REST API by its id, as a client without the portal's host name reaches it."""
    listed = boto3.client("cloudformation").describe_stack_resources(StackName=settings.stack_name)[
        "StackResources"
    ]
    ids = {resource["ResourceType"]: resource["PhysicalResourceId"] for resource in listed}
    api, stage = ids["AWS::ApiGateway::RestApi"], ids["AWS::ApiGateway::Stage"]
    return f"{settings.endpoint_url}/_aws/execute-api/{api}/{stage.rsplit('|')[-1]}"


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        top = root / name
        paths = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in paths:
            if path.is_file() and path.suffix != ".pyc":
                yield path


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _status(settings: Settings) -> str:
    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=settings.stack_name)
    except ClientError:
        return ""
    return str(answer["Stacks"][0]["StackStatus"])


def _deployed() -> str:
    # Kept in the emulator, so that it is restored together with an older snapshot.
    try:
        answer = boto3.client("ssm").get_parameter(Name=DEPLOYED_PARAMETER)
    except ClientError:
        return ""
    return str(answer["Parameter"]["Value"])


def _artifacts_bucket(settings: Settings) -> str:
    storage = boto3.client("s3")
    name = f"{settings.stack_name}-artifacts"
    if name not in {bucket["Name"] for bucket in storage.list_buckets()["Buckets"]}:
        storage.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": settings.region}
        )
    return name


def _sam(settings: Settings, step: str, arguments: list[str]) -> None:
    sam = settings.tool("sam", "sam")
    log = settings.log(step)
    configuration = ("--config-env", "local", "--config-file", settings.root / "samconfig.toml")
    overrides = [f"{name}={value}" for name, value in settings.parameters.items()]
    with log.open("wb") as output:
        finished = subprocess.run(
            [sam, *arguments, *configuration, "--parameter-overrides", *overrides],
            cwd=settings.root,
            env=_sam_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if finished.returncode:
        reason = last_error(log)
        if "create/update the stack" in reason:
            reason = _failed_resource(settings) or reason
        raise StackError(
            f"sam {step} failed: {reason} Fix it and start again; "
            f"all of it is in {settings.shown(log)}."
        )


def _failed_resource(settings: Settings) -> str:
    """The latest failure in the stack's events."""
    try:
        listed = boto3.client("cloudformation").describe_stack_events(StackName=settings.stack_name)
    except ClientError:
        return ""
    for event in listed["StackEvents"]:
        reason = event.get("ResourceStatusReason", "")
        if event.get("ResourceStatus", "").endswith("_FAILED") and "cancel" not in reason.lower():
            return f"{event.get('LogicalResourceId')}: {reason.rstrip('.')}."
    return ""


def _sam_environment(settings: Settings) -> dict[str, str]:
    environment = os.environ | settings.aws_environment | {"ARCHITECTURE": architecture()}
    tools = [str(settings.root / ".venv" / "bin"), str(settings.root / ".tools" / "uv" / "bin")]
    environment["PATH"] = os.pathsep.join([*tools, environment.get("PATH", os.defpath)])
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "AWS_PROFILE"):
        environment.pop(name, None)
    return environment
