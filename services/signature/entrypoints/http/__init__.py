"""The HTTP face of signature."""

from services.signature.entrypoints.http.evidence import router as evidence_router
from services.signature.entrypoints.http.phone import router as phone_router
from services.signature.entrypoints.http.router import router
from services.signature.entrypoints.http.yousign import router as yousign_router

__all__ = ["evidence_router", "phone_router", "router", "yousign_router"]
