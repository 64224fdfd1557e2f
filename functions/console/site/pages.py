"""The console's templates and static files, feature by feature."""

from pathlib import Path

from aftercare.web.pages import Pages
from aftercare.web.static_files import SHARED, StaticFiles

_CONSOLE = Path(__file__).parent.parent
_FEATURES = [
    _CONSOLE / name
    for name in (
        "site",
        "entry",
        "members",
        "audit",
        "queue",
        "search",
        "dock",
        "cases",
        "codes",
        "tickets",
        "counter",
        "oversight",
    )
]
STATIC = StaticFiles("/static", SHARED, _CONSOLE / "site" / "static")
PAGES = Pages(*_FEATURES, static=STATIC)
