"""HTTP's methods beyond those that an application names."""

from chalice.app import Chalice


def answer_head(app: Chalice) -> None:
    """Lets HEAD be answered wherever GET is; `answered` leaves the body out.

    Call it once all routes are registered.
    """
    for methods in app.routes.values():
        if "GET" in methods:
            methods["HEAD"] = methods["GET"]
