"""Expands loops and resolves mappings in a template, like AWS::LanguageExtensions."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

_LOOP = "Fn::ForEach::"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Loops:
    """Expands the parts of a template, with the names from the loops around them."""

    mappings: dict[str, Any]
    names: dict[str, str]

    def written(self, node: Any) -> Any:
        """A part of the template without loops."""
        if isinstance(node, list):
            return [self.written(part) for part in node]
        if not isinstance(node, dict):
            return node
        functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._reference,
            "Fn::FindInMap": self._looked_up,
            "Fn::Sub": self._substituted,
        }
        if len(node) == 1 and (function := functions.get(next(iter(node)))):
            return function(*node.values())
        return self._members(node)

    def _members(self, node: dict[str, Any]) -> dict[str, Any]:
        every: dict[str, Any] = {}
        for key, value in node.items():
            if key.startswith(_LOOP):
                name, values, body = value
                for each in self.written(values):
                    every |= replace(self, names=self.names | {name: each}).written(body)
            else:
                every[self._text(key, self.names)] = self.written(value)
        return every

    def _reference(self, argument: Any) -> Any:
        target = self.written(argument)
        return self.names.get(target, {"Ref": target})

    def _looked_up(self, arguments: list[Any]) -> Any:
        table, row, column, *default = self.written(arguments)
        values = self.mappings[table].get(row, {})
        return values[column] if column in values or not default else default[0]["DefaultValue"]

    def _substituted(self, argument: Any) -> Any:
        text, variables = argument if isinstance(argument, list) else (argument, {})
        values = self.written(variables)
        plain = {name: value for name, value in values.items() if isinstance(value, str)}
        text = self._text(text, self.names | plain)
        if open_ones := {name: value for name, value in values.items() if name not in plain}:
            return {"Fn::Sub": [text, open_ones]}
        return {"Fn::Sub": text} if "${" in text else text

    @staticmethod
    def _text(text: str, names: dict[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)
