"""Builds template.yaml and deploys it to the emulator with the SAM CLI if anything has changed."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.local.processes import last_error, locked
from infra.local.settings import Settings, StackError, architecture

# All inputs of `sam build`. This package and the demo data are not deployed.
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
    """A digest of all build inputs and of the target architecture."""
    digest = hashlib.sha256(architecture().encode())
    for path in _source_files(settings.root):
        digest.update(f"{path.relative_to(settings.root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def first_deploy_failed(settings: Settings) -> bool:
    """Whether the first deployment never completed. CloudFormation cannot update such a stack."""
    return _status(settings) in UNFINISHED_STATUSES


def build(settings: Settings, *, force: bool = False) -> bool:
    """Run `sam build` unless its inputs are unchanged. Returns whether it ran."""
    if not (settings.root / "template.yaml").exists():
        raise StackError("template.yaml is missing: run this command in a checkout of the project.")
    sources = fingerprint(settings)
    marker = settings.build_directory / ".sources"
    with locked(settings.build_directory.parent / "build.lock"):
        if not force and marker.exists() and marker.read_text() == sources:
            return False
        marker.unlink(missing_ok=True)
        _sam(settings, "build", ["build", "--cached", "--parallel"], settings.parameters)
        marker.write_text(sources)
    return True


def deploy(settings: Settings) -> bool:
    """Deploy the build unless it is already deployed. Returns whether it deployed."""
    chosen = settings.parameters | {"SecretNames": secret_names(_stack(settings))}
    build_digest = _digest(fingerprint(settings), *map("=".join, chosen.items()))
    if _status(settings) in DEPLOYED_STATUSES and _deployed_digest() == build_digest:
        return False
    bucket = _artifacts_bucket(settings)
    target = [
        *("--template-file", str(settings.build_directory / "template.yaml")),
        *("--stack-name", settings.stack_name),
        *("--s3-bucket", bucket),
    ]
    with locked(settings.build_directory.parent / "build.lock"):
        _sam(settings, "deploy", ["deploy", "--no-progressbar", *target], chosen)
    boto3.client("ssm").put_parameter(
        Name=DEPLOYED_PARAMETER, Value=build_digest, Type="String", Overwrite=True
    )
    return True


def outputs(settings: Settings) -> dict[str, str]:
    """The stack's output values, by key."""
    stack = boto3.client("cloudformation").describe_stacks(StackName=settings.stack_name)
    stack_outputs = stack["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in stack_outputs}


def api_url(settings: Settings, api: str = "Api") -> str:
    """A REST API's address by its id, for clients that cannot use its host name."""
    api_id = _physical_id(settings, api)
    return f"{settings.endpoint_url}/_aws/execute-api/{api_id}/live"


def secret(settings: Settings, name: str, member: str) -> str:
    """That member of a secret of the stack, which CloudFormation made."""
    stored = boto3.client("secretsmanager").get_secret_value(SecretId=_physical_id(settings, name))
    return str(json.loads(stored["SecretString"])[member])


def _physical_id(settings: Settings, logical_id: str) -> str:
    resource = boto3.client("cloudformation").describe_stack_resource(
        StackName=settings.stack_name, LogicalResourceId=logical_id
    )
    return str(resource["StackResourceDetail"]["PhysicalResourceId"])


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        top = root / name
        paths = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in paths:
            if path.is_file() and path.suffix != ".pyc":
                yield path


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _stack(settings: Settings) -> Mapping[str, Any]:
    """CloudFormation's description of the stack; empty if there is none."""
    try:
        response = boto3.client("cloudformation").describe_stacks(StackName=settings.stack_name)
    except ClientError:
        return {}
    return dict(response["Stacks"][0])


def _status(settings: Settings) -> str:
    return str(_stack(settings).get("StackStatus", ""))


def secret_names(stack: Mapping[str, Any]) -> str:
    """SecretNames for this stack: what it was made with, so that it keeps its keys."""
    if stack.get("StackStatus") not in DEPLOYED_STATUSES:
        return "generated"
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}
    return str(given.get("SecretNames", "fixed"))


def _deployed_digest() -> str:
    # Stored in the emulator, so that restoring an older snapshot restores it too.
    try:
        response = boto3.client("ssm").get_parameter(Name=DEPLOYED_PARAMETER)
    except ClientError:
        return ""
    return str(response["Parameter"]["Value"])


def _artifacts_bucket(settings: Settings) -> str:
    storage = boto3.client("s3")
    name = f"{settings.stack_name}-artifacts"
    if name not in {bucket["Name"] for bucket in storage.list_buckets()["Buckets"]}:
        storage.create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": settings.region}
        )
    return name


def _sam(
    settings: Settings, step: str, arguments: list[str], parameters: Mapping[str, str]
) -> None:
    sam = settings.tool("sam", "sam")
    log = settings.log(step)
    configuration = ("--config-env", "local", "--config-file", settings.root / "samconfig.toml")
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    with log.open("wb") as output:
        completed = subprocess.run(
            [sam, *arguments, *configuration, "--parameter-overrides", *overrides],
            cwd=settings.root,
            env=_sam_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if completed.returncode:
        reason = last_error(log)
        if "create/update the stack" in reason:
            reason = _failed_resource(settings) or reason
        raise StackError(
            f"sam {step} failed: {reason} Fix the problem and try again. "
            f"The full log is {settings.shown(log)}."
        )


def _failed_resource(settings: Settings) -> str:
    """The most recent failed resource in the stack's events, with the reason."""
    try:
        response = boto3.client("cloudformation").describe_stack_events(
            StackName=settings.stack_name
        )
    except ClientError:
        return ""
    for event in response["StackEvents"]:
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
