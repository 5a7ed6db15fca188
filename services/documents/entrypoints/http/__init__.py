"""The HTTP face of documents."""

from fastapi import APIRouter

from services.documents.entrypoints.http import batches, blanks, editions, papers

__all__ = ["ROUTERS"]

ROUTERS: tuple[APIRouter, ...] = (editions.router, batches.router, blanks.router, papers.router)
