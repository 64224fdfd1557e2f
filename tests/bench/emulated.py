"""AWS as the functions need it, empty, in this process: moto, and secrets on loopback."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto import mock_aws

from aftercare.kernel import aws
from tests.fakes import environment
from tests.fakes.browser import SIGNING_KEY
from tests.fakes.codes import KEYS_TEXT
from tests.fakes.fixtures import forget_all
from tests.fakes.parcels import WEBHOOK_SECRET
from tests.fakes.template import create_tables
from tests.fakes.vault import answering_secrets
from tests.fakes.wechat import TOKEN as WECHAT_TOKEN
from tests.fakes.wired import emulate

_SETTINGS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_SETTINGS |= {"AWS_DEFAULT_REGION": "us-west-2"}
_SIGNING = json.dumps({"key": SIGNING_KEY})
_SECRETS = {
    environment.SIGNING_SECRET: _SIGNING,
    environment.CONSOLE_SECRET: _SIGNING,
    environment.CAPTURE_SECRET: _SIGNING,
    environment.ERASURE_SECRET: _SIGNING,
    environment.CARD_SECRET: _SIGNING,
    environment.DESK_SECRET: _SIGNING,
    environment.WECHAT_APP_SECRET: _SIGNING,
    environment.CODE_KEYS: KEYS_TEXT,
    environment.WECHAT_SECRET: json.dumps({"token": WECHAT_TOKEN}),
    environment.HOOKS_SECRET: json.dumps({"easypost": WEBHOOK_SECRET, "shippo": WEBHOOK_SECRET}),
}


@contextmanager
def emulated_aws() -> Iterator[dict[str, str]]:
    """The names of the template's tables."""
    os.environ.update(_SETTINGS)
    for name in (
        *("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"),  # the second is our own
        *("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
    ):
        os.environ.pop(name, None)
    with (
        mock_aws(config={"core": {"mock_credentials": False}}),
        answering_secrets(_SECRETS) as secrets_url,
    ):
        tables = dict(environment.TABLES)
        create_tables(boto3.client("dynamodb"), tables)
        place: Any = {"LocationConstraint": "us-west-2"}
        for name in environment.BUCKETS.values():
            boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        boto3.client("events").create_event_bus(Name="aftercare-test")
        boto3.client("ses").verify_email_identity(EmailAddress="returns@aftercare.example")
        name = environment.SIGNING_SECRET
        boto3.client("secretsmanager").create_secret(Name=name, SecretString=_SIGNING)
        os.environ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = secrets_url
        aws.forget()
        emulate()
        forget_all()
        yield tables
