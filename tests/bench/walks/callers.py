"""Browsers and tills whose requests are counted as invocations of the functions behind them."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.bench.world import World
from tests.fakes.browser import APPS, Browser, Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.points_desk import PointsTill
from tests.fakes.template import function_of, paths


class _Counted:
    """Whose requests are counted, unless they are refused."""

    world: World

    def ask(self, method: str, route: str, *given: Any, **more: Any) -> Any:
        with self.world.asked(self.function(route), f"{method} {route}") as answers:
            answer = super().ask(method, route, *given, **more)  # type: ignore[misc]
            answers.append(answer.status)
        return answer

    def function(self, route: str) -> str:
        return function_of(paths()[route]["get"])


@dataclass
class Customer(_Counted, Browser):
    """A customer's browser, at the portal and the check page."""

    world: World = field(kw_only=True)

    def function(self, route: str) -> str:
        return "PortalFunction" if APPS[route].app_name == "portal" else "CheckPageFunction"


@dataclass
class Colleague(_Counted, StaffBrowser):
    """A browser of staff, at the console."""

    world: World = field(kw_only=True)

    def function(self, route: str) -> str:  # noqa: ARG002 - the console is one function
        return "ConsoleFunction"


@dataclass
class Store(_Counted, PointsTill):
    """A store's or a warehouse's system, with every scope."""

    world: World = field(kw_only=True)
    scopes: str = (
        "authenticity:check points:read points:write points:admin returns:receive returns:counter"
        " tickets:write tickets:handover"
    )


def style_in(page: Page) -> str:
    """The address of a style sheet of that page."""
    found = re.search(r'href="([^"]*/static/[^"]+)"', page.body)
    assert found
    return found[1]
