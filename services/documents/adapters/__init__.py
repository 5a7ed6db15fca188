"""PostgreSQL, the render pool, PDFs."""
