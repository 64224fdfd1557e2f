"""The console: its features, one handler."""

from chalice.app import Chalice

from aftercare.web.methods import answer_head
from console.audit.routes import routes as audit
from console.cases.routes import routes as cases
from console.edge import edge
from console.entry.routes import routes as entry
from console.members.routes import routes as members
from console.queue.routes import routes as queue
from console.search.routes import routes as search
from console.site.routes import routes as site

app = Chalice(app_name="console")
for feature in (site, entry, members, audit, queue, search, cases):
    app.register_blueprint(feature)
app.register_middleware(edge.respond, "http")
answer_head(app)
