"""The portal: its features, one handler."""

from chalice.app import Chalice

from aftercare.web.methods import answer_head
from portal.about.routes import routes as about
from portal.edge import edge
from portal.entry.door import routes as door
from portal.entry.mailbox import routes as mailbox
from portal.entry.routes import routes as entry
from portal.messages.routes import routes as messages
from portal.points.cards import routes as card
from portal.points.reminders import routes as reminders
from portal.points.routes import routes as points
from portal.returns.changes import routes as changes
from portal.returns.choosing import routes as choosing
from portal.returns.marking import routes as marking
from portal.returns.photos import routes as photos
from portal.returns.pictures import routes as pictures
from portal.returns.sending import routes as sending
from portal.returns.videos import routes as videos
from portal.site.routes import routes as site
from portal.tracking.routes import routes as tracking

app = Chalice(app_name="portal")
FEATURES = (
    site,
    about,
    entry,
    door,
    mailbox,
    choosing,
    photos,
    marking,
    videos,
    sending,
    changes,
    pictures,
    points,
    card,
    reminders,
    tracking,
    messages,
)
for feature in FEATURES:
    app.register_blueprint(feature)
app.register_middleware(edge.respond, "http")
answer_head(app)
