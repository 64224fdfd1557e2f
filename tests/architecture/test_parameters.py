"""Parameters that cannot work together are refused before anything is created or changed."""

from typing import Any

import pytest

from infra.local.deploying import secret_names
from infra.local.settings import Settings
from tests.fakes.given import Given, InvalidParameterError
from tests.fakes.template import ROOT, template

PROD = {"Stage": "prod", "MailSender": "returns@example.com", "SecretNames": "generated"}
DOMAIN = {"PortalDomain": "returns.example.com"}
CERTIFICATE = {
    "CertificateArn": "arn:aws:acm:us-west-2:123456789012:certificate/7f1f2c5e-0000-4d3a-9b4e"
}
# CloudFormation refuses others in Rules, although its reference lists Fn::If.
RULE_FUNCTIONS = {"Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::Contains", "Ref"}
# They build a room whole, and ask of it only what another of its stores has.
KNOWN_AND_CLOSED = {
    "PortalFunction": {"LabelsTable"},
    "ConsoleFunction": {"UploadsBucket"},
    "MailIntakeFunction": {"DocumentsBucket"},
    "ReturnsWorkerFunction": {"UploadsBucket"},
}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        DOMAIN | CERTIFICATE,
        {"PortalUrl": "https://returns.example.com"},
        {"SecretNames": "fixed"},
        {"AlarmEmail": "oncall@example.com"},
    ],
    ids=str,
)
def test_what_works_together_is_taken(chosen: dict[str, str]) -> None:
    Given(PROD | chosen).check()


@pytest.mark.parametrize(
    ("chosen", "named"),
    [
        (DOMAIN, "PortalDomain needs CertificateArn"),
        (CERTIFICATE, "CertificateArn needs PortalDomain"),
        ({"SecretNames": ""}, "SecretNames is missing"),
        ({"MailboxUrl": "https://example.com"}, "MailboxUrl is for the stage local"),
    ],
    ids=str,
)
def test_what_cannot_work_together_fails_early_and_says_why(
    chosen: dict[str, str], named: str
) -> None:
    with pytest.raises(InvalidParameterError, match=named):
        Given(PROD | chosen).check()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PortalUrl", "http://returns.example.com"),
        ("PortalUrl", "https://returns.example.com/"),
        ("CertificateArn", "arn:aws:iam::123456789012:server-certificate/old"),
        ("AlarmEmail", "oncall"),
        ("MailSender", "example.com"),
        ("SecretNames", "mine"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidParameterError, match=name):
        Given(PROD | {name: value}).check()


def test_rules_use_the_functions_that_cloudformation_takes_in_them() -> None:
    def used(node: Any) -> set[str]:
        if isinstance(node, list):
            return {name for part in node for name in used(part)}
        if not isinstance(node, dict):
            return set()
        return set(node) | {name for part in node.values() for name in used(part)}

    for rule in template()["Rules"].values():
        conditions = [rule.get("RuleCondition"), *(each["Assert"] for each in rule["Assertions"])]
        assert used(conditions) <= RULE_FUNCTIONS


def test_the_local_stack_and_both_stages_of_the_settings_are_taken() -> None:
    for names in ("generated", "fixed"):
        Given(Settings().parameters | {"SecretNames": names}).check()


# ---------------------------------------------------------------- what outlives its stack
RETAINED = {
    name
    for name, body in template()["Resources"].items()
    if str(body.get("DeletionPolicy", "")).startswith("Retain")
}
# The property by which a resource has a name that only one can have.
NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::KMS::Key": None,
    "AWS::Cognito::UserPool": "UserPoolName",
}


@pytest.mark.parametrize("name", sorted(RETAINED))
def test_what_outlives_its_stack_does_not_stand_in_the_way_of_the_next(name: str) -> None:
    kind = template()["Resources"][name]["Type"]
    assert NAMES[kind] not in Given(PROD).resources(kind)[name]


@pytest.mark.parametrize("name", sorted(RETAINED))
def test_a_first_deployment_that_fails_leaves_nothing_behind_that_it_can_delete(name: str) -> None:
    body = template()["Resources"][name]
    # CloudFormation cannot delete what is protected: the roll-back would fail.
    protected = {"DeletionProtectionEnabled", "DeletionProtection"} & set(body["Properties"])
    is_protected = body["Properties"][protected.pop()] in {True, "ACTIVE"} if protected else False
    assert body["DeletionPolicy"] == ("Retain" if is_protected else "RetainExceptOnCreate")
    assert body["UpdateReplacePolicy"] == "Retain"


def test_a_deployment_from_before_keeps_its_secrets() -> None:
    """A secret of another name is another secret: printed codes would no longer be genuine."""
    kept = Given(PROD | {"SecretNames": "fixed"}).resources("AWS::SecretsManager::Secret")
    named = {name: body["Name"] for name, body in kept.items() if "Name" in body}
    assert named == {
        "CodeKeysSecret": "aftercare-prod-code-keys",
        "SigningSecret": "aftercare-prod-signing",
    }


def test_nobody_decides_by_default_which_secrets_a_deployment_has() -> None:
    """The committed settings are those of new and of old deployments."""
    assert template()["Parameters"]["SecretNames"]["Default"] == ""
    assert "SecretNames=" not in (ROOT / "samconfig.toml").read_text()


@pytest.mark.parametrize(
    ("stack", "names"),
    [
        ({}, "generated"),
        ({"StackStatus": "REVIEW_IN_PROGRESS"}, "generated"),
        ({"StackStatus": "UPDATE_COMPLETE", "Parameters": []}, "fixed"),
        (
            {
                "StackStatus": "CREATE_COMPLETE",
                "Parameters": [{"ParameterKey": "SecretNames", "ParameterValue": "generated"}],
            },
            "generated",
        ),
    ],
)
def test_a_local_stack_keeps_the_secrets_that_it_was_made_with(
    stack: dict[str, Any], names: str
) -> None:
    assert secret_names(stack) == names


def test_functions_know_a_secret_by_its_arn_and_may_read_no_other() -> None:
    given = Given(PROD)
    secrets = {f"${{{name}.Id}}" for name in given.resources("AWS::SecretsManager::Secret")}
    known = {name: secrets & set(_variables(given, name).values()) for name in _functions(given)}
    for name, named in known.items():
        assert secrets & _allowed(given, name, "secretsmanager:GetSecretValue") == named, name
    assert set().union(*known.values()) == secrets


@pytest.mark.parametrize(
    ("kind", "service"), [("AWS::DynamoDB::Table", "dynamodb:"), ("AWS::S3::Bucket", "s3:")]
)
def test_functions_may_use_the_tables_and_buckets_that_they_know(kind: str, service: str) -> None:
    given = Given(PROD)
    stores = {f"${{{name}}}": name for name in given.resources(kind)}
    for name in _functions(given):
        known = {stores[value] for value in _variables(given, name).values() if value in stores}
        allowed = "".join(_allowed(given, name, service))
        closed = {store for store in known if f"${{{store}.Arn}}" not in allowed}
        assert closed == KNOWN_AND_CLOSED.get(name, set()) & set(stores.values()), name


def _functions(given: Given) -> dict[str, Any]:
    return given.resources("AWS::Serverless::Function")


def _variables(given: Given, function: str) -> dict[str, str]:
    return given.variables(function) if "Environment" in _functions(given)[function] else {}


def _allowed(given: Given, function: str, action: str) -> set[str]:
    """What the function's role may do actions of that beginning to."""
    role = given.resources("AWS::IAM::Role")[function.replace("Function", "Role")]
    return {
        resource
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if any(each.startswith(action) for each in _listed(statement["Action"]))
        for resource in _listed(statement["Resource"])
    }


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
