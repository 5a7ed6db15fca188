"""The HTTP face of documents."""

from services.documents.entrypoints.http.batches import router as batches_router
from services.documents.entrypoints.http.editions import router as editions_router

__all__ = ["batches_router", "editions_router"]
