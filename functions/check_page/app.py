"""The check page: anybody asks what a code's history is."""

from chalice.app import Chalice

from aftercare.web.methods import answer_head
from check_page.claims import routes as claims
from check_page.edge import edge
from check_page.views import routes

app = Chalice(app_name="check_page")
app.register_blueprint(routes)
app.register_blueprint(claims)
app.register_middleware(edge.respond, "http")
answer_head(app)
