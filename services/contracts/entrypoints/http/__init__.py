"""The HTTP face of contracts: dossiers and CERs."""

from services.contracts.entrypoints.http.cers.router import router as cers
from services.contracts.entrypoints.http.dossiers.router import router as dossiers

routers = (dossiers, cers)
