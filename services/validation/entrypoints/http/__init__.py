"""The HTTP face of validation."""

from services.validation.entrypoints.http.agenda import router as agenda
from services.validation.entrypoints.http.deciding import router as deciding
from services.validation.entrypoints.http.delegations import router as delegations
from services.validation.entrypoints.http.figures import router as figures
from services.validation.entrypoints.http.quorums import router as quorums
from services.validation.entrypoints.http.routes import router as studies
from services.validation.entrypoints.http.routing import router as routing
from services.validation.entrypoints.http.session_history import router as session_history
from services.validation.entrypoints.http.sessions import router as sessions
from services.validation.entrypoints.http.worklist import router as worklist

# A fixed address (`/studies/counts`) stands before those with an id in its place.
routers = (worklist, routing, deciding, delegations, figures, studies, sessions, session_history, agenda, quorums)
