"""Seeds the demo store's client and keeps its key in the emulator across starts."""

from collections.abc import Callable, Mapping

import boto3
from botocore.exceptions import ClientError

from aftercare.clients.errors import UnknownKeyError
from aftercare.clients.model import Client, Scope
from aftercare.clients.wiring import ClientsConfig, client_service
from aftercare.kernel.actor import operator

_PARAMETER = "/local-stack/demo-store-key"


def seed(outputs: Mapping[str, str], enrol: Callable[[Client], None]) -> str:
    """The API key of the demo store's client, which has all scopes: a new one if there are more."""
    parameters = boto3.client("ssm")
    service = client_service(ClientsConfig(outputs["ClientsTable"]))
    try:
        kept = str(parameters.get_parameter(Name=_PARAMETER)["Parameter"]["Value"])
        if service.authenticate(kept).scopes >= set(Scope):
            return kept
    except UnknownKeyError:
        pass  # of a table that was made anew
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
    _, key = service.issue("store", "S-0412", "US", Scope, enrol, actor=operator("seed"))
    parameters.put_parameter(Name=_PARAMETER, Value=key, Type="String", Overwrite=True)
    return key
