"""A web application of many features, each imported when the first of its pages is asked for.

Importing them all took most of a start, for people who open one page.
"""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Self, override

from chalice.app import Chalice, Response

from aftercare.web.methods import answer_head

type Json = dict[str, Any]


class Application(Chalice):
    """A Chalice application; `features` are the modules by the first part of their pages' paths.

    Each module has its pages in `routes`. Those of `always` are imported at once.
    """

    def __init__(
        self,
        app_name: str,
        features: Mapping[str, Iterable[str]],
        *,
        always: Iterable[str],
        respond: Callable[..., Response],
    ) -> None:
        super().__init__(app_name=app_name)
        self._features = features
        self._loaded: set[str] = set()
        self._load(always)
        self.register_middleware(respond, "http")

    @override
    def __call__(self, event: Json, context: Any) -> Json:
        """The answer to API Gateway's event."""
        path = str((event.get("requestContext") or {}).get("resourcePath") or "")
        self._load(self._features.get(path.strip("/").partition("/")[0], ()))
        answer: Json = super().__call__(event, context)
        return answer

    def whole(self) -> Self:
        """Itself with all features, for whoever asks what pages there are."""
        for modules in self._features.values():
            self._load(modules)
        return self

    def _load(self, modules: Iterable[str]) -> None:
        for name in modules:
            if name not in self._loaded:
                self.register_blueprint(import_module(name).routes)
                self._loaded.add(name)
                answer_head(self)
