"""The HTTP face of validation."""

from services.validation.entrypoints.http.routes import router

__all__ = ["router"]
