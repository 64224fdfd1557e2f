"""The portal: its pages, its static files, one handler."""

from chalice.app import Chalice, Response

from aftercare.kernel.errors import NotFoundError
from aftercare.web.problems import problem_of, request_id_of
from portal import authenticity, entry, points, returning
from portal.edge import respond
from portal.rendering import asset

app = Chalice(app_name="portal")
app.register_blueprint(entry.routes)
app.register_blueprint(returning.routes)
app.register_blueprint(authenticity.routes)
app.register_blueprint(points.routes)
app.register_middleware(respond, "http")


@app.route("/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    found = asset(name)
    if found is None:
        missing = NotFoundError("There is no such file here.")
        request_id = request_id_of(app.current_request) if app.current_request else ""
        return problem_of(missing, request_id).response()
    kept = "public, max-age=31536000, immutable"
    return Response(found.body, {"Content-Type": found.content_type, "Cache-Control": kept})
