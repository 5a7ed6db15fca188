"""The HTTP face of signature."""

from services.signature.entrypoints.http.router import router

__all__ = ["router"]
