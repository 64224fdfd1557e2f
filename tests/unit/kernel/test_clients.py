"""No client waits for ever: connect 1 s, read 3 s, at most three attempts."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pynamodb.models import Model

import aftercare
from aftercare.kernel import aws, direct
from aftercare.kernel.config import read, setting
from aftercare.kernel.errors import ConfigurationError
from aftercare.kernel.tables import _Bound, bind
from tests.fakes.refusals import refused

pytestmark = pytest.mark.usefixtures("account")
ROOT = Path(__file__).parents[3]
SHIPPED = [*ROOT.glob("layers/aftercare/aftercare/**/*.py"), *ROOT.glob("functions/**/*.py")]


STORES = [
    ".".join(path.relative_to(ROOT / "layers" / "aftercare").with_suffix("").parts)
    for path in SHIPPED
    if path.name == "store.py"
]


def rows(of: type[Model] = Model) -> Iterator[type[Model]]:
    for row in of.__subclasses__():
        if not issubclass(row, _Bound) and row.__module__.startswith(aftercare.__name__):
            yield row  # as written; those that stores bound to their tables are left out
            yield from rows(row)


@pytest.mark.parametrize("service", aws.Service.__value__.__args__)
def test_every_client_gives_up_in_time(service: aws.Service) -> None:
    config = aws._client(service).meta.config  # type: ignore[attr-defined]
    assert (config.connect_timeout, config.read_timeout) == (1, 3)
    assert config.retries["mode"] == "standard"
    assert 1 <= config.retries["total_max_attempts"] <= 3


def test_a_stack_may_have_a_client_wait_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CONNECT_SECONDS", "AWS_READ_SECONDS"):
        monkeypatch.setenv(name, "15")
    aws.forget()
    config = aws.client("dynamodb").meta.config
    aws.forget()
    assert (config.connect_timeout, config.read_timeout) == (15, 15)  # type: ignore[attr-defined]


def test_every_stores_rows_go_through_that_same_client() -> None:
    for store in STORES:
        importlib.import_module(store)
    every = list(rows())
    assert len(every) >= len(STORES)
    for row in every:
        used: object = bind(row, "a-table")._get_connection().connection.client
        assert used is direct.dynamodb()


def test_no_shipped_module_makes_a_client_of_its_own() -> None:
    maker = re.compile(r"\bboto3\b|get_session|create_client|\.(client|resource)\(\"")
    makers = {path.name for path in SHIPPED if maker.search(path.read_text())}
    assert makers == {"aws.py"}


def test_a_process_has_one_client_per_service() -> None:
    assert aws.client("s3") is aws.client("s3")


def test_a_setting_that_the_template_forgot_is_told_by_name() -> None:
    sentence = "The function lacks the setting ORDERS_TABLE."
    with refused(ConfigurationError, "configuration", sentence) as refusal:
        setting("ORDERS_TABLE", {"ORDERS_TABLE": ""})
    assert refusal.value.facts == {"setting": "ORDERS_TABLE"}


def test_what_is_presigned_names_the_bucket_s_own_regional_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    aws.forget()
    s3 = aws.client("s3")
    form = s3.generate_presigned_post("photos", "incoming/x")
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "x"})
    aws.forget()
    host = "https://photos.s3.us-west-2.amazonaws.com/"
    assert form["url"] == host
    assert link.startswith(host)


class Settings(NamedTuple):
    """One that must be there, one that need not."""

    orders_table: str
    portal_url: str = "http://localhost"


def test_a_configuration_is_read_by_the_names_of_its_fields() -> None:
    environ = {"ORDERS_TABLE": "orders", "OTHER": "x"}
    assert read(Settings, environ) == Settings("orders", "http://localhost")
    environ["PORTAL_URL"] = "https://returns.example"
    assert read(Settings, environ).portal_url == "https://returns.example"


def test_a_configuration_names_every_variable_that_is_missing() -> None:
    class Both(NamedTuple):
        orders_table: str
        members_table: str

    sentence = "The function lacks the setting ORDERS_TABLE, MEMBERS_TABLE."
    with refused(ConfigurationError, "configuration", sentence):
        read(Both, {"MEMBERS_TABLE": ""})
