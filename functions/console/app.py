"""The console: its features, one handler."""

from chalice.app import Chalice

from aftercare.web.methods import answer_head
from console.audit.routes import routes as audit
from console.cases.endings import routes as endings
from console.cases.routes import routes as cases
from console.codes.routes import routes as codes
from console.dock.routes import routes as dock
from console.edge import edge
from console.entry.routes import routes as entry
from console.members.routes import routes as members
from console.oversight.erasures import routes as erasures
from console.oversight.sample import routes as sample
from console.queue.parcels import routes as silent_parcels
from console.queue.routes import routes as queue
from console.search.routes import routes as search
from console.site.routes import routes as site
from console.tickets.routes import routes as tickets

app = Chalice(app_name="console")
for feature in (
    site,
    entry,
    members,
    audit,
    queue,
    silent_parcels,
    codes,
    tickets,
    search,
    dock,
    endings,
    cases,
    erasures,
    sample,
):
    app.register_blueprint(feature)
app.register_middleware(edge.respond, "http")
answer_head(app)
