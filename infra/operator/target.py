"""The stack that a command is for: the local one, or a deployed one."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import AftercareError
from infra.local.processes import running_stack
from infra.local.settings import StackError, from_environment


@dataclass(frozen=True)
class Target:
    """A stack by its outputs."""

    name: str
    outputs: Mapping[str, str]
    session: boto3.session.Session

    def secret(self, name: str) -> str:
        """The present text of a secret of the template; it stays in this process."""
        secrets = self.session.client("secretsmanager")
        return secrets.get_secret_value(SecretId=self.output(name))["SecretString"]

    def output(self, name: str) -> str:
        """The name that AWS gave to a resource of the template."""
        if name not in self.outputs:
            raise StackError(f"There is no {name} in {self.name} yet: deploy this version first.")
        return self.outputs[name]


def target(arguments: Namespace) -> Target:
    """The stack that --stack names; from now on this process's AWS clients talk to it."""
    return _deployed(arguments.stack) if arguments.stack else _local()


def run(command: Callable[[Namespace], None], arguments: Namespace) -> None:
    """Carries the command out; a failure is one line and exit code 1."""
    try:
        command(arguments)
    except (StackError, AftercareError, OSError) as error:
        sys.exit(f"error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"error: AWS refused the request: {error}")
    except PynamoDBException as error:
        sys.exit(f"error: AWS refused the request: {error.cause or error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _local() -> Target:
    settings = from_environment()
    stack = running_stack(settings)
    if not stack:
        raise StackError("The stack is not running: `make up` starts it.")
    port = int(stack["endpoint_url"].rpartition(":")[2])
    os.environ.update(replace(settings, port=port).aws_environment)
    return Target("the local stack", stack["outputs"], boto3.session.Session())


def _deployed(name: str) -> Target:
    if region := os.environ.get("AWS_REGION"):  # which boto3 alone does not read
        os.environ.setdefault("AWS_DEFAULT_REGION", region)
    session = boto3.session.Session()
    try:
        answer = session.client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise StackError(f"There is no stack {name} in this account and region.") from None
        raise
    listed = answer["Stacks"][0].get("Outputs", [])
    outputs = {output["OutputKey"]: output["OutputValue"] for output in listed}
    return Target(f"the stack {name}", outputs, session)
