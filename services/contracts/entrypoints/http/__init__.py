"""The HTTP face of contracts: dossiers, lists of work, exports, CERs, files, agents, lists and texts."""

import re

from services.contracts.entrypoints.http.agents.replacements import router as replacements
from services.contracts.entrypoints.http.agents.router import router as agents
from services.contracts.entrypoints.http.cers.router import router as cers
from services.contracts.entrypoints.http.dossiers.router import router as dossiers
from services.contracts.entrypoints.http.duplicates.router import router as duplicates
from services.contracts.entrypoints.http.erasures.router import router as erasures
from services.contracts.entrypoints.http.exports.router import router as exports
from services.contracts.entrypoints.http.files.router import router as files
from services.contracts.entrypoints.http.imports.router import router as imports
from services.contracts.entrypoints.http.matching.router import router as matchings
from services.contracts.entrypoints.http.reference.lists import router as lists
from services.contracts.entrypoints.http.reference.territories import router as territories
from services.contracts.entrypoints.http.reference.texts import router as texts
from services.contracts.entrypoints.http.retention.router import router as retention
from services.contracts.entrypoints.http.worklists.router import router as worklists

# The bodies that are files, read by the endpoint itself.
UPLOADS = re.compile(r"/dossiers/[^/]+/files|/imports")
# A fixed address (`/cers/counts`) stands before those with an id in its place.
routers = (
    dossiers,
    duplicates,
    matchings,
    exports,
    worklists,
    cers,
    files,
    imports,
    agents,
    replacements,
    lists,
    texts,
    territories,
    erasures,
    retention,
)
