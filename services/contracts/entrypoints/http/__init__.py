"""The HTTP face of contracts: dossiers, lists of work, CERs, the audit."""

from services.contracts.entrypoints.http.audit.router import router as audit
from services.contracts.entrypoints.http.cers.router import router as cers
from services.contracts.entrypoints.http.dossiers.router import router as dossiers
from services.contracts.entrypoints.http.worklists.router import router as worklists

# A fixed address (`/cers/counts`) stands before those with an id in its place.
routers = (dossiers, worklists, cers, audit)
