"""Starts a worker of each function, so that no first request is slow and none is broken unseen."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import boto3

from infra.local import processes
from infra.local.settings import Settings, StackError

# A busy machine takes long to start several workers at once.
RESPONSE_SECONDS = 90.0
SERVER_ERROR = 500
NO_ANSWER = 599
# Functions warmed by a request through the gateway; the others by an invocation without records.
HTTP = {
    "PortalFunction",
    "CheckPageFunction",
    "ConsoleFunction",
    "CodesDownloadFunction",
    "AuthenticityApiFunction",
    "PointsApiFunction",
    "ReturnsApiFunction",
    "TicketsApiFunction",
    "ClientAuthorizerFunction",
}


def warm(settings: Settings, outputs: Mapping[str, str], store_key: str) -> None:
    """Start one worker of each function.

    Raises:
        StackError: A function does not start; the message has its error.
    """
    workers = {
        key: name for key, name in outputs.items() if key.endswith("Function") and key not in HTTP
    }
    with ThreadPoolExecutor(2) as pool:
        portal = pool.submit(_await_portal, settings)
        pool.submit(_status, settings, "/authenticity")
        pool.submit(_status, settings, "/codes/none")
        pool.submit(_status_of_console, settings)
        pool.submit(_status, settings, "/authenticity/checks/none", store_key)
        pool.submit(_status, settings, "/points/none", store_key)
        list(pool.map(_start, workers, workers.values()))
        portal.result()


def _start(key: str, name: str) -> None:
    response = boto3.client("lambda").invoke(FunctionName=name, Payload=b'{"Records": []}')
    with response["Payload"] as payload:
        answer = json.load(payload)
    if response.get("FunctionError"):
        raise StackError(
            f"{key} does not start: {answer.get('errorMessage', answer)}. "
            "Fix the problem and try again."
        )


def _await_portal(settings: Settings) -> None:
    deadline = time.monotonic() + RESPONSE_SECONDS
    while (status := _status(settings, "/")) >= SERVER_ERROR and time.monotonic() < deadline:
        time.sleep(0.2)
    if status >= SERVER_ERROR:
        log = settings.log("emulator")
        raise StackError(
            f"{_trouble(status)} {processes.last_error(log, 'PortalFunction')} "
            f"Fix the problem and try again. The full log is {settings.shown(log)}."
        )


def _trouble(status: int) -> str:
    if status == NO_ANSWER:
        return f"The portal did not answer within {RESPONSE_SECONDS:.0f} s."
    return f"The portal answers with status {status}."


def _status_of_console(settings: Settings) -> int:
    # By the endpoint: not every machine's resolver knows the console's name.
    host = settings.console_url.removeprefix("http://")
    return _answered(urllib.request.Request(f"{settings.endpoint_url}/", headers={"Host": host}))  # noqa: S310


def _status(settings: Settings, path: str, key: str = "") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return _answered(urllib.request.Request(settings.portal_url + path, headers=headers))  # noqa: S310


def _answered(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request, timeout=RESPONSE_SECONDS) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return NO_ANSWER
