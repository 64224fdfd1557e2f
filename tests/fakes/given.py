"""The template as CloudFormation reads it for given parameters: rules, conditions, functions."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.fakes.template import template

_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-west-2",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "aftercare-prod",
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([\w:.]+)\}")
_NOTHING = object()


class InvalidParameterError(Exception):
    """CloudFormation refuses the parameters before it creates anything."""


@dataclass(frozen=True)
class Given:
    """The template with these parameters; the others have their defaults."""

    chosen: Mapping[str, str]

    @cached_property
    def parameters(self) -> dict[str, str]:
        declared = template()["Parameters"]
        assert not set(self.chosen) - set(declared), "no such parameter"
        values = {
            name: self.chosen.get(name, body.get("Default")) for name, body in declared.items()
        }
        for name, body in declared.items():
            _check(name, body, values[name])
        return values

    def check(self) -> None:
        """Raises InvalidParameterError with the description of each assertion that fails."""
        assert self.parameters
        failed = [
            assertion["AssertDescription"]
            for rule in template()["Rules"].values()
            if self._holds(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}))
            for assertion in rule["Assertions"]
            if not self._holds(assertion["Assert"])
        ]
        if failed:
            raise InvalidParameterError(*failed)

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id → properties of the resources of that type that are created."""
        return {
            name: self.read(body.get("Properties", {}))
            for name, body in template()["Resources"].items()
            if body["Type"] == kind and ("Condition" not in body or self._is(body["Condition"]))
        }

    def variables(self, function: str) -> dict[str, str]:
        """The environment of the function of that logical id."""
        every = self.resources("AWS::Serverless::Function")[function]["Environment"]["Variables"]
        return {name: value for name, value in every.items() if isinstance(value, str)}

    def read(self, node: Any) -> Any:
        """A part of the template with its functions evaluated; GetAtt becomes `${Id.Attribute}`."""
        if isinstance(node, list):
            return [read for part in node if (read := self.read(part)) is not _NOTHING]
        if not isinstance(node, dict):
            return node
        functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._reference,
            "Fn::If": self._chosen,
            "Fn::Sub": self._substituted,
            "Fn::GetAtt": self._attribute,
            "Fn::Join": lambda given: given[0].join(self.read(given[1])),
            "Fn::Split": lambda given: self.read(given[1]).split(given[0]),
            "Fn::Select": lambda given: self.read(given[1])[int(given[0])],
        }
        if len(node) == 1 and (function := functions.get(next(iter(node)))):
            return function(*node.values())
        members = {name: self.read(value) for name, value in node.items()}
        return {name: value for name, value in members.items() if value is not _NOTHING}

    def _is(self, condition: str) -> bool:
        return self._holds(template()["Conditions"][condition])

    def _holds(self, node: Any) -> bool:
        ((function, given),) = node.items()
        if function == "Condition":
            return self._is(given)
        if function == "Fn::Equals":
            left, right = map(self.read, given)
            return bool(left == right)
        if function == "Fn::Contains":
            return self.read(given[1]) in self.read(given[0])
        parts = [self._holds(part) for part in given]
        folds = {"Fn::Not": lambda: not parts[0], "Fn::And": lambda: all(parts)}
        return folds.get(function, lambda: any(parts))()

    def _reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        return self.parameters.get(name, _PSEUDO.get(name, f"${{{name}}}"))

    def _chosen(self, given: list[Any]) -> Any:
        condition, then, otherwise = given
        return self.read(then if self._is(condition) else otherwise)

    def _substituted(self, given: Any) -> str:
        text, variables = given if isinstance(given, list) else (given, {})
        own = self.read(variables)
        return _VARIABLE.sub(lambda match: str(own.get(match[1], self._reference(match[1]))), text)

    @staticmethod
    def _attribute(given: Any) -> str:
        return f"${{{given if isinstance(given, str) else '.'.join(given)}}}"


def _check(name: str, body: Mapping[str, Any], value: str | None) -> None:
    if value is None:
        raise InvalidParameterError(f"{name} must have a value")
    if value not in body.get("AllowedValues", [value]):
        raise InvalidParameterError(f"{name} is none of {json.dumps(body['AllowedValues'])}")
    if not re.fullmatch(body.get("AllowedPattern", ".*"), value):
        raise InvalidParameterError(f"{name} does not match its pattern")
