"""The contract of management servers as a judge, after docs/http-management.json."""

import json
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

DOCUMENT = Path(__file__).parents[2] / "docs" / "http-management.json"


class Contract:
    """One OpenAPI document."""

    def __init__(self, path: Path = DOCUMENT) -> None:
        self.document: dict[str, Any] = json.loads(path.read_bytes())
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
        return [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operations)
            for path, operations in self.document["paths"].items()
        ]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Find what the document says of a method and a raw path; None where it says nothing."""
        for pattern, operations in self._paths:
            if pattern.fullmatch(path):
                return operations.get(method.lower())
        return None

    def judge_answer(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        """See that an answer is one of those that the document lists.

        Raises:
            AssertionError: It is not; says why.
        """
        operation = self.operation(method, path)
        if operation is None:
            assert status in (404, 405), f"{method} {path} is not in the document"
            return
        where = f"{method} {path} -> {status}"
        assert str(status) in operation["responses"], f"{where}: the document lists no such status"
        response = self._resolved(operation["responses"][str(status)])
        self._judge_headers(where, response.get("headers", {}), headers)
        self._judge_body(where, response.get("content", {}), headers, body)

    def judge_request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        """See that a request is one that the document lists.

        Raises:
            AssertionError: It is not; says why.
        """
        operation = self.operation(method, path)
        assert operation is not None, f"{method} {path} is not in the document"
        content = operation.get("requestBody", {}).get("content", {})
        self._judge_body(f"{method} {path}", content, headers, body)

    def _judge_headers(
        self, where: str, told: Mapping[str, Any], headers: Mapping[str, str]
    ) -> None:
        for name, header in told.items():
            said = self._resolved(header)
            if name not in headers:
                assert not said.get("required"), f"{where}: the header {name} is missing"
                continue
            schema = said["schema"]
            value: Any = headers[name]
            if schema.get("type") == "integer":
                value = int(value)
            self._judge(f"{where}: the header {name}", schema, value)

    def _judge_body(
        self, where: str, content: Mapping[str, Any], headers: Mapping[str, str], body: bytes
    ) -> None:
        if not content:
            assert not body, f"{where}: it has a body"
            return
        kind = headers.get("Content-Type", "").partition(";")[0]
        assert kind in content, f"{where}: the document lists no body of the type {kind}"
        if kind.endswith("json"):
            self._judge(where, content[kind]["schema"], json.loads(body))

    def _judge(self, where: str, schema: dict[str, Any], value: object) -> None:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        problems = [error.message for error in self._validators[key].iter_errors(value)]
        assert problems == [], f"{where}: {problems} in {value}"

    def _resolved(self, said: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in said:
            place: Any = self.document
            for part in said["$ref"].removeprefix("#/").split("/"):
                place = place[part]
            said = place
        return said


@cache
def contract() -> Contract:
    """The one contract, read once."""
    return Contract()
