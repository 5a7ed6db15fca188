"""The HTTP face of contracts: dossiers and CERs."""

from services.contracts.entrypoints.http.cers import router as cers
from services.contracts.entrypoints.http.dossiers import router as dossiers

routers = (dossiers, cers)
