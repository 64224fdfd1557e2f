"""The figures leave out no function and no route of points."""

import re

from points_api.app import app as points_api
from portal.app import app as portal
from tests.fakes.template import ROOT, function_of, paths, resources

ROUTES = {
    path: {method.lower() for method in methods}
    for app in (portal.whole(), points_api)
    for path, methods in app.routes.items()
}
FIGURES = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")


def _section(heading: str) -> str:
    return FIGURES.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_bundle_of_each_function_is_in_the_table() -> None:
    rows = set(re.findall(r"^\| (\w+Function) \|", _section("Bundle"), re.MULTILINE))
    assert rows == set(resources("AWS::Serverless::Function"))


def test_the_units_of_each_route_of_points_are_in_the_table() -> None:
    rows = re.findall(r"^\| `(GET|POST) ([^`]+)` \|", _section("Points"), re.MULTILINE)
    shown = {
        (kind.lower(), path.replace("/points/…", "/points/{member_id}")) for kind, path in rows
    }
    served = {
        (method, path)
        for path, operations in paths().items()
        for method, operation in operations.items()
        if path.startswith("/points")
        and method in {"get", "post"}
        and "x-amazon-apigateway-integration" in operation
        and function_of(operation) in {"PointsApiFunction", "PortalFunction"}
    }
    # Without the methods that a function answers with 405.
    assert shown == {(method, path) for method, path in served if method in ROUTES[path]}
