"""Each operation asks for the scope that the OpenAPI document names."""

import pytest

from aftercare.clients.model import Scope
from tests.fakes import openapi
from tests.fakes.points_desk import NOBODY
from tests.fakes.till import Reply, Till

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
PATH = {
    "member_id": NOBODY,
    "spend_id": "s-1",
    "hold_id": "h-1",
    "reference": "N-0",
    "return_id": "R-0",
    "number": "R-0",
}
OPERATIONS = {
    (method, path): operation["security"][0]["clientKey"][0]
    for (method, path), operation in openapi.operations().items()
}


def reply_to(method: str, path: str, *scopes: str) -> Reply:
    till = Till(scopes=" ".join(scopes))
    parameters = {name: value for name, value in PATH.items() if f"{{{name}}}" in path}
    body = "{}" if method == "post" else None
    headers = {"Idempotency-Key": "k-1"}
    return till.ask(method.upper(), path, parameters, body=body, headers=headers)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_asks_for_the_scope_that_the_document_names(method: str, path: str) -> None:
    scope = OPERATIONS[method, path]
    others = [each for each in Scope if each != scope]
    assert reply_to(method, path, *others).problem == (403, "insufficient_scope")
    assert reply_to(method, path, scope).status != 403
